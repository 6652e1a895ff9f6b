using System.Text.Json.Serialization;
using PSMigrate.Backups;
using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>
/// What will be done: targets, ordered steps, checks and the ways back. It flows through the pipeline, and each
/// cmdlet stamps <see cref="Evidence"/> on it, bound to its <see cref="Hash"/>. Two plans are equal when their documents are.
/// </summary>
public sealed record MigrationPlan
{
    /// <summary>The name of the target that steps act on unless they say otherwise.</summary>
    public const string DefaultTargetName = "target";

    public required string Name { get; init; }

    public IReadOnlyList<MigrationType> Type { get; init; } = [];

    public string Description { get; init; } = "";

    /// <summary>SHA-256 over everything the author decides: targets, variables, steps and the content of every file.</summary>
    public string Hash { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The folder that the steps' files are relative to; nothing outside it is run.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>Where runs, backups and evidence are kept.</summary>
    public required string StatePath { get; init; }

    public required IReadOnlyDictionary<string, TargetAddress> Targets { get; init; }

    /// <summary>As written: references to secrets are not resolved here.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new SortedDictionary<string, string>();

    /// <summary>The environment that the plan was made for, where scripts are restricted to some.</summary>
    public string? Environment { get; init; }

    /// <summary>Plans or steps that must be in the target's history before this plan runs.</summary>
    public IReadOnlyList<string> Dependencies { get; init; } = [];

    public OnFailure OnFailure { get; init; }

    /// <summary>A file that exists while the plan runs, such as app_offline.htm; relative to the base folder.</summary>
    public string? MaintenanceFlag { get; init; }

    /// <summary>
    /// What is cleared away after a run that succeeded. It is not part of the hash: nothing that a way back needs is ever cleared
    /// away by it, so that it changes neither what is done nor how it is undone.
    /// </summary>
    public RetentionPolicy? Retention { get; init; }

    /// <summary>The server on which the plan is rehearsed; null for copies beside the targets. No part of the hash: it changes nothing that is done to them.</summary>
    public TargetAddress? Staging { get; init; }

    public IReadOnlyList<PlannedStep> Steps { get; init; } = [];

    /// <summary>The names of the targets that its steps only read.</summary>
    [JsonIgnore]
    public IReadOnlySet<string> OnlyRead => Steps.SelectMany(s => s.Definition.Reads).Except(Steps.Select(s => s.Definition.Target)).Where(name => name != DefaultTargetName).ToHashSet(StringComparer.Ordinal);

    public IReadOnlyList<CheckDefinition> Checks { get; init; } = [];

    /// <summary>Smoke tests: scripts that run after the checks.</summary>
    public IReadOnlyList<StepFile> Tests { get; init; } = [];

    public IReadOnlyList<Change> Changes { get; init; } = [];

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>How each pending step is taken back, in the order in which it would happen.</summary>
    public IReadOnlyList<RollbackStep> RollbackSteps { get; init; } = [];

    public RiskAssessment Risk { get; init; } = new(RiskLevel.Low, []);

    public DurationEstimate Estimate { get; init; } = new(TimeSpan.Zero, DurationEstimate.FromStatements);

    /// <summary>Each target's structure when the plan was made, by target name.</summary>
    public IReadOnlyDictionary<string, Baseline> Baselines { get; init; } = new SortedDictionary<string, Baseline>();

    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    [JsonIgnore]
    public RiskLevel RiskLevel => Risk.Level;

    [JsonIgnore]
    public TimeSpan EstimatedDuration => Estimate.Duration;

    [JsonIgnore]
    public TargetAddress Target => Targets[DefaultTargetName];

    [JsonIgnore]
    public IEnumerable<PlannedStep> PendingSteps => Steps.Where(step => step.State != StepState.Applied);

    private (IReadOnlyList<PlannedStep> Of, Dictionary<string, int> Found)? positions;

    /// <summary>A step's place among the steps; their number for one that is not among them.</summary>
    internal int PositionOf(string step)
    {
        if (positions is not { } known || !ReferenceEquals(known.Of, Steps))
        {
            var found = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < Steps.Count; i++)
            {
                found.TryAdd(Steps[i].Id, i);
            }

            positions = known = (Steps, found);
        }

        return known.Found.GetValueOrDefault(step, Steps.Count);
    }

    /// <summary>The latest evidence of a sort that is valid for this plan's hash; null where there is none.</summary>
    public T? Latest<T>() where T : Evidence => Evidence.OfType<T>().LastOrDefault(e => e.PlanHash == Hash);

    [JsonIgnore]
    public RehearsalEvidence? Rehearsal => Latest<RehearsalEvidence>();

    [JsonIgnore]
    public ApprovalEvidence? Approval => Latest<ApprovalEvidence>();

    [JsonIgnore]
    public BackupEvidence? Backup => Latest<BackupEvidence>();

    [JsonIgnore]
    public RunEvidence? Run => Latest<RunEvidence>();

    [JsonIgnore]
    public IntegrityEvidence? Integrity => Latest<IntegrityEvidence>();

    [JsonIgnore]
    public UndoEvidence? Undo => Latest<UndoEvidence>();

    /// <summary>The plan as a run left it: what it applied is applied.</summary>
    public MigrationPlan After(RunEvidence run)
    {
        // What the run itself undid again comes after what it applied.
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var outcome in run.Steps)
        {
            last[outcome.Step] = outcome.Result;
        }

        return this with
        {
            Steps = [.. Steps.Select(s => last.GetValueOrDefault(s.Id) switch
            {
                "applied" => s with { State = StepState.Applied },
                "undone" => s with { State = StepState.Pending },
                _ => s,
            })],
        };
    }

    public MigrationPlan With(Evidence evidence) => this with { Evidence = [.. Evidence, evidence] };

    public bool Equals(MigrationPlan? other) =>
        other is not null && (ReferenceEquals(this, other) || PlanDocument.ToJson(this) == PlanDocument.ToJson(other));

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Hash);
}
