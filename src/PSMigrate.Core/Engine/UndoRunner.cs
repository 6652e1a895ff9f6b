using System.Diagnostics;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>What to undo: the last run, a run by id, or everything after a step or a moment.</summary>
public sealed record UndoSelection
{
    public string? RunId { get; init; }

    /// <summary>Undo everything that was applied after this step; the step itself stays.</summary>
    public string? ToStep { get; init; }

    /// <summary>Undo everything that was applied after this moment.</summary>
    public DateTimeOffset? ToTime { get; init; }

    /// <summary>Undo the latest run of the plan with this name.</summary>
    public string? PlanName { get; init; }
}

/// <summary>Takes applied steps back in reverse order, from the history of the targets.</summary>
public sealed class UndoRunner(MigrationServices services, IMigrationObserver observer)
{
    /// <summary>The entries that would be undone, in the order in which they would be; none where a run only has to be closed. Reads only.</summary>
    public async Task<IReadOnlyList<HistoryEntry>> PreviewAsync(MigrationPlan plan, UndoSelection selection, CancellationToken cancel)
    {
        await using var targets = await TargetSet.OpenAsync(plan, services, cancel).ConfigureAwait(false);
        var open = OpenRuns.Find(new StateFolder(plan.StatePath), targets);
        return [.. (await SelectAsync(plan, targets, selection, open, cancel).ConfigureAwait(false)).Select(s => s.Entry)];
    }

    /// <summary>Undoes. A step that cannot be undone is a failure in the result, and what was undone before it stays undone.</summary>
    public async Task<ActResult> UndoAsync(MigrationPlan plan, UndoSelection selection, RunOptions options, CancellationToken cancel)
    {
        await using var targets = await TargetSet.OpenAsync(plan, services, cancel).ConfigureAwait(false);
        await using var locks = await TargetLocks.TakeAsync(targets, $"undo on {plan.Name}", options.LockTimeout, services, observer, cancel).ConfigureAwait(false);
        var state = new StateFolder(plan.StatePath);
        var open = OpenRuns.Find(state, targets);
        await SelectAsync(plan, targets, selection, open, cancel).ConfigureAwait(false);
        state.Create("runs", "");
        foreach (var target in targets.Distinct)
        {
            await target.RequireWritableAsync(cancel).ConfigureAwait(false);
        }

        await new Reconciliation(plan, targets, services, observer).RunAsync(state, open, cancel).ConfigureAwait(false);
        var settlement = new Settlement(plan, targets, PlanScope.Of(plan, services, targets), options.Force, observer);
        await settlement.BackwardAsync(open, cancel).ConfigureAwait(false);
        var selected = await SelectAsync(plan, targets, selection, open, cancel).ConfigureAwait(false);
        return await UndoAsync(new Act(plan, targets, state, open, settlement, selected, options), cancel).ConfigureAwait(false);
    }

    /// <summary>An undo whose steps have been found.</summary>
    private sealed record Act(
        MigrationPlan Plan, TargetSet Targets, StateFolder State, OpenRuns Open, Settlement Settlement,
        IReadOnlyList<(Target Target, HistoryEntry Entry)> Selected, RunOptions Options);

    private async Task<ActResult> UndoAsync(Act act, CancellationToken cancel)
    {
        var (plan, clock) = (act.Plan, Stopwatch.StartNew());
        var undoes = act.Selected.Select(s => s.Entry.RunId).Concat(act.Open.Forward is { } unfinished ? [unfinished.RunId] : []).Distinct().ToList();
        using var journal = act.Open.Undo is { } undo
            ? RunJournal.Resume(undo.Folder, null, services)
            : RunJournal.Begin(act.State, plan, "undo", [.. act.Targets.Distinct.Select(t => t.Identity)], services, undoes);
        var driver = new StepDriver(act.Targets, plan, journal.RunId, journal, services, observer) { Force = act.Options.Force };
        observer.Milestone($"Undo {journal.RunId} {(act.Open.Undo is null ? "began" : "goes on")}: {act.Selected.Count} steps.");
        MigrationException? failure = null;
        IReadOnlyList<string>? structure = null;
        var isKnown = false;
        try
        {
            using var flag = MaintenanceFlag.Raise(plan, journal, act.Open.MaintenanceFlags, observer);
            try
            {
                await TakeBackAsync(act, driver, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e)
            {
                failure = e;
            }

            structure = await CompareStructureAsync(act, journal.RunId, cancel).ConfigureAwait(false);
            isKnown = true;
        }
        catch (MigrationException e)
        {
            failure ??= e;
        }
        catch (OperationCanceledException)
        {
            // As after a crash: it can be gone on with, or the run resumed.
            journal.Stopped();
            throw;
        }
        finally
        {
            observer.Progress(new ProgressReport("Undoing", "Done", 0, 100, Completed: true));
        }

        var evidence = new UndoEvidence
        {
            PlanHash = plan.Hash,
            At = services.Now(),
            By = services.Actor,
            Succeeded = failure is null,
            Summary = failure is null ? Summary(driver, clock.Elapsed, structure) : $"Undo stopped at {StoppedAt(act, driver)}: {failure.Message}",
            RunId = journal.RunId,
            Duration = clock.Elapsed,
            Steps = driver.Outcomes,
            Differences = structure ?? [],
        };
        try
        {
            act.State.Keep(evidence);
            if (failure is null && act.Open.Forward is { } run)
            {
                var rest = await AppliedEntries.OfRunAsync(act.Targets, run.RunId, cancel).ConfigureAwait(false);
                RunJournal.End(run.Folder, rest.Count == 0 ? "Undone" : "UndoneInPart", services);
            }

            if (isKnown)
            {
                journal.End(failure is null ? "Undone" : nameof(RunOutcome.FailedAndStopped));
            }
            else
            {
                // What it left could not be looked at, as where the connection was lost: it has not ended, and is gone on with as after a crash.
                journal.Stopped();
            }
        }
        catch (MigrationException e)
        {
            failure ??= e;
        }

        var undone = driver.UndoneSteps.Keys.ToHashSet(StringComparer.Ordinal);
        plan = plan.With(evidence) with
        {
            Steps = [.. plan.Steps.Select(s => undone.Contains(s.Id) ? s with { State = StepState.Pending } : s)],
        };
        return new ActResult(plan, failure);
    }

    private async Task TakeBackAsync(Act act, StepDriver driver, CancellationToken cancel)
    {
        for (var i = 0; i < act.Selected.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var (target, found) = act.Selected[i];
            var entry = await target.History.ReadUndoRecordAsync(found, cancel).ConfigureAwait(false);
            observer.Progress(new ProgressReport("Undoing", $"{entry.Step} ({i + 1} of {act.Selected.Count})", 0, i * 100 / act.Selected.Count));
            var step = StepFor(act.Plan, entry, target);
            var probed = await act.Settlement.ProbeForUndoAsync(step, entry, act.Open, cancel).ConfigureAwait(false);
            await driver.UndoAsync(step, entry, target, probed, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Records the structure as the undo left it, and compares it with what the plan was made on, where the undo went back exactly
    /// to there.
    /// </summary>
    /// <returns>What differs from before; null where there is nothing to compare with.</returns>
    private async Task<IReadOnlyList<string>?> CompareStructureAsync(Act act, string runId, CancellationToken cancel)
    {
        var rest = await AppliedEntries.ReadAsync(act.Targets, cancel).ConfigureAwait(false);
        List<string>? differences = null;
        foreach (var target in act.Targets.Distinct)
        {
            var present = (await target.SnapshotAsync(SnapshotDepth.Structure, observer, cancel).ConfigureAwait(false)).Baseline;
            await target.History.RecordBaselineAsync(present with { At = services.Now() }, runId, cancel).ConfigureAwait(false);
            var name = act.Targets.ByName.First(t => t.Value == target).Key;
            if (act.Plan.Baselines.TryGetValue(name, out var planned)
                && act.Selected.All(s => s.Entry.PlanHash == act.Plan.Hash && s.Entry.AppliedAt >= planned.At)
                && !rest.Any(r => r.Target == target && r.Entry.AppliedAt >= planned.At))
            {
                (differences ??= []).AddRange(planned.DriftTo(present));
            }
        }

        if (differences is { Count: > 0 })
        {
            observer.Warning($"After the undo the structure is not what it was before the plan: {string.Join("; ", differences.Take(5))}.");
        }

        return differences;
    }

    private static string Summary(StepDriver driver, TimeSpan duration, IReadOnlyList<string>? structure)
    {
        var conflicts = driver.Outcomes.Sum(o => o.Conflicts.Count);
        return $"{driver.Outcomes.Count} {(driver.Outcomes.Count == 1 ? "step" : "steps")} undone in {Reports.DurationText.Of(duration)}"
            + structure switch
            {
                null => "",
                [] => "; the structure is as it was before",
                _ => $"; the structure differs from before: {string.Join("; ", structure.Take(3))}",
            }
            + (conflicts == 0 ? "" : $"; {conflicts} {(conflicts == 1 ? "row" : "rows")} that others wrote since {(conflicts == 1 ? "is" : "are")} listed");
    }

    private static string StoppedAt(Act act, StepDriver driver) =>
        act.Selected.Count == 0 ? "its end" : act.Selected[Math.Min(driver.UndoneSteps.Count, act.Selected.Count - 1)].Entry.Step;

    /// <summary>
    /// The step with its files where the plan has them; where they are gone or have changed, with those that its run kept.
    /// </summary>
    private Step StepFor(MigrationPlan plan, HistoryEntry entry, Target target)
    {
        var kind = services.Catalog.Step(entry.Kind);
        var scope = new PlanScope(plan.BaseFolder, services) { Variables = plan.Variables, Environment = plan.Environment };
        var kept = Path.Combine(new StateFolder(entry.StatePath.Length > 0 ? entry.StatePath : plan.StatePath).Folder("runs", entry.RunId), "files");
        var step = kind.CreateForUndo(entry, target, scope);
        if (!step.CommitsWithHistory && plan.Steps.FirstOrDefault(s => s.Id == entry.Step && s.Kind == entry.Kind) is { } planned
            && kind.Create(planned.Definition, target, scope) is var present && present.CanGoOnFrom(entry) && AreUnchanged(present))
        {
            // The same change, perhaps with a check that was mended since.
            return present;
        }

        if (Directory.Exists(kept))
        {
            try
            {
                step.RequireFilesUnchanged();
            }
            catch (MigrationException e)
            {
                observer.Decision($"'{entry.Step}' is undone with the files that its run kept: {e.Message}");
                return kind.CreateForUndo(entry, target, scope with { BaseFolder = kept });
            }
        }

        return step;
    }

    private static bool AreUnchanged(Step step)
    {
        try
        {
            step.RequireFilesUnchanged();
            return true;
        }
        catch (MigrationException)
        {
            // Then the run's own copies are used, or what is wrong with the files is said.
            return false;
        }
    }

    private static async Task<IReadOnlyList<(Target Target, HistoryEntry Entry)>> SelectAsync(
        MigrationPlan plan, TargetSet targets, UndoSelection selection, OpenRuns open, CancellationToken cancel)
    {
        var entries = await AppliedEntries.ReadAsync(targets, cancel).ConfigureAwait(false);
        return new UndoChoice(plan, entries, open).Of(selection);
    }
}
