namespace PSMigrate.Databases.Servers;

/// <summary>Where nothing had to be set, nothing comes back.</summary>
internal sealed class NothingToPutBack : IAsyncDisposable
{
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
