using System.Globalization;
using PSMigrate.Databases.Servers.Watching;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>
/// What the server tells of a session at work: sys.dm_exec_requests and sys.dm_os_waiting_tasks where it has them and the account may look
/// (VIEW SERVER STATE, from 2022 on VIEW SERVER PERFORMANCE STATE; in Azure SQL Database VIEW DATABASE STATE), else the older sys.sysprocesses.
/// Without these rights both show the own sessions only, which is what the one that is watched is; who blocks it is told by number then.
/// </summary>
internal static class SqlServerActivity
{
    private const long Mebibyte = 1 << 20;

    /// <summary>Parameter 1 is the session that is watched.</summary>
    public const string Request =
        """
        SELECT r.status, r.command, r.wait_type, r.wait_resource, r.percent_complete, r.blocking_session_id,
          (SELECT SUM(t.database_transaction_log_bytes_used) FROM sys.dm_tran_session_transactions s
             JOIN sys.dm_tran_database_transactions t ON t.transaction_id = s.transaction_id WHERE s.session_id = r.session_id AND t.database_id = r.database_id) AS log_bytes
        FROM sys.dm_exec_requests r WHERE r.session_id = @p1
        """;

    /// <summary>The rows that the statement's outermost operator has come to; servers before 2019 count them only where that is turned on.</summary>
    public const string Rows = "SELECT TOP (1) SUM(q.row_count) FROM sys.dm_exec_query_profiles q WHERE q.session_id = @p1 GROUP BY q.node_id ORDER BY q.node_id";

    /// <summary>A request that runs on several processors can wait for several sessions.</summary>
    public const string Waits = "SELECT DISTINCT CAST(w.blocking_session_id AS int) FROM sys.dm_os_waiting_tasks w WHERE w.session_id = @p1 AND w.blocking_session_id IS NOT NULL AND w.blocking_session_id <> @p1";

    /// <summary>Parameter 1 is a session that blocks others. One that waits for nothing has no request any more, but what it sent last.</summary>
    public const string Blocker =
        """
        SELECT s.login_name, s.host_name, s.program_name, s.status, s.last_request_start_time, t.begun, LEFT(q.text, 80)
        FROM sys.dm_exec_sessions s
          LEFT JOIN (SELECT st.session_id, MIN(a.transaction_begin_time) AS begun FROM sys.dm_tran_session_transactions st
            JOIN sys.dm_tran_active_transactions a ON a.transaction_id = st.transaction_id GROUP BY st.session_id) t ON t.session_id = s.session_id
          LEFT JOIN sys.dm_exec_connections c ON c.session_id = s.session_id
          OUTER APPLY sys.dm_exec_sql_text(c.most_recent_sql_handle) q
        WHERE s.session_id = @p1
        """;

    /// <summary>What it has locked that others want, in words; parameter 1 is the session.</summary>
    public const string Held =
        """
        SELECT TOP (3) CONCAT(l.request_mode, ' on ', LOWER(l.resource_type), CASE WHEN l.resource_type = 'OBJECT' THEN CONCAT(' ', OBJECT_SCHEMA_NAME(l.resource_associated_entity_id), '.', OBJECT_NAME(l.resource_associated_entity_id)) END)
        FROM sys.dm_tran_locks l WHERE l.request_session_id = @p1 AND l.resource_database_id = DB_ID() AND l.request_status = 'GRANT' AND l.resource_type = 'OBJECT' AND l.request_mode IN ('X', 'S', 'U', 'IX', 'SIX', 'Sch-M')
        GROUP BY l.request_mode, l.resource_type, l.resource_associated_entity_id
        """;

    /// <summary>
    /// Parameter 1 is the session that is watched; servers that only speak T-SQL give a row for each of its locks, with whoever has one on the
    /// same. The session that asks holds nothing.
    /// </summary>
    public const string Process = "SELECT DISTINCT RTRIM(p.status), RTRIM(p.cmd), RTRIM(p.lastwaittype), CASE WHEN p.blocked = @@SPID THEN 0 ELSE CAST(p.blocked AS int) END FROM sys.sysprocesses p WHERE p.spid = @p1 AND p.ecid = 0";

    /// <summary>Parameter 1 is a session that blocks others.</summary>
    public const string BlockingSession = "SELECT s.login_name, s.host_name, s.program_name, s.status, s.last_request_start_time FROM sys.dm_exec_sessions s WHERE s.session_id = @p1";

    /// <summary>Pages in use rather than those that the files have: files grow by leaps.</summary>
    public const string DataSize = "SELECT SUM(CAST(FILEPROPERTY(f.name, 'SpaceUsed') AS bigint)) * 8192 FROM sys.database_files f WHERE f.type = 0";

    public const string LogUsed = "SELECT CAST(u.used_log_space_in_bytes AS bigint) FROM sys.dm_db_log_space_usage u";

    public const string LogSize = "SELECT SUM(CAST(f.size AS bigint)) * 8192 FROM sys.database_files f WHERE f.type = 1";

    private const string Views = "SELECT CASE WHEN OBJECT_ID(N'sys.dm_exec_requests') IS NULL OR OBJECT_ID(N'sys.dm_os_waiting_tasks') IS NULL OR OBJECT_ID(N'sys.dm_exec_sql_text') IS NULL THEN 0 ELSE 1 END";

    public static async Task<SessionActivity?> ReadAsync(ServerSession session, string sessionId, CancellationToken cancel)
    {
        var id = int.Parse(sessionId.Split(' ')[0], CultureInfo.InvariantCulture);
        if (await session.ScalarAsync<int>(Views, cancel).ConfigureAwait(false) == 1)
        {
            try
            {
                return await OfRequestAsync(session, id, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (e.ErrorId is "AccessDenied" or "SqlFailed")
            {
                // Some editions have the views and show them to nobody: what follows needs less.
            }
        }

        return await OfProcessAsync(session, id, cancel).ConfigureAwait(false);
    }

    /// <summary>The files as they are now, and how much of the log is in use; null where the server has no such view.</summary>
    public static async Task<ServerSizes> SizesAsync(ServerSession session, CancellationToken cancel) => new(
        await NumberAsync(session, "sys.database_files", DataSize, cancel).ConfigureAwait(false),
        await NumberAsync(session, "sys.dm_db_log_space_usage", LogUsed, cancel).ConfigureAwait(false) ?? await NumberAsync(session, "sys.database_files", LogSize, cancel).ConfigureAwait(false));

    private static async Task<SessionActivity?> OfRequestAsync(ServerSession session, int id, CancellationToken cancel)
    {
        SessionActivity? activity = null;
        var blockers = new SortedSet<int>();
        await session.ReadAsync(
            Request,
            row =>
            {
                var wait = row.IsDBNull(2) ? "" : $"; waits: {row.GetString(2)}{(row.IsDBNull(3) || row.GetString(3).Length == 0 ? "" : $" ({row.GetString(3)})")}";
                var percent = Convert.ToInt32(row.GetValue(4), CultureInfo.InvariantCulture);
                if (Convert.ToInt32(row.GetValue(5), CultureInfo.InvariantCulture) is var blocker and > 0)
                {
                    blockers.Add(blocker);
                }

                var log = row.IsDBNull(6) || row.GetInt64(6) < Mebibyte ? "" : $"; {(row.GetInt64(6) / Mebibyte).ToString("N0", CultureInfo.InvariantCulture)} MiB of log";
                activity = new SessionActivity($"{row.GetString(0)}, {row.GetString(1)}{wait}{log}", []) { Percent = percent > 0 ? percent : null };
            },
            cancel,
            id).ConfigureAwait(false);
        if (activity is null)
        {
            return null;
        }

        blockers.UnionWith(await session.ListAsync(Waits, row => row.GetInt32(0), cancel, id).ConfigureAwait(false));
        var named = new List<string>();
        foreach (var blocker in blockers.Where(b => b != id))
        {
            named.Add(await DescribeAsync(session, blocker, cancel).ConfigureAwait(false));
        }

        return activity with { Blockers = named, Rows = await NumberAsync(session, "sys.dm_exec_query_profiles", Rows, cancel, id).ConfigureAwait(false) };
    }

    private static async Task<string> DescribeAsync(ServerSession session, int blocker, CancellationToken cancel)
    {
        var told = await session.ListAsync(
            Blocker,
            row => Text(Column(row, 0), Column(row, 1), Column(row, 2), Column(row, 3), row.IsDBNull(5) ? null : row.GetDateTime(5), row.IsDBNull(4) ? null : row.GetDateTime(4), Column(row, 6)),
            cancel,
            blocker).ConfigureAwait(false);
        var held = await session.ListAsync(Held, row => row.GetString(0), cancel, blocker).ConfigureAwait(false);
        return $"session {blocker.ToString(CultureInfo.InvariantCulture)}{told.FirstOrDefault(" (whom the server does not describe to this account)")}{(held.Count > 0 ? $", which holds {string.Join(", ", held)}" : "")}";
    }

    private static async Task<SessionActivity?> OfProcessAsync(ServerSession session, int id, CancellationToken cancel)
    {
        var found = await session.ListAsync(
            Process, row => (State: $"{Column(row, 0)}, {Column(row, 1)}", Wait: Column(row, 2), Blocked: row.IsDBNull(3) ? 0 : row.GetInt32(3), IsIdle: Column(row, 0) is "sleeping" or "idle"), cancel, id).ConfigureAwait(false);

        // Who waits for nothing is blocked by nobody, whatever else is said of it.
        var blocking = found.Where(f => f.Wait.Length > 0 && f.Blocked > 0 && f.Blocked != id).Select(f => f.Blocked).Distinct().Order().ToList();
        if (found.Count == 0 || (found[0].IsIdle && blocking.Count == 0))
        {
            return null;
        }

        var blockers = new List<string>();
        foreach (var blocker in blocking)
        {
            var told = await session.ListAsync(
                BlockingSession, row => Text(Column(row, 0), Column(row, 1), Column(row, 2), Column(row, 3), null, row.IsDBNull(4) ? null : row.GetDateTime(4), ""), cancel, blocker).ConfigureAwait(false);
            blockers.Add($"session {blocker.ToString(CultureInfo.InvariantCulture)}{told.FirstOrDefault("")}");
        }

        return new SessionActivity(blocking.Count > 0 ? $"{found[0].State}; waits: {found[0].Wait}" : found[0].State, blockers);
    }

    private static string Text(string login, string host, string program, string status, DateTime? begun, DateTime? last, string sent)
    {
        var parts = new[]
        {
            program,
            login,
            host.Length > 0 ? $"on {host}" : "",
            begun is { } since ? $"in a transaction since {since.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}"
                : last is { } sentAt ? $"{status} since {sentAt.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}" : status,
            string.Join(' ', sent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        };
        return $" ({string.Join(", ", parts.Where(p => p.Length > 0))})";
    }

    private static string Column(System.Data.Common.DbDataReader row, int i) => row.IsDBNull(i) ? "" : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture)!.Trim();

    private static async Task<long?> NumberAsync(ServerSession session, string view, string query, CancellationToken cancel, params object?[] values)
    {
        if (await session.ScalarAsync<int?>("SELECT OBJECT_ID(@p1)", cancel, view).ConfigureAwait(false) is null)
        {
            return null;
        }

        try
        {
            return await session.ScalarAsync<long?>(query, cancel, values).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId is "AccessDenied" or "SqlFailed")
        {
            return null;
        }
    }
}
