using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>
/// Runs a plan against copies of its targets: forward, verify, undo, compare, forward again. What it saw becomes evidence, and
/// the plan's risk and estimate are judged again from it. The targets themselves are only read.
/// </summary>
public sealed class Rehearsal(MigrationServices services, IMigrationObserver observer)
{
    private static readonly RunOptions OneByOne = new() { GroupSteps = false };

    /// <summary>About how many rows each table of the copies has at most; null for all.</summary>
    public int? SampleRows { get; init; }

    public async Task<ActResult> RunAsync(MigrationPlan plan, CancellationToken cancel)
    {
        await using var originals = await TargetSet.OpenAsync(plan, services, cancel).ConfigureAwait(false);
        await using var staging = plan.Staging is { } place ? services.NewTarget(place) : null;
        if (staging is not null)
        {
            await staging.OpenAsync(cancel).ConfigureAwait(false);
        }

        var state = new StateFolder(plan.StatePath);
        var id = RunId.New(services.Now());
        state.Create("rehearsals", id);
        var made = new List<RehearsalCopy>();
        try
        {
            await using var targets = await CopyAsync(originals, staging, state, id, made, cancel).ConfigureAwait(false);
            return await RehearseAsync(plan, targets, made, state, id, cancel).ConfigureAwait(false);
        }
        finally
        {
            state.Remove("rehearsals", id);
        }
    }

    private async Task<TargetSet> CopyAsync(TargetSet originals, Target? staging, StateFolder state, string id, List<RehearsalCopy> made, CancellationToken cancel)
    {
        var copies = new Dictionary<string, Target>(StringComparer.Ordinal);
        var byOriginal = new Dictionary<Target, Target>();
        try
        {
            foreach (var (name, original) in originals.ByName)
            {
                if (originals.IsOnlyRead(original))
                {
                    // What is only read is read where it is: a copy of it would take as long, and prove nothing more.
                    copies[name] = original;
                    continue;
                }

                if (!byOriginal.TryGetValue(original, out var copy))
                {
                    var work = state.Create(Path.Combine("rehearsals", id), name);
                    // What is of another engine cannot be there, and stays where it is.
                    var wish = new CopyWish { SampleRows = SampleRows, On = original.Address.Scheme == staging?.Address.Scheme ? staging : null };
                    made.Add(await original.CreateCopyAsync(wish, work, observer, cancel).ConfigureAwait(false));
                    byOriginal[original] = copy = made[^1].Target;
                }

                copies[name] = copy;
            }
        }
        catch
        {
            foreach (var copy in made)
            {
                await copy.Target.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        foreach (var difference in made.SelectMany(m => m.Differences))
        {
            observer.Warning($"The place of the rehearsal is not like the target: {difference}.");
        }

        return originals.Over(copies);
    }

    private async Task<ActResult> RehearseAsync(MigrationPlan plan, TargetSet targets, IReadOnlyList<RehearsalCopy> copies, StateFolder state, string id, CancellationToken cancel)
    {
        var scope = PlanScope.Of(plan, services, targets);
        var pending = plan.PendingSteps.Select(p => services.Catalog.Step(p.Kind).Create(p.Definition, targets[p.Definition.Target], scope)).ToList();
        pending.ForEach(step => step.RequireFilesUnchanged());
        var notRehearsed = new List<string>();
        var steps = new List<Step>();
        foreach (var step in pending)
        {
            if (await step.NotRehearsableBecauseAsync(cancel).ConfigureAwait(false) is { } why)
            {
                notRehearsed.Add($"{step.Definition.Id}: {why}");
            }
            else
            {
                steps.Add(step);
            }
        }

        var before = await SnapshotAsync(targets, "before", cancel).ConfigureAwait(false);
        var forward = Driver(targets, plan, id + "-1");
        var undo = Driver(targets, plan, id + "-u");
        var again = Driver(targets, plan, id + "-2");
        MigrationException? failure = null;
        var differences = new List<string>();
        Dictionary<Target, TargetSnapshot>? after = null;
        try
        {
            await forward.ApplyAsync(steps, OneByOne, cancel).ConfigureAwait(false);
            await RequireChecksAsync(plan, targets, scope, notRehearsed, cancel).ConfigureAwait(false);
            after = await SnapshotAsync(targets, "after", cancel).ConfigureAwait(false);
            foreach (var (target, found) in await AppliedEntries.OfRunAsync(targets, forward.RunId, cancel).ConfigureAwait(false))
            {
                var entry = await target.History.ReadUndoRecordAsync(found, cancel).ConfigureAwait(false);
                var step = services.Catalog.Step(entry.Kind).CreateForUndo(entry, target, scope);
                observer.Progress(new ProgressReport("Undoing", entry.Step, 0, -1));
                await undo.UndoAsync(step, entry, target, null, cancel).ConfigureAwait(false);
            }

            differences.AddRange(Differences(before, await SnapshotAsync(targets, "undone", cancel).ConfigureAwait(false)).Select(d => $"after undo: {d}"));
            await again.ApplyAsync(steps, OneByOne, cancel).ConfigureAwait(false);
            var second = Differences(after, await SnapshotAsync(targets, "again", cancel).ConfigureAwait(false));
            foreach (var difference in second)
            {
                observer.Decision($"Not the same on the second run: {difference}");
            }
        }
        catch (MigrationException e)
        {
            failure = e;
        }

        var evidence = Evidence(plan, steps, forward, undo, notRehearsed, differences, failure, after, targets);
        evidence = evidence with
        {
            Sampled = [.. copies.SelectMany(c => c.Sampled)],
            Place = plan.Staging?.ToString(),
            PlaceDifferences = [.. copies.SelectMany(c => c.Differences)],
        };
        evidence = evidence with { Summary = evidence.Summary + (evidence.SampleInWords is { } sample ? $"; on a sample: {sample}" : "") };
        state.Keep(evidence);
        return new ActResult(RiskJudge.Judge(plan.With(evidence)), failure);
    }

    /// <summary>A check may be about what a step that was left out would have done: then it proves nothing, either way.</summary>
    private async Task RequireChecksAsync(MigrationPlan plan, TargetSet targets, PlanScope scope, List<string> notRehearsed, CancellationToken cancel)
    {
        try
        {
            await PlanChecks.RequireAsync(plan, targets, scope, observer, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "CheckFailed" && notRehearsed.Count > 0)
        {
            notRehearsed.Add($"{e.Message} Steps before it were not rehearsed.");
        }
    }

    private StepDriver Driver(TargetSet targets, MigrationPlan plan, string runId) => new(targets, plan, runId, null, services, observer) { IsRehearsal = true };

    private RehearsalEvidence Evidence(
        MigrationPlan plan, List<Step> steps, StepDriver forward, StepDriver undo, List<string> notRehearsed, List<string> differences,
        MigrationException? failure, Dictionary<Target, TargetSnapshot>? after, TargetSet targets)
    {
        var outcomes = forward.Outcomes.ToDictionary(o => o.Step, StringComparer.Ordinal);
        var seen = steps.Where(s => forward.AppliedSteps.ContainsKey(s.Definition.Id)).Select(s =>
        {
            var id = s.Definition.Id;
            var applied = forward.AppliedSteps[id];
            var undone = undo.UndoneSteps.GetValueOrDefault(id);
            // What was not equal after undo leaves the steps that touched it unproved.
            var disproved = differences.Where(d => applied.Touched.Any(t => d.Contains($" {t}", StringComparison.Ordinal))).ToList();
            return new RehearsedStep(id, outcomes[id].Duration, failure is null && undone is { Exact: true } && disproved.Count == 0)
            {
                RowsChanged = applied.RowsChanged,
                Touched = applied.Touched,
                Note = disproved.Count > 0 ? string.Join("; ", disproved) : undone?.Note,
                Origin = undone?.Origin,
            };
        }).ToList();
        if (differences.Count > 0 && seen.All(s => s.UndoProved))
        {
            seen = [.. seen.Select(s => s with { UndoProved = false, Note = differences[0] })];
        }

        var proved = seen.Count(s => s.UndoProved);
        return new RehearsalEvidence
        {
            PlanHash = plan.Hash,
            At = services.Now(),
            By = services.Actor,
            Succeeded = failure is null,
            Summary = failure is not null
                ? failure.Message
                : $"{seen.Count} of {plan.PendingSteps.Count()} steps rehearsed, {proved} proved to be undone"
                    + (differences.Count > 0 ? $"; after undo {differences.Count} differences" : ""),
            Steps = seen,
            NotRehearsed = notRehearsed,
            Differences = differences,
            UndoProved = failure is null && seen.All(s => s.UndoProved) && differences.Count == 0,
            StructureAfter = after?[targets[MigrationPlan.DefaultTargetName]].Baseline.Structure ?? "",
        };
    }

    private async Task<Dictionary<Target, TargetSnapshot>> SnapshotAsync(TargetSet targets, string when, CancellationToken cancel)
    {
        var snapshots = new Dictionary<Target, TargetSnapshot>();
        foreach (var target in targets.Distinct)
        {
            observer.Progress(new ProgressReport("Comparing", when, 0, -1));
            snapshots[target] = await target.SnapshotAsync(SnapshotDepth.Checksums, observer, cancel).ConfigureAwait(false);
        }

        observer.Progress(new ProgressReport("Comparing", when, 0, 100, Completed: true));
        return snapshots;
    }

    private static IReadOnlyList<string> Differences(Dictionary<Target, TargetSnapshot> a, Dictionary<Target, TargetSnapshot> b) =>
        [.. a.Keys.SelectMany(target => a[target].Baseline.DriftTo(b[target].Baseline).Concat(a[target].ContentDifferences(b[target]).Select(d => $"data of {d}")))];
}
