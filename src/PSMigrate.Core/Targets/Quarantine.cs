using PSMigrate.Journal;

namespace PSMigrate.Targets;

/// <summary>What a target keeps of what was lost: what steps captured, and rows that an undo found in its way.</summary>
public interface IQuarantine
{
    /// <summary>All that is kept, oldest first. Reads only.</summary>
    Task<IReadOnlyList<QuarantineItem>> ReadAsync(CancellationToken cancel);

    /// <summary>
    /// Removes items by name. Where applied steps need them, their history says from then on that they were removed: both are done,
    /// or neither.
    /// </summary>
    Task RemoveAsync(IReadOnlyCollection<string> names, string by, DateTimeOffset at, CancellationToken cancel);
}

public enum QuarantineKind
{
    /// <summary>What a step was about to destroy.</summary>
    Capture,

    /// <summary>Rows of others that could not stay when a step was undone.</summary>
    SavedRows,
}

/// <summary>One thing that a target keeps.</summary>
/// <param name="Name">What the target calls it.</param>
/// <param name="RunId">The run that made it: for saved rows, the undo. Empty where the name does not tell.</param>
public sealed record QuarantineItem(string Target, QuarantineKind Kind, string Name, string RunId, long Rows)
{
    /// <summary>The step that the capture was made for; null where no history entry names it.</summary>
    public string? Step { get; init; }

    /// <summary>The run whose step is still applied and needs this to be undone; null where none does.</summary>
    public string? NeededByRun { get; init; }

    /// <summary>When the run began that made it; null where that is not known.</summary>
    public DateTimeOffset? At => Journal.RunId.TimeOf(RunId);
}
