namespace PSMigrate.Databases.Servers.Backups;

/// <summary>Several that work side by side; when one fails, the others stop.</summary>
internal static class Workers
{
    /// <param name="all">What the work is cancelled by.</param>
    public static async Task RunAsync(int count, Func<Task> work, CancellationTokenSource all)
    {
        Exception? first = null;
        async Task OneAsync()
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The others only fail because this one made them stop: what is told is the first.
                Interlocked.CompareExchange(ref first, e, null);
                await all.CancelAsync().ConfigureAwait(false);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => OneAsync())).ConfigureAwait(false);
        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>Where one fails, the other ends as well, and the first error is the one that is told.</summary>
    public static async Task TogetherAsync(Task one, Task other, CancellationTokenSource both)
    {
        var first = await Task.WhenAny(one, other).ConfigureAwait(false);
        if (!first.IsCompletedSuccessfully)
        {
            await both.CancelAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(one, other).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        await first.ConfigureAwait(false);
        await one.ConfigureAwait(false);
        await other.ConfigureAwait(false);
    }
}
