using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>
/// Queries of the catalog that are sent at once. To plan them takes the server many times as long as to run them: they are prepared, so
/// that a session plans each of them once.
/// </summary>
internal static class CatalogBatch
{
    /// <summary>Runs queries in one batch, which is a transaction of its own where none is open.</summary>
    /// <param name="queries">Each with its parameters; what is read of its rows, if anything.</param>
    public static Task RunAsync(ServerSession session, IReadOnlyList<(string Sql, object[] Values, Action<DbDataReader>? Read)> queries, CancellationToken cancel) => session.TranslateAsync(async () =>
    {
        await using var batch = session.Connection.CreateBatch();
        batch.Timeout = session.StatementTimeout is { } timeout ? Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds)) : 0;
        foreach (var (sql, values, _) in queries)
        {
            session.Observer.Detail(sql);
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var value in values)
            {
                command.Parameters.Add(Parameter(value));
            }

            batch.BatchCommands.Add(command);
        }

        try
        {
            if (session.Prepares)
            {
                await batch.PrepareAsync(cancel).ConfigureAwait(false);
            }

            await using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            var i = 0;
            do
            {
                while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                {
                    queries[i].Read?.Invoke(reader);
                }

                i++;
            }
            while (await reader.NextResultAsync(cancel).ConfigureAwait(false));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidSqlStatementName && session.Prepares)
        {
            // A routine has thrown the session's prepared statements away.
            session.Prepares = false;
            throw;
        }

        return true;
    }, cancel);

    /// <summary>Forgets what was prepared, after a statement that may have thrown it away on the server.</summary>
    public static void Forget(ServerSession session) => ((NpgsqlConnection)session.Connection).UnprepareAll();

    private static NpgsqlParameter Parameter(object value) => value switch
    {
        uint[] oids => new NpgsqlParameter { Value = oids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid },
        string[] texts => new NpgsqlParameter { Value = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        _ => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Text },
    };
}
