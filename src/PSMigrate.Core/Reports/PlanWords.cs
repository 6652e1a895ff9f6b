using System.Globalization;
using PSMigrate.Plans;

namespace PSMigrate.Reports;

/// <summary>How the parts of a plan are said to people; the same in every form of report.</summary>
internal static class PlanWords
{
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Rows(long rows) => rows == 1 ? "1 row" : $"{Number(rows)} rows";

    public static string Types(MigrationPlan plan) => plan.Type.Count == 0 ? "not known" : string.Join(", ", plan.Type);

    public static string Estimate(MigrationPlan plan) => !plan.PendingSteps.Any() && plan.RollbackSteps.Count == 0
        ? "nothing to do"
        : $"{DurationText.Of(plan.Estimate.Duration)} (from {plan.Estimate.Basis})";

    public static string Change(Change change) =>
        change.RowsLost is > 0 and { } lost ? $"{change.Description} ({Rows(lost)} lost)" : change.Description;

    public static string Value(string value) => value.Length == 0 ? "-" : value;

    public static string NoChanges(MigrationPlan plan) => plan.PendingSteps.Any()
        ? "No change was found in the pending steps."
        : "Nothing is pending: every step has been applied.";

    public static string State(StepState state) => state switch
    {
        StepState.Pending => "pending",
        StepState.Applied => "applied",
        _ => "changed since it was applied",
    };

    public static string Source(FindingSource source) => source == FindingSource.Observed ? "seen to happen" : "read from the text";

    public static string Place(Finding finding) => finding.Place?.ToString() ?? "-";

    public static string WayBack(Reversibility reversibility) => reversibility switch
    {
        Reversibility.Inverse => "by its inverse",
        Reversibility.InverseWithCapture => "by its inverse, with what is captured before the change",
        Reversibility.RestoreOnly => "only by restoring a backup",
        _ => "not at all",
    };

    public static string Origin(string origin) => origin switch
    {
        "author" => "written by the author",
        "generated" => "generated",
        "captured" => "from what is captured, because the author's text does not give everything back",
        "backup" => "from the backup",
        "none" => "there is none",
        _ => origin,
    };

    public static string Proved(bool proved) => proved ? "proved" : "not proved";

    public static string YesNo(bool yes) => yes ? "yes" : "no";

    public static string OnFailure(OnFailure onFailure) => onFailure switch
    {
        Plans.OnFailure.Undo => "undo what was applied",
        Plans.OnFailure.Stop => "stop",
        _ => "undo what was applied where every undo was proved, else stop",
    };

    public static string Outcome(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Succeeded => "succeeded",
        RunOutcome.NothingToDo => "nothing to do",
        RunOutcome.FailedAndUndone => "failed and undone",
        _ => "failed and stopped",
    };

    public static string Sort(Evidence evidence) => evidence switch
    {
        RehearsalEvidence => "Rehearsal",
        ApprovalEvidence => "Approval",
        BackupEvidence => "Backup",
        RunEvidence => "Run",
        IntegrityEvidence => "Integrity",
        UndoEvidence => "Undo",
        _ => evidence.GetType().Name,
    };

    /// <summary>The language of a step's rollback, for those who colour it.</summary>
    public static string Language(MigrationPlan plan, string step) => plan.Steps.FirstOrDefault(s => s.Id == step)?.Kind switch
    {
        "sql" => "sql",
        "script" => "powershell",
        _ => "text",
    };

    public static string Others(ConflictKind kind) => kind switch
    {
        ConflictKind.Changed => "changed it",
        ConflictKind.Deleted => "deleted it",
        ConflictKind.Added => "added it",
        _ => "have another row in its place",
    };

    public static string Became(ConflictResolution resolution) => resolution switch
    {
        ConflictResolution.Kept => "theirs was kept",
        ConflictResolution.Overwritten => "theirs was overwritten",
        _ => "theirs was saved",
    };
}
