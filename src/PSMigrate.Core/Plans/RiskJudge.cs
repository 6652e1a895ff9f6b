namespace PSMigrate.Plans;

/// <summary>
/// Judges a plan's risk from its changes, its findings and its rehearsal. A loss that is captured and whose undo was proved is
/// Medium at most; what could not be captured or proved is High.
/// </summary>
public static class RiskJudge
{
    public static MigrationPlan Judge(MigrationPlan plan)
    {
        var rehearsal = plan.Rehearsal;
        if (rehearsal is not null)
        {
            plan = WithRehearsal(plan, rehearsal);
        }

        var proved = plan.RollbackSteps.Where(r => r.Proved).Select(r => r.Step).ToHashSet(StringComparer.Ordinal);
        var changes = plan.Changes.Select(c => c with { Risk = Eased(c.Risk, c.Step, proved) }).ToList();
        var findings = plan.Findings.Select(f => f with { Risk = Eased(f.Risk, f.Step, proved) }).ToList();
        var reasons = new List<(RiskLevel Level, string Text)>();
        reasons.AddRange(findings.Where(f => f.Risk > RiskLevel.Low).Select(f => (f.Risk, $"{f.RuleId} {f.Step}: {f.Reason}")));
        reasons.AddRange(changes.Where(c => c.Risk > RiskLevel.Low && !findings.Any(f => f.Step == c.Step && f.Risk >= c.Risk))
            .Select(c => (c.Risk, $"{c.Step}: {c.Description}")));
        reasons.AddRange(plan.RollbackSteps
            .Where(r => !r.Proved && r.Reversibility >= Reversibility.RestoreOnly)
            .Select(r => (RiskLevel.High, r.Reversibility == Reversibility.RestoreOnly
                ? $"{r.Step}: only a restored backup takes it back"
                : $"{r.Step}: nothing takes it back")));
        if (rehearsal is { Succeeded: false })
        {
            reasons.Add((RiskLevel.High, $"its rehearsal failed: {rehearsal.Summary}"));
        }
        else if (rehearsal is not null)
        {
            reasons.AddRange(rehearsal.NotRehearsed.Select(n => (RiskLevel.High, $"not rehearsed: {n}")));
            reasons.AddRange(rehearsal.PlaceDifferences.Select(d => (RiskLevel.Medium, $"rehearsed in a place that is not like the target: {d}")));
            if (rehearsal.SampleInWords is { } sample)
            {
                reasons.Add((RiskLevel.Medium, $"rehearsed on a sample only: {sample}"));
            }
        }

        var level = reasons.Count == 0 ? RiskLevel.Low : reasons.Max(r => r.Level);
        return plan with
        {
            Changes = changes,
            Findings = findings,
            Risk = new RiskAssessment(level, [.. reasons.OrderByDescending(r => r.Level).Select(r => r.Text).Distinct()]),
        };
    }

    private static RiskLevel Eased(RiskLevel risk, string step, HashSet<string> proved) =>
        risk == RiskLevel.High && proved.Contains(step) ? RiskLevel.Medium : risk;

    /// <summary>What the rehearsal saw replaces what was only estimated.</summary>
    private static MigrationPlan WithRehearsal(MigrationPlan plan, RehearsalEvidence rehearsal)
    {
        var seen = rehearsal.Steps.ToDictionary(s => s.Step, StringComparer.Ordinal);
        var sampled = rehearsal.Sampled.Select(t => t.Table).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (seen.Count == 0)
        {
            return plan;
        }

        var steps = plan.Steps.Select(s => seen.TryGetValue(s.Id, out var r) && s.State != StepState.Applied
            ? s with { EstimatedDuration = Expected(s, r), UndoProved = r.UndoProved, Touches = r.Touched.Count > 0 ? r.Touched : s.Touches }
            : s).ToList();
        var complete = plan.PendingSteps.All(s => seen.TryGetValue(s.Id, out var r) && WasWhole(r));
        // On some of the rows a step is quicker than on all of them: by how much is not known.
        bool WasWhole(RehearsedStep step) => sampled.Count == 0 || (step.Touched.Count > 0 && !step.Touched.Any(sampled.Contains));
        TimeSpan Expected(PlannedStep planned, RehearsedStep step) => WasWhole(step) || step.Duration > planned.EstimatedDuration ? step.Duration : planned.EstimatedDuration;
        return plan with
        {
            Steps = steps,
            RollbackSteps = [.. plan.RollbackSteps.Select(r => seen.TryGetValue(r.Step, out var s) ? r with { Proved = s.UndoProved, Note = s.Note ?? r.Note, Origin = s.Origin ?? r.Origin } : r)],
            Estimate = new DurationEstimate(
                steps.Where(s => s.State != StepState.Applied).Aggregate(TimeSpan.Zero, (sum, s) => sum + s.EstimatedDuration),
                complete ? DurationEstimate.FromRehearsal : $"{DurationEstimate.FromRehearsal}, with {DurationEstimate.FromStatements} for what was not rehearsed{(sampled.Count > 0 ? " on all rows" : "")}"),
        };
    }
}
