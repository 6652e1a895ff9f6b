using PSMigrate.Plans;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Rows of one table that others wrote since the script, set aside in a temporary table while the script is taken back: by key,
/// with whether the row is gone, whether the script had left a row there, and the present values.
/// </summary>
internal sealed class SqliteTheirs(SqliteSession session, SqliteTableShape shape, int number)
{
    private bool made;

    /// <summary>The table as undo found it.</summary>
    public SqliteTableShape Shape => shape;

    public SqliteRowKey Key { get; } = new(shape);

    /// <summary>The temporary table.</summary>
    public string Name { get; } = $"temp.{SqliteName.Prefix}theirs_{number}";

    /// <summary>The table that they go back into; null where undo takes the table away.</summary>
    public string? Former { get; init; }

    /// <summary>What a column was called before the script; null where there was none.</summary>
    public Func<string, string?> FormerColumn { get; init; } = _ => null;

    /// <summary>Whether a key means the same row in the table that they go back into.</summary>
    public bool HasFormerKeys { get; init; } = true;

    /// <summary>The captures of the rows that the script changed.</summary>
    public IReadOnlyList<string> Captures { get; init; } = [];

    public bool Any => made && session.Long($"SELECT EXISTS (SELECT 1 FROM {Name})") == 1;

    private string Table => "main." + SqliteName.Quote(shape.Name);

    private string Values => string.Concat(shape.Stored.Select(c => $", t.{SqliteName.Quote(c.Name)}"));

    /// <summary>Values of set-aside rows, as <see cref="SqliteSavedRows"/> takes them.</summary>
    public IReadOnlyList<(string Column, string Expression)> Saved(string row) =>
    [
        .. Key.IsHidden ? new[] { (SqliteSavedRows.RowId, $"{row}.k0") } : [],
        .. shape.Stored.Select((c, i) => (c.Name, $"{row}.v{i}")),
    ];

    /// <summary>Sets aside the rows that are not as the script left them.</summary>
    /// <param name="left">The table that has the hashes of what it left, by key.</param>
    /// <param name="columns">The columns over which they were made.</param>
    /// <param name="isTheirs">A condition on the key s for what is known to be theirs.</param>
    public void TakeChanged(string left, IReadOnlyList<string> columns, string isTheirs)
    {
        Make();
        var hash = SqliteRowHash.Of(columns.Select(c => "t." + SqliteName.Quote(c)));
        session.Execute(
            $"INSERT OR IGNORE INTO {Name} SELECT {string.Join(", ", Key.Columns.Select((_, i) => $"s.k{i}"))}, NOT {Key.Exists("t")}, s.h <> {SqliteRowHash.Nothing}{Values} FROM {left} s LEFT JOIN {Table} t ON {Key.Match("s", "t")} WHERE CASE WHEN {Key.Exists("t")} THEN s.h <> {hash} ELSE s.h <> {SqliteRowHash.Nothing} END OR {isTheirs}");
    }

    /// <summary>Sets aside the rows that the script did not leave; all where it left none.</summary>
    public void TakeAdded(string? left)
    {
        Make();
        session.Execute(
            $"INSERT INTO {Name} SELECT {Key.Of("t")}, 0, 0{Values} FROM {Table} t{(left is null ? "" : $" WHERE NOT EXISTS (SELECT 1 FROM {left} s WHERE {Key.Match("s", "t")})")}");
    }

    /// <summary>Saves and lists the rows of a table that goes.</summary>
    public void SaveAll(SqliteSavedRows saved, UndoConflicts conflicts)
    {
        var savedIn = saved.Save(shape.Name, Saved("x"), $"{Name} x WHERE NOT gone", SqliteSavedRows.Present);
        if (savedIn is null)
        {
            return;
        }

        using var query = session.Prepare($"SELECT {Key.Names}, known{string.Concat(shape.Stored.Select((_, i) => $", v{i}"))} FROM {Name} WHERE NOT gone ORDER BY {Key.Names}");
        var keys = Key.Columns.Count;
        while (query.Read())
        {
            conflicts.Add(shape.Name, ConflictResolution.Saved, savedIn, () => new UndoConflict(
                conflicts.Step, shape.Name, SqliteRowText.Of(query, 0, Key.Shown), query.Long(keys) != 0 ? ConflictKind.Changed : ConflictKind.Added, ConflictResolution.Saved)
            {
                Present = SqliteRowText.Of(query, keys + 1, [.. shape.Stored.Select(c => c.Name)]),
            });
        }
    }

    public void Drop() => session.Execute($"DROP TABLE IF EXISTS {Name}");

    private void Make()
    {
        if (!made)
        {
            session.Execute($"DROP TABLE IF EXISTS {Name}");
            session.Execute($"CREATE TABLE {Name} {Key.Definition($", gone INTEGER, known INTEGER{string.Concat(shape.Stored.Select((_, i) => $", v{i}"))}")}");
            made = true;
        }
    }
}
