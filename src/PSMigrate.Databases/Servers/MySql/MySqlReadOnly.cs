using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Runs a query that must only read.</summary>
internal static class MySqlReadOnly
{
    public static async Task RunAsync(ServerSession session, Func<Task> act, string sql, CancellationToken cancel)
    {
        await session.ExecuteAsync("START TRANSACTION READ ONLY", cancel).ConfigureAwait(false);
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.InnerException is MySqlConnector.MySqlException { Number: 1792 })
        {
            throw Writes(sql, e);
        }
        finally
        {
            if (session.Connection.State == System.Data.ConnectionState.Open)
            {
                await session.ExecuteAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Inside a transaction that writes nothing can be made read-only: there the words must tell.</summary>
    public static Task RequireReadsAsync(SqlDialect dialect, string sql)
    {
        var all = SqlSplitter.Split(sql, dialect, "query").SelectMany(s => dialect.ReadFacts(s).Each);
        return all.All(f => f.Kind is StatementKind.Select or StatementKind.Explain or StatementKind.Control) ? Task.CompletedTask : throw Writes(sql, null);
    }

    private static MigrationException Writes(string sql, Exception? cause) => new("QueryWrites", ErrorKind.InvalidInput, $"A check only reads, but this statement writes: {sql}", cause)
    {
        Offender = sql,
        RecommendedAction = "Write a SELECT.",
    };
}
