namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>Runs a query in a transaction that may only read.</summary>
internal static class PostgreSqlReadOnly
{
    public static async Task RunAsync(PostgreSqlEngine engine, ServerSession session, Func<Task> act, string sql, CancellationToken cancel)
    {
        var inTransaction = await engine.IsInTransactionAsync(session, cancel).ConfigureAwait(false);
        // Inside a step's own transaction a part of it is made read-only, and forgotten: the rest must still be able to write.
        await session.ExecuteAsync(inTransaction ? "SAVEPOINT psmigrate_read; SET LOCAL transaction_read_only = on" : "BEGIN READ ONLY", cancel).ConfigureAwait(false);
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.InnerException is Npgsql.PostgresException { SqlState: "25006" })
        {
            throw new MigrationException("QueryWrites", ErrorKind.InvalidInput, $"A check only reads, but this statement writes: {sql}", e)
            {
                Offender = sql,
                RecommendedAction = "Write a SELECT.",
            };
        }
        finally
        {
            if (session.Connection.State == System.Data.ConnectionState.Open)
            {
                await session.ExecuteAsync(inTransaction ? "ROLLBACK TO SAVEPOINT psmigrate_read; RELEASE SAVEPOINT psmigrate_read" : "ROLLBACK", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
