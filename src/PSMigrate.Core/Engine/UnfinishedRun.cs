using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>
/// A run that did not end, because its process died. The history says what was committed; for a step that is not
/// transactional and has an intent without an end, the step itself is asked.
/// </summary>
internal static class UnfinishedRun
{
    /// <summary>Steps in doubt that were found to be applied, and have been recorded.</summary>
    public sealed record Result(IReadOnlyCollection<string> Settled);

    /// <exception cref="MigrationException">RunUnfinished: without resume, or where a step cannot say whether it was applied.</exception>
    public static async Task<Result> SettleAsync(
        StateFolder state, MigrationPlan plan, TargetSet targets, IReadOnlyList<Step> steps, RunOptions options, MigrationServices services, IMigrationObserver observer, CancellationToken cancel)
    {
        var mine = targets.Distinct.Select(t => t.Identity).ToHashSet(StringComparer.Ordinal);
        var last = state.Runs().Reverse()
            .Select(RunJournal.Read)
            .FirstOrDefault(records => records.Count > 0 && records[0].Targets?.Any(mine.Contains) == true);
        if (last is null || last.Any(r => r.Act == JournalAct.End))
        {
            return new Result([]);
        }

        var runId = last[0].Run!;
        var inDoubt = InDoubt(last);
        var byId = steps.ToDictionary(s => s.Definition.Id, StringComparer.Ordinal);
        var asked = inDoubt.Where(id => byId.TryGetValue(id, out var step) && step.UnitSettings is null).ToList();
        if (!options.Resume && !options.Force)
        {
            throw Unfinished(plan, runId, asked.Count == 0 ? "What it had committed is in the history." : $"In doubt: {string.Join(", ", asked)}.");
        }

        var settled = new List<string>();
        foreach (var id in asked)
        {
            var step = byId[id];
            var target = targets[step.Definition.Target];
            var found = await step.ProbeAsync(new StepContext(runId, observer) { PlanName = plan.Name }, cancel).ConfigureAwait(false);
            observer.Decision($"In doubt after run {runId}: '{id}' was found {found}.");
            switch (found)
            {
                case ProbeResult.Applied:
                    settled.Add(id);
                    await target.History.RecordAsync(new HistoryEntry
                    {
                        RunId = runId,
                        PlanName = plan.Name,
                        PlanHash = plan.Hash,
                        Step = id,
                        Kind = step.Definition.Kind,
                        Checksum = step.Definition.Checksum,
                        AppliedAt = services.Now(),
                        AppliedBy = services.Actor,
                        StatePath = plan.StatePath,
                        UndoRecord = step.UndoRecordIfFoundApplied ?? "",
                    }, cancel).ConfigureAwait(false);
                    break;
                case ProbeResult.NotApplied:
                    break;
                default:
                    if (options.Force)
                    {
                        observer.Warning($"Forced: nobody can tell whether '{id}' was applied; it is applied again.");
                        break;
                    }

                    throw new MigrationException("RunUnfinished", ErrorKind.Refused,
                        $"The run {runId} on this target did not end, and nobody can tell whether '{id}' was applied.")
                    {
                        Offender = plan.Name,
                        RecommendedAction = $"Look at {target.DisplayName}. Where it was not applied, go on with -Resume -Force, which applies it again; where it was, finish or take back by hand what it left. A check would let the step tell by itself.",
                    };
            }
        }

        return new Result(settled);
    }

    private static HashSet<string> InDoubt(IReadOnlyList<JournalRecord> records)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            switch (record.Act)
            {
                case JournalAct.Intent:
                    open.UnionWith(record.Steps ?? []);
                    break;
                case JournalAct.Done or JournalAct.Failed or JournalAct.RolledBack or JournalAct.Undone:
                    open.ExceptWith(record.Steps ?? []);
                    break;
            }
        }

        return open;
    }

    private static MigrationException Unfinished(MigrationPlan plan, string runId, string what) =>
        new("RunUnfinished", ErrorKind.Refused, $"The run {runId} on this target did not end. {what}")
        {
            Offender = plan.Name,
            RecommendedAction = $"Go on with: Invoke-Migration -Resume. Or go back with: Undo-Migration -Target '{plan.Target}' -RunId {runId}",
        };
}
