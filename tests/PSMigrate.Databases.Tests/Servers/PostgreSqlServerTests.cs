using System.Diagnostics;
using Npgsql;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class PostgreSqlServerTests(PostgreSqlServer server)
{
    [Fact]
    public async Task A_test_gets_an_empty_database()
    {
        await using var database = await server.CreateDatabaseAsync();
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE oid >= 16384"));
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        await server.StartAsync();
        await using var connection = new NpgsqlConnection(server.ConnectionString(password: "wrong"));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task A_server_that_was_killed_starts_again_with_what_was_committed()
    {
        await using var own = PostgreSqlServer.CreateOwn(durable: true);
        var database = await own.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE kept AS SELECT 1 AS one");
        await own.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => database.ExecuteAsync("SELECT 1"));
        await own.StartAsync();
        Assert.Equal(1, await database.ScalarAsync<int>("SELECT one FROM kept"));
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_server_ends_with_its_data_when_the_test_process_dies()
    {
        await using var own = PostgreSqlServer.CreateOwn(durable: false);
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
