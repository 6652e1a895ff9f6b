using System.Diagnostics;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>Carries out a plan: lock, gate, steps, checks, smoke tests, evidence.</summary>
public sealed class MigrationRunner(MigrationServices services, IMigrationObserver observer)
{
    /// <summary>Runs what is pending. A step that fails is a failure in the result; whatever stops the run before it began is thrown.</summary>
    public async Task<ActResult> RunAsync(MigrationPlan plan, RunOptions options, CancellationToken cancel)
    {
        await using var targets = await TargetSet.OpenAsync(plan, services, cancel).ConfigureAwait(false);
        var runName = $"plan {plan.Name}";
        await using var locks = await TargetLocks.TakeAsync(targets, runName, options.LockTimeout, services, observer, cancel).ConfigureAwait(false);

        var histories = new Dictionary<Target, StepHistory>();
        foreach (var target in targets.Distinct)
        {
            histories.Add(target, new StepHistory(await target.History.ReadAsync(cancel).ConfigureAwait(false)));
        }

        plan = plan with { Steps = [.. plan.Steps.Select(s => s with { State = histories[targets[s.Definition.Target]].StateOf(s.Definition) })] };
        var scope = PlanScope.Of(plan, services);
        var all = plan.Steps.Select(s => services.Catalog.Step(s.Kind).Create(s.Definition, targets[s.Definition.Target], scope)).ToList();
        Gate.RequireFilesUnchanged(plan, all);
        var pending = plan.PendingSteps.ToList();
        if (pending.Count == 0)
        {
            observer.Milestone("Nothing to do: every step has been applied.");
            return new ActResult(plan.With(Evidence(plan, "", RunOutcome.NothingToDo, TimeSpan.Zero, [], "Nothing to do", [])), null);
        }

        var state = new StateFolder(plan.StatePath);
        var gate = new Gate(plan, targets, histories, options.Force, observer);
        await gate.PassAsync(pending, cancel).ConfigureAwait(false);
        var unfinished = await UnfinishedRun.SettleAsync(state, plan, targets, all, options, services, observer, cancel).ConfigureAwait(false);
        if (unfinished.Settled.Count > 0)
        {
            pending = [.. pending.Where(p => !unfinished.Settled.Contains(p.Id))];
        }

        // Before the target: making it writable may create it, which a run that cannot be journaled must not.
        state.Create("runs", "");
        foreach (var target in targets.Distinct)
        {
            await target.RequireWritableAsync(cancel).ConfigureAwait(false);
        }

        var pendingIds = pending.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var steps = all.Where(s => pendingIds.Contains(s.Definition.Id)).ToList();
        SideBySide.ForEach(steps, step => step.Load());
        return await RunAsync(plan, targets, scope, state, steps, gate.Forced, options, cancel).ConfigureAwait(false);
    }

    private async Task<ActResult> RunAsync(
        MigrationPlan plan, TargetSet targets, PlanScope scope, StateFolder state, IReadOnlyList<Step> steps, IReadOnlyList<string> forced, RunOptions options, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        using var journal = RunJournal.Begin(state, plan, "forward", [.. targets.Distinct.Select(t => t.Identity)], services);
        KeepFiles(plan, steps, journal.Folder);
        observer.Milestone($"Run {journal.RunId} of {plan.Name} began: {steps.Count} steps.");
        var driver = new StepDriver(targets, plan, journal.RunId, journal, services, observer) { Force = options.Force };
        MigrationException? failure = null;
        var outcome = RunOutcome.Succeeded;
        using (MaintenanceFlag.Raise(plan, observer))
        {
            try
            {
                await driver.ApplyAsync(steps, options, cancel).ConfigureAwait(false);
                await PlanChecks.RequireAsync(plan, targets, scope, observer, cancel).ConfigureAwait(false);
                await RunTestsAsync(plan, journal.RunId, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e)
            {
                failure = e;
                outcome = RunOutcome.FailedAndStopped;
                if (MayUndoByItself(plan, driver))
                {
                    outcome = await UndoByItselfAsync(plan, targets, scope, driver, options, cancel).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                // A step that was stopped in the middle stays in doubt, as it would after a crash: then the run has not ended.
                if (driver.InDoubt is null)
                {
                    journal.End("cancelled");
                }

                await RecordBaselinesAsync(targets, journal.RunId, CancellationToken.None).ConfigureAwait(false);
                throw;
            }
        }

        await RecordBaselinesAsync(targets, journal.RunId, cancel).ConfigureAwait(false);
        journal.End(outcome.ToString());
        var outcomes = WithNotReached(steps, driver.Outcomes);
        var evidence = Evidence(plan, journal.RunId, outcome, clock.Elapsed, outcomes, Summary(outcome, outcomes, clock.Elapsed), forced);
        failure ??= KeepFailed(state, evidence);
        plan = plan.With(evidence).After(evidence);
        observer.Milestone($"Run {journal.RunId} ended: {evidence.Summary}");
        return new ActResult(plan, failure is null ? null : Explain(failure, evidence, plan));
    }

    private async Task RunTestsAsync(MigrationPlan plan, string runId, CancellationToken cancel)
    {
        foreach (var test in plan.Tests)
        {
            if (services.Scripts is null)
            {
                throw new MigrationException("ScriptsNotAvailable", ErrorKind.NotSupported, "The plan has smoke tests, and there is no PowerShell here to run them.");
            }

            var path = PlanFiles.RequireUnchanged(test, plan.BaseFolder);
            observer.Progress(new ProgressReport("Testing", test.Path, 0, -1));
            await services.Scripts.RunAsync(new ScriptCall(path, new Dictionary<string, object?>
            {
                ["Plan"] = plan.Name,
                ["RunId"] = runId,
                ["Target"] = plan.Target.ToString(),
                ["Variables"] = plan.Variables,
            }), cancel).ConfigureAwait(false);
            observer.Milestone($"Smoke test passed: {test.Path}");
        }
    }

    private static bool MayUndoByItself(MigrationPlan plan, StepDriver driver)
    {
        if (plan.OnFailure == OnFailure.Stop || driver.AppliedSteps.Count == 0)
        {
            return false;
        }

        var proved = plan.Steps.Where(s => s.UndoProved).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        return plan.OnFailure == OnFailure.Undo || driver.AppliedSteps.Keys.All(proved.Contains);
    }

    private async Task<RunOutcome> UndoByItselfAsync(
        MigrationPlan plan, TargetSet targets, PlanScope scope, StepDriver driver, RunOptions options, CancellationToken cancel)
    {
        observer.Decision("The applied steps of this run are undone.");
        try
        {
            foreach (var (target, found) in await AppliedEntries.OfRunAsync(targets, driver.RunId, cancel).ConfigureAwait(false))
            {
                var entry = await target.History.ReadUndoRecordAsync(found, cancel).ConfigureAwait(false);
                var step = services.Catalog.Step(entry.Kind).CreateForUndo(entry, target, scope);
                await driver.UndoAsync(step, entry, target, cancel).ConfigureAwait(false);
            }

            return RunOutcome.FailedAndUndone;
        }
        catch (MigrationException e)
        {
            observer.Warning($"Undoing stopped: {e.Message}");
            return RunOutcome.FailedAndStopped;
        }
    }

    private async Task RecordBaselinesAsync(TargetSet targets, string runId, CancellationToken cancel)
    {
        foreach (var target in targets.Distinct)
        {
            var baseline = (await target.SnapshotAsync(SnapshotDepth.Structure, observer, cancel).ConfigureAwait(false)).Baseline;
            await target.History.RecordBaselineAsync(baseline with { At = services.Now() }, runId, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What undo will need is kept with the run, so that it does not depend on what becomes of the plan's folder.</summary>
    private static void KeepFiles(MigrationPlan plan, IEnumerable<Step> steps, string runFolder)
    {
        foreach (var file in steps.SelectMany(s => s.FilesToKeep))
        {
            var kept = Path.Combine(runFolder, "files", file.Path);
            StateFolder.CreatePrivate(Path.GetDirectoryName(kept)!);
            File.Copy(Path.Combine(plan.BaseFolder, file.Path), kept, overwrite: true);
        }
    }

    private static IReadOnlyList<StepOutcome> WithNotReached(IReadOnlyList<Step> steps, IReadOnlyList<StepOutcome> outcomes)
    {
        var known = outcomes.Select(o => o.Step).ToHashSet(StringComparer.Ordinal);
        return [.. outcomes, .. steps.Where(s => !known.Contains(s.Definition.Id)).Select(s => new StepOutcome(s.Definition.Id, "not reached", TimeSpan.Zero))];
    }

    private static string Summary(RunOutcome outcome, IReadOnlyList<StepOutcome> outcomes, TimeSpan duration)
    {
        var applied = outcomes.Count(o => o.Result == "applied");
        return outcome switch
        {
            RunOutcome.Succeeded => $"{Count(applied)} applied in {Reports.DurationText.Of(duration)}",
            RunOutcome.FailedAndUndone => $"Failed at {outcomes.FirstOrDefault(o => o.Result == "failed")?.Step ?? "a check"}; what was applied is undone",
            _ => $"Failed at {outcomes.FirstOrDefault(o => o.Result == "failed")?.Step ?? "a check"}; {Count(applied)} before it {(applied == 1 ? "stands" : "stand")}",
        };
    }

    private static string Count(int steps) => steps == 1 ? "1 step" : $"{steps} steps";

    /// <summary>A run whose evidence cannot be kept has run all the same; that it cannot be kept is said all the same.</summary>
    private static MigrationException? KeepFailed(StateFolder state, RunEvidence evidence)
    {
        try
        {
            state.Keep(evidence);
            return null;
        }
        catch (MigrationException e)
        {
            return e;
        }
    }

    private static MigrationException Explain(MigrationException failure, RunEvidence run, MigrationPlan plan)
    {
        var ways = run.Outcome == RunOutcome.FailedAndUndone ? "What this run had applied has been undone."
            : run.Steps.Any(s => s.Result == "applied") ? $"What was applied before stands: plan again to go on, or go back with: Undo-Migration -Target '{plan.Target}' -RunId {run.RunId}"
            : "This run applied nothing.";
        if (run.Steps.FirstOrDefault(s => s.Result == "failed") is { } failed && plan.Steps.Any(s => s.Id == failed.Step && !s.Transactional))
        {
            ways = $"What '{failed.Step}' did before it failed stands, because it runs without a transaction: look at it. {ways}";
        }

        return new MigrationException(failure.ErrorId, failure.Kind, failure.Message, failure)
        {
            Place = failure.Place,
            Offender = plan,
            RecommendedAction = failure.RecommendedAction is { Length: > 0 } action ? $"{action} {ways}" : ways,
        };
    }

    private RunEvidence Evidence(
        MigrationPlan plan, string runId, RunOutcome outcome, TimeSpan duration, IReadOnlyList<StepOutcome> steps, string summary,
        IReadOnlyList<string> forced) => new()
        {
            PlanHash = plan.Hash,
            At = services.Now(),
            By = services.Actor,
            Succeeded = outcome is RunOutcome.Succeeded or RunOutcome.NothingToDo,
            Summary = summary,
            RunId = runId,
            Outcome = outcome,
            Duration = duration,
            Steps = steps,
            Forced = forced,
        };
}
