using System.Text.Json.Serialization;

namespace PSMigrate.Plans;

/// <summary>A file that a step uses. The plan's hash covers its checksum.</summary>
/// <param name="Role">What it is for: "do", "undo", "check", "verify".</param>
/// <param name="Path">Relative to the plan's folder, with forward slashes.</param>
/// <param name="Checksum">Lower-case hexadecimal SHA-256 of the content as the step reads it.</param>
public sealed record StepFile(string Role, string Path, string Checksum);

/// <summary>What a step is, as data: enough to make the acting <see cref="Steps.Step"/> again in another process.</summary>
public sealed record StepDefinition(string Id, string Kind)
{
    /// <summary>The name of the target in the plan's targets.</summary>
    public string Target { get; init; } = MigrationPlan.DefaultTargetName;

    /// <summary>The names of the targets that the step only reads. Its settings say the same: the plan's hash has it from there.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    public IReadOnlyList<StepFile> Files { get; init; } = [];

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new SortedDictionary<string, string>();

    public RepeatMode Repeat { get; init; }

    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Identifies the content: changes when any of the files or settings does.</summary>
    public string Checksum { get; init; } = "";
}

/// <summary>A query or comparison that must hold after the run, as data.</summary>
public sealed record CheckDefinition(string Kind, string Name, string Target)
{
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new SortedDictionary<string, string>();
}

/// <summary>A step in a plan: what it is, and what looking at it told.</summary>
public sealed record PlannedStep(StepDefinition Definition)
{
    [JsonIgnore]
    public string Id => Definition.Id;

    [JsonIgnore]
    public string Kind => Definition.Kind;

    public StepState State { get; init; }

    /// <summary>True when the step and its history row are committed together.</summary>
    public bool Transactional { get; init; }

    public Reversibility Reversibility { get; init; }

    public bool UndoProved { get; init; }

    public TimeSpan EstimatedDuration { get; init; }

    /// <summary>What <see cref="Touches"/> holds for a step that may touch anything.</summary>
    public const string Anything = "*";

    /// <summary>The objects whose structure or content the step touches.</summary>
    public IReadOnlyList<string> Touches { get; init; } = [];
}
