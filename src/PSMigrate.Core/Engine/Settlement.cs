using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>
/// Settles, before anything else is done, what a run that died or failed has left in doubt: what neither journal nor history
/// knows is asked of the step itself, and where the step cannot tell, nothing is done.
/// </summary>
internal sealed class Settlement(MigrationPlan plan, TargetSet targets, PlanScope scope, bool force, IMigrationObserver observer)
{
    private readonly MigrationServices services = scope.Services;

    /// <summary>Steps that are only begun, by name, each with its entry and what was kept of its progress.</summary>
    public Dictionary<string, HistoryEntry> Begun { get; } = new(StringComparer.Ordinal);

    /// <summary>What is to be verified again, because its process died between the change and its check.</summary>
    public List<string> NotVerified { get; } = [];

    /// <summary>
    /// Settles what is in doubt so that the run can go on: a step that is found applied is recorded, one that came part of the way
    /// goes on from there, and one that was not applied is still to be.
    /// </summary>
    /// <exception cref="MigrationException">RunUnfinished where a step cannot tell; StepChangedSinceBegun.</exception>
    public async Task ForwardAsync(IReadOnlyList<Step> steps, OpenRuns open, CancellationToken cancel)
    {
        await ReadBegunAsync(steps, cancel).ConfigureAwait(false);
        foreach (var step in steps)
        {
            var id = step.Definition.Id;
            var begun = Begun.GetValueOrDefault(id);
            var doubted = open.All.Any(r => r.Steps.GetValueOrDefault(id, StepMark.Done) is StepMark.Intended or StepMark.UndoIntended);
            if (step.CommitsWithHistory ? begun is null : begun is null && !doubted)
            {
                continue;
            }

            var applied = await AppliedAsync(step, cancel).ConfigureAwait(false);
            if (applied is not null && open.Forward?.Steps.GetValueOrDefault(id) == StepMark.Intended && open.Undo is null)
            {
                NotVerified.Add(id);
                continue;
            }

            RequireUnchanged(step, begun);
            await SettleAsync(step, begun, applied, open, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes sure that every step that may have been begun has an entry, so that undo finds it: what the run would have recorded next.
    /// </summary>
    public async Task BackwardAsync(OpenRuns open, CancellationToken cancel)
    {
        if (open.Forward is not { } run || run.Steps.All(s => s.Value != StepMark.Intended))
        {
            return;
        }

        var frozen = run.ReadPlan() ?? plan;
        foreach (var id in run.Steps.Where(s => s.Value == StepMark.Intended).Select(s => s.Key))
        {
            if (frozen.Steps.FirstOrDefault(s => s.Id == id) is not { } planned || !targets.ByName.TryGetValue(planned.Definition.Target, out var target))
            {
                throw open.Refusal(plan, $"Its journal says that '{id}' was begun, and the plan does not know that step.");
            }

            var step = services.Catalog.Step(planned.Kind).Create(planned.Definition, target, PlanScope.Of(frozen, services, targets));
            if (step.CommitsWithHistory || (await EntriesAsync(target, cancel).ConfigureAwait(false)).Any(e => e.Step == id && e.RunId == run.RunId && !e.IsUndone))
            {
                continue;
            }

            await target.History.RecordAsync(EntryFor(step, run.RunId) with { IsBegun = true }, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What a probe finds of a step that is to be undone and may not be applied, or may be undone already; null where it is applied without doubt.</summary>
    /// <exception cref="MigrationException">RunUnfinished where the step cannot tell.</exception>
    public async Task<ProbeResult?> ProbeForUndoAsync(Step step, HistoryEntry entry, OpenRuns open, CancellationToken cancel)
    {
        var doubted = !step.CommitsWithHistory && open.All.Any(r => r.Steps.GetValueOrDefault(entry.Step, StepMark.Done) == StepMark.UndoIntended);
        if (!entry.IsBegun && !doubted)
        {
            return null;
        }

        var found = await ProbeAsync(step, Context(entry), "Undo-Migration -Force runs its undo all the same.", cancel).ConfigureAwait(false);
        observer.Decision($"In doubt: '{entry.Step}' of the run {entry.RunId} was found {found}.");
        if (found == ProbeResult.Unknown && !force)
        {
            throw Unknown(entry.Step, entry.RunId, step,
                "Where it was applied, in whole or in part, go on with Undo-Migration -Force, which runs its undo; where it was not, -Force is safe only if the undo copes with that.");
        }

        return found;
    }

    private async Task SettleAsync(Step step, HistoryEntry? begun, HistoryEntry? applied, OpenRuns open, CancellationToken cancel)
    {
        var id = step.Definition.Id;
        var target = targets[step.Definition.Target];
        var runId = begun?.RunId ?? applied?.RunId ?? open.Forward?.RunId ?? open.Undo!.RunId;
        var found = await ProbeAsync(step, Context(begun) with { RunId = runId }, "-Resume -Force applies it all the same.", cancel).ConfigureAwait(false);
        observer.Decision($"In doubt after run {runId}: '{id}' was found {found}.");
        switch (found)
        {
            case ProbeResult.Applied when applied is null:
                var entry = begun ?? EntryFor(step, runId);
                await target.History.RecordAsync(entry with { IsBegun = false, UndoRecord = step.UndoRecordIfFoundApplied ?? entry.UndoRecord }, cancel).ConfigureAwait(false);
                Begun.Remove(id);
                NotVerified.Add(id);
                break;
            case ProbeResult.NotApplied or ProbeResult.Partly when applied is not null:
                // Its undo came to its end, or part of the way, before the process died: it is applied again.
                await target.History.MarkUndoneAsync(applied, open.Undo?.RunId ?? runId, services.Now(), cancel).ConfigureAwait(false);
                break;
            case ProbeResult.Unknown when !force && open.Any:
                throw Unknown(id, runId, step, "Where it was not applied, go on with -Resume -Force, which applies it again; where it was, finish or take back by hand what it left. A check would let the step tell by itself.");
            case ProbeResult.Unknown:
                observer.Warning($"Nobody can tell how far '{id}' came in the run {runId}; it is applied again.");
                break;
        }
    }

    /// <summary>A check that fails tells nothing; whoever forces goes on without it.</summary>
    private async Task<ProbeResult> ProbeAsync(Step step, StepContext context, string forced, CancellationToken cancel)
    {
        try
        {
            return await step.ProbeAsync(context, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (force)
        {
            observer.Warning($"Forced: nobody can tell whether '{step.Definition.Id}' was applied: {e.Message}");
            return ProbeResult.Unknown;
        }
        catch (MigrationException e)
        {
            throw new MigrationException(e.ErrorId, e.Kind, $"Nobody can tell whether '{step.Definition.Id}' was applied: {e.Message}", e)
            {
                Place = e.Place,
                Offender = step.Definition.Id,
                RecommendedAction = $"{e.RecommendedAction} {forced}",
            };
        }
    }

    private async Task<HistoryEntry?> AppliedAsync(Step step, CancellationToken cancel) =>
        (await EntriesAsync(targets[step.Definition.Target], cancel).ConfigureAwait(false)).LastOrDefault(e => e.IsApplied && e.Step == step.Definition.Id);

    private async Task ReadBegunAsync(IReadOnlyList<Step> steps, CancellationToken cancel)
    {
        var byId = steps.ToDictionary(s => s.Definition.Id, StringComparer.Ordinal);
        foreach (var target in targets.Distinct)
        {
            foreach (var entry in (await EntriesAsync(target, cancel).ConfigureAwait(false)).Where(e => e is { IsBegun: true, IsUndone: false }))
            {
                if (byId.TryGetValue(entry.Step, out var step) && targets[step.Definition.Target] == target)
                {
                    Begun[entry.Step] = await target.History.ReadUndoRecordAsync(entry, cancel).ConfigureAwait(false);
                }
                else
                {
                    observer.Warning($"'{entry.Step}' of the plan {entry.PlanName} was begun on {target.DisplayName} and has not come to its end; "
                        + $"Undo-Migration -RunId {entry.RunId} takes back what it did.");
                }
            }
        }
    }

    /// <summary>What came part of the way under one text cannot go on under another.</summary>
    private void RequireUnchanged(Step step, HistoryEntry? begun)
    {
        if (begun is null || step.CanGoOnFrom(begun))
        {
            return;
        }

        var message = $"'{begun.Step}' has changed since the run {begun.RunId} began it, and what it did then stands.";
        if (!force)
        {
            throw new MigrationException("StepChangedSinceBegun", ErrorKind.Refused, message)
            {
                Offender = begun.Step,
                RecommendedAction = $"Take back what it did with: Undo-Migration -Target '{plan.Target}' -RunId {begun.RunId}. Then run the plan. -Force runs the changed step from its beginning.",
            };
        }

        observer.Warning($"Forced: {message} The changed step is run from its beginning.");
        // What was done stays known to undo, but nothing goes on from it.
        Begun[begun.Step] = begun with { Progress = [.. begun.Progress.Select(p => p with { At = "" })] };
    }

    private HistoryEntry EntryFor(Step step, string runId) =>
        StepDriver.EntryFor(step, plan, runId, services) with { UndoRecord = step.UndoRecordIfFoundApplied ?? "" };

    private static Task<IReadOnlyList<HistoryEntry>> EntriesAsync(Target target, CancellationToken cancel) => target.History.ReadAsync(cancel);

    private StepContext Context(HistoryEntry? begun) => new(begun?.RunId ?? "", observer) { PlanName = plan.Name, Begun = begun };

    private MigrationException Unknown(string step, string runId, Step asked, string action) =>
        new("RunUnfinished", ErrorKind.Refused, $"The run {runId} on this target did not end, and nobody can tell whether '{step}' was applied.")
        {
            Offender = plan.Name,
            RecommendedAction = $"Look at {targets[asked.Definition.Target].DisplayName}. {action}",
        };
}
