using PSMigrate.Plans;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Values of a dropped column that cannot come back, because their rows are gone or are others now: saved and listed.</summary>
internal sealed class SqliteLostValues(SqliteSession session, SqliteSavedRows saved, UndoConflicts conflicts, SqliteOp.DroppedColumn dropped, SqliteRowKey key)
{
    /// <param name="which">Which of the captured values; s is the capture.</param>
    public void Tell(string table, string which, ConflictKind kind)
    {
        var store = $"main.{SqliteName.Quote(dropped.Capture)} s";
        IReadOnlyList<string> names = key.IsHidden ? [SqliteSavedRows.RowId] : key.DeclaredColumns;
        if (saved.Save(table, [.. names.Select((k, i) => (k, $"s.k{i}")), (dropped.Column, "s.c0")], $"{store} WHERE {which}", SqliteSavedRows.Captured) is not { } savedIn)
        {
            return;
        }

        using var query = session.Prepare($"SELECT {key.Names}, c0 FROM {store} WHERE {which} ORDER BY {key.Names}");
        var keyText = key.Shown;
        while (query.Read())
        {
            conflicts.Add(table, ConflictResolution.Kept, savedIn, () => new UndoConflict(
                conflicts.Step, table, SqliteRowText.Of(query, 0, keyText), kind, ConflictResolution.Kept)
            {
                Captured = SqliteRowText.Of(query, key.Columns.Count, [dropped.Column]),
            });
        }
    }
}
