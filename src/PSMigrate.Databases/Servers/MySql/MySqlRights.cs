namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// What an account lacks on its database, from the privileges that it can see of itself: those given globally, on the database and on
/// tables. Capturing rows needs TRIGGER, and tables of PSMigrate's own need CREATE, ALTER, INDEX and DROP. See the documentation's page on rights.
/// </summary>
internal static class MySqlRights
{
    private static readonly string[] Own = ["CREATE", "ALTER", "DROP", "INDEX", "SELECT", "INSERT", "UPDATE", "DELETE"];

    public static async Task<IReadOnlyList<string>> MissingAsync(ServerSession session, NeededRights needed, CancellationToken cancel)
    {
        var missing = new List<string>();
        var onDatabase = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await session.ReadAsync("SELECT privilege_type FROM information_schema.user_privileges", row => onDatabase.Add(row.GetString(0)), cancel).ConfigureAwait(false);
        // The names of databases in grants are patterns.
        await session.ReadAsync("SELECT privilege_type FROM information_schema.schema_privileges WHERE DATABASE() LIKE table_schema", row => onDatabase.Add(row.GetString(0)), cancel).ConfigureAwait(false);
        var onTables = new Dictionary<string, HashSet<string>>(StringComparer.OrdinalIgnoreCase);
        await session.ReadAsync("SELECT table_name, privilege_type FROM information_schema.table_privileges WHERE table_schema = DATABASE()", row =>
        {
            if (!onTables.TryGetValue(row.GetString(0), out var rights))
            {
                onTables[row.GetString(0)] = rights = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            }

            rights.Add(row.GetString(1));
        }, cancel).ConfigureAwait(false);
        void Require(string what, string on, IEnumerable<string> rights, HashSet<string>? more)
        {
            var lacking = rights.Where(r => !onDatabase.Contains(r) && more?.Contains(r) != true).ToList();
            if (lacking.Count > 0)
            {
                missing.Add($"{string.Join(", ", lacking)} on {on}, {what}");
            }
        }

        if (needed.KeepsHistory)
        {
            Require("to keep the history and captures", "the database", Own, null);
        }

        if (needed.CreatesIn.Count > 0)
        {
            Require("to make tables", "the database", ["CREATE"], null);
        }

        foreach (var key in needed.Altered.Concat(needed.Written).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var name = key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            IEnumerable<string> rights = needed.Altered.Contains(key) ? ["ALTER", "DROP", "SELECT", "INSERT", "UPDATE", "DELETE"] : ["SELECT", "INSERT", "UPDATE", "DELETE", "TRIGGER"];
            Require("which the plan changes", name, rights, onTables.GetValueOrDefault(name));
        }

        return missing;
    }
}
