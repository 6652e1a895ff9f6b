using PSMigrate.Benchmarks.Contenders;
using PSMigrate.Benchmarks.Reports;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>How long it takes to apply all scripts to a new database.</summary>
internal sealed class ApplyMeasurement(string engine, Func<BenchmarkDatabase> newDatabase, ScriptFolders scripts, LineUp lineUp, BenchmarkOptions options)
{
    /// <summary>How many scripts everyone applies before anything counts.</summary>
    private const int WarmUp = 50;

    /// <summary>Measures and prints.</summary>
    public async Task RunAsync(TextWriter output)
    {
        var entrants = lineUp.Entrants.Where(entrant => entrant.Parts.HasFlag(Part.Apply)).ToArray();
        foreach (var entrant in entrants)
        {
            await ApplyAsync(entrant.Contender, Math.Min(WarmUp, options.Scripts));
        }

        var samples = await InterleavedRounds.RunAsync(
            entrants,
            entrant => entrant.Contender.Name,
            options.Rounds,
            entrant => ApplyAsync(entrant.Contender, options.Scripts));

        output.WriteLine();
        output.WriteLine($"## Apply {options.Scripts} scripts to a new database ({engine})");
        output.WriteLine();
        var table = new MarkdownTable("Contender", "Transaction for", "Median ms", "Least", "Most", "ms a script");
        foreach (var (entrant, sample) in entrants.Zip(samples))
        {
            table.Add(
                sample.Name,
                entrant.Contender.Transactions,
                Cell.Milliseconds(sample.Median),
                Cell.Milliseconds(sample.Least),
                Cell.Milliseconds(sample.Most),
                Cell.Number(sample.Median / options.Scripts));
        }

        table.Write(output);
        RatioTable.Write(output, entrants, samples);
    }

    private async Task<double> ApplyAsync(IContender contender, int count)
    {
        var folder = scripts.Get(contender.Form, count);
        var database = newDatabase();
        if (contender is IPreparedContender prepared)
        {
            await prepared.PrepareAsync(folder, database);
        }

        var milliseconds = await Timing.MillisecondsAsync(() => contender.ApplyAsync(folder, database));
        Outcome.Verify(contender, database, count);
        database.Remove();
        return milliseconds;
    }
}
