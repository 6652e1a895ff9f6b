using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>Where the plan and the targets' histories disagree.</summary>
public sealed class HistoryFindings(MigrationPlan plan, TargetSet targets, IReadOnlyDictionary<Target, StepHistory> histories)
{
    public const string Changed = "PSM101";
    public const string Missing = "PSM102";
    public const string OutOfOrder = "PSM103";

    public IEnumerable<Finding> Find()
    {
        foreach (var step in plan.Steps.Where(s => s.State == StepState.ChangedSinceApplied))
        {
            yield return new Finding(Changed, RiskLevel.High, step.Id,
                "It has changed since it was applied; what the target has had is no longer what the file says.",
                "Put the file back as it was, and write the new change as a new step.", FindingSource.Observed);
        }

        foreach (var (target, history) in histories)
        {
            var here = plan.Steps.Where(s => targets[s.Definition.Target] == target).ToList();
            var known = here.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in history.Applied.Values.Where(e => e.PlanName == plan.Name && !known.Contains(e.Step)))
            {
                yield return new Finding(Missing, RiskLevel.Medium, gone.Step,
                    $"It was applied to {target.DisplayName} at {gone.AppliedAt:yyyy-MM-ddTHH:mm:ssZ} but is no longer in the plan.",
                    "Put the file back, so that the plan tells the target's whole story.", FindingSource.Observed);
            }

            var lastApplied = here.FindLastIndex(s => s.State == StepState.Applied && s.Definition.Repeat == RepeatMode.Once);
            foreach (var late in here.Take(Math.Max(lastApplied, 0)).Where(s => s.State == StepState.Pending && s.Definition.Repeat == RepeatMode.Once))
            {
                yield return new Finding(OutOfOrder, RiskLevel.Medium, late.Id,
                    $"It stands before '{here[lastApplied].Id}', which has already been applied: it will be applied out of order.",
                    "Give it a number after the steps that were applied.", FindingSource.Observed);
            }
        }
    }
}
