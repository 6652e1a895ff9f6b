namespace PSMigrate.Benchmarks.Measurements;

/// <summary>What was measured for one contender, one value a round.</summary>
internal sealed record Samples(string Name, IReadOnlyList<double> Values)
{
    /// <summary>The middle value.</summary>
    public double Median => MedianOf(Values);

    /// <summary>The smallest value.</summary>
    public double Least => Values.Min();

    /// <summary>The largest value.</summary>
    public double Most => Values.Max();

    /// <summary>
    /// The median of the ratios round by round. The two were measured next to each other in each round, so that what
    /// slows the machine for a while slows both.
    /// </summary>
    public double RatioTo(Samples other) => MedianOf([.. Values.Zip(other.Values, (mine, theirs) => mine / theirs)]);

    private static double MedianOf(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
