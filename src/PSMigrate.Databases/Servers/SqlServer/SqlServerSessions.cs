namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>What the server tells of sessions and their locks; it needs VIEW SERVER STATE, without which nothing is told of others.</summary>
internal static class SqlServerSessions
{
    public static async Task<string?> DescribeLockHolderAsync(ServerSession session, string lockName, CancellationToken cancel)
    {
        try
        {
            var found = await session.ListAsync(
                """
                SELECT 'session ' + CAST(s.session_id AS varchar(10)) + ', ' + s.login_name + ' from ' + COALESCE(s.host_name, 'an unknown host') + ', ' + COALESCE(s.program_name, '') + ', connected since ' + CONVERT(varchar(30), s.login_time, 126)
                FROM sys.dm_tran_locks l JOIN sys.dm_exec_sessions s ON s.session_id = l.request_session_id
                WHERE l.resource_type = 'APPLICATION' AND l.resource_database_id = DB_ID() AND l.request_status = 'GRANT' AND l.resource_description LIKE '%' + @p1 + '%'
                """, row => row.IsDBNull(0) ? null : row.GetString(0), cancel, lockName).ConfigureAwait(false);
            return found.FirstOrDefault();
        }
        catch (MigrationException e) when (e.ErrorId is "AccessDenied" or "SqlFailed")
        {
            return null;
        }
    }

    /// <summary>
    /// A table that the open transaction has written is locked by it with intent to write until it ends. Null where the server does
    /// not tell.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, long>?> WrittenAsync(ServerSession session, CancellationToken cancel)
    {
        if (await session.ScalarAsync<int>("SELECT CASE WHEN OBJECT_ID('sys.dm_tran_locks') IS NULL THEN 0 WHEN HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') = 1 THEN 1 ELSE 0 END", cancel).ConfigureAwait(false) == 0)
        {
            return null;
        }

        var written = new Dictionary<string, long>(StringComparer.Ordinal);
        await session.ReadAsync(
            """
            SELECT OBJECT_SCHEMA_NAME(resource_associated_entity_id) + '.' + OBJECT_NAME(resource_associated_entity_id), COUNT_BIG(*)
            FROM sys.dm_tran_locks WHERE request_session_id = @@SPID AND resource_database_id = DB_ID() AND resource_type = 'OBJECT' AND request_mode IN ('IX', 'X', 'SIX', 'BU', 'UIX')
              AND OBJECTPROPERTY(resource_associated_entity_id, 'IsUserTable') = 1 AND OBJECT_SCHEMA_NAME(resource_associated_entity_id) <> N'psmigrate'
            GROUP BY resource_associated_entity_id
            """,
            row =>
            {
                if (!row.IsDBNull(0))
                {
                    written[row.GetString(0)] = row.GetInt64(1);
                }
            }, cancel).ConfigureAwait(false);
        return written;
    }
}
