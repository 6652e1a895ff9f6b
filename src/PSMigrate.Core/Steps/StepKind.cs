using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Steps;

/// <summary>
/// A kind of step, such as <c>sql</c>: reads its entry in a plan file and makes the acting steps. A new kind of migration is a
/// new one of these, added to the <see cref="MigrationCatalog"/>; the engine does not change.
/// </summary>
public interface IStepKind
{
    /// <summary>The key in a plan file's <c>steps</c>.</summary>
    string Key { get; }

    /// <summary>Reads one entry of a plan file; one entry may stand for several steps, such as a folder of scripts.</summary>
    IEnumerable<StepDefinition> Define(StepEntry entry, PlanScope scope);

    /// <summary>Makes the acting step. Its files are read when they are needed, and checked against their checksums then.</summary>
    Step Create(StepDefinition definition, Target target, PlanScope scope);

    /// <summary>Makes a step that can undo itself from the history alone.</summary>
    Step CreateForUndo(HistoryEntry entry, Target target, PlanScope scope);
}

/// <summary>A kind of target, such as <c>sqlite</c>.</summary>
public interface ITargetKind
{
    string Scheme { get; }

    /// <summary>Makes an address independent of the current folder.</summary>
    TargetAddress Normalize(TargetAddress address, string currentFolder);

    Target Open(TargetAddress address);
}

/// <summary>A kind of check, such as <c>query</c>.</summary>
public interface ICheckKind
{
    string Key { get; }

    CheckDefinition Define(PlanNode entry, string target, PlanScope scope);

    Task<CheckResult> RunAsync(CheckDefinition check, Target target, PlanScope scope, CancellationToken cancel);
}

/// <summary>What a plan's parts are read and made in: its folder, its variables and who resolves references.</summary>
public sealed record PlanScope(string BaseFolder, MigrationServices Services)
{
    /// <summary>The scope of a plan that has been made already, so that whatever it requires has been settled.</summary>
    public static PlanScope Of(MigrationPlan plan, MigrationServices services, TargetSet? opened = null) => new(plan.BaseFolder, services)
    {
        Opened = opened,
        Variables = plan.Variables,
        Environment = plan.Environment,
        Targets = [.. plan.Targets.Keys],
        Schemes = plan.Targets.ToDictionary(t => t.Key, t => t.Value.Scheme),
        IsInHistory = _ => true,
    };

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public string? Environment { get; init; }

    /// <summary>The names of the plan's targets.</summary>
    public IReadOnlyCollection<string> Targets { get; init; } = [MigrationPlan.DefaultTargetName];

    /// <summary>The scheme of each target's address, by the target's name.</summary>
    public IReadOnlyDictionary<string, string> Schemes { get; init; } = new Dictionary<string, string>();

    /// <summary>The plan's targets as they were opened, or their copies in a rehearsal; none where nobody has opened them.</summary>
    public TargetSet? Opened { get; init; }

    /// <summary>True for names that are in the target's history already, so that scripts may require them.</summary>
    public Func<string, bool> IsInHistory { get; init; } = _ => false;
}
