using PSMigrate.Backups;
using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>What an author wrote, before anyone looked at a target.</summary>
public sealed record PlanDraft
{
    public required string Name { get; init; }

    public required string BaseFolder { get; init; }

    /// <summary>The folder beside which the state folder lies unless it is given.</summary>
    public required string StateParent { get; init; }

    public IReadOnlyList<MigrationType> Type { get; init; } = [];

    public string Description { get; init; } = "";

    public IReadOnlyDictionary<string, TargetAddress> Targets { get; init; } = new SortedDictionary<string, TargetAddress>();

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new SortedDictionary<string, string>();

    public IReadOnlyList<string> Dependencies { get; init; } = [];

    public OnFailure OnFailure { get; init; }

    public string? MaintenanceFlag { get; init; }

    public RetentionPolicy? Retention { get; init; }

    /// <summary>The server on which the plan is rehearsed; null for copies beside the targets.</summary>
    public TargetAddress? Staging { get; init; }

    /// <summary>Makes the step definitions; the scope knows the target's history by then.</summary>
    public required Func<PlanScope, IReadOnlyList<StepDefinition>> DefineSteps { get; init; }

    public Func<PlanScope, IReadOnlyList<CheckDefinition>> DefineChecks { get; init; } = _ => [];

    public IReadOnlyList<StepFile> Tests { get; init; } = [];
}

/// <summary>One entry of a plan file's <c>steps</c>.</summary>
/// <param name="Value">What stands after the kind's key.</param>
/// <param name="Name">The step's own name, when one is given.</param>
public sealed record StepEntry(PlanNode Value, string? Name, string Target, IReadOnlyList<string> Requires);
