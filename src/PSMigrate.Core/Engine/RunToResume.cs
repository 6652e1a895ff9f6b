using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Engine;

/// <summary>Finds the run that a resumed one goes on with: it keeps its id, so that undoing the last run takes all of it back.</summary>
internal static class RunToResume
{
    /// <returns>Null where there is none to go on with: then a new run begins.</returns>
    /// <exception cref="MigrationException">RunOfAnotherPlan.</exception>
    public static JournaledRun? Find(StateFolder state, OpenRuns open, MigrationPlan plan, TargetSet targets)
    {
        if (open.Forward is { } run)
        {
            return IsOf(plan, run) ? run : throw OfAnotherPlan(open, run, plan);
        }

        if (open.Undo is { } undo)
        {
            // What was undone of a run is applied again as part of it.
            return undo.Undoes is [var undone] && JournaledRun.Read(state.Folder("runs", undone)) is { } former && IsOf(plan, former) ? former : null;
        }

        return JournaledRun.In(state, OpenRuns.Identities(targets), open: false).FirstOrDefault() is { IsUndo: false, Outcome: nameof(RunOutcome.FailedAndStopped) } stopped && IsOf(plan, stopped)
            ? stopped
            : null;
    }

    /// <summary>
    /// The same plan, or one that was mended since and still has all that the run came to; whether what was applied has changed is
    /// looked at step by step.
    /// </summary>
    private static bool IsOf(MigrationPlan plan, JournaledRun run) => run.PlanHash == plan.Hash
        || (run.PlanName == plan.Name && run.Steps.Keys.All(plan.Steps.Select(s => s.Id).ToHashSet(StringComparer.Ordinal).Contains));

    private static MigrationException OfAnotherPlan(OpenRuns open, JournaledRun run, MigrationPlan plan)
    {
        var refusal = open.Refusal(plan);
        return new MigrationException("RunOfAnotherPlan", ErrorKind.Refused,
            $"The run {run.RunId} on this target did not end, and it is of the plan '{run.PlanName}', not of '{plan.Name}'.")
        {
            Offender = plan.Name,
            RecommendedAction = refusal.RecommendedAction,
        };
    }
}
