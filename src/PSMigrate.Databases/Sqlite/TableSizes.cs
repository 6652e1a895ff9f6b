namespace PSMigrate.Databases.Sqlite;

/// <summary>How many rows the tables of a database have: counted where that is quick, else judged from the row ids.</summary>
internal sealed class TableSizes(SqliteSession session)
{
    private const long CountUpTo = 200_000;
    private const long SmallestRow = 4;

    private readonly Dictionary<string, long> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> tables = session
        .List("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'", row => row.RequiredText(0))
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    public long Of(string table)
    {
        if (known.TryGetValue(table, out var rows))
        {
            return rows;
        }

        if (!tables.Contains(table))
        {
            return known[table] = 0;
        }

        var quoted = "main." + SqliteName.Quote(table);
        var shape = SqliteTableShape.Read(session, table);
        var counted = session.Long($"SELECT count(*) FROM (SELECT 1 FROM {quoted} LIMIT {CountUpTo + 1})");
        return known[table] = counted <= CountUpTo ? counted
            : shape.RowId is { } id ? Judged(SqliteName.Quote(id), quoted)
            : session.Long($"SELECT count(*) FROM {quoted}");
    }

    /// <summary>From the ids, which may be far apart, but never more than the file has room for.</summary>
    private long Judged(string id, string table)
    {
        var ids = (Int128)session.Long($"SELECT max({id}) FROM {table}") - session.Long($"SELECT min({id}) FROM {table}") + 1;
        var room = session.Long("PRAGMA main.page_count") * session.Long("PRAGMA main.page_size") / SmallestRow;
        return (long)Int128.Min(ids, room);
    }
}
