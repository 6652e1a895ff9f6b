using PSMigrate.Benchmarks.Contenders;
using PSMigrate.Benchmarks.Measurements;

namespace PSMigrate.Benchmarks.Reports;

/// <summary>How many times as long each contender takes as the bare loop and as each peer.</summary>
internal static class RatioTable
{
    /// <summary>Writes the table; nothing when there is nobody to compare with.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Entrant> entrants, IReadOnlyList<Samples> samples)
    {
        var references = entrants.Zip(samples).Where(pair => pair.First.IsReference).Select(pair => pair.Second).ToArray();
        if (references.Length == 0 || samples.Count < 2)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Time of the row as a multiple of the column's, median of the rounds' ratios:");
        output.WriteLine();
        var table = new MarkdownTable(["", .. references.Select(reference => reference.Name)]);
        foreach (var sample in samples)
        {
            table.Add([sample.Name, .. references.Select(reference => Cell.Ratio(sample.RatioTo(reference)))]);
        }

        table.Write(output);
    }
}
