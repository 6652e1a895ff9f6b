using System.Globalization;
using Npgsql;
using PSMigrate.Databases.Servers.Watching;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>What pg_stat_activity, pg_blocking_pids and the progress views tell of a session (chapter "Monitoring Database Activity" of the documentation).</summary>
internal static class PostgreSqlActivity
{
    public static async Task<SessionActivity?> ReadAsync(ServerSession session, string sessionId, CancellationToken cancel)
    {
        var pid = int.Parse(sessionId.Split(' ')[0], CultureInfo.InvariantCulture);
        var found = await session.ListAsync(
            """
            SELECT coalesce(a.wait_event_type || ': ' || a.wait_event, a.state, 'not told to this account'),
              ARRAY(SELECT 'process ' || b.pid || concat(' (', nullif(concat_ws(', ', nullif(b.application_name, ''), b.usename, 'on ' || coalesce(host(b.client_addr), 'this host'), 'in a transaction since ' || to_char(b.xact_start, 'HH24:MI:SS'), nullif(left(b.query, 80), '')), ''), ')')
                FROM pg_catalog.pg_stat_activity b WHERE b.pid = ANY (pg_catalog.pg_blocking_pids(a.pid)))
            FROM pg_catalog.pg_stat_activity a WHERE a.pid = @p1 AND a.state <> 'idle'
            """, row => new SessionActivity(row.GetString(0), row.GetFieldValue<string[]>(1)), cancel, pid).ConfigureAwait(false);
        if (found is not [var activity])
        {
            return null;
        }

        var version = ((NpgsqlConnection)session.Connection).PostgreSqlVersion.Major;
        string[] progress =
        [
            "SELECT 'vacuum, ' || phase, heap_blks_scanned, heap_blks_total, NULL::bigint FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = @p1",
            .. version >= 12 ? ["SELECT command || ', ' || phase, heap_blks_scanned, heap_blks_total, heap_tuples_written FROM pg_catalog.pg_stat_progress_cluster WHERE pid = @p1",
                "SELECT 'index, ' || phase, blocks_done, blocks_total, tuples_done FROM pg_catalog.pg_stat_progress_create_index WHERE pid = @p1"] : Array.Empty<string>(),
            .. version >= 14 ? ["SELECT command, bytes_processed, bytes_total, tuples_processed FROM pg_catalog.pg_stat_progress_copy WHERE pid = @p1"] : Array.Empty<string>(),
        ];
        await session.ReadAsync(string.Join(" UNION ALL ", progress), row =>
        {
            var total = row.GetInt64(2);
            activity = activity with
            {
                State = $"{row.GetString(0)}; {activity.State}",
                Percent = total > 0 ? (int)(Math.Min(total, row.GetInt64(1)) * 100 / total) : null,
                Rows = row.IsDBNull(3) ? null : row.GetInt64(3),
            };
        }, cancel, pid).ConfigureAwait(false);
        return activity;
    }

    public static async Task<ServerSizes> SizesAsync(ServerSession session, CancellationToken cancel)
    {
        var sizes = await session.ListAsync(
            """
            SELECT pg_catalog.pg_database_size(current_database()),
              CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::bigint END
            """, row => new ServerSizes(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1)), cancel).ConfigureAwait(false);
        return sizes[0];
    }
}
