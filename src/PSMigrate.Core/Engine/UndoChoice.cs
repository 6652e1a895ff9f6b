using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>
/// Which entries a selection means. Undo goes back in the reverse order of application, so that what is chosen must always be the
/// last that was applied.
/// </summary>
/// <param name="plan">The plan that is named in refusals.</param>
/// <param name="entries">What is applied or begun, the last first.</param>
/// <param name="open">Runs that did not end: they are undone, or closed where nothing of them is applied.</param>
internal sealed class UndoChoice(MigrationPlan plan, IReadOnlyList<(Target Target, HistoryEntry Entry)> entries, OpenRuns open)
{
    /// <summary>The chosen entries, the last first; none where a run that did not end has nothing to be taken back.</summary>
    /// <exception cref="MigrationException">NothingToUndo, LaterRunsApplied, RunUnfinished, ClockWentBack.</exception>
    public IReadOnlyList<(Target Target, HistoryEntry Entry)> Of(UndoSelection selection) => RequireOpenIncluded(selection switch
    {
        { ToStep: { } step } => AfterStep(step),
        { ToTime: { } time } => AfterTime(time),
        _ => OfRun(selection),
    });

    private IReadOnlyList<(Target Target, HistoryEntry Entry)> AfterStep(string step)
    {
        var at = entries.ToList().FindIndex(a => a.Entry.Step == step);
        return at switch
        {
            < 0 => throw Nothing($"'{step}' is not applied on this target.", Nearest.Suggest(step, entries.Select(a => a.Entry.Step).Distinct())),
            0 when !open.Any => throw Nothing($"'{step}' is the last step that was applied; nothing came after it."),
            _ => [.. entries.Take(at)],
        };
    }

    private IReadOnlyList<(Target Target, HistoryEntry Entry)> AfterTime(DateTimeOffset time)
    {
        var first = entries.ToList().FindLastIndex(a => a.Entry.AppliedAt > time);
        if (first < 0)
        {
            return open.Any && entries.Count == 0 ? [] : throw Nothing($"Nothing was applied after {time:yyyy-MM-ddTHH:mm:ssZ}.");
        }

        var after = entries.Take(first + 1).ToList();
        if (after.FirstOrDefault(a => a.Entry.AppliedAt <= time).Entry is { } earlier)
        {
            throw new MigrationException("ClockWentBack", ErrorKind.Refused,
                $"The history does not go by time: '{earlier.Step}' was applied after '{after[^1].Entry.Step}', and bears the earlier time {earlier.AppliedAt:yyyy-MM-ddTHH:mm:ssZ}. A clock was set back.")
            {
                Offender = time,
                RecommendedAction = "Name the step that is to stay instead: -To <step>. Get-MigrationHistory shows the order of application.",
            };
        }

        return after;
    }

    private IReadOnlyList<(Target Target, HistoryEntry Entry)> OfRun(UndoSelection selection)
    {
        var unfinished = open.Forward?.RunId ?? (open.Undo is { Undoes.Count: > 0 } undo ? undo.Undoes[0] : null);
        var named = selection.RunId == open.Undo?.RunId ? unfinished : selection.RunId;
        if (entries.Count == 0 && !open.Any)
        {
            throw Nothing("No step is applied on this target.");
        }

        // The undo that did not end may have been of several runs; then the last of them is next.
        var runId = named ?? (unfinished is not null ? LastOf(open) ?? unfinished : LastOf(selection.PlanName));
        var ofRun = entries.Where(a => a.Entry.RunId == runId).ToList();
        if (ofRun.Count == 0)
        {
            return open.All.Any(r => r.RunId == runId || r.Undoes.Contains(runId))
                ? []
                : throw Nothing($"No step of the run {runId} is applied on this target: it was undone already, or never ran here.",
                    entries.Count == 0 ? null : $"Applied runs: {string.Join(", ", entries.Select(a => a.Entry.RunId).Distinct().Take(5))}.");
        }

        var later = entries.TakeWhile(a => a.Entry.RunId != runId).ToList();
        return later.Count == 0 ? ofRun : throw new MigrationException("LaterRunsApplied", ErrorKind.Refused,
            $"Steps were applied after the run {runId}: {string.Join(", ", later.Select(l => l.Entry.Step).Take(5))}.")
        {
            Offender = runId,
            RecommendedAction = "Undo those first, or undo all of them at once with -To the step before the run.",
        };
    }

    private string? LastOf(OpenRuns runs) => entries.Select(e => e.Entry.RunId).FirstOrDefault(id => runs.All.Any(r => r.RunId == id || r.Undoes.Contains(id)));

    private string LastOf(string? planName) => planName is null
        ? entries[0].Entry.RunId
        : entries.FirstOrDefault(a => a.Entry.PlanName == planName).Entry?.RunId ?? throw Nothing($"No step of the plan '{planName}' is applied on this target.");

    /// <summary>What a run that did not end has done comes before anything older.</summary>
    private IReadOnlyList<(Target Target, HistoryEntry Entry)> RequireOpenIncluded(IReadOnlyList<(Target Target, HistoryEntry Entry)> chosen)
    {
        var doubted = entries.FirstOrDefault(e => e.Entry.IsBegun && open.Forward?.RunId == e.Entry.RunId).Entry;
        return doubted is null || chosen.Any(c => ReferenceEquals(c.Entry, doubted)) ? chosen : throw open.Refusal(plan);
    }

    private static MigrationException Nothing(string message, string? action = null) =>
        new("NothingToUndo", ErrorKind.NotFound, message)
        {
            RecommendedAction = action ?? "Look at what is applied with Get-MigrationHistory.",
        };
}
