using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Reads who may do what with the connected database and what is in it. Each object's permissions are one line an account:
/// <c>INSERT, SELECT (`a`) TO `app`@`%` WITH GRANT OPTION</c>.
/// </summary>
internal static class MySqlPermissionReader
{
    private const string RoutinesSql =
        "SELECT user, host, routine_type, routine_name, CAST(proc_priv AS CHAR) FROM mysql.procs_priv WHERE db = @p1";

    /// <summary>The permissions of each object, by its kind and name; tables, views and sequences are all called table here.</summary>
    public static async Task<Dictionary<(string Kind, string Name), string>> ReadAsync(
        ServerSession session, MySqlContext context, bool everything, List<string> notCovered, CancellationToken cancel)
    {
        var granted = new Granted();
        await session.ReadAsync("SELECT grantee, table_name, privilege_type, is_grantable FROM information_schema.table_privileges WHERE table_schema = @p1",
            row => granted.Add("table", row.GetString(1), row.GetString(0), row.GetString(2), row.GetString(3) == "YES"), cancel, context.Database).ConfigureAwait(false);
        await session.ReadAsync("SELECT grantee, table_name, privilege_type, column_name, is_grantable FROM information_schema.column_privileges WHERE table_schema = @p1",
            row => granted.Add("table", row.GetString(1), row.GetString(0), $"{row.GetString(2)} ({MySqlName.Quote(row.GetString(3))})", row.GetString(4) == "YES"), cancel, context.Database).ConfigureAwait(false);
        if (everything)
        {
            // A name with _ or % is a pattern in a grant unless a backslash stands before them.
            await session.ReadAsync("SELECT grantee, privilege_type, is_grantable FROM information_schema.schema_privileges WHERE table_schema IN (@p1, @p2)",
                row => granted.Add(MySqlKinds.Database, MySqlKinds.DefaultsName, row.GetString(0), row.GetString(1), row.GetString(2) == "YES"), cancel,
                context.Database, Pattern(context.Database)).ConfigureAwait(false);
            if (await SeesOthersAsync(session, cancel).ConfigureAwait(false))
            {
                await session.ReadAsync(RoutinesSql, row => AddRoutine(granted, row.GetString(2), row.GetString(3), $"{row.GetString(0)}@{row.GetString(1)}", row.GetString(4)), cancel, context.Database).ConfigureAwait(false);
            }
            else
            {
                notCovered.Add("permissions of other accounts and on routines (SELECT on the database mysql is needed to read them)");
            }
        }

        return granted.Lines();
    }

    private static string Pattern(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal);

    private static async Task<bool> SeesOthersAsync(ServerSession session, CancellationToken cancel) =>
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'mysql' AND table_name = 'procs_priv'", cancel).ConfigureAwait(false) > 0;

    private static void AddRoutine(Granted granted, string type, string name, string account, string privileges)
    {
        var all = privileges.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var mayGrant = all.Contains("Grant", StringComparer.OrdinalIgnoreCase);
        foreach (var privilege in all.Where(p => !p.Equals("Grant", StringComparison.OrdinalIgnoreCase)))
        {
            granted.Add(type.ToLowerInvariant(), name, account, privilege.ToUpperInvariant(), mayGrant, isQuoted: false);
        }
    }

    /// <summary>Gathers single privileges into lines that read the same however the server orders them.</summary>
    private sealed class Granted
    {
        private readonly Dictionary<(string Kind, string Name), SortedDictionary<string, (SortedSet<string> Privileges, bool MayGrant)>> found = [];

        public void Add(string kind, string name, string account, string privilege, bool mayGrant, bool isQuoted = true)
        {
            if (!found.TryGetValue((kind, name), out var accounts))
            {
                found[(kind, name)] = accounts = new(StringComparer.Ordinal);
            }

            var grantee = isQuoted ? MySqlName.Account(Bare(account)) : MySqlName.Account(account);
            var (privileges, may) = accounts.GetValueOrDefault(grantee, (new SortedSet<string>(StringComparer.Ordinal), false));

            // The right to grant says nothing of what may be done: USAGE stands for "nothing besides".
            privileges.Add(privilege);
            accounts[grantee] = (privileges, may || mayGrant);
        }

        public Dictionary<(string Kind, string Name), string> Lines() => found.ToDictionary(
            one => one.Key,
            one => string.Join('\n', one.Value.Select(line => $"{string.Join(", ", line.Value.Privileges)} TO {line.Key}{(line.Value.MayGrant ? " WITH GRANT OPTION" : "")}")));

        /// <summary><c>'app'@'%'</c> without its quotes.</summary>
        private static string Bare(string account) => account.Replace("'@'", "@", StringComparison.Ordinal).Trim('\'');
    }
}
