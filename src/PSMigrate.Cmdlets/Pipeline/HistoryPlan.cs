using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>The plan behind a target's history: the frozen one where its run's folder is at hand, else what the history tells.</summary>
internal static class HistoryPlan
{
    /// <param name="givenStatePath">Where the user says that runs are kept; null to look where the history says, then in the current folder.</param>
    public static async Task<MigrationPlan> FindAsync(
        TargetAddress address, string? runId, string? givenStatePath, string currentFolder, MigrationServices services, CancellationToken cancel)
    {
        await using var target = services.NewTarget(address);
        await target.OpenAsync(cancel).ConfigureAwait(false);
        var last = (await target.History.ReadAsync(cancel).ConfigureAwait(false)).LastOrDefault(e => !e.IsUndone && (runId is null || e.RunId == runId));
        var statePath = givenStatePath
            ?? (last is { StatePath.Length: > 0 } && Directory.Exists(last.StatePath) ? last.StatePath : Path.Combine(currentFolder, StateFolder.Name));
        var state = new StateFolder(statePath);
        if (Frozen(state, last?.RunId ?? UnfinishedOn(target, state)) is { } frozen)
        {
            return frozen with
            {
                StatePath = statePath,
                Targets = new SortedDictionary<string, TargetAddress>(frozen.Targets.ToDictionary(t => t.Key, t => t.Value.Equals(frozen.Target) ? address : t.Value), StringComparer.Ordinal),
            };
        }

        return new MigrationPlan
        {
            Name = last?.PlanName ?? target.DisplayName,
            Hash = last?.PlanHash ?? "",
            CreatedAt = services.Now(),
            BaseFolder = currentFolder,
            StatePath = statePath,
            Targets = new SortedDictionary<string, TargetAddress>(StringComparer.Ordinal) { [MigrationPlan.DefaultTargetName] = address },
            Description = "Made from the target's history, because the run's own folder is not at hand.",
        };
    }

    private static MigrationPlan? Frozen(StateFolder state, string? runId) =>
        runId is not null && state.Folder("runs", runId) is var run && File.Exists(Path.Combine(run, "plan.json")) ? PlanStore.Read(run) : null;

    /// <summary>A run that died before it had recorded anything is known from its journal alone.</summary>
    private static string? UnfinishedOn(Target target, StateFolder state) =>
        JournaledRun.In(state, new HashSet<string>(StringComparer.Ordinal) { target.Identity }, open: true).FirstOrDefault(r => !r.IsUndo)?.RunId;
}
