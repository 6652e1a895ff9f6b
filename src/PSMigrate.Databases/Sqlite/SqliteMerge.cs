using PSMigrate.Plans;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Puts the rows that others wrote since back into a table that is as it was before the script. Theirs stay as they are, in the
/// columns that there are; what was captured of them is saved. Where the undo is forced it is the other way round. Every row of
/// theirs that met a captured one is listed with both.
/// </summary>
internal sealed class SqliteMerge(SqliteSession session, SqliteTheirs theirs, SqliteSavedRows saved, UndoConflicts conflicts)
{
    private const string Former = "temp." + SqliteName.Prefix + "former";
    private const string Merged = "temp." + SqliteName.Prefix + "merged";

    private readonly SqliteTableShape shape = SqliteTableShape.Read(session, theirs.Former!);
    private readonly SqliteRowKey key = new(SqliteTableShape.Read(session, theirs.Former!));

    private string Table => "main." + SqliteName.Quote(shape.Name);

    private IReadOnlyList<SqliteColumn> Stored => shape.Stored;

    public void Run()
    {
        try
        {
            KeepFormer();
            var met = Met("x");
            if (conflicts.IsForced)
            {
                SaveTheirs($"(x.known OR {met})");
                List($"{met} OR x.known AND NOT x.gone", ConflictResolution.Overwritten, "NOT x.gone");
                session.Execute($"DELETE FROM {theirs.Name} AS x WHERE known OR gone OR {met}");
            }
            else
            {
                saved.Save(shape.Name, SavedFormer, $"{Former} f", SqliteSavedRows.Captured);
            }

            PutBack();
            var loses = $"NOT x.gone AND {Loses("x")}";
            SaveTheirs($"(x.failed OR {loses})");
            List($"NOT x.failed AND ({met} OR x.known AND NOT x.gone OR {loses}{(theirs.HasFormerKeys ? "" : " OR x.gone")})", ConflictResolution.Kept, $"{met} OR {loses}");
            List("x.failed", ConflictResolution.Saved, "1");
        }
        finally
        {
            session.Execute($"DROP TABLE IF EXISTS {Former}");
            session.Execute($"DROP TABLE IF EXISTS {Merged}");
        }
    }

    /// <summary>Where a key means another row in the former table, nothing there is met.</summary>
    private string Met(string row) => theirs.HasFormerKeys
        ? $"EXISTS (SELECT 1 FROM {Former} f WHERE {SameKey("f", row)})"
        : "0";

    private string SavedValues => string.Concat(Stored.Select((_, i) => $", v{i}"));

    private IReadOnlyList<(string Column, string Expression)> SavedFormer =>
    [
        .. key.IsHidden ? new[] { (SqliteSavedRows.RowId, "f.k0") } : [],
        .. Stored.Select((c, i) => (c.Name, $"f.v{i}")),
    ];

    private static string SameKey(SqliteRowKey key, string one, string other) =>
        string.Join(" AND ", key.Columns.Select((_, i) => $"{one}.k{i} = {other}.k{i}"));

    private string SameKey(string one, string other) => SameKey(key, one, other);

    /// <summary>The rows that came back from the capture under the keys of theirs.</summary>
    private void KeepFormer()
    {
        session.Execute($"ALTER TABLE {theirs.Name} ADD COLUMN failed INTEGER NOT NULL DEFAULT 0");
        session.Execute($"CREATE TABLE {Former} {key.Definition(SavedValues)}");
        if (theirs.HasFormerKeys)
        {
            session.Execute($"INSERT INTO {Former} SELECT {key.Of("t")}{string.Concat(Stored.Select(c => $", t.{SqliteName.Quote(c.Name)}"))} FROM {theirs.Name} x JOIN {Table} t ON {key.Match("x", "t")}");
        }
    }

    private void PutBack()
    {
        // Without common keys what the script left of a row and others changed cannot be told from the row itself: it is saved.
        var wanted = theirs.HasFormerKeys ? "NOT x.gone" : "NOT x.gone AND NOT x.known";
        if (!theirs.HasFormerKeys)
        {
            session.Execute($"UPDATE {theirs.Name} SET failed = known AND NOT gone");
        }

        session.Execute($"CREATE TABLE {Merged} {theirs.Key.Definition(SavedValues)}");
        session.Execute(
            $"INSERT INTO {Merged} SELECT {string.Join(", ", theirs.Key.Columns.Select((_, i) => $"x.k{i}"))}{string.Concat(Stored.Select((c, i) => $", {ValueOf(c, i)}"))} FROM {theirs.Name} x LEFT JOIN {Former} f ON {(theirs.HasFormerKeys ? SameKey("f", "x") : "0")} WHERE {wanted}");
        if (theirs.HasFormerKeys && !conflicts.IsForced)
        {
            session.Execute($"DELETE FROM {Table} AS t WHERE EXISTS (SELECT 1 FROM {Former} f WHERE {key.Match("f", "t")})");
        }

        try
        {
            session.Execute(Insert("ABORT", "1"));
        }
        catch (MigrationException e) when (Refuses(e))
        {
            OneByOne();
        }
    }

    /// <summary>Theirs where the column is there; else what it was before, or would be in a new row.</summary>
    private string ValueOf(SqliteColumn column, int at)
    {
        var mine = theirs.Shape.Stored.Select((c, i) => (Name: theirs.FormerColumn(c.Name), At: i))
            .Where(c => column.Name.Equals(c.Name, StringComparison.OrdinalIgnoreCase)).Select(c => $"x.v{c.At}").FirstOrDefault();
        return mine ?? $"CASE WHEN f.k0 IS NULL THEN ({column.Default ?? "NULL"}) ELSE f.v{at} END";
    }

    private string Insert(string or, string where)
    {
        var names = Stored.Select(c => SqliteName.Quote(c.Name)).ToList();
        var values = Stored.Select((_, i) => $"v{i}").ToList();
        if (key.IsHidden && theirs.HasFormerKeys)
        {
            names.Add(key.Columns[0]);
            values.Add("k0");
        }

        return $"INSERT OR {or} INTO {Table} ({string.Join(", ", names)}) SELECT {string.Join(", ", values)} FROM {Merged} m WHERE {where} ORDER BY {theirs.Key.Names}";
    }

    /// <summary>The former definition does not take a row that the later one took.</summary>
    private static bool Refuses(MigrationException e) =>
        e.ErrorId == "ConstraintViolated" || e.Message.Contains("datatype mismatch", StringComparison.Ordinal);

    private void OneByOne()
    {
        using var trap = new SqliteTrap(session, shape);
        session.Execute($"ALTER TABLE {Merged} ADD COLUMN done INTEGER NOT NULL DEFAULT 0");
        var mine = theirs.Key;
        while (session.Long($"SELECT EXISTS (SELECT 1 FROM {Merged} WHERE NOT done)") == 1)
        {
            session.Execute($"UPDATE {Merged} AS m SET done = 2 WHERE ({mine.Names}) = (SELECT {mine.Names} FROM {Merged} WHERE NOT done ORDER BY {mine.Names} LIMIT 1)");
            session.Execute("SAVEPOINT psmigrate_one");
            if (Comes("m.done = 2"))
            {
                session.Execute($"UPDATE {Merged} SET done = 1 WHERE done = 2");
            }
            else
            {
                session.Execute("ROLLBACK TO psmigrate_one");
                session.Execute($"UPDATE {theirs.Name} AS x SET failed = 1 WHERE EXISTS (SELECT 1 FROM {Merged} m WHERE m.done = 2 AND {SameKey(mine, "m", "x")})");
                session.Execute($"UPDATE {Merged} SET done = 1 WHERE done = 2");
            }

            session.Execute("RELEASE psmigrate_one");
            trap.Empty();
        }

        BringFormerBack();
    }

    /// <summary>True when the row could be put into the table without putting another of theirs out of it.</summary>
    private bool Comes(string which)
    {
        try
        {
            session.Execute(Insert("ABORT", which));
            return true;
        }
        catch (MigrationException e) when (Refuses(e))
        {
            // REPLACE would put a default into the place of a NULL that may not be.
            if (conflicts.IsForced || !e.Message.Contains("UNIQUE", StringComparison.Ordinal))
            {
                return false;
            }
        }

        try
        {
            session.Execute(Insert("REPLACE", which));
        }
        catch (MigrationException e) when (Refuses(e))
        {
            return false;
        }

        if (session.Long($"SELECT EXISTS (SELECT 1 FROM {SqliteTrap.Table} r WHERE NOT ({IsCaptured("r")}))") == 1)
        {
            return false;
        }

        TellBlocked(which);
        return true;
    }

    /// <summary>True for a row that came back from a capture and is not one that others wrote.</summary>
    private string IsCaptured(string row) => theirs.Captures.Count == 0
        ? $"NOT {row}.came"
        : $"NOT {row}.came AND ({string.Join(" OR ", theirs.Captures.Select(c => $"EXISTS (SELECT 1 FROM main.{SqliteName.Quote(c)} c WHERE c.i = 1 AND {SameKey("c", row)})"))})";

    private void TellBlocked(string which)
    {
        var savedIn = saved.Save(shape.Name, SqliteTrap.Values(shape, "r"), $"{SqliteTrap.Table} r", SqliteSavedRows.Captured);
        if (savedIn is null)
        {
            return;
        }

        using var query = session.Prepare(
            $"SELECT {string.Join(", ", key.Columns.Select((_, i) => $"r.k{i}"))}{string.Concat(Stored.Select((_, i) => $", r.v{i}"))}{string.Concat(Stored.Select((_, i) => $", m.v{i}"))} FROM {SqliteTrap.Table} r, {Merged} m WHERE {which}");
        IReadOnlyList<string> names = [.. Stored.Select(c => c.Name)];
        while (query.Read())
        {
            conflicts.Add(shape.Name, ConflictResolution.Kept, savedIn, () => new UndoConflict(
                conflicts.Step, shape.Name, SqliteRowText.Of(query, 0, key.Shown), ConflictKind.Blocked, ConflictResolution.Kept)
            {
                Captured = SqliteRowText.Of(query, key.Columns.Count, names),
                Present = SqliteRowText.Of(query, key.Columns.Count + names.Count, names),
            });
        }
    }

    /// <summary>Where a row of theirs could not stay, the one that was captured comes back after all, if it can.</summary>
    private void BringFormerBack()
    {
        if (!theirs.HasFormerKeys || conflicts.IsForced)
        {
            return;
        }

        var names = Stored.Select(c => SqliteName.Quote(c.Name)).Concat(key.IsHidden ? key.Columns : []);
        var values = Stored.Select((_, i) => $"f.v{i}").Concat(key.IsHidden ? ["f.k0"] : []);
        session.Execute(
            $"INSERT OR IGNORE INTO {Table} ({string.Join(", ", names)}) SELECT {string.Join(", ", values)} FROM {Former} f JOIN {theirs.Name} x ON {SameKey("f", "x")} WHERE x.failed");
    }

    /// <summary>
    /// True for a row of theirs with a value that does not come through: in a column that undo takes away, other than what a new row
    /// has there, or one that the former column changes.
    /// </summary>
    private string Loses(string row)
    {
        var tests = new List<string>();
        foreach (var (column, at) in theirs.Shape.Stored.Select((c, i) => (c, i)))
        {
            var value = $"{row}.v{at}";
            var former = Stored.FirstOrDefault(s => s.Name.Equals(theirs.FormerColumn(column.Name), StringComparison.OrdinalIgnoreCase));
            if (former is null)
            {
                tests.Add($"{value} IS NOT ({column.Default ?? "NULL"})");
            }
            else if (shape.HasRowIdColumn && former.PrimaryKey > 0)
            {
                tests.Add($"{value} IS NULL");
            }
            else if (shape.AffinityOf(former) is "INTEGER" or "REAL" or "NUMERIC")
            {
                // A text such as '007' becomes a number that does not say the same.
                tests.Add($"typeof({value}) = 'text' AND CAST({value} AS NUMERIC) = {value} AND CAST(CAST({value} AS NUMERIC) AS TEXT) <> {value}");
            }
        }

        return tests.Count == 0 ? "0" : $"({string.Join(" OR ", tests)})";
    }

    private void SaveTheirs(string which) =>
        saved.Save(shape.Name, theirs.Saved("x"), $"{theirs.Name} x WHERE NOT x.gone AND {which}", SqliteSavedRows.Present);

    /// <summary>Lists rows of theirs.</summary>
    /// <param name="which">Which; x is theirs.</param>
    /// <param name="isSaved">For which of them something was saved.</param>
    private void List(string which, ConflictResolution resolution, string isSaved)
    {
        var keys = string.Join(", ", theirs.Key.Columns.Select((_, i) => $"x.k{i}"));
        using var query = session.Prepare(
            $"""
            SELECT {keys}, x.gone, x.known, f.k0 IS NOT NULL, {isSaved}
              {string.Concat(Stored.Select((_, i) => $", f.v{i}"))}{string.Concat(theirs.Shape.Stored.Select((_, i) => $", x.v{i}"))}
            FROM {theirs.Name} x LEFT JOIN {Former} f ON {(theirs.HasFormerKeys ? SameKey("f", "x") : "0")} WHERE {which} ORDER BY {keys}
            """);
        var at = theirs.Key.Columns.Count;
        IReadOnlyList<string> formerNames = [.. Stored.Select(c => c.Name)];
        IReadOnlyList<string> presentNames = [.. theirs.Shape.Stored.Select(c => c.Name)];
        while (query.Read())
        {
            var gone = query.Long(at) != 0;
            var known = query.Long(at + 1) != 0;
            var met = query.Long(at + 2) != 0;
            conflicts.Add(shape.Name, resolution, query.Long(at + 3) != 0 ? saved.For(shape.Name) : null, () => new UndoConflict(
                conflicts.Step, shape.Name, SqliteRowText.Of(query, 0, theirs.Key.Shown),
                gone ? ConflictKind.Deleted : known || met ? ConflictKind.Changed : ConflictKind.Added, resolution)
            {
                Captured = met ? SqliteRowText.Of(query, at + 4, formerNames) : null,
                Present = gone ? null : SqliteRowText.Of(query, at + 4 + formerNames.Count, presentNames),
            });
        }
    }
}
