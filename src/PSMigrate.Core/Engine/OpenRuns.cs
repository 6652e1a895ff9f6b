using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Engine;

/// <summary>
/// The runs on some targets that have begun and not ended, because their process died or was stopped: at most one that goes forward,
/// and the undo of it that was under way.
/// </summary>
internal sealed record OpenRuns(JournaledRun? Forward, JournaledRun? Undo)
{
    public bool Any => Forward is not null || Undo is not null;

    public IEnumerable<JournaledRun> All => new[] { Forward, Undo }.OfType<JournaledRun>();

    /// <summary>Maintenance flags that these runs raised and could not take down.</summary>
    public IReadOnlyList<string> MaintenanceFlags => [.. All.Select(r => r.MaintenanceFlag).OfType<string>()];

    public static OpenRuns Find(StateFolder state, TargetSet targets)
    {
        var open = JournaledRun.In(state, Identities(targets), open: true).ToList();
        return new OpenRuns(open.FirstOrDefault(r => !r.IsUndo), open.FirstOrDefault(r => r.IsUndo));
    }

    public static HashSet<string> Identities(TargetSet targets) => targets.Distinct.Select(t => t.Identity).ToHashSet(StringComparer.Ordinal);

    /// <summary>Steps whose last record is an intent: of those whose truth is the journal, nobody knows how far they came.</summary>
    public IReadOnlyList<string> Begun =>
        [.. All.SelectMany(r => r.Steps.Where(s => s.Value is StepMark.Intended or StepMark.UndoIntended).Select(s => s.Key)).Distinct()];

    /// <summary>Both ways on, as they can be typed.</summary>
    public MigrationException Refusal(MigrationPlan plan, string? why = null)
    {
        var run = Undo ?? Forward!;
        var what = run.IsUndo
            ? $"The undo {run.RunId} of {string.Join(", ", run.Undoes)} on this target did not end."
            : $"The run {run.RunId} of {Name(run, plan)} on this target did not end.";
        return new MigrationException("RunUnfinished", ErrorKind.Refused, $"{what} {why ?? Doubt()}")
        {
            Offender = plan.Name,
            RecommendedAction = Ways(run, plan),
        };
    }

    private static string Name(JournaledRun run, MigrationPlan plan) => run.PlanName.Length > 0 ? run.PlanName : plan.Name;

    private string Doubt() => Begun.Count == 0
        ? "What it had committed is in the history."
        : $"In doubt: {string.Join(", ", Begun.Take(5))}{(Begun.Count > 5 ? $" and {Begun.Count - 5} more" : "")}.";

    private string Ways(JournaledRun run, MigrationPlan plan)
    {
        var id = Forward?.RunId ?? (run.Undoes.Count > 0 ? run.Undoes[0] : run.RunId);
        var folder = Path.Combine(Path.GetDirectoryName(run.Folder)!, id);
        return $"Go on with: Get-MigrationPlan '{(Directory.Exists(folder) ? folder : run.Folder)}' | Invoke-Migration -Resume. "
            + $"Or go back with: Undo-Migration -Target '{plan.Target}' -RunId {id} -StatePath '{plan.StatePath}'";
    }
}
