using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>
/// Compares the journal of the last run on some targets with their history. One rule decides where they differ, and what it decided
/// is said: the record that commits together with the change is the truth. For a step that commits with its history row that is the
/// history; for any other it is the journal.
/// </summary>
internal sealed class Reconciliation(MigrationPlan plan, TargetSet targets, MigrationServices services, IMigrationObserver observer)
{
    private readonly Dictionary<Target, ILookup<string, HistoryEntry>> history = [];

    /// <returns>True when the history was brought up to what the journal says.</returns>
    public async Task<bool> RunAsync(StateFolder state, OpenRuns open, CancellationToken cancel)
    {
        var runs = open.Any ? open.All : JournaledRun.In(state, OpenRuns.Identities(targets), open: false).Take(1);
        var changed = false;
        foreach (var run in runs.ToList())
        {
            foreach (var target in targets.Distinct)
            {
                history[target] = (await target.History.ReadAsync(cancel).ConfigureAwait(false)).ToLookup(e => e.Step, StringComparer.Ordinal);
            }

            changed |= await CompareAsync(run, cancel).ConfigureAwait(false);
        }

        return changed;
    }

    private async Task<bool> CompareAsync(JournaledRun run, CancellationToken cancel)
    {
        var believed = new Dictionary<(string What, bool History), List<string>>();
        foreach (var (step, target) in StepsOf(run))
        {
            var id = step.Definition.Id;
            var entries = history[target][id].Where(e => e.RunId == run.RunId || run.Undoes.Contains(e.RunId)).ToList();
            // What was undone and applied again since has an entry of its own for each.
            var applied = entries.Any(e => e.UndoneByRun == run.RunId) ? null : entries.LastOrDefault(e => e.IsApplied);
            var what = run.Steps[id] switch
            {
                StepMark.Done when entries.Count == 0 => "was applied, and the history does not know it",
                StepMark.Undone when applied is not null => "was undone, and the history says that it is applied",
                StepMark.RolledBack when applied is not null => "was rolled back, and the history says that it is applied",
                _ => null,
            };
            if (what is null)
            {
                continue;
            }

            Note(what, step.CommitsWithHistory, id);
            if (!step.CommitsWithHistory)
            {
                await (applied is null
                    ? target.History.RecordAsync(StepDriver.EntryFor(step, plan, run.RunId, services) with { UndoRecord = run.UndoRecordOf(id) ?? step.UndoRecordIfFoundApplied ?? "" }, cancel)
                    : target.History.MarkUndoneAsync(applied, run.RunId, services.Now(), cancel)).ConfigureAwait(false);
            }
        }

        foreach (var entry in history.Values.SelectMany(h => h.SelectMany(e => e)).Where(e => e.RunId == run.RunId && !run.Steps.ContainsKey(e.Step)))
        {
            Note("was never begun, and the history knows it", true, entry.Step);
        }

        foreach (var ((what, byHistory), steps) in believed)
        {
            var names = string.Join(", ", steps.Take(5).Select(s => $"'{s}'")) + (steps.Count > 5 ? $" and {steps.Count - 5} more" : "");
            observer.Warning($"The journal of the run {run.RunId} says that {names} {what}: "
                + (byHistory ? "the history is believed, because it commits together with the change." : "the journal is believed, because no history commits together with the change."));
        }

        return believed.Keys.Any(k => !k.History);

        void Note(string what, bool byHistory, string step)
        {
            if (!believed.TryGetValue((what, byHistory), out var steps))
            {
                believed.Add((what, byHistory), steps = []);
            }

            steps.Add(step);
        }
    }

    /// <summary>The steps that the run's journal names, made from the plan at hand or, where that does not know them, the frozen one.</summary>
    private IEnumerable<(Step Step, Target Target)> StepsOf(JournaledRun run)
    {
        var known = plan.Steps.Count > 0 ? plan : run.ReadPlan() ?? plan;
        var scope = PlanScope.Of(known, services, targets);
        foreach (var planned in known.Steps.Where(s => run.Steps.ContainsKey(s.Id)))
        {
            if (targets.ByName.TryGetValue(planned.Definition.Target, out var target))
            {
                yield return (services.Catalog.Step(planned.Kind).Create(planned.Definition, target, scope), target);
            }
        }
    }
}
