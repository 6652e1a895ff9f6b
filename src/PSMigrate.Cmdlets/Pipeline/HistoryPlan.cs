using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>The plan behind a target's history: the frozen one where its run's folder is at hand, else what the history tells.</summary>
internal static class HistoryPlan
{
    public static async Task<MigrationPlan> FindAsync(TargetAddress address, string? runId, string currentFolder, MigrationServices services, CancellationToken cancel)
    {
        await using var target = services.Catalog.Target(address.Scheme).Open(References.Resolve(address, services));
        await target.OpenAsync(cancel).ConfigureAwait(false);
        var entries = (await target.History.ReadAsync(cancel).ConfigureAwait(false)).Where(e => e.IsApplied && (runId is null || e.RunId == runId)).ToList();
        var last = entries.LastOrDefault();
        var statePath = last is { StatePath.Length: > 0 } && Directory.Exists(last.StatePath) ? last.StatePath : Path.Combine(currentFolder, StateFolder.Name);
        if (last is not null)
        {
            var run = new StateFolder(statePath).Folder("runs", last.RunId);
            if (File.Exists(Path.Combine(run, "plan.json")))
            {
                var frozen = PlanStore.Read(run);
                return frozen with
                {
                    StatePath = statePath,
                    Targets = new SortedDictionary<string, TargetAddress>(frozen.Targets.ToDictionary(t => t.Key, t => t.Value.Equals(frozen.Target) ? address : t.Value), StringComparer.Ordinal),
                };
            }
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
}
