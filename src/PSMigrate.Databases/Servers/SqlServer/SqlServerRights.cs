namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>What an account lacks, as HAS_PERMS_BY_NAME tells. See the documentation's page on rights.</summary>
internal static class SqlServerRights
{
    public static async Task<IReadOnlyList<string>> MissingAsync(ServerSession session, NeededRights needed, CancellationToken cancel)
    {
        var missing = new List<string>();
        var mayCreateTables = await HasAsync(session, null, "DATABASE", "CREATE TABLE", cancel).ConfigureAwait(false);
        var hasHome = await session.ScalarAsync<int?>("SELECT SCHEMA_ID(N'psmigrate')", cancel).ConfigureAwait(false) is not null;
        if (needed.KeepsHistory)
        {
            if (!mayCreateTables)
            {
                missing.Add("CREATE TABLE in the database, for the history and for captures");
            }

            if (!hasHome && !await HasAsync(session, null, "DATABASE", "CREATE SCHEMA", cancel).ConfigureAwait(false))
            {
                missing.Add("CREATE SCHEMA in the database, to make the schema psmigrate");
            }
            else if (hasHome && !await HasAsync(session, "psmigrate", "SCHEMA", "ALTER", cancel).ConfigureAwait(false))
            {
                missing.Add("ALTER on the schema psmigrate, where the history and captures are");
            }
        }

        if (needed.CreatesSchemas && !await HasAsync(session, null, "DATABASE", "CREATE SCHEMA", cancel).ConfigureAwait(false))
        {
            missing.Add("CREATE SCHEMA in the database");
        }

        foreach (var schema in needed.CreatesIn.Where(s => s.Length > 0).Order(StringComparer.Ordinal))
        {
            if (!await HasAsync(session, SqlServerName.Quote(schema), "SCHEMA", "ALTER", cancel).ConfigureAwait(false))
            {
                missing.Add($"ALTER on the schema {schema}");
            }
        }

        foreach (var key in needed.Altered.Concat(needed.Written).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var name = key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            var quoted = SqlServerName.Quote(name[..dot], name[(dot + 1)..]);
            // A trigger that captures rows is made by ALTER.
            foreach (var right in needed.Written.Contains(key) ? new[] { "ALTER", "SELECT", "INSERT", "UPDATE", "DELETE" } : ["ALTER", "SELECT"])
            {
                if (!await HasAsync(session, quoted, "OBJECT", right, cancel).ConfigureAwait(false))
                {
                    missing.Add($"{right} on {name}");
                }
            }
        }

        if (needed.Written.Count + needed.Altered.Count > 0 && !await HasAsync(session, null, "DATABASE", "UNMASK", cancel).ConfigureAwait(false))
        {
            var masked = await MaskedAsync(session, cancel).ConfigureAwait(false);
            missing.AddRange(needed.Written.Concat(needed.Altered).Distinct(StringComparer.Ordinal).Where(masked.Contains).Order(StringComparer.Ordinal)
                .Select(key => $"UNMASK on {key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..]}, of which else the mask would be captured instead of the values"));
        }

        return missing;
    }

    /// <summary>The tables with masked columns, by key.</summary>
    private static async Task<IReadOnlySet<string>> MaskedAsync(ServerSession session, CancellationToken cancel) =>
        await session.ScalarAsync<int?>("SELECT OBJECT_ID(N'sys.masked_columns')", cancel).ConfigureAwait(false) is null ? new HashSet<string>()
            : (await session.ListAsync("SELECT s.name, t.name FROM sys.masked_columns m JOIN sys.tables t ON t.object_id = m.object_id JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE m.is_masked = 1",
                row => Structure.DbObject.KeyOf(Structure.DbKinds.Table, null, row.GetString(0), row.GetString(1)), cancel).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);

    private static async Task<bool> HasAsync(ServerSession session, string? on, string what, string right, CancellationToken cancel) =>
        await session.ScalarAsync<int?>("SELECT HAS_PERMS_BY_NAME(@p1, @p2, @p3)", cancel, on ?? (object)await DatabaseAsync(session, cancel).ConfigureAwait(false), what, right).ConfigureAwait(false) != 0;

    private static async Task<string> DatabaseAsync(ServerSession session, CancellationToken cancel) =>
        await session.ScalarAsync<string>("SELECT QUOTENAME(DB_NAME())", cancel).ConfigureAwait(false) ?? "";
}
