using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>What a target's history says of a plan's steps.</summary>
public sealed class StepHistory
{
    private readonly Dictionary<string, HistoryEntry> applied = new(StringComparer.Ordinal);
    private readonly HashSet<string> plans = new(StringComparer.Ordinal);

    public StepHistory(IReadOnlyList<HistoryEntry> entries)
    {
        Entries = entries;
        foreach (var entry in entries)
        {
            if (entry.IsApplied)
            {
                applied[entry.Step] = entry;
                plans.Add(entry.PlanName);
            }
        }
    }

    public IReadOnlyList<HistoryEntry> Entries { get; }

    /// <summary>The latest applied entry of each step.</summary>
    public IReadOnlyDictionary<string, HistoryEntry> Applied => applied;

    /// <summary>True for the name of a step or a plan that is applied; a step's name may be given without its number.</summary>
    public bool IsApplied(string name) => applied.ContainsKey(name) || plans.Contains(name) || applied.Keys.Any(step => WithoutNumber(step) == name);

    private static string WithoutNumber(string step) => step.TrimStart('V', 'v', 'R', 'r') is var rest && rest.TrimStart("0123456789._-".ToCharArray()) is { Length: > 0 } title ? title : step;

    public StepState StateOf(StepDefinition step)
    {
        if (!applied.TryGetValue(step.Id, out var entry) || step.Repeat == RepeatMode.Always)
        {
            return StepState.Pending;
        }

        if (entry.Checksum == step.Checksum)
        {
            return StepState.Applied;
        }

        return step.Repeat == RepeatMode.OnChange ? StepState.Pending : StepState.ChangedSinceApplied;
    }
}
