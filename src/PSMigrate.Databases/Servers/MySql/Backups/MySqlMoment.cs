namespace PSMigrate.Databases.Servers.MySql.Backups;

/// <summary>A connection that sees the database as it was at one moment, and never changes it.</summary>
internal static class MySqlMoment
{
    /// <summary>How long a writer may keep the lock away that a dump begins with.</summary>
    private const int MostSeconds = 10;

    /// <summary>Values are read as they are, whatever the session's zone and limits are.</summary>
    private const string Settings = "SET SESSION time_zone = '+00:00', SESSION sql_select_limit = DEFAULT, SESSION net_write_timeout = 3600, SESSION wait_timeout = 28800, SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ";

    public static async Task<ServerSession> OpenAsync(ServerBackupContext context, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(null, cancel).ConfigureAwait(false);
        try
        {
            await session.ExecuteAsync(Settings.Replace(", SESSION TRANSACTION", "; SET SESSION TRANSACTION", StringComparison.Ordinal), cancel).ConfigureAwait(false);
            await session.ExecuteAsync("START TRANSACTION WITH CONSISTENT SNAPSHOT", cancel).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// A connection that keeps writers out of all tables until it is closed, so that two others can begin to look at the same moment: a
    /// snapshot cannot be shared here. Null, with the reason, where the account may not, or writers do not let it in time.
    /// </summary>
    public static async Task<(ServerSession? Session, string WhyNot)> HoldAsync(ServerBackupContext context, IReadOnlyList<string> tables, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(null, cancel).ConfigureAwait(false);
        try
        {
            await session.ExecuteAsync($"SET SESSION lock_wait_timeout = {MostSeconds}", cancel).ConfigureAwait(false);
            if (tables.Count > 0)
            {
                await session.ExecuteAsync($"LOCK TABLES {string.Join(", ", tables.Select(t => $"{MySqlName.Quote(t)} READ"))}", cancel).ConfigureAwait(false);
            }

            return (session, "");
        }
        catch (MigrationException e) when (e.ErrorId is "AccessDenied" or "LockNotGranted")
        {
            await session.DisposeAsync().ConfigureAwait(false);
            return (null, $"the tables cannot be locked for the moment at which it begins ({e.Message})");
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
