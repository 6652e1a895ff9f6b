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
    /// <summary>The entries that would be undone, in the order in which they would be. Reads only.</summary>
    public async Task<IReadOnlyList<HistoryEntry>> PreviewAsync(MigrationPlan plan, UndoSelection selection, CancellationToken cancel)
    {
        await using var targets = await TargetSet.OpenAsync(plan, services, cancel).ConfigureAwait(false);
        return [.. (await SelectAsync(targets, selection, cancel).ConfigureAwait(false)).Select(s => s.Entry)];
    }

    /// <summary>Undoes. A step that cannot be undone is a failure in the result, and what was undone before it stays undone.</summary>
    public async Task<ActResult> UndoAsync(MigrationPlan plan, UndoSelection selection, RunOptions options, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        await using var targets = await TargetSet.OpenAsync(plan, services, cancel).ConfigureAwait(false);
        await using var locks = await TargetLocks.TakeAsync(targets, $"undo on {plan.Name}", options.LockTimeout, services, observer, cancel).ConfigureAwait(false);
        var selected = await SelectAsync(targets, selection, cancel).ConfigureAwait(false);
        foreach (var target in targets.Distinct)
        {
            await target.RequireWritableAsync(cancel).ConfigureAwait(false);
        }

        var state = new StateFolder(plan.StatePath);
        using var journal = RunJournal.Begin(state, plan, "undo", [.. targets.Distinct.Select(t => t.Identity)], services);
        var driver = new StepDriver(targets, plan, journal.RunId, journal, services, observer) { Force = options.Force };
        observer.Milestone($"Undo {journal.RunId} began: {selected.Count} steps.");
        MigrationException? failure = null;
        var ended = "Undone";
        try
        {
            for (var i = 0; i < selected.Count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                var (target, found) = selected[i];
                var entry = await target.History.ReadUndoRecordAsync(found, cancel).ConfigureAwait(false);
                observer.Progress(new ProgressReport("Undoing", $"{entry.Step} ({i + 1} of {selected.Count})", 0, i * 100 / selected.Count));
                var step = StepFor(plan, entry, target);
                await driver.UndoAsync(step, entry, target, cancel).ConfigureAwait(false);
            }
        }
        catch (MigrationException e)
        {
            failure = e;
            ended = "FailedAndStopped";
        }
        catch (OperationCanceledException)
        {
            ended = "cancelled";
            throw;
        }
        finally
        {
            observer.Progress(new ProgressReport("Undoing", "Done", 0, 100, Completed: true));
            foreach (var target in targets.Distinct)
            {
                var baseline = (await target.SnapshotAsync(SnapshotDepth.Structure, observer, CancellationToken.None).ConfigureAwait(false)).Baseline;
                await target.History.RecordBaselineAsync(baseline with { At = services.Now() }, journal.RunId, CancellationToken.None).ConfigureAwait(false);
            }

            if (ended != "cancelled" || driver.InDoubt is null)
            {
                journal.End(ended);
            }
        }

        var evidence = new UndoEvidence
        {
            PlanHash = plan.Hash,
            At = services.Now(),
            By = services.Actor,
            Succeeded = failure is null,
            Summary = failure is null
                ? $"{driver.Outcomes.Count} {(driver.Outcomes.Count == 1 ? "step" : "steps")} undone in {Reports.DurationText.Of(clock.Elapsed)}"
                : $"Undo stopped at {selected[Math.Min(driver.UndoneSteps.Count, selected.Count - 1)].Entry.Step}: {failure.Message}",
            RunId = journal.RunId,
            Duration = clock.Elapsed,
            Steps = driver.Outcomes,
        };
        state.Keep(evidence);
        var undone = driver.UndoneSteps.Keys.ToHashSet(StringComparer.Ordinal);
        plan = plan.With(evidence) with
        {
            Steps = [.. plan.Steps.Select(s => undone.Contains(s.Id) ? s with { State = StepState.Pending } : s)],
        };
        return new ActResult(plan, failure);
    }

    /// <summary>
    /// The step with its files where the plan has them, as when it was applied; where they are gone or have changed, with those
    /// that its run kept.
    /// </summary>
    private Step StepFor(MigrationPlan plan, HistoryEntry entry, Target target)
    {
        var kind = services.Catalog.Step(entry.Kind);
        var scope = new PlanScope(plan.BaseFolder, services) { Variables = plan.Variables, Environment = plan.Environment };
        var kept = Path.Combine(new StateFolder(entry.StatePath.Length > 0 ? entry.StatePath : plan.StatePath).Folder("runs", entry.RunId), "files");
        var step = kind.CreateForUndo(entry, target, scope);
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

    private static async Task<IReadOnlyList<(Target Target, HistoryEntry Entry)>> SelectAsync(TargetSet targets, UndoSelection selection, CancellationToken cancel)
    {
        var applied = await AppliedEntries.ReadAsync(targets, cancel).ConfigureAwait(false);
        if (applied.Count == 0)
        {
            throw Nothing("No step is applied on this target.");
        }

        if (selection.ToStep is { } step)
        {
            var at = applied.ToList().FindIndex(a => a.Entry.Step == step);
            return at switch
            {
                < 0 => throw Nothing($"'{step}' is not applied on this target.", Nearest.Suggest(step, applied.Select(a => a.Entry.Step).Distinct())),
                0 => throw Nothing($"'{step}' is the last step that was applied; nothing came after it."),
                _ => [.. applied.Take(at)],
            };
        }

        if (selection.ToTime is { } time)
        {
            var after = applied.TakeWhile(a => a.Entry.AppliedAt > time).ToList();
            return after.Count > 0 ? after : throw Nothing($"Nothing was applied after {time:yyyy-MM-ddTHH:mm:ssZ}.");
        }

        var runId = selection.RunId
            ?? (selection.PlanName is { } name
                ? applied.FirstOrDefault(a => a.Entry.PlanName == name).Entry?.RunId ?? throw Nothing($"No step of the plan '{name}' is applied on this target.")
                : applied[0].Entry.RunId);
        var ofRun = applied.Where(a => a.Entry.RunId == runId).ToList();
        if (ofRun.Count == 0)
        {
            throw Nothing($"No step of the run {runId} is applied on this target: it was undone already, or never ran here.",
                $"Applied runs: {string.Join(", ", applied.Select(a => a.Entry.RunId).Distinct().Take(5))}.");
        }

        var later = applied.TakeWhile(a => a.Entry.RunId != runId).ToList();
        if (later.Count > 0)
        {
            throw new MigrationException("LaterRunsApplied", ErrorKind.Refused,
                $"Steps were applied after the run {runId}: {string.Join(", ", later.Select(l => l.Entry.Step).Take(5))}.")
            {
                Offender = runId,
                RecommendedAction = "Undo those first, or undo all of them at once with -To the step before the run.",
            };
        }

        return ofRun;
    }

    private static MigrationException Nothing(string message, string? action = null) =>
        new("NothingToUndo", ErrorKind.NotFound, message)
        {
            RecommendedAction = action ?? "Look at what is applied with Get-MigrationHistory.",
        };
}
