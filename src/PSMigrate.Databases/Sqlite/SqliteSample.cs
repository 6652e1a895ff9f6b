using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Makes a database like another one with some of its rows: of each table a choice spread over it in the order of its key, so that the same
/// data gives the same rows, and every row that one of these refers to, and so on. The original is only read, as of one moment.
/// </summary>
/// <param name="copy">A new, empty database.</param>
/// <param name="most">How many rows of a table are chosen at most, before what others refer to.</param>
internal sealed class SqliteSample(SqliteSession copy, string original, int most, IMigrationObserver observer)
{
    private const string From = "psmigrate_original";

    private readonly Dictionary<string, Table> tables = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<SampledTable> Make(CancellationToken cancel)
    {
        using var interrupt = copy.InterruptOn(cancel);
        Begin();
        var made = copy.List($"SELECT type, name, sql FROM {From}.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid",
            row => (Kind: row.RequiredText(0), Name: row.RequiredText(1), Sql: row.RequiredText(2)));
        var shadows = copy.List($"SELECT name FROM pragma_table_list WHERE schema = '{From}' AND type = 'shadow'", row => row.RequiredText(0)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var plain = made.Where(o => o.Kind == "table" && !IsVirtual(o.Sql)).ToList();
        plain.ForEach(t => copy.Execute(t.Sql));
        foreach (var (_, name, _) in plain)
        {
            cancel.ThrowIfCancellationRequested();
            Choose(name, mayBeSampled: !shadows.Contains(name) && !SqliteName.IsOurs(name));
        }

        Follow(cancel);
        var sampled = plain.Select((t, i) => Fill(tables[t.Name], i * 100 / plain.Count, cancel)).OfType<SampledTable>().ToList();
        foreach (var (_, _, sql) in made.Where(o => o.Kind != "table"))
        {
            copy.Execute(sql);
        }

        End(made.Where(o => o.Kind == "table" && IsVirtual(o.Sql)).Select(o => (o.Name, o.Sql)));
        observer.Progress(new ProgressReport("Copying a sample", "Done", 0, 100, Completed: true));
        return sampled;
    }

    /// <summary>What cannot be set any more once something has been written.</summary>
    private void Begin()
    {
        using (var source = new SqliteSession(original, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly, copy.BusyTimeout))
        {
            copy.Execute($"PRAGMA page_size = {source.Long("PRAGMA page_size")}");
            copy.Execute($"PRAGMA encoding = '{source.Text("PRAGMA encoding")}'");
            copy.Execute($"PRAGMA auto_vacuum = {source.Long("PRAGMA auto_vacuum")}");
        }

        copy.Execute("PRAGMA foreign_keys = OFF");
        copy.Execute("PRAGMA ignore_check_constraints = ON");
        copy.Execute($"ATTACH ?1 AS {From}", original);
        copy.Execute("BEGIN");
    }

    private void Choose(string name, bool mayBeSampled)
    {
        var shape = SqliteTableShape.Read(copy, name);
        var rows = copy.Long($"SELECT count(*) FROM {From}.{SqliteName.Quote(name)}");
        var key = new SqliteRowKey(shape);
        if (!mayBeSampled || rows <= most || !key.IsPossible)
        {
            tables[name] = new Table(shape, rows, [], null);
            return;
        }

        var chosen = $"temp.psmigrate_chosen_{tables.Count}";
        var names = string.Join(", ", key.Columns.Select((_, i) => $"k{i}"));
        var columns = string.Join(", ", key.Columns.Select(SqliteName.Quote));
        copy.Execute($"CREATE TABLE {chosen} ({names}, PRIMARY KEY ({names})) WITHOUT ROWID");
        copy.Execute($"INSERT INTO {chosen} SELECT {names} FROM (SELECT {string.Join(", ", key.Columns.Select((c, i) => $"{SqliteName.Quote(c)} AS k{i}"))}, row_number() OVER (ORDER BY {columns}) AS n FROM {From}.{SqliteName.Quote(name)}) WHERE (n - 1) % {(rows + most - 1) / most} = 0");
        tables[name] = new Table(shape, rows, key.Columns, chosen);
    }

    /// <summary>Chooses what is referred to until nothing is missing.</summary>
    private void Follow(CancellationToken cancel)
    {
        var references = tables.Values.SelectMany(ReferencesOf).ToList();
        for (var more = true; more;)
        {
            more = false;
            foreach (var insert in references)
            {
                cancel.ThrowIfCancellationRequested();
                copy.Execute(insert);
                more |= copy.Long("SELECT changes()") > 0;
            }
        }
    }

    /// <summary>For each of a table's foreign keys, what chooses the rows that it refers to, where not all of these are taken.</summary>
    private IEnumerable<string> ReferencesOf(Table child) =>
        copy.List("SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq", row => (Id: row.Long(0), Parent: row.RequiredText(1), From: row.RequiredText(2), To: row.Text(3)), child.Shape.Name)
            .GroupBy(r => r.Id)
            .Select(reference => (Parent: tables.GetValueOrDefault(reference.First().Parent), Columns: reference.ToList()))
            .Where(r => r.Parent?.Chosen is not null && (r.Columns[0].To is not null || r.Parent.Shape.KeyColumns.Count == r.Columns.Count))
            .Select(r =>
            {
                var parent = r.Parent!;
                var referred = r.Columns.Select((c, i) => $"p.{SqliteName.Quote(c.To ?? parent.Shape.KeyColumns[i])}");
                var referring = r.Columns.Select(c => $"c.{SqliteName.Quote(c.From)}");
                return $"INSERT OR IGNORE INTO {parent.Chosen} SELECT {string.Join(", ", parent.Key.Select(k => $"p.{SqliteName.Quote(k)}"))} FROM {From}.{SqliteName.Quote(parent.Shape.Name)} AS p "
                    + $"WHERE ({string.Join(", ", referred)}) IN (SELECT {string.Join(", ", referring)} FROM {From}.{SqliteName.Quote(child.Shape.Name)} AS c{Where(child, "c.")})";
            });

    private SampledTable? Fill(Table table, int percent, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        observer.Progress(new ProgressReport("Copying a sample", table.Shape.Name, 0, percent));
        var name = SqliteName.Quote(table.Shape.Name);
        var columns = table.Shape.Stored.Select(c => SqliteName.Quote(c.Name)).ToList();
        if (table.Shape is { RowId: { } rowId, HasRowIdColumn: false })
        {
            columns.Insert(0, SqliteName.Quote(rowId));
        }

        copy.Execute($"INSERT INTO main.{name} ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns)} FROM {From}.{name}{Where(table, "")}");
        return table.Chosen is not null && copy.Long($"SELECT count(*) FROM main.{name}") is var rows && rows < table.Rows ? new SampledTable(table.Shape.Name, rows, table.Rows) : null;
    }

    private static string Where(Table table, string alias) => table.Chosen is null ? ""
        : $" WHERE ({string.Join(", ", table.Key.Select(k => alias + SqliteName.Quote(k)))}) IN (SELECT {string.Join(", ", table.Key.Select((_, i) => $"k{i}"))} FROM {table.Chosen})";

    /// <summary>
    /// Virtual tables keep their content in tables that are there by now, so that they are only entered into the schema, as the shell's
    /// <c>.dump</c> does.
    /// </summary>
    private void End(IEnumerable<(string Name, string Sql)> virtualTables)
    {
        if (copy.Long($"SELECT count(*) FROM {From}.sqlite_schema WHERE name = 'sqlite_sequence'") > 0)
        {
            copy.Execute("DELETE FROM main.sqlite_sequence");
            copy.Execute($"INSERT INTO main.sqlite_sequence SELECT * FROM {From}.sqlite_sequence");
        }

        copy.Execute("PRAGMA writable_schema = ON");
        foreach (var (name, sql) in virtualTables)
        {
            copy.Execute("INSERT INTO main.sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ?1, ?1, 0, ?2)", name, sql);
        }

        copy.Execute("PRAGMA writable_schema = OFF");
        foreach (var pragma in new[] { "user_version", "application_id" })
        {
            copy.Execute($"PRAGMA main.{pragma} = {copy.Long($"PRAGMA {From}.{pragma}")}");
        }

        copy.Execute("COMMIT");
        copy.Execute($"DETACH {From}");
    }

    private static bool IsVirtual(string sql) => sql.StartsWith("CREATE VIRTUAL", StringComparison.OrdinalIgnoreCase);

    /// <param name="Key">The columns that tell the rows apart, where only some are chosen.</param>
    /// <param name="Chosen">The table with the keys of those; null where all are taken.</param>
    private sealed record Table(SqliteTableShape Shape, long Rows, IReadOnlyList<string> Key, string? Chosen);
}
