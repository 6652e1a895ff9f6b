using System.Diagnostics;
using MySqlConnector;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class MariaDbServerTests(MariaDbServer server)
{
    [Fact]
    public async Task A_test_gets_an_empty_database_and_an_encrypted_connection()
    {
        await using var database = await server.CreateDatabaseAsync();
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()"));
        Assert.NotEqual("", await database.ScalarAsync<string>("SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'"));
    }

    [Theory]
    [InlineData(MariaDbServer.User, "wrong")]
    [InlineData("root", "")]
    [InlineData("nobody", "")]
    public async Task A_wrong_password_is_refused(string user, string password)
    {
        await server.StartAsync();
        await using var connection = new MySqlConnection(server.ConnectionString(user: user, password: password));
        var refused = await Assert.ThrowsAsync<MySqlException>(() => connection.OpenAsync(TestContext.Current.CancellationToken));
        Assert.Equal(MySqlErrorCode.AccessDenied, refused.ErrorCode);
    }

    [Fact]
    public async Task A_server_that_was_killed_starts_again_with_what_was_committed()
    {
        await using var own = MariaDbServer.CreateOwn(durable: true);
        var database = await own.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE kept AS SELECT 1 AS one");
        await own.KillAsync();
        await Assert.ThrowsAnyAsync<MySqlException>(() => database.ExecuteAsync("SELECT 1"));
        await own.StartAsync();
        Assert.Equal(1, await database.ScalarAsync<int>("SELECT one FROM kept"));
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_server_ends_with_its_data_when_the_test_process_dies()
    {
        await using var own = MariaDbServer.CreateOwn(durable: false);
        await own.StartAsync();
        var folder = Path.GetDirectoryName(own.LogFile)!;

        // The death of a process closes its end of the pipe, and so does this.
        own.CloseInputOfKeeper();
        for (var since = Stopwatch.StartNew(); Directory.Exists(folder) && since.Elapsed < TimeSpan.FromSeconds(20);)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.False(Directory.Exists(folder));
    }
}
