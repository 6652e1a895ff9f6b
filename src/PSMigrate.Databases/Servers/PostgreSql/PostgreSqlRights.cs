using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// What an account lacks. Tables are altered and dropped by their owners only (or by members of the owning role); capturing rows needs
/// a trigger on the table, which owners may make. See the documentation's page on rights.
/// </summary>
internal static class PostgreSqlRights
{
    public static async Task<IReadOnlyList<string>> MissingAsync(ServerSession session, NeededRights needed, CancellationToken cancel)
    {
        if (await session.ScalarAsync<bool>("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user", cancel).ConfigureAwait(false))
        {
            return [];
        }

        var missing = new List<string>();
        var mayCreateSchemas = await session.ScalarAsync<bool>("SELECT has_database_privilege(current_database(), 'CREATE')", cancel).ConfigureAwait(false);
        var home = await session.ListAsync("SELECT has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = 'psmigrate'", row => row.GetBoolean(0), cancel).ConfigureAwait(false);
        if (needed.KeepsHistory && home is [] && !mayCreateSchemas)
        {
            missing.Add("CREATE on the database, to make the schema psmigrate for the history and for captures");
        }
        else if (needed.KeepsHistory && home is [false])
        {
            missing.Add("USAGE and CREATE on the schema psmigrate, where the history and captures are");
        }

        if (needed.CreatesSchemas && !mayCreateSchemas)
        {
            missing.Add("CREATE on the database, to make schemas");
        }

        foreach (var schema in needed.CreatesIn.Where(s => s.Length > 0).Order(StringComparer.Ordinal))
        {
            var may = await session.ListAsync("SELECT has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = @p1", row => row.GetBoolean(0), cancel, schema).ConfigureAwait(false);
            if (may is [false])
            {
                missing.Add($"CREATE on the schema {schema}");
            }
        }

        // Captures are made by triggers, which only an owner (or who may make triggers) can make.
        foreach (var (key, altered) in needed.Altered.Select(k => (k, true)).Concat(needed.Written.Except(needed.Altered).Select(k => (k, false))).OrderBy(k => k.Item1, StringComparer.Ordinal))
        {
            var name = key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            var found = await session.ListAsync(
                """
                SELECT pg_has_role(c.relowner, 'USAGE'), has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE'), has_table_privilege(c.oid, 'TRIGGER'), c.relkind = ANY ('{r,p}')
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = @p1 AND c.relname = @p2
                """,
                row => (Owns: row.GetBoolean(0), Selects: row.GetBoolean(1), Writes: row.GetBoolean(2), Triggers: row.GetBoolean(3), IsTable: row.GetBoolean(4)), cancel, name[..dot], name[(dot + 1)..]).ConfigureAwait(false);
            if (found is not [var rights])
            {
                continue;
            }

            if (altered && !rights.Owns)
            {
                missing.Add($"membership in the role that owns {name}");
            }
            else if (!altered && rights.IsTable && !(rights.Selects && rights.Writes && rights.Triggers))
            {
                missing.Add($"{string.Join(", ", new[] { (rights.Selects, "SELECT"), (rights.Writes, "INSERT, UPDATE or DELETE"), (rights.Triggers, "TRIGGER") }.Where(r => !r.Item1).Select(r => r.Item2))} on {name}");
            }
        }

        return missing;
    }
}
