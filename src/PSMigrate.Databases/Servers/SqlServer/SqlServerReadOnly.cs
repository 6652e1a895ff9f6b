using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>Runs a query that must only read: T-SQL has no transaction that may only read, so words must tell, and whatever is done is rolled back.</summary>
internal static class SqlServerReadOnly
{
    public static async Task RunAsync(SqlServerEngine engine, ServerSession session, Func<Task> act, string sql, CancellationToken cancel)
    {
        var facts = SqlSplitter.Split(sql, engine.Dialect, "query").SelectMany(s => engine.Dialect.ReadFacts(s).Each);
        if (!facts.All(f => f.Kind is StatementKind.Select or StatementKind.Explain or StatementKind.Control or StatementKind.Set or StatementKind.Call))
        {
            throw new MigrationException("QueryWrites", ErrorKind.InvalidInput, $"A check only reads, but this statement writes: {sql}")
            {
                Offender = sql,
                RecommendedAction = "Write a SELECT.",
            };
        }

        var inTransaction = await engine.IsInTransactionAsync(session, cancel).ConfigureAwait(false);
        await session.ExecuteAsync(inTransaction ? engine.Savepoint("psmigrate_read") : engine.BeginTransaction, cancel).ConfigureAwait(false);
        try
        {
            await act().ConfigureAwait(false);
        }
        finally
        {
            if (session.Connection.State == System.Data.ConnectionState.Open)
            {
                await session.ExecuteAsync(inTransaction ? engine.RollbackTo("psmigrate_read") : engine.Rollback, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
