using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// A table under its former definition, filled from its present rows, by the procedure of sqlite.org/lang_altertable.html; its
/// present indexes and triggers follow.
/// </summary>
internal sealed class SqliteRebuild(SqliteSession session, SqliteSavedRows saved, UndoConflicts conflicts, IMigrationObserver observer)
{
    /// <summary>The value of a dropped column in its capture.</summary>
    private const string CapturedValue = "s.c0";

    /// <summary>The indexes and triggers that undo itself answers for; others' may be left out where they no longer fit.</summary>
    public required Func<string, bool> IsOurs { get; init; }

    /// <summary>Without a column that the script added.</summary>
    public void Without(SqliteOp.AddedColumn added) => Rebuild(added.Table, added.Sql, added.Column, parked => FillFrom(parked, null));

    /// <summary>With a column that the script dropped, and its values.</summary>
    public void With(SqliteOp.DroppedColumn dropped) => Rebuild(dropped.Table, dropped.Sql, null, parked => FillFrom(parked, dropped));

    /// <summary>With all that was captured, and the rows that came since.</summary>
    public void With(SqliteOp.RebuiltTable rebuilt) => Rebuild(rebuilt.Table, rebuilt.Sql, null, parked =>
    {
        new SqliteRowsBack(session, saved, conflicts, rebuilt).Fill();
        FillFrom(parked, null, $"NOT EXISTS (SELECT 1 FROM main.{SqliteName.Quote(rebuilt.Capture)} s WHERE {new SqliteRowKey(parked).Match("s", "t")})");
    });

    private void Rebuild(string table, string sql, string? without, Action<SqliteTableShape> fill)
    {
        var dependents = session.List(
            "SELECT name, sql FROM main.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid",
            row => (Name: row.RequiredText(0), Sql: row.RequiredText(1)), table);
        var sequence = SqliteSequence.Read(session, table);
        var parked = $"{SqliteName.Prefix}rebuild_{table}";
        SqliteRenaming.Legacy(session, () => Execute($"ALTER TABLE main.{SqliteName.Quote(table)} RENAME TO {SqliteName.Quote(parked)}"));
        foreach (var index in session.List(
            "SELECT name FROM main.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE AND type = 'index' AND sql IS NOT NULL", row => row.RequiredText(0), parked))
        {
            Execute($"DROP INDEX main.{SqliteName.Quote(index)}");
        }

        Execute(sql);
        var present = SqliteTableShape.Read(session, parked);
        var former = SqliteTableShape.Read(session, table);
        RequireNoOthersColumns(table, present, [.. former.Columns.Select(c => c.Name), .. without is null ? [] : new[] { without }]);
        fill(present);
        Execute($"DROP TABLE main.{SqliteName.Quote(parked)}");
        SqliteSequence.Write(session, table, sequence);
        foreach (var (name, definition) in dependents)
        {
            BringBack(name, definition);
        }
    }

    /// <summary>An index or trigger of somebody else's may be about what is no longer there.</summary>
    public void BringBack(string name, string definition)
    {
        try
        {
            Execute(definition);
        }
        catch (MigrationException e) when (!IsOurs(name))
        {
            observer.Warning($"{conflicts.Step}: {name}, which others made since, does not fit what was there before and is gone ({e.Message.TrimEnd('.')}). It was: {definition}");
        }
    }

    /// <summary>Columns that others added are not in the former definition: what is in them is saved, but only where that is wanted.</summary>
    /// <returns>The columns.</returns>
    public IReadOnlyList<string> RequireNoOthersColumns(string table, SqliteTableShape present, IReadOnlyList<string> known)
    {
        var theirs = present.Columns.Where(c => !known.Contains(c.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        if (theirs.Count == 0)
        {
            return [];
        }

        conflicts.Refuse($"columns were added to {table} that it had neither before nor after the step: {string.Join(", ", theirs.Select(c => c.Name))}");
        var filled = string.Join(" OR ", theirs.Select(c => $"t.{SqliteName.Quote(c.Name)} IS NOT ({c.Default ?? "NULL"})"));
        SaveAndTell(table, present, filled, ConflictKind.Changed);
        return [.. theirs.Select(c => c.Name)];
    }

    /// <summary>Saves and lists rows of a table as they are now.</summary>
    /// <param name="which">Which rows; t is the table.</param>
    public void SaveAndTell(string table, SqliteTableShape present, string which, ConflictKind kind)
    {
        var from = $"main.{SqliteName.Quote(present.Name)} t WHERE {which}";
        if (saved.Save(table, SqliteSavedRows.Of(present, "t"), from, SqliteSavedRows.Present) is not { } savedIn)
        {
            return;
        }

        var key = new SqliteRowKey(present);
        var keyText = key.Shown;
        IReadOnlyList<string> names = [.. present.Stored.Select(c => c.Name)];
        using var query = session.Prepare($"SELECT {(key.IsPossible ? key.Of("t") + ", " : "")}{string.Join(", ", names.Select(n => "t." + SqliteName.Quote(n)))} FROM {from}");
        while (query.Read())
        {
            conflicts.Add(table, ConflictResolution.Saved, savedIn, () => new UndoConflict(
                conflicts.Step, table, SqliteRowText.Of(query, 0, keyText), kind, ConflictResolution.Saved)
            {
                Present = SqliteRowText.Of(query, keyText.Count, names),
            });
        }
    }

    private void FillFrom(SqliteTableShape parked, SqliteOp.DroppedColumn? dropped, string? where = null)
    {
        var table = parked.Name[$"{SqliteName.Prefix}rebuild_".Length..];
        var former = SqliteTableShape.Read(session, table);
        var key = new SqliteRowKey(former);
        var names = new List<string>();
        var values = new List<string>();
        var defaultValue = "NULL";
        foreach (var column in former.Stored)
        {
            if (dropped is not null && column.Name.Equals(dropped.Column, StringComparison.OrdinalIgnoreCase))
            {
                names.Add(SqliteName.Quote(column.Name));
                values.Add(CapturedValue);
                defaultValue = column.Default ?? "NULL";
            }
            else if (parked.Stored.Any(c => c.Name.Equals(column.Name, StringComparison.OrdinalIgnoreCase)))
            {
                names.Add(SqliteName.Quote(column.Name));
                values.Add("t." + SqliteName.Quote(column.Name));
            }
        }

        if (key.IsHidden && parked.RowId is { } rowId)
        {
            names.Add(key.Columns[0]);
            values.Add("t." + rowId);
        }

        var parkedKey = new SqliteRowKey(parked);
        var given = dropped is not null && SqliteSeals.IsSeenWhenGiven(dropped) ? new SqliteGiven(session) : null;
        var from = $"main.{SqliteName.Quote(parked.Name)} t";
        void Insert(string or)
        {
            var into = $"INSERT OR {or} INTO main.{SqliteName.Quote(table)} ({string.Join(", ", names)}) SELECT";
            if (dropped is null)
            {
                Execute($"{into} {string.Join(", ", values)} FROM {from} WHERE {where ?? "1"}");
                return;
            }

            // Along the capture, which has the table's order: SQLite then finds each row of the table next to the one before. The rows
            // that came since follow, where there are any.
            var capture = $"main.{SqliteName.Quote(dropped.Capture)} s";
            Execute($"{into} {string.Join(", ", values)} FROM {capture} CROSS JOIN {from} ON {parkedKey.Match("s", "t")} WHERE {(given is null ? "1" : SqliteGiven.Sees(parkedKey))}");
            if (session.Long("SELECT changes()") != session.Long($"SELECT count(*) FROM {from}"))
            {
                Execute($"{into} {string.Join(", ", values.Select(v => v == CapturedValue ? defaultValue : v))} FROM {from} WHERE NOT EXISTS (SELECT 1 FROM {capture} WHERE {parkedKey.Match("s", "t")})");
            }
        }

        try
        {
            Insert("ABORT");
        }
        catch (MigrationException e) when (e.ErrorId == "ConstraintViolated" && key.IsPossible && key.Columns.Count == parkedKey.Columns.Count)
        {
            // The former definition does not take a row that others wrote under the later one.
            given?.Reset();
            session.Execute($"DELETE FROM main.{SqliteName.Quote(table)}");
            Insert("IGNORE");
            SaveAndTell(table, parked,
                $"{where ?? "1"} AND NOT EXISTS (SELECT 1 FROM main.{SqliteName.Quote(table)} n WHERE {string.Join(" AND ", key.Columns.Select((k, i) => $"n.{SqliteName.Quote(k)} = t.{SqliteName.Quote(parkedKey.Columns[i])}"))})",
                ConflictKind.Added);
        }

        if (dropped is null || given?.IsAllOf(dropped) == true)
        {
            return;
        }

        if (given is not null)
        {
            SqliteSeals.Require(session, table, dropped.Capture, dropped.Rows, dropped.Sum, observer, CancellationToken.None);
        }

        new SqliteLostValues(session, saved, conflicts, dropped, parkedKey).Tell(
            table, $"NOT EXISTS (SELECT 1 FROM main.{SqliteName.Quote(parked.Name)} t WHERE {parkedKey.Match("s", "t")})", ConflictKind.Deleted);
    }

    private void Execute(string sql)
    {
        observer.Detail(sql);
        session.Execute(sql);
    }
}
