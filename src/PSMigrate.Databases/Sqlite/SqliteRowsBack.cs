using PSMigrate.Plans;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Puts captured rows back into their table: all that the script changed go, the former ones come. What others wrote to these rows
/// has been set aside before. A row of theirs under another key may hold a unique value of a captured one; then theirs stays, and
/// the captured row is saved, or the other way round where the undo is forced.
/// </summary>
internal sealed class SqliteRowsBack(SqliteSession session, SqliteSavedRows saved, UndoConflicts conflicts, SqliteOp.Capturing captured)
{
    private const string Extra = SqliteName.Prefix + "extra";

    private readonly string store = "main." + SqliteName.Quote(captured.Capture);

    /// <summary>Columns that others added to the table since.</summary>
    private IReadOnlyList<string> extras = [];
    private SqliteTableShape shape = null!;
    private SqliteRowKey key = null!;

    private string Table => "main." + SqliteName.Quote(shape.Name);

    /// <summary>For a table that the captured rows are only a part of.</summary>
    public void Replace()
    {
        Read();
        extras = [.. shape.Stored.Select(c => c.Name).Except(captured.Kept, StringComparer.OrdinalIgnoreCase)];
        if (extras.Count > 0)
        {
            session.Execute($"CREATE TEMP TABLE {Extra} {key.Definition(string.Concat(extras.Select((_, i) => $", e{i}")))}");
            session.Execute($"INSERT INTO temp.{Extra} SELECT {key.Of("t")}{string.Concat(extras.Select(e => $", t.{SqliteName.Quote(e)}"))} FROM {Table} t WHERE EXISTS (SELECT 1 FROM {store} s WHERE {key.Match("s", "t")})");
        }

        session.Execute($"DELETE FROM {Table} AS t WHERE EXISTS (SELECT 1 FROM {store} s WHERE {key.Match("s", "t")})");
        Fill();
        if (extras.Count > 0)
        {
            session.Execute($"UPDATE {Table} AS t SET {string.Join(", ", extras.Select((e, i) => $"{SqliteName.Quote(e)} = (SELECT x.e{i} FROM temp.{Extra} x WHERE {key.Match("x", "t")})"))} WHERE EXISTS (SELECT 1 FROM temp.{Extra} x WHERE {key.Match("x", "t")})");
            session.Execute($"DROP TABLE temp.{Extra}");
        }
    }

    /// <summary>For a table that has none of the captured rows.</summary>
    public void Fill()
    {
        Read();
        // A row id that is no column of the table comes back too. A constraint's own way out of a conflict must not be taken.
        var names = captured.Kept.Select(SqliteName.Quote).Concat(key.IsHidden ? key.Columns : []);
        var values = captured.Kept.Select((_, i) => $"c{i}").Concat(key.IsHidden ? ["k0"] : []);
        string Insert(string or) => $"INSERT OR {or} INTO {Table} ({string.Join(", ", names)}) SELECT {string.Join(", ", values)} FROM {store} s WHERE i = 1";
        try
        {
            session.Execute($"{Insert("ABORT")} ORDER BY {key.Names}");
        }
        catch (MigrationException e) when (e.ErrorId == "ConstraintViolated")
        {
            session.Execute($"{Insert("IGNORE")} ORDER BY {key.Names}");
            Blocked(Insert("REPLACE"));
        }
    }

    private void Read()
    {
        shape = SqliteTableShape.Read(session, captured.Table);
        key = new SqliteRowKey(shape);
    }

    /// <summary>One by one, so that each is told together with the row that stands in its way.</summary>
    private void Blocked(string replace)
    {
        session.Execute($"CREATE TEMP TABLE {SqliteName.Prefix}blocked {key.Definition("")}");
        session.Execute($"INSERT INTO temp.{SqliteName.Prefix}blocked SELECT {key.Names} FROM {store} s WHERE i = 1 AND NOT EXISTS (SELECT 1 FROM {Table} t WHERE {key.Match("s", "t")})");
        using (var trap = new SqliteTrap(session, shape))
        {
            var which = string.Join(" AND ", key.Columns.Select((_, i) => $"s.k{i} = b.k{i}"));
            while (session.Long($"SELECT EXISTS (SELECT 1 FROM temp.{SqliteName.Prefix}blocked)") == 1)
            {
                var one = $"(SELECT * FROM temp.{SqliteName.Prefix}blocked ORDER BY {key.Names} LIMIT 1) b";
                session.Execute("SAVEPOINT psmigrate_blocked");
                session.Execute($"{replace} AND EXISTS (SELECT 1 FROM {one} WHERE {which})");
                Tell(one, which);
                session.Execute("RELEASE psmigrate_blocked");
                trap.Empty();
                session.Execute($"DELETE FROM temp.{SqliteName.Prefix}blocked AS x WHERE EXISTS (SELECT 1 FROM {one} WHERE {string.Join(" AND ", key.Columns.Select((_, i) => $"x.k{i} = b.k{i}"))})");
            }
        }

        session.Execute($"DROP TABLE temp.{SqliteName.Prefix}blocked");
    }

    private void Tell(string one, string which)
    {
        // What was trapped survives only as text where the replacement is taken back.
        var named = key.Shown;
        string keyText, capturedText, presentText;
        using (var query = session.Prepare($"SELECT {string.Join(", ", key.Columns.Select((_, i) => $"s.k{i}"))}{string.Concat(captured.Kept.Select((_, i) => $", s.c{i}"))} FROM {store} s JOIN {one} ON {which}"))
        {
            query.Read();
            keyText = SqliteRowText.Of(query, 0, named);
            capturedText = SqliteRowText.Of(query, named.Count, captured.Kept);
        }

        using (var query = session.Prepare($"SELECT {string.Join(", ", shape.Stored.Select((_, i) => $"v{i}"))} FROM {SqliteTrap.Table}"))
        {
            presentText = query.Read() ? SqliteRowText.Of(query, 0, [.. shape.Stored.Select(c => c.Name)]) : "";
        }

        string? savedIn;
        if (conflicts.IsForced)
        {
            savedIn = saved.Save(shape.Name, SqliteTrap.Values(shape, "t"), $"{SqliteTrap.Table} t", SqliteSavedRows.Present);
        }
        else
        {
            session.Execute("ROLLBACK TO psmigrate_blocked");
            savedIn = saved.Save(shape.Name,
                [.. key.IsHidden ? new[] { (SqliteSavedRows.RowId, "s.k0") } : [], .. captured.Kept.Select((c, i) => (c, $"s.c{i}"))],
                $"{store} s JOIN {one} ON {which}", SqliteSavedRows.Captured);
        }

        var resolution = conflicts.IsForced ? ConflictResolution.Overwritten : ConflictResolution.Kept;
        conflicts.Add(shape.Name, resolution, savedIn, () => new UndoConflict(conflicts.Step, shape.Name, keyText, ConflictKind.Blocked, resolution)
        {
            Captured = capturedText,
            Present = presentText,
        });
    }
}
