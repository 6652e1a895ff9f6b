using PSMigrate.Plans;

namespace PSMigrate.Databases.Scripts;

/// <summary>What the header lines of a script say; what they leave out is null, empty or false.</summary>
internal sealed record ScriptHeader
{
    public string? MigrationName { get; init; }

    public DateOnly? Date { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Where each of <see cref="Requires"/> is written.</summary>
    public IReadOnlyList<int> RequiresOffsets { get; init; } = [];

    public bool TransactionNone { get; init; }

    public RepeatMode? Repeat { get; init; }

    public IReadOnlyList<string> Environments { get; init; } = [];

    public TimeSpan? LockTimeout { get; init; }

    public TimeSpan? StatementTimeout { get; init; }

    public IReadOnlyList<TextRange> Verify { get; init; } = [];
}

/// <summary>Part of a file's text, in UTF-16 code units.</summary>
internal readonly record struct TextRange(int Start, int Length);
