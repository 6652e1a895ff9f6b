using System.Data.Common;
using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Servers;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A database of one test on the test server.</summary>
public sealed class SqlServerDatabase(SqlServerServer server, string name) : IAsyncDisposable
{
    public SqlServerServer Server => server;

    public string Name => name;

    public string ConnectionString => server.ConnectionString(name);

    public async Task<SqlConnection> OpenAsync()
    {
        var connection = new SqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A session as targets use it, whose errors say what the server said.</summary>
    public async Task<ServerSession> OpenSessionAsync() =>
        new(await OpenAsync(), e => new MigrationException("ScriptFailed", ErrorKind.Failed, e.Message, e));

    /// <summary>Runs batches one after the other in one session.</summary>
    public async Task ExecuteAsync(params IReadOnlyList<string> batches)
    {
        await using var connection = await OpenAsync();
        await ExecuteAsync(batches, connection);
    }

    public static async Task ExecuteAsync(IReadOnlyList<string> batches, DbConnection connection)
    {
        foreach (var batch in batches)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = batch;
            command.CommandTimeout = 120;
            try
            {
                await command.ExecuteNonQueryAsync();
            }
            catch (SqlException e)
            {
                throw new InvalidOperationException($"{e.Message} ({e.Number}) in: {batch}", e);
            }
        }
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var session = await OpenSessionAsync();
        return await session.ScalarAsync<T>(sql, CancellationToken.None);
    }

    /// <summary>A session that has just been closed is seen by the server for a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        const int InUse = 3702;
        for (var until = DateTime.UtcNow.AddSeconds(10); ;)
        {
            try
            {
                await server.ExecuteAsync($"DROP DATABASE IF EXISTS [{name}]");
                return;
            }
            catch (SqlException e) when ((e.Number == InUse || e.Message.Contains("in use", StringComparison.Ordinal)) && DateTime.UtcNow < until)
            {
                await Task.Delay(100);
            }
        }
    }
}
