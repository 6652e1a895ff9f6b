using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Finds what the server has and a structure does not say: what belongs to the whole server, and what this account may not see.
/// </summary>
internal static class MySqlNotCovered
{
    public static async Task<List<string>> ReadAsync(ServerSession session, MySqlContext context, CancellationToken cancel)
    {
        var found = new List<string>();
        foreach (var (table, sql, kind) in Catalogs(context))
        {
            if (await MayReadAsync(session, table, cancel).ConfigureAwait(false))
            {
                found.AddRange(await session.ListAsync(sql, row => $"{kind} {row.GetString(0)}", cancel).ConfigureAwait(false));
            }
        }

        if (context.Features.HasTablespaces)
        {
            found.AddRange(await session.ListAsync(
                "SELECT DISTINCT tablespace_name FROM information_schema.files WHERE file_type = 'TABLESPACE' AND tablespace_name NOT LIKE '%/%' AND tablespace_name NOT LIKE 'innodb\\_%' AND tablespace_name <> 'mysql'",
                row => $"tablespace {row.GetString(0)}", cancel).ConfigureAwait(false));
        }

        // Without these rights, the catalog shows nothing where there is something.
        foreach (var (right, what) in new[] { ("TRIGGER", DbKinds.Trigger), ("EVENT", MySqlKinds.Event) })
        {
            if (!await HasRightAsync(session, context, right, cancel).ConfigureAwait(false))
            {
                found.Add($"{what}s (this account does not see them without the privilege {right} on the database)");
            }
        }

        return found;
    }

    private static IEnumerable<(string Table, string Sql, string Kind)> Catalogs(MySqlContext context) =>
    [
        ("func", "SELECT name FROM mysql.func ORDER BY name", "loadable function"),
        ("servers", "SELECT server_name FROM mysql.servers ORDER BY server_name", "server"),
        context.Features.IsMariaDb
            ? ("user", "SELECT user FROM mysql.user WHERE is_role = 'Y' ORDER BY user", "role")
            : ("role_edges", "SELECT DISTINCT from_user FROM mysql.role_edges ORDER BY from_user", "role"),
    ];

    private static async Task<bool> MayReadAsync(ServerSession session, string table, CancellationToken cancel) =>
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'mysql' AND table_name = @p1", cancel, table).ConfigureAwait(false) > 0;

    /// <summary>Accounts that may not read those of others see only their own privileges, and their roles'.</summary>
    private static async Task<bool> HasRightAsync(ServerSession session, MySqlContext context, string right, CancellationToken cancel) =>
        await session.ScalarAsync<long>("""
            SELECT (SELECT COUNT(*) FROM information_schema.user_privileges WHERE privilege_type = @p1)
                 + (SELECT COUNT(*) FROM information_schema.schema_privileges WHERE privilege_type = @p1
                    AND (@p2 LIKE table_schema OR @p2 = table_schema))
            """, cancel, right, context.Database).ConfigureAwait(false) > 0;
}
