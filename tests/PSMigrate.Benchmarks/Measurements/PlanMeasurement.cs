using System.Globalization;
using PSMigrate.Benchmarks.Contenders;
using PSMigrate.Benchmarks.Reports;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>How much memory and time it takes to plan scripts for a new database.</summary>
internal sealed class PlanMeasurement(BenchmarkRoom room, ScriptFolders scripts, LineUp lineUp, BenchmarkOptions options)
{
    private const int WarmUp = 50;
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Measures and prints, one table a size.</summary>
    public async Task RunAsync(TextWriter output)
    {
        var planners = lineUp.Planners;
        foreach (var planner in planners)
        {
            await PlanAsync(planner, WarmUp);
        }

        foreach (var count in options.Rerun)
        {
            var times = planners.ToDictionary(planner => planner, _ => new List<double>());
            var allocations = await InterleavedRounds.RunAsync(
                planners,
                planner => planner.Name,
                options.Rounds,
                async planner =>
                {
                    var (milliseconds, bytes) = await PlanAsync(planner, count);
                    times[planner].Add(milliseconds);
                    return bytes;
                });

            output.WriteLine();
            output.WriteLine($"## Plan {count} scripts for a new database");
            output.WriteLine();
            var table = new MarkdownTable("Planner", "Looks at", "Allocated MiB", "KiB a script", "Median ms");
            foreach (var (planner, allocated) in planners.Zip(allocations))
            {
                table.Add(
                    planner.Name,
                    planner.LooksAt,
                    Cell.Number(allocated.Median / Mebibyte),
                    Cell.Number(allocated.Median / 1024 / count),
                    Cell.Milliseconds(new Samples(planner.Name, times[planner]).Median));
            }

            table.Write(output);
        }
    }

    private async Task<(double Milliseconds, double Bytes)> PlanAsync(IPlanner planner, int count)
    {
        var folder = scripts.Get(planner.Form, count);
        var database = room.NewFile();
        var planned = 0;
        var bytes = 0L;
        var milliseconds = await Timing.MillisecondsAsync(async () =>
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            planned = await planner.PlanAsync(folder, database);
            bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        if (planned != count)
        {
            throw new BenchmarkException(string.Create(CultureInfo.InvariantCulture,
                $"{planner.Name} planned {planned} of {count} scripts."));
        }

        Timing.Settle();
        database.Remove();
        return (milliseconds, bytes);
    }
}
