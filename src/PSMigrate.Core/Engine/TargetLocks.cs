using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>The locks of a run's targets, taken in one order and given back together.</summary>
internal sealed class TargetLocks : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> held = new();

    public static async Task<TargetLocks> TakeAsync(
        TargetSet targets, string what, TimeSpan timeout, MigrationServices services, IMigrationObserver observer, CancellationToken cancel)
    {
        var locks = new TargetLocks();
        var holder = new LockHolder(services.Actor, Environment.ProcessId, what, services.Now());
        try
        {
            foreach (var target in targets.Distinct)
            {
                locks.held.Push(await target.LockAsync(holder, timeout, observer, cancel).ConfigureAwait(false));
            }

            return locks;
        }
        catch
        {
            await locks.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (held.TryPop(out var one))
        {
            await one.DisposeAsync().ConfigureAwait(false);
        }
    }
}
