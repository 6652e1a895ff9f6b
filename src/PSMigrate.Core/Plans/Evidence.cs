using System.Globalization;
using System.Text.Json.Serialization;
using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>What a cmdlet stamps on a plan. It counts only for the plan hash it was made for.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "evidence")]
[JsonDerivedType(typeof(RehearsalEvidence), "rehearsal")]
[JsonDerivedType(typeof(ApprovalEvidence), "approval")]
[JsonDerivedType(typeof(BackupEvidence), "backup")]
[JsonDerivedType(typeof(RunEvidence), "run")]
[JsonDerivedType(typeof(IntegrityEvidence), "integrity")]
[JsonDerivedType(typeof(UndoEvidence), "undo")]
public abstract record Evidence
{
    public required string PlanHash { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it: user@host.</summary>
    public required string By { get; init; }

    public required bool Succeeded { get; init; }

    /// <summary>One line for people.</summary>
    public required string Summary { get; init; }
}

/// <summary>A rehearsal on a copy: forward, verify, undo, compare, forward again.</summary>
public sealed record RehearsalEvidence : Evidence
{
    private const int MostNamed = 5;

    public IReadOnlyList<RehearsedStep> Steps { get; init; } = [];

    /// <summary>What could not be rehearsed, and why.</summary>
    public IReadOnlyList<string> NotRehearsed { get; init; } = [];

    /// <summary>What was different after undo, or between the two forward runs.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>True when after undo structure and every table compared equal to the start.</summary>
    public bool UndoProved { get; init; }

    /// <summary>The tables of which the copies had only some rows; empty where they had all.</summary>
    public IReadOnlyList<SampledTable> Sampled { get; init; } = [];

    /// <summary>The tables that were not whole, with their numbers of rows; null where all were.</summary>
    [JsonIgnore]
    public string? SampleInWords => Sampled.Count == 0 ? null
        : string.Join(", ", Sampled.Take(MostNamed).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Rows:N0} of {t.Of:N0} rows of {t.Table}")))
            + (Sampled.Count > MostNamed ? $", and some rows of {Sampled.Count - MostNamed} more tables" : "");

    /// <summary>The staging server on which it was rehearsed; null for copies beside the targets.</summary>
    public string? Place { get; init; }

    /// <summary>In what the place was not like the target, such as another version of the server.</summary>
    public IReadOnlyList<string> PlaceDifferences { get; init; } = [];

    /// <summary>Fingerprint of the structure after the forward run; the real run is expected to end there too.</summary>
    public string StructureAfter { get; init; } = "";
}

/// <summary>What the rehearsal saw of one step.</summary>
public sealed record RehearsedStep(string Step, TimeSpan Duration, bool UndoProved)
{
    public long RowsChanged { get; init; }

    public IReadOnlyList<string> Touched { get; init; } = [];

    public string? Note { get; init; }

    /// <summary>Which way led back, where it was not the one that the plan names.</summary>
    public string? Origin { get; init; }
}

public sealed record ApprovalEvidence : Evidence
{
    public string Reason { get; init; } = "";
}

public sealed record BackupEvidence : Evidence
{
    /// <summary>The folders of the backups, by target name.</summary>
    public IReadOnlyDictionary<string, string> Folders { get; init; } = new SortedDictionary<string, string>();

    public bool RestoreTested { get; init; }

    public long Bytes { get; init; }
}

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    Succeeded,
    NothingToDo,

    /// <summary>A step failed, and what the run had applied was undone.</summary>
    FailedAndUndone,

    /// <summary>A step failed; the steps before it stand.</summary>
    FailedAndStopped,
}

public sealed record RunEvidence : Evidence
{
    public string RunId { get; init; } = "";

    public RunOutcome Outcome { get; init; }

    public TimeSpan Duration { get; init; }

    public IReadOnlyList<StepOutcome> Steps { get; init; } = [];

    /// <summary>Gates that were closed and that force opened.</summary>
    public IReadOnlyList<string> Forced { get; init; } = [];

    /// <summary>What went wrong beside the run without making it fail, such as clearing away old backups.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>What became of one step in a run.</summary>
/// <param name="Result">"applied", "skipped", "failed", "undone" or "not reached".</param>
public sealed record StepOutcome(string Step, string Result, TimeSpan Duration)
{
    public long RowsChanged { get; init; }

    public string? Error { get; init; }

    /// <summary>What undoing the step met that others wrote after it was applied.</summary>
    public IReadOnlyList<UndoConflict> Conflicts { get; init; } = [];
}

/// <summary>What others did to a row since the migration.</summary>
public enum ConflictKind
{
    /// <summary>The row is not as the migration left it.</summary>
    Changed,

    /// <summary>The row is gone.</summary>
    Deleted,

    /// <summary>The row is new, where undo takes its table or some of its columns away.</summary>
    Added,

    /// <summary>A row of theirs stands where a captured row would come back, under another key: a unique value, for example.</summary>
    Blocked,
}

/// <summary>What became of a row that others wrote since.</summary>
public enum ConflictResolution
{
    /// <summary>It stays as they left it.</summary>
    Kept,

    /// <summary>The captured row took its place, because the undo was forced.</summary>
    Overwritten,

    /// <summary>It could not stay, and was saved first.</summary>
    Saved,
}

/// <summary>A row that others wrote after the migration, met by its undo.</summary>
/// <param name="Object">The table, or what else holds the row.</param>
/// <param name="Key">The row's key as text: column=value.</param>
public sealed record UndoConflict(string Step, string Object, string Key, ConflictKind Kind, ConflictResolution Resolution)
{
    /// <summary>The row as it was before the migration, as text: column=value; null where there was none.</summary>
    public string? Captured { get; init; }

    /// <summary>The row as undo found it; null where it is gone.</summary>
    public string? Present { get; init; }

    /// <summary>Where the row that did not stay, or did not come back, was saved in full; null where nothing had to be.</summary>
    public string? SavedIn { get; init; }
}

public sealed record IntegrityEvidence : Evidence
{
    public int Passed { get; init; }

    public int Failed { get; init; }

    public string Depth { get; init; } = "";
}

public sealed record UndoEvidence : Evidence
{
    public string RunId { get; init; } = "";

    public TimeSpan Duration { get; init; }

    public IReadOnlyList<StepOutcome> Steps { get; init; } = [];

    /// <summary>Where the structure after the undo is not what it was before the plan, as far as that could be compared.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>All that the undo met that others wrote since.</summary>
    [JsonIgnore]
    public IReadOnlyList<UndoConflict> Conflicts => [.. Steps.SelectMany(s => s.Conflicts)];
}
