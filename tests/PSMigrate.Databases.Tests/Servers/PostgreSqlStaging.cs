namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A second server, for plans that name one to be rehearsed on.</summary>
public sealed class PostgreSqlStaging : IAsyncDisposable
{
    private readonly Lazy<PostgreSqlServer> server = new(() =>
    {
        var own = PostgreSqlServer.CreateOwn(durable: false);
        var database = own.CreateDatabaseAsync("staging").GetAwaiter().GetResult();
        database.ExecuteAsync("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)").GetAwaiter().GetResult();
        return own;
    });

    public PostgreSqlServer Server => server.Value;

    public ValueTask DisposeAsync() => server.IsValueCreated ? server.Value.DisposeAsync() : ValueTask.CompletedTask;
}
