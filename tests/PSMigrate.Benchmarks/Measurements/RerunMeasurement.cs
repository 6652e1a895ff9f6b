using PSMigrate.Benchmarks.Contenders;
using PSMigrate.Benchmarks.Reports;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>How long it takes to find out that there is nothing to do.</summary>
internal sealed class RerunMeasurement(string engine, Func<BenchmarkDatabase> newDatabase, ScriptFolders scripts, LineUp lineUp, BenchmarkOptions options)
{
    private const int WarmUp = 50;

    /// <summary>Measures and prints, one table a size.</summary>
    public async Task RunAsync(TextWriter output)
    {
        var entrants = lineUp.Entrants.Where(entrant => entrant.Parts.HasFlag(Part.Rerun)).ToArray();
        await MeasureAsync(entrants, WarmUp, rounds: 1);

        foreach (var count in options.Rerun)
        {
            var samples = await MeasureAsync(entrants, count, options.Rounds);

            output.WriteLine();
            output.WriteLine($"## Run again over {count} applied scripts: nothing to do ({engine})");
            output.WriteLine();
            var table = new MarkdownTable("Contender", "Compares", "Median ms", "Least", "Most");
            foreach (var (entrant, sample) in entrants.Zip(samples))
            {
                table.Add(
                    sample.Name,
                    entrant.Contender.Rechecks,
                    Cell.Milliseconds(sample.Median),
                    Cell.Milliseconds(sample.Least),
                    Cell.Milliseconds(sample.Most));
            }

            table.Write(output);
            RatioTable.Write(output, entrants, samples);
        }
    }

    private async Task<IReadOnlyList<Samples>> MeasureAsync(IReadOnlyList<Entrant> entrants, int count, int rounds)
    {
        var databases = new Dictionary<Entrant, BenchmarkDatabase>();
        foreach (var entrant in entrants)
        {
            var preparer = entrant.Preparer ?? entrant.Contender;
            var database = databases[entrant] = newDatabase();
            await preparer.ApplyAsync(scripts.Get(preparer.Form, count), database);
            Outcome.Verify(entrant.Contender, database, count);
        }

        var samples = await InterleavedRounds.RunAsync(
            entrants,
            entrant => entrant.Contender.Name,
            rounds,
            async entrant =>
            {
                var folder = scripts.Get(entrant.Contender.Form, count);
                var milliseconds = await Timing.MillisecondsAsync(
                    () => entrant.Contender.ApplyAsync(folder, databases[entrant]));
                Outcome.Verify(entrant.Contender, databases[entrant], count);
                return milliseconds;
            });

        foreach (var database in databases.Values)
        {
            database.Remove();
        }

        return samples;
    }
}
