using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.SqlServer.Backups;

/// <summary>Makes, exchanges and drops databases as a whole, from a connection to <c>master</c>.</summary>
internal sealed class SqlServerDatabases(ServerBackupContext context)
{
    private const string Master = "master";

    /// <summary>A session that has just been closed is seen for a moment.</summary>
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(1);

    /// <exception cref="MigrationException">CopyNotMade.</exception>
    public async Task MakeAsync(string database, CancellationToken cancel)
    {
        var collation = await (context.Original ?? context).Session.ScalarAsync<string>("SELECT NULLIF(CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS nvarchar(128)), CAST(SERVERPROPERTY('Collation') AS nvarchar(128)))", cancel).ConfigureAwait(false);
        try
        {
            var session = await OpenAsync(cancel).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            await session.ExecuteAsync(SqlServerBackupText.Create(database, collation), cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId is "AccessDenied" or "TargetNotFound" or "LoginFailed")
        {
            throw NotMade(database, e);
        }
    }

    public MigrationException NotMade(string database, MigrationException e) =>
        new("CopyNotMade", ErrorKind.Denied, $"A copy of {context.Address.Shown} cannot be made: the account may not create the database {database}.", e)
        {
            Offender = context.Address.Shown,
            RecommendedAction = "Have CREATE ANY DATABASE (in Azure SQL Database: the role dbmanager) given to the account.",
        };

    public async Task DropAsync(string database, CancellationToken cancel)
    {
        var session = await OpenAsync(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (await session.ScalarAsync<int?>("SELECT DB_ID(@p1)", cancel, database).ConfigureAwait(false) is null)
        {
            return;
        }

        try
        {
            await session.ExecuteAsync(SqlServerBackupText.PutOthersOut(database), cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            context.Observer.Decision($"Others cannot be put out of {database}, which is dropped all the same where nobody is in it: {e.Message}");
        }

        await session.ExecuteAsync(SqlServerBackupText.Drop(database), cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancel) =>
        await context.Session.ListAsync("SELECT name FROM sys.databases WHERE LEFT(name, LEN(@p1)) = @p1 ORDER BY name", row => row.GetString(0), cancel, prefix).ConfigureAwait(false);

    /// <exception cref="MigrationException">TargetInUse.</exception>
    public async Task RequireAloneAsync(CancellationToken cancel)
    {
        for (var until = DateTime.UtcNow + Leaving; ;)
        {
            var others = await context.Session.ListAsync(
                "SELECT CONCAT('session ', s.session_id, ', ', s.login_name, ' from ', s.host_name, ', ', s.program_name) FROM sys.dm_exec_sessions s WHERE s.database_id = DB_ID() AND s.session_id <> @@SPID AND s.is_user_process = 1",
                row => row.GetString(0), cancel).ConfigureAwait(false);
            if (others.Count == 0)
            {
                return;
            }

            if (DateTime.UtcNow > until)
            {
                throw InUse(string.Join("; ", others.Take(5)) + (others.Count > 5 ? $"; and {others.Count - 5} more" : ""), null);
            }

            await Task.Delay(50, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Puts another database in the target's place, under its name, and drops the one that was there.</summary>
    /// <exception cref="MigrationException">TargetInUse; nothing was changed.</exception>
    public async Task ExchangeAsync(string other, CancellationToken cancel)
    {
        const int LongestName = 128;
        var name = context.Address.Database;
        var end = $"_before_restore_{other[(other.LastIndexOf('_') + 1)..]}";
        var former = name[..Math.Min(name.Length, LongestName - end.Length)] + end;
        await context.Door.LeaveAsync(async () =>
        {
            var session = await OpenAsync(cancel).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            try
            {
                await session.ExecuteAsync(SqlServerBackupText.Close(name), cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (e.ErrorId == "SqlFailed")
            {
                throw InUse(e.Message, e);
            }

            await session.ExecuteAsync(SqlServerBackupText.Rename(name, former), CancellationToken.None).ConfigureAwait(false);
            try
            {
                await session.ExecuteAsync(SqlServerBackupText.Rename(other, name), CancellationToken.None).ConfigureAwait(false);
            }
            catch (MigrationException)
            {
                await session.ExecuteAsync(SqlServerBackupText.Rename(former, name), CancellationToken.None).ConfigureAwait(false);
                await session.ExecuteAsync(SqlServerBackupText.Open(name), CancellationToken.None).ConfigureAwait(false);
                throw;
            }
        }, cancel).ConfigureAwait(false);
        context.Observer.Decision($"{name} is the restored database now; what it was before is dropped.");
        try
        {
            await DropAsync(former, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MigrationException e)
        {
            // The content is restored by now: what cannot be dropped is no failure of the restore.
            context.Observer.Warning($"{name} was restored, but what it was before is still there as {former}, and must be dropped by hand: {e.Message}");
        }
    }

    private Task<ServerSession> OpenAsync(CancellationToken cancel) => context.ConnectAsync(Master, cancel);

    private MigrationException InUse(string who, Exception? inner) =>
        new("TargetInUse", ErrorKind.Busy, $"Others are connected to {context.Address.Database}: {who}. Nothing was changed.", inner)
        {
            Offender = context.Address.Shown,
            RecommendedAction = "Stop the applications that use the database, or end their sessions, and restore again.",
        };
}
