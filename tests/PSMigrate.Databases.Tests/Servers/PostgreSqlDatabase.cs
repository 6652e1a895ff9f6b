using Npgsql;
using PSMigrate.Databases.Servers;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A database of one test on the test server.</summary>
public sealed class PostgreSqlDatabase(PostgreSqlServer server, string name) : IAsyncDisposable
{
    public PostgreSqlServer Server => server;

    public string Name => name;

    public string ConnectionString => server.ConnectionString(name);

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A session as targets use it, whose errors say what the server said.</summary>
    public async Task<ServerSession> OpenSessionAsync() =>
        new(await OpenAsync(), e => new MigrationException("ScriptFailed", ErrorKind.Failed, e.Message, e));

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs statements one by one, each exactly as it is written: the driver would cut a command at semicolons, also in a body.</summary>
    public async Task ExecuteEachAsync(IEnumerable<string> statements)
    {
        await using var connection = await OpenAsync();
        foreach (var statement in statements)
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
            try
            {
                await batch.ExecuteNonQueryAsync();
            }
            catch (PostgresException e)
            {
                throw new InvalidOperationException($"{e.MessageText} {e.Detail}\n{statement}", e);
            }
        }
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var session = await OpenSessionAsync();
        return await session.ScalarAsync<T>(sql, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        // One in which there is a subscription cannot be dropped.
        if (await server.ScalarAsync<long>($"SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = '{name}'") > 0)
        {
            await DropSubscriptionsAsync();
        }

        await server.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    private async Task DropSubscriptionsAsync()
    {
        await using var session = await OpenSessionAsync();
        var names = await session.ListAsync("SELECT quote_ident(subname) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())", row => row.GetString(0), CancellationToken.None);
        await ExecuteEachAsync(names.SelectMany(n => new[] { $"ALTER SUBSCRIPTION {n} DISABLE", $"ALTER SUBSCRIPTION {n} SET (slot_name = NONE)", $"DROP SUBSCRIPTION {n}" }));
    }
}
