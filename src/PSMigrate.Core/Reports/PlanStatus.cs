using PSMigrate.Plans;

namespace PSMigrate.Reports;

/// <summary>Where a plan stands by its evidence. What has no evidence is said to be missing.</summary>
public static class PlanStatus
{
    public static string Of(MigrationPlan plan) => string.Join("; ", Parts(plan));

    private static IEnumerable<string> Parts(MigrationPlan plan)
    {
        yield return plan.Rehearsal switch
        {
            null => "not rehearsed",
            { Succeeded: false } => "its rehearsal failed",
            { UndoProved: true } => "rehearsed, undo proved",
            _ => "rehearsed, undo not proved",
        };
        yield return plan.Approval switch
        {
            { Succeeded: true } approval => $"approved by {approval.By}",
            null when plan.RiskLevel == RiskLevel.High => "not approved, which its risk asks for",
            null => "not approved, which its risk does not ask for",
            _ => "its approval was refused",
        };
        yield return plan.Backup switch
        {
            null => "not backed up",
            { Succeeded: false } => "its backup failed",
            { RestoreTested: true } => "backed up, restore tested",
            _ => "backed up, restore not tested",
        };
        yield return plan.Run is { } run ? RunWords(run) : "not run";
        if (plan.Undo is { } undo)
        {
            yield return undo.Succeeded ? "undone" : "its undo failed";
        }

        if (plan.Integrity is { } integrity)
        {
            yield return integrity.Succeeded
                ? $"verified: {PlanWords.Number(integrity.Passed)} passed"
                : $"integrity failed: {PlanWords.Number(integrity.Failed)} of {PlanWords.Number(integrity.Passed + (long)integrity.Failed)}";
        }
        else if (plan.Run is { Succeeded: true })
        {
            yield return "not verified";
        }
    }

    private static string RunWords(RunEvidence run) => run.Outcome switch
    {
        RunOutcome.Succeeded => "run",
        RunOutcome.NothingToDo => "run, with nothing to do",
        RunOutcome.FailedAndUndone => "its run failed and was undone",
        _ => "its run failed and stopped",
    };
}
