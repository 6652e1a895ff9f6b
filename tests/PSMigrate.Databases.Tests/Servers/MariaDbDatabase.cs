using MySqlConnector;
using PSMigrate.Databases.Servers;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A database of one test on the test server.</summary>
public sealed class MariaDbDatabase(MariaDbServer server, string name) : IAsyncDisposable
{
    public MariaDbServer Server => server;

    public string Name => name;

    public string ConnectionString => server.ConnectionString(name);

    public async Task<MySqlConnection> OpenAsync()
    {
        var connection = new MySqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A session as targets use it, whose errors say what the server said.</summary>
    public async Task<ServerSession> OpenSessionAsync() =>
        new(await OpenAsync(), e => new MigrationException("ScriptFailed", ErrorKind.Failed, e.Message, e));

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var session = await OpenSessionAsync();
        return await session.ScalarAsync<T>(sql, CancellationToken.None);
    }

    public async ValueTask DisposeAsync() => await server.ExecuteAsync($"DROP DATABASE IF EXISTS {name}");
}
