using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>The server's own consistency checks, where the account may run them, and what the catalog says of constraints.</summary>
internal static class SqlServerSelfCheck
{
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(ServerSession session, CancellationToken cancel)
    {
        var untrusted = await session.ListAsync(
            "SELECT OBJECT_NAME(parent_object_id) + '.' + name FROM sys.foreign_keys WHERE is_not_trusted = 1 UNION ALL SELECT OBJECT_NAME(parent_object_id) + '.' + name FROM sys.check_constraints WHERE is_not_trusted = 1",
            row => row.GetString(0), cancel).ConfigureAwait(false);
        return [await CheckDatabaseAsync(session, cancel).ConfigureAwait(false),
            new CheckResult("constraints are trusted", untrusted.Count == 0, untrusted.Count == 0 ? "ok" : $"not checked for all rows: {string.Join("; ", untrusted)}")];
    }

    public static async Task<CheckResult> CheckDatabaseAsync(ServerSession session, CancellationToken cancel)
    {
        const string What = "database is whole (DBCC CHECKDB)";
        try
        {
            await session.ExecuteAsync("DBCC CHECKDB WITH NO_INFOMSGS, PHYSICAL_ONLY", cancel).ConfigureAwait(false);
            return new CheckResult(What, true, "ok");
        }
        catch (MigrationException e) when (e.ErrorId is "AccessDenied")
        {
            return new CheckResult(What, true, "not run: the account may not run it (db_owner may)");
        }
        catch (MigrationException e) when (e.Message.Contains("not supported", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("not currently supported", StringComparison.OrdinalIgnoreCase))
        {
            return new CheckResult(What, true, $"not run: this server does not have it ({e.Message.TrimEnd('.')})");
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            return new CheckResult(What, false, e.Message);
        }
    }
}
