using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>A server of the crash tests' own, that may be killed and keeps what it has committed, and their rooms on it.</summary>
public abstract class ServerCrashFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private CrashRooms? rooms;
    private ServerCrashSite? site;

    private protected abstract ServerCrashPlan Plan { get; }

    private protected abstract int Port { get; }

    internal ServerCrashSite Site => site ?? throw new InvalidOperationException("There are no rooms yet.");

    internal async Task<CrashRooms> RoomsAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (rooms is null)
            {
                await StartServerAsync();
                site = new ServerCrashSite(Plan, NewDatabase, () => Port, Through);
                rooms = await CrashRooms.OpenAsync(site, CancellationToken.None);
            }

            return rooms;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Kills the server as a power cut would, and starts it again.</summary>
    public abstract Task KillServerAsync();

    /// <summary>Ends all sessions of a database but the one that asks, as an administrator does.</summary>
    internal abstract Task EndSessionsAsync(TestDatabase database);

    /// <summary>True for a request that writes that a step is applied.</summary>
    public abstract bool IsHistoryWrite(string request);

    public virtual ValueTask DisposeAsync()
    {
        rooms?.Dispose();
        gate.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected abstract Task StartServerAsync();

    private protected abstract TestDatabase NewDatabase();

    /// <summary>The address of a database as it is seen through a port.</summary>
    private protected abstract string Through(TestDatabase database, int port);
}
