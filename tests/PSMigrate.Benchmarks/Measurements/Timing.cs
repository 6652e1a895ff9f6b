using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>Times one piece of work from a clean start: no garbage of the one before, no pooled connections.</summary>
internal static class Timing
{
    /// <summary>How many milliseconds the work took.</summary>
    public static async Task<double> MillisecondsAsync(Func<Task> work)
    {
        Settle();
        var clock = Stopwatch.StartNew();
        await work();
        clock.Stop();
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <summary>Collects garbage and closes pooled connections.</summary>
    public static void Settle()
    {
        SqliteConnection.ClearAllPools();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
