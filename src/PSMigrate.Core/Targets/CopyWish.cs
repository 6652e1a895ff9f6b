namespace PSMigrate.Targets;

/// <summary>How a copy to rehearse on is to be made, where it is not the whole of the target beside the original.</summary>
public sealed record CopyWish
{
    /// <summary>About how many rows each table of the copy has at most, besides those that others of its rows refer to; null for all.</summary>
    public int? SampleRows { get; init; }

    /// <summary>The server that the copy is made on, open; null for the original's own.</summary>
    public Target? On { get; init; }
}

/// <summary>A copy that was made to rehearse on.</summary>
public sealed record RehearsalCopy(Target Target)
{
    /// <summary>The tables that have only some of their rows.</summary>
    public IReadOnlyList<SampledTable> Sampled { get; init; } = [];

    /// <summary>In what the copy is not like the original, besides its rows.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];
}

/// <summary>A table of which a copy has only some rows.</summary>
/// <param name="Table">As people know it.</param>
/// <param name="Rows">How many the copy has.</param>
/// <param name="Of">How many there are.</param>
public sealed record SampledTable(string Table, long Rows, long Of);
