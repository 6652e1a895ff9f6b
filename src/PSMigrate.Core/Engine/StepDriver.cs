using System.Diagnostics;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>
/// Applies and undoes steps over targets, in units of work where the steps allow it, and keeps journal and history in step
/// with what is committed. The one place that does; runs, rehearsals and undos are built from it.
/// </summary>
internal sealed class StepDriver(TargetSet targets, MigrationPlan plan, string runId, RunJournal? journal, MigrationServices services, IMigrationObserver observer)
{
    private readonly List<StepOutcome> outcomes = [];

    public bool IsRehearsal { get; init; }

    public bool Force { get; init; }

    public string RunId => runId;

    /// <summary>Steps that an earlier process began and did not bring to their end, each with its entry.</summary>
    public IReadOnlyDictionary<string, HistoryEntry> Begun { get; init; } = new Dictionary<string, HistoryEntry>();

    public IReadOnlyList<StepOutcome> Outcomes => outcomes;

    public Dictionary<string, AppliedStep> AppliedSteps { get; } = new(StringComparer.Ordinal);

    /// <summary>Applies the steps in order. Throws at the first that fails; what was committed before it stands.</summary>
    public async Task ApplyAsync(IReadOnlyList<Step> steps, RunOptions options, CancellationToken cancel)
    {
        var at = 0;
        while (at < steps.Count)
        {
            cancel.ThrowIfCancellationRequested();
            Report("Applying", steps[at], at, steps.Count);
            var length = options.GroupSteps ? GroupLength(steps, at, options.GroupSize) : 1;
            if (length == 1)
            {
                await ApplyOneAsync(steps[at], cancel).ConfigureAwait(false);
                at++;
                continue;
            }

            var group = steps.Skip(at).Take(length).ToList();
            try
            {
                at += await ApplyGroupAsync(group, at, steps.Count, options, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (!committed)
            {
                // Nothing of the group was committed. One by one, those before the failing step are, and the outcome is the
                // same as without groups.
                journal?.RolledBack([.. group.Select(s => s.Definition.Id)], e.Message);
                observer.Decision($"A group of {group.Count} steps was rolled back; its steps are applied one by one.");
                foreach (var step in group)
                {
                    cancel.ThrowIfCancellationRequested();
                    await ApplyOneAsync(step, cancel).ConfigureAwait(false);
                    at++;
                }
            }
        }

        observer.Progress(new ProgressReport("Applying", "Done", 0, 100, Completed: true));
    }

    /// <summary>Undoes one applied step, or one that was only begun, and marks its history entry in the same unit of work.</summary>
    /// <param name="found">What a probe found where the step may not be applied, or may be undone already; null where it is applied.</param>
    public async Task UndoAsync(Step step, HistoryEntry entry, Target target, ProbeResult? found, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var context = Context with { Found = found, Begun = entry.IsBegun ? entry : null };
        journal?.UndoIntent([entry.Step], flush: step.UnitSettings is null);
        InDoubt = step.UnitSettings is null ? entry.Step : null;
        UndoneStep undone;
        try
        {
            undone = await AgainAsync(entry.Step, step.UnitSettings is not null, async () =>
            {
                await using var unit = step.UnitSettings is { } settings ? await target.BeginAsync(settings, cancel).ConfigureAwait(false) : null;
                var done = await step.UndoAsync(context, entry, cancel).ConfigureAwait(false);
                await target.History.MarkUndoneAsync(entry, runId, services.Now(), cancel).ConfigureAwait(false);
                if (unit is not null)
                {
                    await unit.CommitAsync(cancel).ConfigureAwait(false);
                }

                return done;
            }, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e)
        {
            Failed(step, entry.Step, clock, e);
            throw;
        }

        journal?.Undone([entry.Step], flush: step.UnitSettings is null);
        InDoubt = null;
        UndoneSteps[entry.Step] = undone;
        outcomes.Add(new StepOutcome(entry.Step, "undone", clock.Elapsed) { Error = undone.Note, Conflicts = undone.Conflicts });
        observer.Milestone($"Undone: {entry.Step}");
    }

    /// <summary>A step without a transaction that was begun and has not ended: nobody knows yet how far it came.</summary>
    public string? InDoubt { get; private set; }

    public Dictionary<string, UndoneStep> UndoneSteps { get; } = new(StringComparer.Ordinal);

    /// <summary>The history entry of a step that is about to be applied.</summary>
    public static HistoryEntry EntryFor(Step step, MigrationPlan plan, string runId, MigrationServices services) => new()
    {
        RunId = runId,
        PlanName = plan.Name,
        PlanHash = plan.Hash,
        Step = step.Definition.Id,
        Kind = step.Definition.Kind,
        Checksum = step.Definition.Checksum,
        AppliedAt = services.Now(),
        AppliedBy = services.Actor,
        StatePath = plan.StatePath,
        Position = plan.PositionOf(step.Definition.Id),
    };

    private StepContext Context =>
        new(runId, observer) { PlanName = plan.Name, IsRehearsal = IsRehearsal, Force = Force };

    /// <summary>True once the group under way is committed: whatever fails after that, its steps must not be applied again.</summary>
    private bool committed;

    private int GroupLength(IReadOnlyList<Step> steps, int from, int most)
    {
        var first = steps[from];
        if (first.UnitSettings is not { } settings)
        {
            return 1;
        }

        var length = 1;
        while (length < most && from + length < steps.Count
            && steps[from + length].UnitSettings == settings
            && targets[steps[from + length].Definition.Target] == targets[first.Definition.Target])
        {
            length++;
        }

        return length;
    }

    /// <returns>How many of the group's steps were committed: all, or fewer when the unit lasted too long.</returns>
    private async Task<int> ApplyGroupAsync(List<Step> group, int at, int count, RunOptions options, CancellationToken cancel)
    {
        var target = targets[group[0].Definition.Target];
        var clock = Stopwatch.StartNew();
        var applied = new List<(Step Step, AppliedStep Applied, TimeSpan Duration)>(group.Count);
        committed = false;
        journal?.Intent([.. group.Select(s => s.Definition.Id)], flush: false);
        await using (var unit = await target.BeginAsync(group[0].UnitSettings!, cancel).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"{target.Address} has no units of work, but its steps ask for them."))
        {
            foreach (var step in group)
            {
                cancel.ThrowIfCancellationRequested();
                Report("Applying", step, at + applied.Count, count);
                var before = clock.Elapsed;
                var (result, duration) = await ApplyInUnitAsync(step, target, clock, before, cancel).ConfigureAwait(false);
                applied.Add((step, result, duration));
                if (clock.Elapsed > options.GroupDuration)
                {
                    break;
                }
            }

            await unit.CommitAsync(cancel).ConfigureAwait(false);
            committed = true;
        }

        journal?.Done([.. applied.Select(a => a.Step.Definition.Id)], flush: false);
        foreach (var (step, result, duration) in applied)
        {
            Applied(step, result, duration);
        }

        return applied.Count;
    }

    private async Task ApplyOneAsync(Step step, CancellationToken cancel)
    {
        var target = targets[step.Definition.Target];
        var clock = Stopwatch.StartNew();
        journal?.Intent([step.Definition.Id], flush: step.UnitSettings is null);
        AppliedStep result;
        try
        {
            if (step.UnitSettings is { } settings)
            {
                result = await AgainAsync(step.Definition.Id, isUnit: true, async () =>
                {
                    await using var unit = await target.BeginAsync(settings, cancel).ConfigureAwait(false)
                        ?? throw new InvalidOperationException($"{target.Address} has no units of work, but its steps ask for them.");
                    var (applied, _) = await ApplyInUnitAsync(step, target, clock, clock.Elapsed, cancel).ConfigureAwait(false);
                    await unit.CommitAsync(cancel).ConfigureAwait(false);
                    return applied;
                }, cancel).ConfigureAwait(false);
            }
            else
            {
                result = await ApplyWithoutUnitAsync(step, target, clock, cancel).ConfigureAwait(false);
            }
        }
        catch (MigrationException e)
        {
            Failed(step, step.Definition.Id, clock, e);
            throw;
        }

        journal?.Done([step.Definition.Id], flush: step.UnitSettings is null, step.CommitsWithHistory ? null : result.UndoRecord);
        InDoubt = null;
        Applied(step, result, clock.Elapsed);
    }

    /// <summary>
    /// The entry is recorded as begun before the change, unless the step commits its own progress together with an entry, and as
    /// complete after it, so that whoever undoes later and elsewhere knows that there may be something to take back.
    /// </summary>
    private async Task<AppliedStep> ApplyWithoutUnitAsync(Step step, Target target, Stopwatch clock, CancellationToken cancel)
    {
        var begun = Begun.GetValueOrDefault(step.Definition.Id);
        var entry = begun is null
            ? Entry(step) with { IsBegun = true, UndoRecord = step.UndoRecordIfFoundApplied ?? "" }
            : begun with { Checksum = step.Definition.Checksum, PlanHash = plan.Hash, UndoRecord = step.UndoRecordIfFoundApplied ?? begun.UndoRecord };
        if (!step.CommitsWithHistory)
        {
            entry = await target.History.RecordAsync(entry, cancel).ConfigureAwait(false);
        }

        InDoubt = step.Definition.Id;
        var applied = await step.ApplyAsync(Context with { Begun = begun, Keep = KeepAsync }, cancel).ConfigureAwait(false);
        // Without a transaction the change stands whatever the check says: it is recorded first, so that it can be undone.
        await target.History.RecordAsync(entry with { IsBegun = false, UndoRecord = applied.UndoRecord, Duration = clock.Elapsed }, cancel).ConfigureAwait(false);
        await step.VerifyAsync(Context, cancel).ConfigureAwait(false);
        return applied;

        async Task KeepAsync(StepProgress progress, CancellationToken stop)
        {
            if (entry.Sequence == 0)
            {
                entry = await target.History.RecordAsync(entry, stop).ConfigureAwait(false);
            }

            await target.History.KeepProgressAsync(entry, progress, stop).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Tries a unit of work again that was rolled back because a lock was not to be had: by then nothing of it was done. Of what is no
    /// unit that is not known.
    /// </summary>
    private async Task<T> AgainAsync<T>(string id, bool isUnit, Func<Task<T>> act, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await act().ConfigureAwait(false);
            }
            catch (MigrationException e) when (isUnit && e.IsTransient && attempt < Retry.MostAttempts)
            {
                observer.Warning($"{id} was rolled back and is tried again ({attempt + 1} of {Retry.MostAttempts}): {e.Message}");
                await Task.Delay(Retry.PauseAfter(attempt), cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<(AppliedStep Applied, TimeSpan Duration)> ApplyInUnitAsync(
        Step step, Target target, Stopwatch clock, TimeSpan before, CancellationToken cancel)
    {
        var context = Context;
        var applied = await step.ApplyAsync(context, cancel).ConfigureAwait(false);
        await step.VerifyAsync(context, cancel).ConfigureAwait(false);
        var duration = clock.Elapsed - before;
        await target.History.RecordAsync(Entry(step) with { Duration = duration, UndoRecord = applied.UndoRecord }, cancel).ConfigureAwait(false);
        return (applied, duration);
    }

    private HistoryEntry Entry(Step step) => EntryFor(step, plan, runId, services) with { UndoProved = proved.Contains(step.Definition.Id) };

    private void Failed(Step step, string id, Stopwatch clock, MigrationException e)
    {
        InDoubt = null;
        outcomes.Add(new StepOutcome(id, "failed", clock.Elapsed) { Error = e.Message });
        try
        {
            journal?.Failed(id, e.Message);
        }
        catch (MigrationException unwritten)
        {
            // The step's own failure is what the operator must hear first; the journal is written to again when the run ends.
            observer.Warning(unwritten.Message);
        }
    }

    private readonly HashSet<string> proved = plan.Steps.Where(s => s.UndoProved).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);

    private void Applied(Step step, AppliedStep result, TimeSpan duration)
    {
        AppliedSteps[step.Definition.Id] = result;
        outcomes.Add(new StepOutcome(step.Definition.Id, "applied", duration) { RowsChanged = result.RowsChanged });
        observer.Milestone($"Applied: {step.Definition.Id}");
    }

    private void Report(string activity, Step step, int at, int count) =>
        observer.Progress(new ProgressReport(activity, $"{step.Definition.Id} ({at + 1} of {count})", 0, at * 100 / count));
}
