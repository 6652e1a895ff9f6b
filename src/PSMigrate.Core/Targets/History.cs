using System.Text.Json.Serialization;
using PSMigrate.Plans;

namespace PSMigrate.Targets;

/// <summary>
/// Which steps a target has had. Records made while a unit of work is open are committed with it: then the record is the truth.
/// </summary>
public interface IHistory
{
    /// <summary>
    /// All entries, oldest first, without their undo records, which can be large; empty where the target has never been migrated.
    /// Reads only.
    /// </summary>
    Task<IReadOnlyList<HistoryEntry>> ReadAsync(CancellationToken cancel);

    /// <summary>The entry with its undo record, and for one that was only begun with what was kept of its progress.</summary>
    Task<HistoryEntry> ReadUndoRecordAsync(HistoryEntry entry, CancellationToken cancel);

    /// <summary>Records an entry, or what became of one that was begun: that has a sequence already, and is replaced.</summary>
    /// <returns>The entry with its sequence.</returns>
    Task<HistoryEntry> RecordAsync(HistoryEntry entry, CancellationToken cancel);

    /// <summary>
    /// Keeps how far a step has come that was only begun. In a transaction it commits with the part of the change that it tells of.
    /// What was kept goes when the entry is recorded as complete or is undone.
    /// </summary>
    Task KeepProgressAsync(HistoryEntry entry, StepProgress progress, CancellationToken cancel);

    /// <summary>Marks an applied entry, or one that was only begun, as undone by a run.</summary>
    Task MarkUndoneAsync(HistoryEntry entry, string byRun, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Keeps the structure as a run left it, for finding drift. Replaces what was kept before.</summary>
    Task RecordBaselineAsync(Baseline baseline, string runId, CancellationToken cancel);

    /// <summary>The structure as the last run left it; null where no run has ended here. Reads only.</summary>
    Task<RecordedBaseline?> ReadBaselineAsync(CancellationToken cancel);
}

/// <summary>The structure as a run left it.</summary>
/// <param name="LastEntry">The newest history entry that the baseline covers.</param>
public sealed record RecordedBaseline(Baseline Baseline, string RunId, long LastEntry);

/// <summary>One step that a target has had.</summary>
public sealed record HistoryEntry
{
    /// <summary>Given by the history; zero before it is recorded.</summary>
    public long Sequence { get; init; }

    public required string RunId { get; init; }

    public required string PlanName { get; init; }

    public required string PlanHash { get; init; }

    public required string Step { get; init; }

    public required string Kind { get; init; }

    /// <summary>The step's content when it was applied.</summary>
    public required string Checksum { get; init; }

    public required DateTimeOffset AppliedAt { get; init; }

    public TimeSpan Duration { get; init; }

    public required string AppliedBy { get; init; }

    /// <summary>Where the run's folder was: a hint for whoever undoes, who may be elsewhere.</summary>
    public string StatePath { get; init; } = "";

    /// <summary>What the step needs to undo itself, in the step's own form; empty where it needs nothing.</summary>
    public string UndoRecord { get; init; } = "";

    public bool UndoProved { get; init; }

    /// <summary>
    /// True for a step that was begun and has not come to its end: it failed, or its process died. Only steps without a transaction
    /// can be so.
    /// </summary>
    public bool IsBegun { get; init; }

    /// <summary>Its place among the steps of its run, over all targets: clocks can jump.</summary>
    public int Position { get; init; }

    /// <summary>How far a step has come that was only begun, in order; read with the undo record.</summary>
    [JsonIgnore]
    public IReadOnlyList<StepProgress> Progress { get; init; } = [];

    public string? UndoneByRun { get; init; }

    public DateTimeOffset? UndoneAt { get; init; }

    public bool IsUndone => UndoneByRun is not null;

    public bool IsApplied => !IsUndone && !IsBegun;

    /// <summary>Whether it can still be undone; null where nobody has looked.</summary>
    [JsonIgnore]
    public bool? CanUndo { get; init; }

    /// <summary>Why an applied step cannot be undone.</summary>
    [JsonIgnore]
    public string? CannotUndoBecause { get; init; }

    /// <summary>What the target keeps to undo it.</summary>
    [JsonIgnore]
    public IReadOnlyList<QuarantineItem> Quarantine { get; init; } = [];

    /// <summary>Of what the target keeps to undo it.</summary>
    [JsonIgnore]
    public long QuarantinedRows => Quarantine.Sum(q => q.Rows);
}

/// <summary>How far a step without a transaction has come.</summary>
/// <param name="At">Where it would go on, in the step's own words.</param>
/// <param name="UndoPart">What undo needs of what was done since the progress before, in the step's own form.</param>
public sealed record StepProgress(string At, string UndoPart);
