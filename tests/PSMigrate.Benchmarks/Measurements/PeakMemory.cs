using System.Diagnostics;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>How far the process's working set grows while something runs, looked at every few milliseconds.</summary>
internal sealed class PeakMemory : IDisposable
{
    private readonly Process process = Process.GetCurrentProcess();
    private readonly ManualResetEventSlim ended = new();
    private readonly Thread watch;
    private readonly long before;
    private long peak;

    public PeakMemory()
    {
        Timing.Settle();
        process.Refresh();
        before = peak = process.WorkingSet64;
        watch = new Thread(Watch) { IsBackground = true };
        watch.Start();
    }

    /// <summary>In bytes, so far.</summary>
    public double Growth => Interlocked.Read(ref peak) - before;

    public void Dispose()
    {
        ended.Set();
        watch.Join();
        ended.Dispose();
        process.Dispose();
    }

    private void Watch()
    {
        while (!ended.Wait(TimeSpan.FromMilliseconds(5)))
        {
            process.Refresh();
            Interlocked.Exchange(ref peak, Math.Max(peak, process.WorkingSet64));
        }
    }
}
