using PSMigrate.Plans;

namespace PSMigrate.Reports;

/// <summary>What a report on a plan says, whatever form it is written in.</summary>
internal static class PlanReport
{
    public static IReadOnlyList<ReportSection> Of(MigrationPlan plan) =>
    [
        new("Overview", [new ReportFacts([.. Overview(plan)])]),
        new("Changes", [Changes(plan)]),
        new("Findings", [Findings(plan)]),
        new("Steps", [Steps(plan)]),
        new("Rollback", [.. Rollback(plan)]),
        new("Dependencies", [Dependencies(plan)]),
        new("Checks", [Checks(plan)]),
        new("Evidence", [.. EvidenceReport.Of(plan)]),
    ];

    private static IEnumerable<ReportFact> Overview(MigrationPlan plan)
    {
        yield return new("Name", plan.Name);
        yield return new("Type", PlanWords.Types(plan));
        yield return new("Description", PlanWords.Value(plan.Description));
        yield return new("Target", plan.Target.ToString());
        foreach (var (name, address) in plan.Targets.Where(t => t.Key != MigrationPlan.DefaultTargetName))
        {
            yield return new($"Target '{name}'", address.ToString());
        }

        yield return new("Estimated duration", PlanWords.Estimate(plan));
        yield return new("Risk level", plan.RiskLevel, plan.Risk.Reasons);
        yield return new("Status", PlanStatus.Of(plan));
        if (plan.Environment is { } environment)
        {
            yield return new("Environment", environment);
        }

        yield return new("When a step fails", PlanWords.OnFailure(plan.OnFailure));
        if (plan.MaintenanceFlag is { } flag)
        {
            yield return new("Maintenance flag", flag);
        }

        if (plan.Retention is { } retention)
        {
            yield return new("Cleared away after a run", retention.ToString());
        }

        yield return new("Created", PlanWords.Time(plan.CreatedAt));
        yield return new("Hash", plan.Hash);
    }

    private static ReportBlock Changes(MigrationPlan plan) => plan.Changes.Count == 0
        ? new ReportParagraph(PlanWords.NoChanges(plan))
        : new ReportTable(["Change", "Before", "After", "Risk"], [.. plan.Changes.Select(c => new ReportCell[]
        {
            PlanWords.Change(c), PlanWords.Value(c.Before), PlanWords.Value(c.After), c.Risk,
        })]);

    private static ReportBlock Findings(MigrationPlan plan) => plan.Findings.Count == 0
        ? new ReportParagraph("None.")
        : new ReportTable(["Rule", "Risk", "Step", "Place", "Reason", "Safer way", "Known from"], [.. plan.Findings.Select(f => new ReportCell[]
        {
            f.RuleId, f.Risk, f.Step, PlanWords.Place(f), f.Reason, f.SaferWay, PlanWords.Source(f.Source),
        })]);

    private static ReportBlock Steps(MigrationPlan plan) => plan.Steps.Count == 0
        ? new ReportParagraph("None.")
        : new ReportTable(["#", "Step", "Kind", "Target", "State", "In a transaction", "Taken back", "Undo", "Estimated duration"],
        [
            .. plan.Steps.Select((s, i) => s.State == StepState.Applied && plan.RollbackSteps.All(r => r.Step != s.Id)
                // Applied when the plan was made, and therefore not looked at: nothing more is known of it here.
                ? new ReportCell[] { PlanWords.Number(i + 1), s.Id, s.Kind, s.Definition.Target, PlanWords.State(s.State), "-", "-", "-", "-" }
                : [
                    PlanWords.Number(i + 1), s.Id, s.Kind, s.Definition.Target, PlanWords.State(s.State), PlanWords.YesNo(s.Transactional),
                    PlanWords.WayBack(s.Reversibility), PlanWords.Proved(s.UndoProved), DurationText.Of(s.EstimatedDuration),
                ]),
        ]);

    private static IEnumerable<ReportBlock> Rollback(MigrationPlan plan)
    {
        if (plan.RollbackSteps.Count == 0)
        {
            yield return new ReportParagraph("Nothing is pending that would have to be taken back.");
        }

        foreach (var (step, number) in plan.RollbackSteps.Select((s, i) => (s, i + 1)))
        {
            yield return new ReportHeading($"Undo {PlanWords.Number(number)} of {PlanWords.Number(plan.RollbackSteps.Count)}: {step.Step}");
            var facts = new List<ReportFact>
            {
                new("Taken back", PlanWords.WayBack(step.Reversibility)),
                new("Way back", PlanWords.Origin(step.Origin)),
                new("Undo", new ReportCell(PlanWords.Proved(step.Proved), step.Proved ? ReportTone.Low : ReportTone.Medium), []),
            };
            if (!string.IsNullOrWhiteSpace(step.Note))
            {
                facts.Add(new("Note", step.Note));
            }

            yield return new ReportFacts(facts);
            if (!string.IsNullOrWhiteSpace(step.Text))
            {
                yield return new ReportCode(PlanWords.Language(plan, step.Step), step.Text);
            }
        }
    }

    private static ReportBlock Dependencies(MigrationPlan plan)
    {
        var items = plan.Dependencies
            .Concat(plan.Steps.Where(s => s.Definition.Requires.Count > 0).Select(s => $"{s.Id} needs {string.Join(", ", s.Definition.Requires)}"))
            .ToList();
        return items.Count == 0 ? new ReportParagraph("None.") : new ReportList(items);
    }

    private static ReportBlock Checks(MigrationPlan plan)
    {
        var rows = plan.Checks
            .Select(c => new ReportCell[] { c.Kind, c.Name, c.Target, string.Join("; ", c.Settings.Select(s => $"{s.Key}: {s.Value}")) })
            .Concat(plan.Tests.Select(t => new ReportCell[] { "test", t.Path, "-", $"SHA-256 {t.Checksum}" }))
            .ToList();
        return rows.Count == 0 ? new ReportParagraph("None.") : new ReportTable(["Kind", "Name", "Target", "Settings"], rows);
    }
}
