namespace PSMigrate.Databases.Servers.Running;

/// <summary>What a script was seen to destroy that its words did not say, so that it is captured when the script is run again.</summary>
internal sealed record Demand
{
    private const int MostRuns = 5;

    /// <summary>Tables whose rows are written, by full name.</summary>
    public IReadOnlySet<string> Rows { get; init; } = new HashSet<string>();

    /// <summary>Tables, or some of their columns, that are taken away by a statement, which is counted from 0.</summary>
    public IReadOnlyList<(int Statement, string Table, IReadOnlyList<string>? Columns)> Images { get; init; } = [];

    /// <summary>How often the script was run.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>False where what was run cannot be taken back at once.</summary>
    public bool IsTransactional { get; init; } = true;

    public bool CanRunAgain => IsTransactional && Runs < MostRuns;

    public Demand WithRows(IEnumerable<string> tables) => this with { Rows = new HashSet<string>(Rows.Concat(tables), StringComparer.Ordinal), Runs = Runs + 1 };

    public Demand WithImages(IEnumerable<(int Statement, string Table, IReadOnlyList<string>? Columns)> images) => this with { Images = [.. Images, .. images], Runs = Runs + 1 };
}

/// <summary>The script must be taken back and run again, with what is demanded captured. Never seen outside a target.</summary>
internal sealed class CaptureNeededException(Demand demand) : Exception("A loss was not captured.")
{
    public Demand Demand { get; } = demand;
}
