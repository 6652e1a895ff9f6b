using System.Diagnostics;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>
/// What it costs to get one page safely to disk. Near zero says that the folder is in memory or the disk does not
/// really flush, and that the numbers say little about transactions.
/// </summary>
internal static class FlushCost
{
    private const int Times = 50;
    private const int Page = 4096;

    /// <summary>The median of some writes of one page, each flushed to disk.</summary>
    public static double MedianMilliseconds(BenchmarkRoom room)
    {
        using var file = new FileStream(
            Path.Combine(room.Path, "flush.bin"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        var page = new byte[Page];
        var values = new List<double>(Times);
        for (var i = 0; i < Times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            file.Write(page);
            file.Flush(flushToDisk: true);
            values.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return new Samples("flush", values).Median;
    }
}
