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

        var state = new StateFolder(plan.StatePath);
        var open = OpenRuns.Find(state, targets);
        if (open.Any && !options.Resume)
        {
            throw open.Refusal(plan);
        }

        var resumed = options.Resume ? RunToResume.Find(state, open, plan, targets) : null;
        (plan, var histories) = await WithStatesAsync(plan, targets, cancel).ConfigureAwait(false);
        var scope = PlanScope.Of(plan, services, targets);
        var all = plan.Steps.Select(s => services.Catalog.Step(s.Kind).Create(s.Definition, targets[s.Definition.Target], scope)).ToList();
        Gate.RequireFilesUnchanged(plan, all);
        if (!plan.PendingSteps.Any() && resumed is null && !open.Any)
        {
            observer.Milestone("Nothing to do: every step has been applied.");
            return new ActResult(plan.With(Evidence(plan, "", RunOutcome.NothingToDo, TimeSpan.Zero, [], "Nothing to do", [])), null);
        }

        var gate = new Gate(plan, targets, histories, options.Force, observer) { IsUnfinished = open.Any || resumed is not null };
        await gate.PassAsync([.. plan.PendingSteps], cancel).ConfigureAwait(false);

        // Before the target: making it writable may create it, which a run that cannot be journaled must not.
        state.Create("runs", "");
        foreach (var target in targets.Distinct)
        {
            await target.RequireWritableAsync(cancel).ConfigureAwait(false);
        }

        await new Reconciliation(plan, targets, services, observer).RunAsync(state, open, cancel).ConfigureAwait(false);
        var settlement = new Settlement(plan, targets, scope, options.Force, observer);
        await settlement.ForwardAsync(all, open, cancel).ConfigureAwait(false);
        (plan, _) = await WithStatesAsync(plan, targets, cancel).ConfigureAwait(false);
        var pending = plan.PendingSteps.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var steps = all.Where(s => pending.Contains(s.Definition.Id)).ToList();
        SideBySide.ForEach(steps, step => step.Load());
        var act = new Act(plan, targets, scope, state, open, settlement, all, steps, gate.Forced, options);
        return await RunAsync(act, resumed, cancel).ConfigureAwait(false);
    }

    /// <summary>A run that has passed its gates.</summary>
    private sealed record Act(
        MigrationPlan Plan, TargetSet Targets, PlanScope Scope, StateFolder State, OpenRuns Open, Settlement Settlement,
        IReadOnlyList<Step> AllSteps, IReadOnlyList<Step> Steps, IReadOnlyList<string> Forced, RunOptions Options);

    private async Task<ActResult> RunAsync(Act act, JournaledRun? resumed, CancellationToken cancel)
    {
        var (plan, clock) = (act.Plan, Stopwatch.StartNew());
        using var journal = resumed is null
            ? RunJournal.Begin(act.State, plan, "forward", [.. act.Targets.Distinct.Select(t => t.Identity)], services)
            : RunJournal.Resume(resumed.Folder, plan, services);
        observer.Milestone($"Run {journal.RunId} of {plan.Name} {(resumed is null ? "began" : "goes on")}: {act.Steps.Count} steps.");
        var driver = new StepDriver(act.Targets, plan, journal.RunId, journal, services, observer) { Force = act.Options.Force, Begun = act.Settlement.Begun };
        MigrationException? failure = null;
        var outcome = RunOutcome.Succeeded;
        try
        {
            using var flag = MaintenanceFlag.Raise(plan, journal, act.Open.MaintenanceFlags, observer);
            if (act.Open.Undo is { } undo)
            {
                RunJournal.End(undo.Folder, "GivenUp", services);
            }

            try
            {
                await CarryOutAsync(act, journal, driver, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e)
            {
                failure = e;
                outcome = await MayUndoByItselfAsync(act, driver, e, cancel).ConfigureAwait(false)
                    ? await UndoByItselfAsync(act, driver, cancel).ConfigureAwait(false)
                    : RunOutcome.FailedAndStopped;
            }

            await RecordBaselinesAsync(act.Targets, journal.RunId, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e)
        {
            failure ??= e;
            outcome = outcome == RunOutcome.Succeeded ? RunOutcome.FailedAndStopped : outcome;
        }
        catch (OperationCanceledException)
        {
            Stop(journal, driver, resumed);
            throw;
        }

        var outcomes = await OutcomesAsync(act, driver, cancel).ConfigureAwait(false);
        var evidence = Evidence(plan, journal.RunId, outcome, clock.Elapsed, outcomes, Summary(outcome, outcomes, clock.Elapsed), act.Forced);
        failure = Keep(act.State, evidence, failure);
        failure = End(journal, outcome, failure);
        if (failure is null)
        {
            evidence = evidence with { Warnings = await ClearAwayAsync(act, cancel).ConfigureAwait(false) };
        }

        plan = plan.With(evidence).After(evidence);
        observer.Milestone($"Run {journal.RunId} ended: {evidence.Summary}");
        return new ActResult(plan, failure is null ? null : Explain(failure, evidence, plan));
    }

    /// <summary>What the plan's retention lets go, goes; the run has ended by then, however that goes.</summary>
    private async Task<IReadOnlyList<string>> ClearAwayAsync(Act act, CancellationToken cancel)
    {
        try
        {
            var report = await new Backups.Retention(services, observer).ApplyAsync(act.Plan, act.Targets, cancel).ConfigureAwait(false);
            return [.. report.Failures.Select(f => f.Message)];
        }
        catch (OperationCanceledException)
        {
            observer.Warning("Clearing away old backups was stopped; the run itself had ended.");
            return ["Clearing away old backups was stopped."];
        }
    }

    private async Task CarryOutAsync(Act act, RunJournal journal, StepDriver driver, CancellationToken cancel)
    {
        KeepFiles(act.Plan, act.AllSteps, journal.Folder);
        foreach (var step in act.AllSteps.Where(s => act.Settlement.NotVerified.Contains(s.Definition.Id)))
        {
            await step.VerifyAsync(new StepContext(journal.RunId, observer) { PlanName = act.Plan.Name }, cancel).ConfigureAwait(false);
            journal.Done([step.Definition.Id], flush: true, step.CommitsWithHistory ? null : step.UndoRecordIfFoundApplied);
        }

        await driver.ApplyAsync(act.Steps, act.Options, cancel).ConfigureAwait(false);
        await PlanChecks.RequireAsync(act.Plan, act.Targets, act.Scope, observer, cancel).ConfigureAwait(false);
        await RunTestsAsync(act.Plan, journal.RunId, cancel).ConfigureAwait(false);
    }

    /// <summary>As after a crash, a run that was stopped can be resumed or undone; one that had done nothing has simply ended.</summary>
    private static void Stop(RunJournal journal, StepDriver driver, JournaledRun? resumed)
    {
        if (resumed is null && driver.Outcomes.Count == 0 && driver.InDoubt is null)
        {
            journal.End("Cancelled");
        }
        else
        {
            journal.Stopped();
        }
    }

    private async Task<(MigrationPlan Plan, IReadOnlyDictionary<Target, StepHistory> Histories)> WithStatesAsync(MigrationPlan plan, TargetSet targets, CancellationToken cancel)
    {
        var histories = new Dictionary<Target, StepHistory>();
        foreach (var target in targets.Distinct)
        {
            histories.Add(target, new StepHistory(await target.History.ReadAsync(cancel).ConfigureAwait(false)));
        }

        return (plan with { Steps = [.. plan.Steps.Select(s => s with { State = histories[targets[s.Definition.Target]].StateOf(s.Definition) })] }, histories);
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

    /// <summary>Undo by itself takes back all that the run has done, also a failed step that came part of the way: so all of it must be proved.</summary>
    private static async Task<bool> MayUndoByItselfAsync(Act act, StepDriver driver, MigrationException failure, CancellationToken cancel)
    {
        // What cannot be journaled is not begun.
        if (act.Plan.OnFailure == OnFailure.Stop || failure.ErrorId == "JournalNotWritten")
        {
            return false;
        }

        var entries = await AppliedEntries.OfRunAsync(act.Targets, driver.RunId, cancel).ConfigureAwait(false);
        var proved = act.Plan.Steps.Where(s => s.UndoProved).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        return entries.Count > 0 && (act.Plan.OnFailure == OnFailure.Undo || entries.All(e => proved.Contains(e.Entry.Step)));
    }

    private async Task<RunOutcome> UndoByItselfAsync(Act act, StepDriver driver, CancellationToken cancel)
    {
        observer.Decision("The applied steps of this run are undone.");
        try
        {
            foreach (var (target, found) in await AppliedEntries.OfRunAsync(act.Targets, driver.RunId, cancel).ConfigureAwait(false))
            {
                var entry = await target.History.ReadUndoRecordAsync(found, cancel).ConfigureAwait(false);
                var step = services.Catalog.Step(entry.Kind).CreateForUndo(entry, target, act.Scope);
                var probed = await act.Settlement.ProbeForUndoAsync(step, entry, new OpenRuns(null, null), cancel).ConfigureAwait(false);
                await driver.UndoAsync(step, entry, target, probed, cancel).ConfigureAwait(false);
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
            var source = Path.Combine(plan.BaseFolder, file.Path);
            try
            {
                if (File.Exists(kept) && File.ReadAllBytes(kept).AsSpan().SequenceEqual(File.ReadAllBytes(source)))
                {
                    continue;
                }

                StateFolder.CreatePrivate(Path.GetDirectoryName(kept)!);
                StateFolder.CopyPrivate(source, kept);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new MigrationException("StateNotWritable", ErrorKind.Denied, $"{file.Path}, which undo will need, cannot be kept in {runFolder}: {e.Message}", e)
                {
                    Offender = kept,
                    RecommendedAction = "Make room on that disk, or choose another place with -StatePath.",
                };
            }
        }
    }

    /// <summary>What became of each step in the run as a whole, also of those that it applied before it was resumed.</summary>
    private static async Task<IReadOnlyList<StepOutcome>> OutcomesAsync(Act act, StepDriver driver, CancellationToken cancel)
    {
        var known = driver.Outcomes.Select(o => o.Step).ToHashSet(StringComparer.Ordinal);
        var before = (await AppliedEntries.OfRunAsync(act.Targets, driver.RunId, cancel).ConfigureAwait(false))
            .Where(e => e.Entry.IsApplied && known.Add(e.Entry.Step))
            .Select(e => new StepOutcome(e.Entry.Step, "applied", e.Entry.Duration));
        return [.. before.Reverse(), .. driver.Outcomes, .. act.Steps.Where(s => known.Add(s.Definition.Id)).Select(s => new StepOutcome(s.Definition.Id, "not reached", TimeSpan.Zero))];
    }

    private static string Summary(RunOutcome outcome, IReadOnlyList<StepOutcome> outcomes, TimeSpan duration)
    {
        var undone = outcomes.Where(o => o.Result == "undone").Select(o => o.Step).ToHashSet(StringComparer.Ordinal);
        var applied = outcomes.Count(o => o.Result == "applied" && !undone.Contains(o.Step));
        return outcome switch
        {
            RunOutcome.Succeeded => $"{Count(applied)} applied in {Reports.DurationText.Of(duration)}",
            RunOutcome.FailedAndUndone => $"Failed at {outcomes.FirstOrDefault(o => o.Result == "failed")?.Step ?? "a check"}; what was applied is undone",
            _ => $"Failed at {outcomes.FirstOrDefault(o => o.Result == "failed")?.Step ?? "a check"}; {Count(applied)} before it {(applied == 1 ? "stands" : "stand")}",
        };
    }

    private static string Count(int steps) => steps == 1 ? "1 step" : $"{steps} steps";

    /// <summary>A run whose evidence cannot be kept has run all the same; that it cannot be kept is said all the same.</summary>
    private MigrationException? Keep(StateFolder state, RunEvidence evidence, MigrationException? failure) => Try(() => state.Keep(evidence), failure);

    /// <summary>Ends the journal, last of all: a run that died before this can be resumed.</summary>
    private MigrationException? End(RunJournal journal, RunOutcome outcome, MigrationException? failure) => Try(() => journal.End(outcome.ToString()), failure);

    private MigrationException? Try(Action act, MigrationException? failure)
    {
        try
        {
            act();
            return failure;
        }
        catch (MigrationException e)
        {
            if (failure is not null)
            {
                observer.Warning(e.Message);
            }

            return failure ?? e;
        }
    }

    /// <summary>The failure, with both ways on as they can be typed.</summary>
    private static MigrationException Explain(MigrationException failure, RunEvidence run, MigrationPlan plan)
    {
        var undone = run.Steps.Where(s => s.Result == "undone").Select(s => s.Step).ToHashSet(StringComparer.Ordinal);
        var partly = run.Steps.FirstOrDefault(s => s.Result == "failed" && !undone.Contains(s.Step) && plan.Steps.Any(p => p.Id == s.Step && !p.Transactional));
        var folder = new StateFolder(plan.StatePath).Folder("runs", run.RunId);
        var ways = run.Outcome == RunOutcome.FailedAndUndone ? "What this run had applied has been undone."
            : partly is not null || run.Steps.Any(s => s.Result == "applied" && !undone.Contains(s.Step))
                ? $"What was applied before stands. Go on, once it is mended, with: Get-MigrationPlan '{folder}' | Invoke-Migration -Resume (or plan again, where a file was changed). "
                    + $"Or go back with: Undo-Migration -Target '{plan.Target}' -RunId {run.RunId}"
                : "This run applied nothing.";
        if (partly is not null)
        {
            ways = $"What '{partly.Step}' did before it failed stands, because it runs without a transaction: look at it. {ways}";
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
