namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Keeps rows that an undo can neither leave where they are nor bring back: in tables named psmigrate_saved_…, one for each table,
/// with exactly the values that were stored. They are made when there is something to keep.
/// </summary>
internal sealed class SqliteSavedRows(SqliteSession session, string runId)
{
    /// <summary>The row as the undo found it.</summary>
    public const string Present = "present";

    /// <summary>The row as it was before the script.</summary>
    public const string Captured = "captured";

    private readonly string prefix = $"{SqliteName.Prefix}saved_{runId.Replace('-', '_')}_";
    private readonly Dictionary<string, (string Name, HashSet<string> Columns)> tables = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The table that has rows of this one; null where there is none.</summary>
    public string? For(string table) => tables.TryGetValue(table, out var saved) ? saved.Name : null;

    /// <summary>Saves what a query gives; the name of the table that it is in, or null where there was nothing.</summary>
    /// <param name="values">Columns of the table with the expressions that give their values.</param>
    /// <param name="from">What follows FROM.</param>
    public string? Save(string table, IReadOnlyList<(string Column, string Expression)> values, string from, string reason)
    {
        if (session.Long($"SELECT EXISTS (SELECT 1 FROM {from})") == 0)
        {
            return null;
        }

        var name = Prepare(table, [.. values.Select(v => v.Column)]);
        session.Execute(
            $"INSERT INTO main.{SqliteName.Quote(name)} ({Reason}{string.Concat(values.Select(v => ", " + SqliteName.Quote(v.Column)))}) SELECT ?1{string.Concat(values.Select(v => ", " + v.Expression))} FROM {from}", reason);
        return name;
    }

    /// <summary>The values of a row of the table, with its row id where that is no column.</summary>
    public static IReadOnlyList<(string Column, string Expression)> Of(SqliteTableShape shape, string row)
    {
        var key = new SqliteRowKey(shape);
        return
        [
            .. key.IsHidden ? new[] { (RowId, key.Of(row)) } : [],
            .. shape.Stored.Select(c => (c.Name, $"{row}.{SqliteName.Quote(c.Name)}")),
        ];
    }

    public const string RowId = SqliteName.Prefix + "rowid";

    private const string Reason = SqliteName.Prefix + "reason";

    private string Prepare(string table, IReadOnlyList<string> columns)
    {
        if (!tables.TryGetValue(table, out var saved))
        {
            var number = 1;
            while (session.Long("SELECT count(*) FROM main.sqlite_schema WHERE name = ?1", $"{prefix}{number}") > 0)
            {
                number++;
            }

            saved = ($"{prefix}{number}", new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Reason });
            session.Execute($"CREATE TABLE main.{SqliteName.Quote(saved.Name)} ({Reason} TEXT NOT NULL)");
            tables[table] = saved;
        }

        foreach (var column in columns.Where(saved.Columns.Add))
        {
            session.Execute($"ALTER TABLE main.{SqliteName.Quote(saved.Name)} ADD COLUMN {SqliteName.Quote(column)}");
        }

        return saved.Name;
    }
}
