using System.Data.Common;
using System.Globalization;
using MySqlConnector;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Servers.Watching;
using PSMigrate.Databases.Sql;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>MySQL 8.0 and later and MariaDB 10.5 and later. One instance is for one server, because they differ by version.</summary>
public sealed class MySqlEngine : ServerEngine
{
    private const string OwnPrefix = "psmigrate_";

    /// <summary>What scripts may set and the next one must not find set.</summary>
    private static readonly string[] Settings =
        ["sql_mode", "time_zone", "foreign_key_checks", "unique_checks", "autocommit", "innodb_lock_wait_timeout", "lock_wait_timeout", "character_set_client", "character_set_results", "collation_connection"];

    /// <summary>The storage engines that write at once.</summary>
    private static readonly HashSet<string> Immediate = new(["MyISAM", "Aria", "MEMORY", "CSV", "ARCHIVE", "MRG_MyISAM", "BLACKHOLE", "CONNECT", "FEDERATED", "SPIDER"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Engines whose tables are only doors to others.</summary>
    private static readonly HashSet<string> Elsewhere = new(["CONNECT", "FEDERATED", "SPIDER"], StringComparer.OrdinalIgnoreCase);

    private MySqlFeatures? features;
    private string? database;

    /// <summary>What the server is; null until it was connected to.</summary>
    internal MySqlFeatures? Features => features;

    public override string Scheme => "mysql";

    public override string? HomeDatabase => "information_schema";

    public override string Name => features?.IsMariaDb == true ? "MariaDB" : "MySQL";

    public override string VersionQuery => "SELECT VERSION()";

    public override SqlDialect Dialect => SqlDialect.MySql;

    public override IStructureReader Reader { get; } = new MySqlStructureReader();

    public override IStructureWriter Writer => new MySqlStructureWriter(features ?? throw new InvalidOperationException("The server's version is known once it was connected to."));

    public override RowSql Rows { get; } = new MySqlRowSql();

    public override IServerBackups Backups { get; } = new MySqlBackups();

    /// <summary>Every statement that changes structure commits by itself, and what was open before it.</summary>
    public override bool StructureIsTransactional => false;

    public override bool CanPlaceColumns => true;

    public override bool CanSuspendTriggers => false;

    public override bool FindsByName(DbObject one) => one.Kind == DbKinds.View;

    public override bool LacksWhatItReads(MigrationException error) => MySqlErrors.LacksWhatItReads(error);

    public override bool HasIdentities => false;

    public override bool HasTransactions(DbObject table) => table.Facet(MySqlFacets.Engine) is not { } kept || !Immediate.Contains(kept);

    public override bool CountsWrites => false;

    public override IReadOnlyList<string> StatementsOf(string code) => MySqlBody.StatementsOf(code, Dialect);

    public override string? CodeOf(DbObject one) => one.Kind is DbKinds.Trigger or DbKinds.Procedure or DbKinds.Function or MySqlKinds.PackageBody ? one.Facet(MySqlFacets.Definition) : null;

    public override string? OtherDatabasesQuery => "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'sys')";

    public override IReadOnlyList<string> WordsThatLeadOut { get; } = ["OUTFILE", "DUMPFILE", "sys_exec", "sys_eval"];

    public override string? LeadsOut(DbObject one) => one.Kind == DbKinds.Table && one.Facet(MySqlFacets.Engine) is { } storage && Elsewhere.Contains(storage)
        ? $"is a door to elsewhere ({storage})" : null;

    public override string? FiredBy(DbObject trigger) => trigger.Facet(MySqlFacets.Event)?.ToLowerInvariant();

    /// <summary>What InnoDB deletes and updates by foreign keys happens beneath the level of triggers.</summary>
    public override bool CascadesFireTriggers => false;

    public override (string Off, string On)? ReferencePause => ("SET SESSION foreign_key_checks = 0", "SET SESSION foreign_key_checks = 1");

    public override string? OwnSchema => null;

    public override string LongText => "longtext CHARACTER SET utf8mb4";

    public override string ShortText => "varchar(190) CHARACTER SET utf8mb4";

    public override string BeginTransaction => "START TRANSACTION";

    public override ServerAddress Read(TargetAddress address) => MySqlAddress.Read(address);

    public override async Task<ServerSession> ConnectAsync(ServerAddress address, string? database, CancellationToken cancel)
    {
        var settings = new MySqlConnectionStringBuilder(address.ConnectionString)
        {
            Pooling = false,
            AutoEnlist = false,
            AllowUserVariables = true,
            // Rows that a statement finds and does not change count, as elsewhere.
            UseAffectedRows = false,
            AllowZeroDateTime = true,
            ConvertZeroDateTime = false,
            TreatTinyAsBoolean = false,
            IgnoreCommandTransaction = true,
        };
        if (database is not null)
        {
            settings.Database = database;
        }

        if (string.IsNullOrEmpty(settings.ApplicationName))
        {
            settings.ApplicationName = "PSMigrate";
        }

        var connection = new MySqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or System.Net.Sockets.SocketException or IOException or TimeoutException or System.Security.Authentication.AuthenticationException or InvalidOperationException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw MySqlErrors.OfConnecting(e, address);
        }

        var session = new ServerSession(connection, e => Translate(e, address));
        this.database = settings.Database;
        features ??= await MySqlFeatures.ReadAsync(session, cancel).ConfigureAwait(false);
        return session;
    }

    public override DataDoor DoorTo(Func<CancellationToken, Task<ServerSession>> connect) => new MySqlDoor(this, connect);

    public override MigrationException Translate(DbException error, ServerAddress address) => MySqlErrors.Of(error, address);

    public override int? OffsetOf(Exception error, string statement) => MySqlErrors.OffsetOf(error, statement);

    public override async Task<bool> IsInTransactionAsync(ServerSession session, CancellationToken cancel) => features!.IsMariaDb
        ? await session.ScalarAsync<long>("SELECT @@in_transaction", cancel).ConfigureAwait(false) != 0
        : await session.ScalarAsync<long>("SELECT count(*) FROM performance_schema.events_transactions_current t JOIN performance_schema.threads h USING (thread_id) WHERE h.processlist_id = CONNECTION_ID() AND t.state = 'ACTIVE' AND t.autocommit = 'NO'", cancel).ConfigureAwait(false) != 0;

    public override async Task<bool> TryLockAsync(ServerSession session, LockHolder holder, CancellationToken cancel) =>
        await session.ScalarAsync<long?>($"SELECT GET_LOCK({LockName}, 0)", cancel).ConfigureAwait(false) == 1;

    public override Task UnlockAsync(ServerSession session, CancellationToken cancel) => session.ExecuteAsync($"DO RELEASE_LOCK({LockName})", cancel);

    public override bool TellsLockHolder => false;

    public override async Task<string?> DescribeLockHolderAsync(ServerSession session, CancellationToken cancel)
    {
        if (await session.ScalarAsync<long?>($"SELECT IS_USED_LOCK({LockName})", cancel).ConfigureAwait(false) is not { } id)
        {
            return null;
        }

        var found = await session.ListAsync("SELECT user, host, time FROM information_schema.processlist WHERE id = @p1",
            row => $"{row.GetString(0)} from {row.GetString(1)}, connection {id.ToString(CultureInfo.InvariantCulture)}", cancel, id).ConfigureAwait(false);
        return found.FirstOrDefault() ?? $"connection {id.ToString(CultureInfo.InvariantCulture)}";
    }

    public override async Task<string> SessionIdAsync(ServerSession session, CancellationToken cancel)
    {
        var found = await session.ListAsync("SELECT CONNECTION_ID(), @@hostname, @@port", row => $"{row.GetValue(0)} {row.GetValue(1)}:{row.GetValue(2)}", cancel).ConfigureAwait(false);
        return found[0];
    }

    public override async Task<string?> DescribeSessionAsync(ServerSession session, string sessionId, CancellationToken cancel)
    {
        var id = long.Parse(sessionId.Split(' ')[0], CultureInfo.InvariantCulture);
        if (await SessionIdAsync(session, cancel).ConfigureAwait(false) == sessionId)
        {
            return null;
        }

        // A server that was restarted counts anew: a session of that number that does nothing of ours is another's.
        var found = await session.ListAsync("SELECT command, coalesce(info, ''), coalesce(db, '') FROM information_schema.processlist WHERE id = @p1 AND user = SUBSTRING_INDEX(CURRENT_USER(), '@', 1)",
            row => (Command: row.GetString(0), Info: row.GetString(1), Database: row.GetString(2)), cancel, id).ConfigureAwait(false);
        return found is [var one] && one.Database == session.Connection.Database && one.Command != "Sleep"
            ? $"connection {id.ToString(CultureInfo.InvariantCulture)}, {one.Command}: {(one.Info.Length > 100 ? one.Info[..100] : one.Info)}" : null;
    }

    public override Task<SessionActivity?> ActivityAsync(ServerSession session, string sessionId, CancellationToken cancel) =>
        MySqlActivity.ReadAsync(session, sessionId, features!.IsMariaDb, cancel);

    public override Task<ServerSizes> SizesAsync(ServerSession session, CancellationToken cancel) => MySqlActivity.SizesAsync(session, cancel);

    public override async Task<bool> HasOwnAsync(ServerSession session, string name, CancellationToken cancel) =>
        await session.ScalarAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = @p1", cancel, OwnPrefix + name).ConfigureAwait(false) > 0;

    public override Task PrepareOwnAsync(ServerSession session, CancellationToken cancel) => Task.CompletedTask;

    public override async Task<IReadOnlyList<string>> ListOwnAsync(ServerSession session, string prefix, CancellationToken cancel) =>
        await session.ListAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND LEFT(table_name, CHAR_LENGTH(@p1)) = @p1 ORDER BY create_time, table_name",
            row => row.GetString(0)[OwnPrefix.Length..], cancel, OwnPrefix + prefix).ConfigureAwait(false);

    public override async Task RemoveLeftoversAsync(ServerSession session, CancellationToken cancel)
    {
        foreach (var name in await session.ListAsync("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name LIKE 'psmigrate\\__\\_capture\\_%'",
            row => row.GetString(0), cancel).ConfigureAwait(false))
        {
            await session.ExecuteAsync($"DROP TRIGGER IF EXISTS {Rows.Quote(name)}", cancel).ConfigureAwait(false);
        }
    }

    public override async Task<IReadOnlyDictionary<string, long>> RowEstimatesAsync(ServerSession session, CancellationToken cancel)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        await session.ReadAsync("SELECT table_name, coalesce(table_rows, 0) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type LIKE '%TABLE%'",
            row => rows[DbObject.KeyOf(DbKinds.Table, null, "", row.GetString(0))] = Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture), cancel).ConfigureAwait(false);
        return rows;
    }

    public override async Task ReadOnlyAsync(ServerSession session, Func<Task> act, string sql, CancellationToken cancel)
    {
        var inTransaction = await IsInTransactionAsync(session, cancel).ConfigureAwait(false);
        if (inTransaction)
        {
            await MySqlReadOnly.RequireReadsAsync(Dialect, sql).ConfigureAwait(false);
            await act().ConfigureAwait(false);
            return;
        }

        await MySqlReadOnly.RunAsync(session, act, sql, cancel).ConfigureAwait(false);
    }

    public override async Task<IAsyncDisposable> HashSettingsAsync(ServerSession session, CancellationToken cancel)
    {
        var zone = await session.ScalarAsync<string>("SELECT @@SESSION.time_zone", cancel).ConfigureAwait(false);
        await session.ExecuteAsync("SET SESSION time_zone = '+00:00'", cancel).ConfigureAwait(false);
        return new SettingBack(session, "SET SESSION time_zone = @p1", zone);
    }

    public override IReadOnlyList<string> Limits(TimeSpan? lockTimeout, TimeSpan? statementTimeout) =>
    [
        .. lockTimeout is { } wait ? [$"SET SESSION innodb_lock_wait_timeout = {Seconds(wait)}, SESSION lock_wait_timeout = {Seconds(wait)}"] : Array.Empty<string>(),
        .. statementTimeout is { } most && features?.IsMariaDb == true ? [$"SET SESSION max_statement_time = {most.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)}"] : Array.Empty<string>(),
    ];

    public override async Task ResetAsync(ServerSession session, CancellationToken cancel)
    {
        // Resetting the connection as a whole would give back the lock.
        await session.ExecuteAsync($"SET @psmigrate_capturing = NULL, {string.Join(", ", Settings.Select(s => $"SESSION {s} = DEFAULT"))}{(features?.IsMariaDb == true ? ", SESSION max_statement_time = DEFAULT" : "")}", cancel).ConfigureAwait(false);
        await session.ExecuteAsync("SET NAMES utf8mb4", cancel).ConfigureAwait(false);
        if (database is { Length: > 0 } own && session.Connection.Database != own)
        {
            await session.ExecuteAsync($"USE {Rows.Quote(own)}", cancel).ConfigureAwait(false);
        }
    }

    public override Task<IReadOnlyList<string>> SearchPathAsync(ServerSession session, CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>([""]);

    public override StringComparison NameComparison => StringComparison.OrdinalIgnoreCase;

    public override StringComparison DatabaseNameComparison => features?.DatabasesHaveCase == true ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    public override bool ComesWithDatabase(DbObject one) => one.Kind == MySqlKinds.Database;

    /// <summary>What is not covered here belongs to the whole server, or may be seen by others only.</summary>
    public override bool IsObject(string notCovered) => false;

    public override Task<IReadOnlyList<CheckResult>> SelfCheckAsync(ServerSession session, CancellationToken cancel) => MySqlSelfCheck.RunAsync(this, session, cancel);

    /// <summary>A server that is read-only still lets those write who may administer it.</summary>
    public override async Task<string?> ReadOnlyBecauseAsync(ServerSession session, CancellationToken cancel)
    {
        if (await session.ScalarAsync<long>($"SELECT @@SESSION.{(features!.IsMariaDb ? "tx_read_only" : "transaction_read_only")}", cancel).ConfigureAwait(false) != 0)
        {
            return "its transactions may only read";
        }

        return await session.ScalarAsync<long>("SELECT @@GLOBAL.read_only", cancel).ConfigureAwait(false) != 0
            && await session.ScalarAsync<long>("SELECT count(*) FROM information_schema.user_privileges WHERE privilege_type IN ('SUPER', 'READ_ONLY ADMIN', 'CONNECTION_ADMIN', 'SYSTEM_VARIABLES_ADMIN')", cancel).ConfigureAwait(false) == 0
            ? "the server is read-only" : null;
    }

    public override Task<IReadOnlyList<string>> MissingRightsAsync(ServerSession session, NeededRights needed, CancellationToken cancel) =>
        MySqlRights.MissingAsync(session, needed, cancel);

    /// <summary>Locks are the whole server's, and their names are short.</summary>
    private const string LockName = "CONCAT('psmigrate:', LEFT(SHA2(DATABASE(), 256), 40))";

    private static string Seconds(TimeSpan time) => ((long)Math.Max(1, Math.Ceiling(time.TotalSeconds))).ToString(CultureInfo.InvariantCulture);
}
