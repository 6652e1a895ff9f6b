namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>Where sequences stand, those of identity columns among them. They are in no transaction: what is given out stays so.</summary>
internal static class PostgreSqlSequences
{
    /// <summary>How many are asked for in one statement.</summary>
    private const int Together = 500;

    /// <param name="onlyReadable">Leaves out those that the account may not read; without it they are an error.</param>
    public static async Task<IReadOnlyList<SequenceValue>> ReadAsync(ServerSession session, bool onlyReadable, CancellationToken cancel)
    {
        var known = await session.ListAsync(
            $"""
            SELECT n.nspname::text, c.relname::text, c.oid::text, s.seqincrement
            FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relpersistence <> 't' AND c.oid >= 16384
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'){(onlyReadable ? " AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT') END" : "")}
            ORDER BY 1, 2
            """, row => new SequenceValue(row.GetString(0), row.GetString(1), "", false) { Id = row.GetString(2), Increment = row.GetInt64(3) }, cancel).ConfigureAwait(false);
        var values = new List<SequenceValue>();
        foreach (var some in known.Chunk(Together))
        {
            await session.ReadAsync(string.Join(" UNION ALL ", some.Select((s, i) => $"SELECT {i}, last_value::text, is_called FROM {PostgreSqlName.Of(s.Schema, s.Name)}")) + " ORDER BY 1",
                row => values.Add(some[row.GetInt32(0)] with { Value = row.GetString(1), IsCalled = row.GetBoolean(2) }), cancel).ConfigureAwait(false);
        }

        return values;
    }

    public static Task SetAsync(ServerSession session, SequenceValue value, CancellationToken cancel) => session.ReadAsync(
        "SELECT pg_catalog.setval(@p1::text::regclass, @p2::text::bigint, @p3::boolean)", _ => { }, cancel, PostgreSqlName.Of(value.Schema, value.Name), value.Value, value.IsCalled);
}
