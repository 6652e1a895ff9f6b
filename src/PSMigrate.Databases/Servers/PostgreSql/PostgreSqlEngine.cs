using System.Data.Common;
using System.Globalization;
using Npgsql;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.PostgreSql.Catalog;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Servers.Watching;
using PSMigrate.Databases.Sql;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>PostgreSQL 12 and later.</summary>
public sealed class PostgreSqlEngine : ServerEngine
{
    internal const string Schema = "psmigrate";

    /// <summary>The first half of the advisory lock's key, "PSMg" in ASCII; the second says what is locked.</summary>
    private const int LockSpace = 0x50534D67;

    private const int LockOfRunner = 1;

    /// <summary>What hashes depend on; the script may have set it otherwise.</summary>
    private static readonly (string Name, string Value)[] HashSettings =
    [
        ("DateStyle", "ISO, YMD"), ("IntervalStyle", "postgres"), ("TimeZone", "UTC"), ("extra_float_digits", "1"), ("bytea_output", "hex"), ("xmlbinary", "base64"), ("lc_monetary", "C"),
    ];

    public PostgreSqlEngine()
    {
    }

    public override string Scheme => "postgres";

    public override string? HomeDatabase => "postgres";

    public override string Name => "PostgreSQL";

    public override string VersionQuery => "SELECT current_setting('server_version')";

    public override SqlDialect Dialect => SqlDialect.PostgreSql;

    public override IStructureReader Reader { get; } = new PostgreSqlStructureReader();

    public override IStructureWriter Writer { get; } = new PostgreSqlStructureWriter();

    public override RowSql Rows { get; } = new PostgreSqlRowSql();

    public override IServerBackups Backups { get; } = new PostgreSqlBackups();

    public override IReadOnlyList<string> WordsThatLeadOut { get; } =
        [@"dblink\w*", "lo_export", "pg_file_write", "pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile", "pg_switch_wal", "pg_promote"];

    public override string? LeadsOut(DbObject one) =>
        one.Kind == DbKinds.Table && one.Facet(DbFacets.TableKind)?.StartsWith("foreign", StringComparison.Ordinal) == true ? "is on another server" : null;

    public override bool StructureIsTransactional => true;

    public override string? OwnSchema => Schema;

    public override string LongText => "text";

    public override string ShortText => "text";

    public override ServerAddress Read(TargetAddress address) => PostgreSqlAddress.Read(address);

    public override async Task<ServerSession> ConnectAsync(ServerAddress address, string? database, CancellationToken cancel)
    {
        var settings = new NpgsqlConnectionStringBuilder(address.ConnectionString)
        {
            Pooling = false,
            Enlist = false,
            // A script's statements are sent as they are; and whoever loses the network must hear of it.
            NoResetOnClose = true,
            // Statements have limits of their own; those of COPY, which may think long before the first row, have none.
            CommandTimeout = 0,
            // Rows come faster in larger pieces.
            ReadBufferSize = 1 << 16,
        };
        if (database is not null)
        {
            settings.Database = database;
        }

        if (!address.ConnectionString.Contains("Application", StringComparison.OrdinalIgnoreCase))
        {
            settings.ApplicationName = "PSMigrate";
        }

        if (!settings.ContainsKey("Keepalive") || settings.KeepAlive == 0)
        {
            settings.TcpKeepAlive = true;
        }

        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or System.Net.Sockets.SocketException or IOException or TimeoutException or System.Security.Authentication.AuthenticationException or ArgumentException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw PostgreSqlErrors.OfConnecting(e, address);
        }

        return new ServerSession(connection, e => Translate(e, address)) { SendsWholeInBatches = true };
    }

    public override DataDoor DoorTo(Func<CancellationToken, Task<ServerSession>> connect) => new PostgreSqlDoor(this, connect);

    public override MigrationException Translate(DbException error, ServerAddress address) => PostgreSqlErrors.Of(error, address);

    public override int? OffsetOf(Exception error, string statement) =>
        error is PostgresException { Position: > 0 } e ? CodeUnits(statement, e.Position - 1) : null;

    public override async Task<long> SendAsync(ServerSession session, SqlStatement statement, CancellationToken cancel)
    {
        if (statement.CopyData is not null)
        {
            return await PostgreSqlCopyData.SendAsync(session, statement, cancel).ConfigureAwait(false);
        }

        var changed = await session.RunAsync(statement.Text, cancel).ConfigureAwait(false);
        if (statement.Text.Contains("DEALLOCATE", StringComparison.OrdinalIgnoreCase) || statement.Text.Contains("DISCARD", StringComparison.OrdinalIgnoreCase))
        {
            CatalogBatch.Forget(session);
        }

        return Math.Max(0, changed);
    }

    public override async Task<bool> IsInTransactionAsync(ServerSession session, CancellationToken cancel)
    {
        const string Time = "SELECT extract(epoch FROM now())::text";
        var first = await session.ScalarAsync<string>(Time, cancel).ConfigureAwait(false);
        return first == await session.ScalarAsync<string>(Time, cancel).ConfigureAwait(false);
    }

    public override async Task<bool> TryLockAsync(ServerSession session, LockHolder holder, CancellationToken cancel)
    {
        if (!await session.ScalarAsync<bool>($"SELECT pg_try_advisory_lock({LockSpace}, {LockOfRunner})", cancel).ConfigureAwait(false))
        {
            return false;
        }

        await session.ExecuteAsync("SELECT set_config('application_name', @p1, false)", cancel, PostgreSqlLockHolder.Write(holder)).ConfigureAwait(false);
        return true;
    }

    public override async Task UnlockAsync(ServerSession session, CancellationToken cancel)
    {
        await session.ExecuteAsync($"SELECT pg_advisory_unlock({LockSpace}, {LockOfRunner})", cancel).ConfigureAwait(false);
        await session.ExecuteAsync("SELECT set_config('application_name', 'PSMigrate', false)", cancel).ConfigureAwait(false);
    }

    public override async Task<string?> DescribeLockHolderAsync(ServerSession session, CancellationToken cancel)
    {
        var found = await session.ListAsync(
            $"""
            SELECT a.application_name, a.usename, coalesce(host(a.client_addr), 'this host'), a.pid, a.backend_start
            FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.classid = {LockSpace} AND l.objid = {LockOfRunner} AND l.granted
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            row => row.IsDBNull(0) ? null : PostgreSqlLockHolder.Read(row.GetString(0), row.IsDBNull(1) ? "" : row.GetString(1), row.GetString(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetDateTime(4)),
            cancel).ConfigureAwait(false);
        return found.FirstOrDefault();
    }

    public override Task<string> SessionIdAsync(ServerSession session, CancellationToken cancel) =>
        session.ScalarAsync<string>("SELECT pid || ' ' || extract(epoch FROM backend_start)::numeric(20, 6) FROM pg_stat_activity WHERE pid = pg_backend_pid()", cancel)!;

    public override async Task<string?> DescribeSessionAsync(ServerSession session, string sessionId, CancellationToken cancel)
    {
        var found = await session.ListAsync(
            "SELECT pid || ', ' || coalesce(state, 'state not told to this account') || coalesce(': ' || left(query, 100), '') FROM pg_stat_activity WHERE pid || ' ' || extract(epoch FROM backend_start)::numeric(20, 6) = @p1",
            row => row.IsDBNull(0) ? sessionId : "process " + row.GetString(0), cancel, sessionId).ConfigureAwait(false);
        return found.FirstOrDefault();
    }

    public override Task<SessionActivity?> ActivityAsync(ServerSession session, string sessionId, CancellationToken cancel) => PostgreSqlActivity.ReadAsync(session, sessionId, cancel);

    public override Task<ServerSizes> SizesAsync(ServerSession session, CancellationToken cancel) => PostgreSqlActivity.SizesAsync(session, cancel);

    public override Task<bool> HasOwnAsync(ServerSession session, string name, CancellationToken cancel) =>
        session.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'psmigrate' AND c.relname = @p1)", cancel, name);

    public override async Task PrepareOwnAsync(ServerSession session, CancellationToken cancel)
    {
        // IF NOT EXISTS asks for the right to create schemas also where there is one.
        if (!await session.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'psmigrate')", cancel).ConfigureAwait(false))
        {
            await session.ExecuteAsync("CREATE SCHEMA psmigrate", cancel).ConfigureAwait(false);
        }
    }

    public override async Task<IReadOnlyList<string>> ListOwnAsync(ServerSession session, string prefix, CancellationToken cancel) =>
        await session.ListAsync(
            "SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'psmigrate' AND c.relkind = 'r' AND left(c.relname, length(@p1)) = @p1 ORDER BY c.oid",
            row => row.GetString(0), cancel, prefix).ConfigureAwait(false);

    /// <summary>From the counters that the server keeps for the open transaction; what was rolled back to a savepoint is in them as well.</summary>
    public override async Task<IReadOnlyDictionary<string, long>?> WritesAsync(ServerSession session, CancellationToken cancel)
    {
        var writes = new Dictionary<string, long>(StringComparer.Ordinal);
        await CatalogBatch.RunAsync(session, [(
            """
            SELECT w.name, w.writes FROM (
                SELECT n.nspname || '.' || c.relname AS name, pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS writes
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname <> 'psmigrate' AND n.nspname !~ '^pg_' OFFSET 0) w
            WHERE w.writes > 0
            """,
            [], row => writes[row.GetString(0)] = row.GetInt64(1))], cancel).ConfigureAwait(false);
        return writes;
    }

    internal override async Task<NewTable?> NewRowsAsync(ServerSession session, string table, CancellationToken cancel)
    {
        // A name may have dots in it, so that it is not clear where the schema ends.
        if (table.Split('.') is not [var schema, var name])
        {
            return null;
        }

        var quoted = $"{Rows.Quote(schema)}.{Rows.Quote(name)}";
        (string Id, string[] Columns, string[] Key)? found = null;
        await CatalogBatch.RunAsync(session, [(
            """
            SELECT 'class:' || c.oid, ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
                ARRAY(SELECT a.attname::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY a.attnum)
            FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind = 'r'
            """,
            [quoted], row => found = (row.GetString(0), row.GetFieldValue<string[]>(1), row.GetFieldValue<string[]>(2)))], cancel).ConfigureAwait(false);
        if (found is not { Columns.Length: > 0 } one)
        {
            return null;
        }

        var key = one.Key.Length > 0 ? PostgreSqlRowSql.HashOf(string.Join(", ", one.Key.Select(k => $"t.{Rows.Quote(k)}"))) : "NULL";
        var hashes = await session.ListAsync($"SELECT {PostgreSqlRowSql.HashOf("t.*")}, {key} FROM ONLY {quoted} t LIMIT {FewRows.Most + 1}",
            row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)), cancel).ConfigureAwait(false);
        return hashes.Count > FewRows.Most ? null : new NewTable(one.Id, FewRows.Of(one.Columns, one.Key, hashes));
    }

    public override async Task<IReadOnlyList<string>> ExtensionRoutinesAsync(ServerSession session, CancellationToken cancel) =>
        await session.ListAsync(
            """
            SELECT DISTINCT p.proname::text FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' WHERE p.provolatile = 'v'
            UNION SELECT unnest(ARRAY['lo_create', 'lo_unlink', 'lo_import', 'lo_put', 'lo_from_bytea', 'pg_logical_emit_message'])
            """, row => row.GetString(0), cancel).ConfigureAwait(false);

    internal override Task<IReadOnlyList<SequenceValue>> SequencesAsync(ServerSession session, CancellationToken cancel) => PostgreSqlSequences.ReadAsync(session, onlyReadable: true, cancel);

    internal override Task SetSequenceAsync(ServerSession session, SequenceValue value, CancellationToken cancel) => PostgreSqlSequences.SetAsync(session, value, cancel);

    public override async Task<IReadOnlyDictionary<string, long>> RowEstimatesAsync(ServerSession session, CancellationToken cancel)
    {
        // Where nobody has analysed the table yet, the size tells: at least its pages are known.
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        await session.ReadAsync(
            """
            SELECT n.nspname, c.relname, CASE WHEN c.reltuples >= 0 AND c.relpages > 0 THEN c.reltuples ELSE greatest(coalesce(s.n_live_tup, 0), 0) END::bigint
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_stat_user_tables s ON s.relid = c.oid
            WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            """,
            row => rows[DbObject.KeyOf(DbKinds.Table, null, row.GetString(0), row.GetString(1))] = row.GetInt64(2), cancel).ConfigureAwait(false);
        return rows;
    }

    public override IReadOnlyList<DbObject> WrittenThrough(DbObject table, DbStructure structure)
    {
        var found = new List<DbObject>();
        for (var at = table; structure.PartsOf(at.Key).FirstOrDefault(p => p.Kind == "partition")?.Needs.Select(structure.Find).FirstOrDefault(o => o?.Kind == DbKinds.Table && o.Key != at.Key) is { } whole; at = whole)
        {
            found.Add(whole);
        }

        return found;
    }

    public override IReadOnlyList<DbObject> HeirsOf(DbObject table, DbStructure structure)
    {
        var found = new Dictionary<string, DbObject>(StringComparer.Ordinal);
        void Visit(DbObject one)
        {
            foreach (var heir in structure.DependentsOf(one.Key).Where(o => o.Kind == DbKinds.Table && IsHeir(o) && o.Needs.Contains(one.Key) && found.TryAdd(o.Key, o)).ToList())
            {
                Visit(heir);
            }
        }

        Visit(table);
        return [.. found.Values];
    }

    public override bool IsHeir(DbObject table) => table.Facet("inherits") is not null;

    public override DbObject WithAllItOwns(DbObject table) => table with { Facets = new(table.Facets.Where(f => f.Key != "owns").ToDictionary(f => f.Key, f => f.Value), StringComparer.Ordinal) };

    public override bool CanBeWrittenAnew(DbObject table, DbStructure structure) =>
        table.Facet(DbFacets.TableKind)?.Contains("partition", StringComparison.Ordinal) != true && !IsHeir(table) && HeirsOf(table, structure).Count == 0;

    public override bool HoldsRows(DbObject table) => table.Facet(DbFacets.TableKind)?.Contains("partitioned", StringComparison.Ordinal) != true;

    public override Task ReadOnlyAsync(ServerSession session, Func<Task> act, string sql, CancellationToken cancel) => PostgreSqlReadOnly.RunAsync(this, session, act, sql, cancel);

    public override async Task<IAsyncDisposable> HashSettingsAsync(ServerSession session, CancellationToken cancel) =>
        await SessionSettings.SetAsync(session, HashSettings, cancel).ConfigureAwait(false);

    public override IReadOnlyList<string> Limits(TimeSpan? lockTimeout, TimeSpan? statementTimeout) =>
    [
        .. lockTimeout is { } wait ? [$"SET lock_timeout = {Milliseconds(wait)}"] : Array.Empty<string>(),
        .. statementTimeout is { } most ? [$"SET statement_timeout = {Milliseconds(most)}"] : Array.Empty<string>(),
    ];

    public override async Task ResetAsync(ServerSession session, CancellationToken cancel)
    {
        // Advisory locks and the name that tells others who holds them stay.
        var name = await session.ScalarAsync<string>("SELECT current_setting('application_name')", cancel).ConfigureAwait(false);
        await session.ExecuteAsync("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL", cancel).ConfigureAwait(false);
        await session.ExecuteAsync("SELECT set_config('application_name', @p1, false)", cancel, name).ConfigureAwait(false);
    }

    public override async Task<IReadOnlyList<string>> SearchPathAsync(ServerSession session, CancellationToken cancel) =>
        await session.ListAsync("SELECT unnest(current_schemas(false))::text", row => row.GetString(0), cancel).ConfigureAwait(false);

    public override bool ComesWithDatabase(DbObject one) => one is { Kind: DbKinds.Schema, Name: "public" } or { Kind: "extension" or "language", Name: "plpgsql" };

    public override bool IsHalfDone(DbObject one) => one.Kind == DbKinds.Index && one.Facet("valid") == "no";

    public override IReadOnlyList<string> Detach(DbObject sequence) => [$"ALTER SEQUENCE {Rows.Name(sequence)} OWNED BY NONE"];

    public override Task<IReadOnlyList<CheckResult>> SelfCheckAsync(ServerSession session, CancellationToken cancel) => PostgreSqlSelfCheck.RunAsync(session, cancel);

    public override async Task<string?> ReadOnlyBecauseAsync(ServerSession session, CancellationToken cancel) =>
        await session.ScalarAsync<string>("SELECT CASE WHEN pg_is_in_recovery() THEN 'it is a standby server' WHEN current_setting('transaction_read_only')::bool THEN 'its transactions may only read (default_transaction_read_only)' END", cancel).ConfigureAwait(false);

    public override Task<IReadOnlyList<string>> MissingRightsAsync(ServerSession session, NeededRights needed, CancellationToken cancel) =>
        PostgreSqlRights.MissingAsync(session, needed, cancel);

    private static string Milliseconds(TimeSpan time) => ((long)Math.Max(1, time.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>The server counts characters; a character beyond the basic plane is two code units.</summary>
    private static int CodeUnits(string text, int characters)
    {
        var at = 0;
        for (var i = 0; i < characters && at < text.Length; i++)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        }

        return at;
    }
}
