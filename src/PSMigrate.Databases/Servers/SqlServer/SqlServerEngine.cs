using System.Data.Common;
using System.Globalization;
using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.SqlServer.Reading;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Servers.Watching;
using PSMigrate.Databases.Sql;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>SQL Server 2016 and later, and Azure SQL.</summary>
public sealed class SqlServerEngine : ServerEngine
{
    internal const string Schema = "psmigrate";

    private const string LockName = "PSMigrate";

    /// <summary>What a new connection of the driver has set, and scripts may have changed.</summary>
    private const string Defaults =
        """
        SET XACT_ABORT OFF; SET IMPLICIT_TRANSACTIONS OFF; SET LOCK_TIMEOUT -1; SET NOCOUNT OFF; SET ROWCOUNT 0; SET QUOTED_IDENTIFIER ON; SET ANSI_NULLS ON; SET ANSI_PADDING ON;
        SET ANSI_WARNINGS ON; SET ANSI_NULL_DFLT_ON ON; SET ARITHABORT OFF; SET CONCAT_NULL_YIELDS_NULL ON; SET NUMERIC_ROUNDABORT OFF; SET TRANSACTION ISOLATION LEVEL READ COMMITTED
        """;

    private readonly SqlServerRowLimit rowLimit = new();

    /// <summary>Makes a connection of a connection string and a token, and opens it.</summary>
    internal Func<string, string?, CancellationToken, Task<DbConnection>> Opening { get; init; } = OpenAsync;

    public override string Scheme => "sqlserver";

    public override string? HomeDatabase => "master";

    public override string Name => "SQL Server";

    public override string VersionQuery => "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128))";

    public override SqlDialect Dialect => SqlDialect.SqlServer;

    public override IStructureReader Reader { get; } = new SqlServerStructureReader();

    public override IStructureWriter Writer { get; } = new SqlServerStructureWriter();

    public override RowSql Rows { get; } = new SqlServerRowSql();

    public override IServerBackups Backups { get; } = new SqlServerBackups();

    public override bool StructureIsTransactional => true;

    public override string? OwnSchema => Schema;

    public override string LongText => "nvarchar(max)";

    public override string ShortText => "nvarchar(200)";

    public override string BeginTransaction => "BEGIN TRANSACTION";

    public override string Commit => "COMMIT TRANSACTION";

    public override string Rollback => "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION";

    public override string Savepoint(string name) => $"SAVE TRANSACTION {name}";

    public override string RollbackTo(string name) => $"ROLLBACK TRANSACTION {name}";

    public override StringComparison NameComparison => StringComparison.OrdinalIgnoreCase;

    public override bool FindsByName(DbObject one) => one.Kind == DbKinds.View && one.Facet(SqlServerFacets.SchemaBound) is null;

    public override bool RolesAreInDatabase => true;

    /// <summary>Who may use a database is there before what they use.</summary>
    public override bool ComesWithDatabase(DbObject one) =>
        one.Kind is SqlServerKinds.Setting or SqlServerKinds.User or SqlServerKinds.Role || one is { Kind: DbKinds.Schema, Name: "dbo" or "guest" };

    public override bool TellsLockHolder => false;

    public override bool IsObject(string notCovered) => !notCovered.EndsWith(UncoveredReading.Lacks, StringComparison.Ordinal);

    /// <summary>A statement with OUTPUT but no INTO is refused where the table has triggers that are enabled.</summary>
    public override bool WatchingRefusesReturning => true;

    /// <summary>
    /// Triggers may not read text, ntext and image of <c>inserted</c> and <c>deleted</c>; and where a trigger of the user's own comes first
    /// and writes to its table again, what it has done to a row is seen before the row itself.
    /// </summary>
    public override bool TriggersSeeFormerRows(DbObject table, DbStructure structure) =>
        !structure.ColumnsOf(table.Key).Any(c => c.Facet(DbFacets.Type) is "text" or "ntext" or "image")
        && !structure.PartsOf(table.Key).Any(t => t.Kind == DbKinds.Trigger && t.Facet(SqlServerFacets.Fires)?.Contains("FIRST", StringComparison.Ordinal) == true);

    public override string? CannotWatchBecause(DbObject table, DbStructure structure) =>
        structure.ColumnsOf(table.Key).Any(c => c.Facet(SqlServerFacets.Encrypted) is not null) ? "columns of it are encrypted, and only its clients can read them"
        : table.Facet(SqlServerFacets.MemoryOptimized) is not null || table.Facet(DbFacets.TableKind)?.Contains("memory", StringComparison.OrdinalIgnoreCase) == true ? "it is memory-optimized, and such tables take other triggers"
        : table.Facet(DbFacets.TableKind)?.Contains("external", StringComparison.OrdinalIgnoreCase) == true ? "its rows are elsewhere"
        : null;

    public override string? OtherDatabasesQuery => "SELECT name FROM sys.databases";

    public override IReadOnlyList<string> WordsThatLeadOut { get; } =
        ["OPENQUERY", "OPENROWSET", "OPENDATASOURCE", @"xp_\w+", "sp_send_dbmail", @"sp_oa\w+", "sp_invoke_external_rest_endpoint", "sp_execute_external_script"];

    public override string? LeadsOut(DbObject one) =>
        one.Kind == SqlServerKinds.Synonym && one.Facet(SqlServerFacets.For) is { } of && of.Count(c => c == '.') > 1 ? $"stands for {of}"
        : one.Kind == DbKinds.Table && one.Facet(DbFacets.TableKind)?.Contains("external", StringComparison.OrdinalIgnoreCase) == true ? "is kept elsewhere"
        : null;

    public override string? CodeOf(DbObject one) => one.Kind is DbKinds.Trigger or DbKinds.Procedure or DbKinds.Function or DbKinds.View ? one.Facet(SqlServerFacets.Text) : null;

    public override ServerAddress Read(TargetAddress address) => SqlServerAddress.Read(address);

    public override async Task<ServerSession> ConnectAsync(ServerAddress address, string? database, CancellationToken cancel)
    {
        var settings = new SqlConnectionStringBuilder(address.ConnectionString)
        {
            Pooling = false,
            Enlist = false,
            MultipleActiveResultSets = false,
            // A connection that is made again behind our back would have lost lock and transaction.
            ConnectRetryCount = 0,
        };
        if (database is not null)
        {
            settings.InitialCatalog = database;
        }

        if (!address.ConnectionString.Contains("Application Name", StringComparison.OrdinalIgnoreCase))
        {
            settings.ApplicationName = "PSMigrate";
        }

        try
        {
            return new ServerSession(await Opening(settings.ConnectionString, address.AccessToken, cancel).ConfigureAwait(false), e => Translate(e, address));
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or System.Net.Sockets.SocketException or IOException)
        {
            throw SqlServerErrors.OfConnecting(e, address);
        }
    }

    public override DataDoor DoorTo(Func<CancellationToken, Task<ServerSession>> connect) => new SqlServerDoor(this, connect);

    public override MigrationException Translate(DbException error, ServerAddress address) => SqlServerErrors.Of(error, address);

    public override int? OffsetOf(Exception error, string statement) => error is SqlException told ? SqlServerErrors.OffsetOf(told, statement) : null;

    public override async Task<bool> IsInTransactionAsync(ServerSession session, CancellationToken cancel) =>
        await session.ScalarAsync<int>("SELECT @@TRANCOUNT", cancel).ConfigureAwait(false) > 0;

    public override async Task<long> SendAsync(ServerSession session, SqlStatement statement, CancellationToken cancel)
    {
        var depth = await session.ScalarAsync<int>("SELECT @@TRANCOUNT", cancel).ConfigureAwait(false);
        var rows = 0L;
        await rowLimit.BeforeAsync(session, cancel).ConfigureAwait(false);
        for (var i = 0; i < statement.Times; i++)
        {
            rows += await base.SendAsync(session, statement, cancel).ConfigureAwait(false);
        }

        var facts = Dialect.ReadFacts(statement);
        await SqlServerExecution.RequireAsync(session, facts, cancel).ConfigureAwait(false);
        await rowLimit.AfterAsync(session, facts, cancel).ConfigureAwait(false);
        if (depth > 0 && !facts.Each.Any(f => f.Kind is StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback)
            && await session.ScalarAsync<int>("SELECT @@TRANCOUNT", cancel).ConfigureAwait(false) is var now && now != depth)
        {
            throw new MigrationException(now > depth ? "TransactionLeftOpen" : "TransactionEnded", ErrorKind.InvalidInput,
                now > depth ? "The batch leaves a transaction open" : "The batch ends the transaction that the script runs in")
            {
                RecommendedAction = "Write one BEGIN TRANSACTION and one COMMIT around the statements, or leave both out: the script runs in one transaction anyway.",
            };
        }

        return rows;
    }

    public override async Task<bool> TryLockAsync(ServerSession session, LockHolder holder, CancellationToken cancel)
    {
        var code = await session.ScalarAsync<int>(
            $"DECLARE @code int; EXEC @code = sp_getapplock @Resource = {LockOf(session)}, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; SELECT @code", cancel).ConfigureAwait(false);
        return code switch
        {
            // 0 at once, 1 after waiting; -1 timed out. -999 is "parameter or other error", and what Babelfish says instead of -1.
            >= 0 => true,
            -1 or -999 => false,
            _ => throw new MigrationException("LockFailed", ErrorKind.Failed, $"sp_getapplock on {session.Connection.Database} gave {code.ToString(CultureInfo.InvariantCulture)} ({(code == -2 ? "cancelled" : code == -3 ? "chosen as a deadlock victim" : "failed")}).")
            {
                Offender = session.Connection.Database,
                RecommendedAction = "Run it again.",
            },
        };
    }

    public override Task UnlockAsync(ServerSession session, CancellationToken cancel) =>
        session.ExecuteAsync($"EXEC sp_releaseapplock @Resource = {LockOf(session)}, @LockOwner = 'Session'", cancel);

    public override Task<string?> DescribeLockHolderAsync(ServerSession session, CancellationToken cancel) => SqlServerSessions.DescribeLockHolderAsync(session, LockName, cancel);

    public override async Task<string> SessionIdAsync(ServerSession session, CancellationToken cancel) =>
        await session.ScalarAsync<string>("SELECT TOP (1) CAST(spid AS varchar(10)) + ' ' + CONVERT(varchar(30), login_time, 121) FROM sys.sysprocesses WHERE spid = @@SPID", cancel).ConfigureAwait(false) ?? "";

    public override async Task<string?> DescribeSessionAsync(ServerSession session, string sessionId, CancellationToken cancel)
    {
        var found = await session.ListAsync(
            "SELECT 'session ' + CAST(spid AS varchar(10)) + ', ' + RTRIM(status) + ' ' + RTRIM(cmd) FROM sys.sysprocesses WHERE CAST(spid AS varchar(10)) + ' ' + CONVERT(varchar(30), login_time, 121) = @p1 AND spid <> @@SPID",
            row => row.IsDBNull(0) ? sessionId : row.GetString(0), cancel, sessionId).ConfigureAwait(false);
        return found.FirstOrDefault();
    }

    public override Task<SessionActivity?> ActivityAsync(ServerSession session, string sessionId, CancellationToken cancel) => SqlServerActivity.ReadAsync(session, sessionId, cancel);

    public override Task<ServerSizes> SizesAsync(ServerSession session, CancellationToken cancel) => SqlServerActivity.SizesAsync(session, cancel);

    public override async Task<bool> HasOwnAsync(ServerSession session, string name, CancellationToken cancel) =>
        await session.ScalarAsync<int?>("SELECT OBJECT_ID(@p1, N'U')", cancel, $"{Schema}.{SqlServerName.Quote(name)}").ConfigureAwait(false) is not null;

    public override Task PrepareOwnAsync(ServerSession session, CancellationToken cancel) =>
        session.ExecuteAsync($"IF SCHEMA_ID(N'{Schema}') IS NULL EXEC(N'CREATE SCHEMA {Schema}')", cancel);

    public override async Task<IReadOnlyList<string>> ListOwnAsync(ServerSession session, string prefix, CancellationToken cancel) =>
        await session.ListAsync($"SELECT name FROM sys.tables WHERE schema_id = SCHEMA_ID(N'{Schema}') AND LEFT(name, LEN(@p1)) = @p1 ORDER BY create_date, object_id", row => row.GetString(0), cancel, prefix).ConfigureAwait(false);

    public override Task<IReadOnlyDictionary<string, long>?> WritesAsync(ServerSession session, CancellationToken cancel) => SqlServerSessions.WrittenAsync(session, cancel);

    public override async Task<IReadOnlyDictionary<string, long>> RowEstimatesAsync(ServerSession session, CancellationToken cancel)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        await session.ReadAsync(
            "SELECT s.name, t.name, SUM(p.rows) FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id JOIN sys.partitions p ON p.object_id = t.object_id AND p.index_id IN (0, 1) GROUP BY s.name, t.name",
            row => rows[DbObject.KeyOf(DbKinds.Table, null, row.GetString(0), row.GetString(1))] = Convert.ToInt64(row.GetValue(2), CultureInfo.InvariantCulture), cancel).ConfigureAwait(false);
        return rows;
    }

    public override Task ReadOnlyAsync(ServerSession session, Func<Task> act, string sql, CancellationToken cancel) => SqlServerReadOnly.RunAsync(this, session, act, sql, cancel);

    /// <summary>Values are hashed by their bytes, which no setting changes.</summary>
    public override Task<IAsyncDisposable> HashSettingsAsync(ServerSession session, CancellationToken cancel) => Task.FromResult<IAsyncDisposable>(new NothingToPutBack());

    public override IReadOnlyList<string> Limits(TimeSpan? lockTimeout, TimeSpan? statementTimeout) =>
        lockTimeout is { } wait ? [$"SET LOCK_TIMEOUT {((long)Math.Max(1, wait.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture)}"] : [];

    public override void BeganAnew(ServerSession session) => rowLimit.Forget(session);

    public override async Task ResetAsync(ServerSession session, CancellationToken cancel)
    {
        rowLimit.Forget(session);
        if (HomeOf(session) is { Length: > 0 } own && !session.Connection.Database.Equals(own, StringComparison.OrdinalIgnoreCase))
        {
            await session.ExecuteAsync($"USE {Rows.Quote(own)}", cancel).ConfigureAwait(false);
        }

        await session.ExecuteAsync(Defaults, cancel).ConfigureAwait(false);
    }

    public override async Task<IReadOnlyList<string>> SearchPathAsync(ServerSession session, CancellationToken cancel) =>
        [.. new[] { await session.ScalarAsync<string>("SELECT SCHEMA_NAME()", cancel).ConfigureAwait(false) ?? "dbo", "dbo" }.Distinct(StringComparer.OrdinalIgnoreCase)];

    public override Task<IReadOnlyList<CheckResult>> SelfCheckAsync(ServerSession session, CancellationToken cancel) => SqlServerSelfCheck.RunAsync(session, cancel);

    public override async Task<string?> ReadOnlyBecauseAsync(ServerSession session, CancellationToken cancel) =>
        await session.ScalarAsync<string>("SELECT CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(40))", cancel).ConfigureAwait(false) == "READ_ONLY" ? "the database is read-only" : null;

    public override Task<IReadOnlyList<string>> MissingRightsAsync(ServerSession session, NeededRights needed, CancellationToken cancel) => SqlServerRights.MissingAsync(session, needed, cancel);

    private static async Task<DbConnection> OpenAsync(string connectionString, string? accessToken, CancellationToken cancel)
    {
        var connection = new SqlConnection(connectionString) { AccessToken = accessToken };
        try
        {
            await connection.OpenAsync(cancel).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The database that the session was opened for; a script may have moved it elsewhere.</summary>
    private static string HomeOf(ServerSession session) => new SqlConnectionStringBuilder(session.Connection.ConnectionString).InitialCatalog;

    /// <summary>Such locks belong to the database; on servers that only speak T-SQL they may belong to the whole server, so that its name is in them.</summary>
    private static string LockOf(ServerSession session)
    {
        const int Longest = 255;
        var name = $"{LockName} {HomeOf(session)}";
        return SqlServerName.Text(name[..Math.Min(name.Length, Longest)]);
    }
}
