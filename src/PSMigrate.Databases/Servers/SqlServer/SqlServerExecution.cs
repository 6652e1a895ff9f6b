using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>
/// Settings under which the server reads what it is sent, answers that all is well, and runs none of it: scripts set them to stop themselves
/// (<c>IF … SET NOEXEC ON</c>). Our own statements would not run either, COMMIT among them.
/// </summary>
internal static class SqlServerExecution
{
    private static readonly string[] Settings = ["noexec", "parseonly", "fmtonly", "showplan_all", "showplan_text", "showplan_xml"];

    /// <summary>After a batch that names such a setting: nothing where it did not come to that, or was taken back.</summary>
    /// <exception cref="MigrationException">ExecutionTurnedOff; statements are run again.</exception>
    public static async Task RequireAsync(ServerSession session, StatementFacts facts, CancellationToken cancel)
    {
        var named = facts.Each.Where(f => f.Kind == StatementKind.Set).SelectMany(f => f.Assignments).Select(a => a.Name).Intersect(Settings, StringComparer.OrdinalIgnoreCase).ToList();
        if (named.Count == 0 || await session.ScalarAsync<object>("SELECT 1", cancel).ConfigureAwait(false) is 1)
        {
            return;
        }

        // Twice: what turns the one off is not run while the other is on.
        foreach (var setting in named.Concat(named))
        {
            await session.ExecuteAsync($"SET {setting.ToUpperInvariant()} OFF", cancel).ConfigureAwait(false);
        }

        throw new MigrationException("ExecutionTurnedOff", ErrorKind.InvalidInput, $"The batch stops the script: it sets {string.Join(", ", named.Select(n => n.ToUpperInvariant()))}, after which the server runs nothing")
        {
            RecommendedAction = "See to what the script found missing, or take the setting out.",
        };
    }
}
