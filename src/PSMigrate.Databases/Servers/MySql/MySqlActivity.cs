using System.Globalization;
using PSMigrate.Databases.Servers.Watching;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// What the process list and InnoDB's tables of transactions tell of a session. Others' sessions are shown to accounts with PROCESS
/// only. MariaDB has its lock waits in information_schema, MySQL 8 in performance_schema.
/// </summary>
internal static class MySqlActivity
{
    private const string Blocker =
        "CONCAT('connection ', b.trx_mysql_thread_id, COALESCE(CONCAT(' (', p.user, ' on ', p.host, ', in a transaction since ', DATE_FORMAT(b.trx_started, '%H:%i:%s'), COALESCE(CONCAT(', ', LEFT(p.info, 80)), ''), ')'), ''))";

    public static async Task<SessionActivity?> ReadAsync(ServerSession session, string sessionId, bool isMariaDb, CancellationToken cancel)
    {
        var id = long.Parse(sessionId.Split(' ')[0], CultureInfo.InvariantCulture);
        var found = await session.ListAsync(
            $"SELECT COALESCE(NULLIF(state, ''), command), {(isMariaDb ? "CAST(progress AS DOUBLE)" : "CAST(0 AS DOUBLE)")} FROM information_schema.processlist WHERE id = @p1 AND command <> 'Sleep'",
            row => (State: row.GetString(0), Progress: row.GetDouble(1)), cancel, id).ConfigureAwait(false);
        if (found is not [var one])
        {
            return null;
        }

        long? rows = null;
        List<string> blockers = [];
        try
        {
            rows = (await session.ListAsync("SELECT CAST(trx_rows_modified AS SIGNED) FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = @p1", row => row.GetInt64(0), cancel, id).ConfigureAwait(false)).Cast<long?>().FirstOrDefault();
            blockers = await BlockersAsync(session, id, isMariaDb, cancel).ConfigureAwait(false);
            if (blockers.Count == 0 && one.State.Contains("metadata lock", StringComparison.OrdinalIgnoreCase))
            {
                // Who holds a metadata lock is told by an instrument that is off by default in MariaDB: it is one of those with an open transaction here.
                blockers = await session.ListAsync(
                    $"SELECT {Blocker} FROM information_schema.innodb_trx b JOIN information_schema.processlist p ON p.id = b.trx_mysql_thread_id WHERE p.db = DATABASE() AND p.id NOT IN (@p1, CONNECTION_ID())",
                    row => "perhaps " + row.GetString(0), cancel, id).ConfigureAwait(false);
            }
        }
        catch (MigrationException e) when (e.ErrorId == "AccessDenied")
        {
            blockers = one.State.Contains("lock", StringComparison.OrdinalIgnoreCase) ? ["another session, which accounts with the right PROCESS would be told"] : [];
        }

        return new SessionActivity(one.State, blockers) { Percent = one.Progress > 0 ? (int)one.Progress : null, Rows = rows };
    }

    public static async Task<ServerSizes> SizesAsync(ServerSession session, CancellationToken cancel)
    {
        var data = await session.ScalarAsync<long?>("SELECT CAST(SUM(data_length + index_length) AS SIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()", cancel).ConfigureAwait(false);
        long? log = null;
        await session.ReadAsync("SHOW GLOBAL STATUS LIKE 'Innodb_os_log_written'", row => log = long.Parse(row.GetString(1), CultureInfo.InvariantCulture), cancel).ConfigureAwait(false);
        return new ServerSizes(data, log);
    }

    private static Task<List<string>> BlockersAsync(ServerSession session, long id, bool isMariaDb, CancellationToken cancel) => session.ListAsync(
        isMariaDb
            ? $"""
              SELECT DISTINCT {Blocker} FROM information_schema.innodb_lock_waits w
              JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_trx_id JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id
              LEFT JOIN information_schema.processlist p ON p.id = b.trx_mysql_thread_id WHERE r.trx_mysql_thread_id = @p1
              """
            : $"""
              SELECT DISTINCT {Blocker} FROM performance_schema.data_lock_waits w
              JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_engine_transaction_id JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_engine_transaction_id
              LEFT JOIN information_schema.processlist p ON p.id = b.trx_mysql_thread_id WHERE r.trx_mysql_thread_id = @p1
              """,
        row => row.GetString(0), cancel, id);
}
