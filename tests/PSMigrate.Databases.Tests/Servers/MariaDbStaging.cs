namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A second server, for plans that name one to be rehearsed on.</summary>
public sealed class MariaDbStaging : IAsyncDisposable
{
    private readonly Lazy<MariaDbServer> server = new(() =>
    {
        var own = MariaDbServer.CreateOwn(durable: false);
        own.CreateDatabaseAsync("staging").GetAwaiter().GetResult();
        own.ExecuteAsync("CREATE TABLE staging.kept (id int); INSERT INTO staging.kept VALUES (1)").GetAwaiter().GetResult();
        return own;
    });

    public MariaDbServer Server => server.Value;

    public ValueTask DisposeAsync() => server.IsValueCreated ? server.Value.DisposeAsync() : ValueTask.CompletedTask;
}
