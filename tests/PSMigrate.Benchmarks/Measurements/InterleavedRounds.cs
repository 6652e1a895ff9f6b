namespace PSMigrate.Benchmarks.Measurements;

/// <summary>Runs everyone once a round: A B C, A B C, ...</summary>
internal static class InterleavedRounds
{
    /// <summary>Measures each of these in each round.</summary>
    public static async Task<IReadOnlyList<Samples>> RunAsync<T>(
        IReadOnlyList<T> contenders, Func<T, string> name, int rounds, Func<T, Task<double>> measure)
    {
        var values = contenders.Select(_ => new List<double>(rounds)).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                values[i].Add(await measure(contenders[i]));
            }
        }

        return [.. contenders.Select((contender, i) => new Samples(name(contender), values[i]))];
    }
}
