namespace PSMigrate.Databases.Sqlite;

/// <summary>How many rows the tables of a database have: counted where that is quick, else judged from the row ids.</summary>
internal sealed class TableSizes(SqliteSession session)
{
    private const long CountUpTo = 200_000;

    private readonly Dictionary<string, long> known = new(StringComparer.OrdinalIgnoreCase);

    public long Of(string table)
    {
        if (known.TryGetValue(table, out var rows))
        {
            return rows;
        }

        if (session.Long("SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE AND sql NOT LIKE 'CREATE VIRTUAL%'", table) == 0)
        {
            return known[table] = 0;
        }

        var quoted = "main." + SqliteName.Quote(table);
        var shape = SqliteTableShape.Read(session, table);
        var bound = shape.RowId is { } id ? session.Long($"SELECT coalesce(max({id}), 0) FROM {quoted}") : 0;
        return known[table] = bound <= CountUpTo ? session.Long($"SELECT count(*) FROM {quoted}") : bound;
    }
}
