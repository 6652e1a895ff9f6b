using PSMigrate.Engine;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Backups;

/// <summary>Makes, exchanges and drops databases as a whole, from a connection to another one.</summary>
internal sealed class PostgreSqlDatabases(ServerBackupContext context)
{
    /// <summary>Databases that every server has and that one can be in to work on others; to be in template1 is in the way of others who make databases.</summary>
    private static readonly string[] Usual = ["postgres", "template1"];

    /// <summary>A session that has just been closed is seen for a moment.</summary>
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(1);

    private const int LongestName = 63;

    public async Task<bool> MayMakeAsync(CancellationToken cancel) =>
        await context.Session.ScalarAsync<bool>("SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user", cancel).ConfigureAwait(false);

    public Task<PostgreSqlTraits> TraitsAsync(CancellationToken cancel) => PostgreSqlTraits.ReadAsync(context.Session, context.Address.Database, cancel);

    /// <summary>Who else is in the database, as people can find them; empty where nobody is.</summary>
    public async Task<IReadOnlyList<string>> OthersAsync(CancellationToken cancel)
    {
        for (var until = DateTime.UtcNow + Leaving; ;)
        {
            var others = await context.Session.ListAsync(
                """
                SELECT coalesce(usename, backend_type, 'somebody') || coalesce(' with ' || NULLIF(application_name, ''), '') || coalesce(' from ' || host(client_addr), '') || ', process ' || pid || coalesce(', since ' || to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '')
                FROM pg_catalog.pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type NOT LIKE 'autovacuum%'
                UNION ALL SELECT 'the prepared transaction ' || gid FROM pg_catalog.pg_prepared_xacts WHERE database = current_database()
                """, row => row.GetString(0), cancel).ConfigureAwait(false);
            if (others.Count == 0 || DateTime.UtcNow > until)
            {
                return others;
            }

            await Task.Delay(50, cancel).ConfigureAwait(false);
        }
    }

    /// <exception cref="MigrationException">TargetInUse.</exception>
    public async Task RequireAloneAsync(CancellationToken cancel)
    {
        if (await OthersAsync(cancel).ConfigureAwait(false) is { Count: > 0 } others)
        {
            throw InUse(others);
        }
    }

    /// <summary>An empty database like the target, or a copy of it as it is.</summary>
    public async Task MakeAsync(PostgreSqlTraits traits, string name, string template, bool isCopy, CancellationToken cancel)
    {
        var session = await OpenAsync([template, name], cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await session.ExecuteAsync(traits.Create(name, template), cancel).ConfigureAwait(false);
        foreach (var statement in traits.After(name, isCopy))
        {
            try
            {
                await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (isCopy && e.ErrorId == "AccessDenied")
            {
                context.Observer.Decision($"The copy goes without a setting of {context.Address.Database} that this account may not give ({e.Message}): {statement}");
            }
        }
    }

    /// <summary>Puts another database in the target's place, under its name, in one transaction, and drops the one that was there.</summary>
    /// <exception cref="MigrationException">TargetInUse; nothing was changed.</exception>
    public async Task ExchangeAsync(string other, bool isTemplate, CancellationToken cancel)
    {
        var name = context.Address.Database;
        var former = Fitting(name, $"_before_restore_{other[(other.LastIndexOf('_') + 1)..]}");
        await context.Door.LeaveAsync(async () =>
        {
            var session = await OpenAsync([name, other], cancel).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            try
            {
                await session.ExecuteAsync("BEGIN", cancel).ConfigureAwait(false);
                await session.ExecuteAsync($"ALTER DATABASE {Quote(name)} RENAME TO {Quote(former)}", cancel).ConfigureAwait(false);
                await session.ExecuteAsync($"ALTER DATABASE {Quote(other)} RENAME TO {Quote(name)}", cancel).ConfigureAwait(false);
                await session.ExecuteAsync("COMMIT", CancellationToken.None).ConfigureAwait(false);
            }
            catch (MigrationException e) when (IsInUse(e))
            {
                throw InUse([e.Message]);
            }
        }, cancel).ConfigureAwait(false);
        context.Observer.Decision($"{name} is the restored database now; what it was before is dropped.");
        await DropFormerAsync(former, isTemplate).ConfigureAwait(false);
    }

    public async Task DropAsync(string name, CancellationToken cancel)
    {
        var session = await OpenAsync([name], cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (await session.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = @p1)", cancel, name).ConfigureAwait(false))
        {
            await DropSubscriptionsAsync(name, cancel).ConfigureAwait(false);
        }

        var hasForce = await session.ScalarAsync<int>("SELECT current_setting('server_version_num')::int", cancel).ConfigureAwait(false) >= 130000;
        if (!hasForce)
        {
            await session.ReadAsync("SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = @p1", _ => { }, cancel, name).ConfigureAwait(false);
        }

        await session.ExecuteAsync($"DROP DATABASE IF EXISTS {Quote(name)}{(hasForce ? " WITH (FORCE)" : "")}", cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancel) =>
        await context.Session.ListAsync("SELECT datname::text FROM pg_catalog.pg_database WHERE starts_with(datname, @p1) ORDER BY 1", row => row.GetString(0), cancel, prefix).ConfigureAwait(false);

    /// <summary>True where the server says that somebody is in a database.</summary>
    public static bool IsInUse(MigrationException e) => e.InnerException is Npgsql.PostgresException { SqlState: "55006" };

    private MigrationException InUse(IReadOnlyList<string> others) =>
        new("TargetInUse", ErrorKind.Busy, $"Others are connected to {context.Address.Database}: {string.Join("; ", others.Take(5))}{(others.Count > 5 ? $"; and {others.Count - 5} more" : "")}. Nothing was changed.")
        {
            Offender = context.Address.Shown,
            RecommendedAction = "Stop the applications that use the database, or end their sessions, and restore again.",
        };

    /// <summary>The content is restored by now, so that what cannot be dropped is no failure of the restore.</summary>
    private async Task DropFormerAsync(string former, bool isTemplate)
    {
        try
        {
            if (isTemplate)
            {
                var session = await OpenAsync([former], CancellationToken.None).ConfigureAwait(false);
                await using var _ = session.ConfigureAwait(false);
                await session.ExecuteAsync($"ALTER DATABASE {Quote(former)} IS_TEMPLATE false", CancellationToken.None).ConfigureAwait(false);
            }

            await DropAsync(former, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MigrationException e)
        {
            context.Observer.Warning($"{context.Address.Database} was restored, but what it was before is still there as {former}, and must be dropped by hand: {e.Message}");
        }
    }

    /// <summary>A database with subscriptions cannot be dropped; what they receive from is left alone.</summary>
    private async Task DropSubscriptionsAsync(string name, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(name, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var subscriptions = await session.ListAsync(
            "SELECT quote_ident(subname) FROM pg_catalog.pg_subscription WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())", row => row.GetString(0), cancel).ConfigureAwait(false);
        foreach (var one in subscriptions)
        {
            await session.ExecuteAsync($"ALTER SUBSCRIPTION {one} DISABLE", cancel).ConfigureAwait(false);
            await session.ExecuteAsync($"ALTER SUBSCRIPTION {one} SET (slot_name = NONE)", cancel).ConfigureAwait(false);
            await session.ExecuteAsync($"DROP SUBSCRIPTION {one}", cancel).ConfigureAwait(false);
        }
    }

    /// <summary>A connection to a database other than these.</summary>
    private async Task<ServerSession> OpenAsync(string[] avoided, CancellationToken cancel)
    {
        MigrationException? last = null;
        foreach (var database in Usual.Append(context.Address.Database).Except(avoided, StringComparer.Ordinal))
        {
            try
            {
                return await context.ConnectAsync(database, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (e.ErrorId is "TargetNotFound" or "AccessDenied" or "LoginFailed")
            {
                last = e;
            }
        }

        throw new MigrationException("AccessDenied", ErrorKind.Denied, $"To work on {context.Address.Database} as a whole, one must be in another database, and this account is let into none: {last?.Message}", last)
        {
            Offender = context.Address.Shown,
            RecommendedAction = "Let the account connect to the database postgres.",
        };
    }

    /// <summary>Names are cut off by the server at 63 bytes.</summary>
    private static string Fitting(string name, string end)
    {
        while (System.Text.Encoding.UTF8.GetByteCount(name) > LongestName - end.Length)
        {
            name = name[..^1];
        }

        return name + end;
    }
}
