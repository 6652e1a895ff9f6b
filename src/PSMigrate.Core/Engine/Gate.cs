using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>
/// What must be true before a run: each closed gate is an error of its own that says what to do. Force opens those that are an
/// operator's to open, and what was forced is kept in the run's evidence.
/// </summary>
internal sealed class Gate(MigrationPlan plan, TargetSet targets, IReadOnlyDictionary<Target, StepHistory> histories, bool force, IMigrationObserver observer)
{
    private readonly List<string> forced = [];

    public IReadOnlyList<string> Forced => forced;

    /// <summary>True when a run goes on that did not end: it left the structure as no plan expects it.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>A plan whose files have changed is another plan, even where it has nothing to do.</summary>
    /// <exception cref="MigrationException">ScriptChanged, ScriptMissing, each naming the file.</exception>
    public static void RequireFilesUnchanged(MigrationPlan plan, IReadOnlyList<Step> steps)
    {
        SideBySide.ForEach(steps, step => step.RequireFilesUnchanged());
        SideBySide.ForEach(plan.Tests, test => PlanFiles.RequireUnchanged(test, plan.BaseFolder));
    }

    public async Task PassAsync(IReadOnlyList<PlannedStep> pending, CancellationToken cancel)
    {
        foreach (var changed in pending.Where(s => s.State == StepState.ChangedSinceApplied))
        {
            throw new MigrationException("ScriptChangedSinceApplied", ErrorKind.Conflict,
                $"'{changed.Id}' has changed since it was applied to {targets[changed.Definition.Target].DisplayName}.")
            {
                Offender = changed.Id,
                RecommendedAction = "Put the file back as it was and write the new change as a new step, or mark it 'Repeat: onChange'.",
            };
        }

        foreach (var dependency in plan.Dependencies.Where(d => !histories.Values.Any(h => h.IsApplied(d))))
        {
            Refuse("DependencyNotApplied", $"The plan depends on '{dependency}', which the target has not had.", $"Run '{dependency}' first.");
        }

        await RequireNoDriftAsync(cancel).ConfigureAwait(false);
        if (plan.Rehearsal is { Succeeded: false } rehearsal)
        {
            Refuse("RehearsalFailed", $"The plan's last rehearsal failed: {rehearsal.Summary}", "Mend the plan and rehearse it again with Test-MigrationPlan.");
        }

        if (plan.Rehearsal is { Succeeded: true, SampleInWords: { } sample })
        {
            observer.Warning($"The plan was rehearsed on a sample only: {sample}.");
        }

        if (plan.Approval is { Succeeded: false } refusal)
        {
            Refuse("ApprovalRefused", $"{refusal.By} refused the plan: {refusal.Reason}", "Mend the plan; a changed plan needs a new approval.");
        }
        else if (plan.RiskLevel == RiskLevel.High && plan.Approval is null)
        {
            Refuse("ApprovalRequired",
                $"The plan's risk is High and nobody has approved it for the hash {plan.Hash[..12]}: {string.Join("; ", plan.Risk.Reasons.Take(3))}.",
                "Rehearse it with Test-MigrationPlan, which may lower the risk, or have it approved with Approve-MigrationPlan.");
        }
    }

    private async Task RequireNoDriftAsync(CancellationToken cancel)
    {
        foreach (var (name, planned) in plan.Baselines)
        {
            var target = targets[name];
            var recorded = await target.History.ReadBaselineAsync(cancel).ConfigureAwait(false);
            var newest = histories[target].Entries.Count == 0 ? 0 : histories[target].Entries[^1].Sequence;
            if (IsUnfinished || newest > (recorded?.LastEntry ?? 0))
            {
                observer.Decision($"A run on {target.DisplayName} did not end, so that its structure is not compared with the plan's.");
                continue;
            }

            var expected = recorded is not null && recorded.Baseline.At > planned.At ? recorded.Baseline : planned;
            var present = (await target.SnapshotAsync(SnapshotDepth.Structure, observer, cancel).ConfigureAwait(false)).Baseline;
            var drift = expected.DriftTo(present);
            if (drift.Count > 0)
            {
                Refuse("TargetDrifted", $"{target.DisplayName} is no longer as it was when the plan was made: {string.Join("; ", drift)}.",
                    "Look at what changed, and plan again with New-MigrationPlan.");
            }
        }
    }

    private void Refuse(string errorId, string message, string action)
    {
        if (!force)
        {
            throw new MigrationException(errorId, ErrorKind.Refused, message) { Offender = plan.Name, RecommendedAction = $"{action} -Force goes on regardless." };
        }

        forced.Add($"{errorId}: {message}");
        observer.Warning($"Forced: {message}");
    }
}
