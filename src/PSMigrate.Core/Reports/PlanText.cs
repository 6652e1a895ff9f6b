using PSMigrate.Plans;

namespace PSMigrate.Reports;

/// <summary>A plan as it is shown in a terminal: what is decided on, in a given width.</summary>
public static class PlanText
{
    public const int DefaultWidth = 100;

    private const int Narrowest = 50;

    private const int Widest = 140;

    private const string Indent = "  ";

    /// <summary>No line is wider than the width, unless that is less than what a plan can be read in.</summary>
    public static string Write(MigrationPlan plan, int width = DefaultWidth) => string.Join('\n', Lines(plan, Math.Clamp(width, Narrowest, Widest)));

    private static IEnumerable<string> Lines(MigrationPlan plan, int width) =>
    [
        .. TextColumns.Wrap($"Migration plan: {VisibleText.Line(plan.Name)}", width),
        "", "Overview", .. Indented(Overview(plan, width - 2)),
        "", "Changes", .. Indented(Changes(plan, width - 2)),
        "", "Findings", .. Indented(Findings(plan, width - 2)),
        "", "Rollback", .. Indented(Rollback(plan, width - 2)),
        "", "Dependencies", .. Indented(Dependencies(plan, width - 2)),
    ];

    private static IEnumerable<string> Overview(MigrationPlan plan, int width)
    {
        var facts = new List<(string Name, string Value)>
        {
            ("Name", plan.Name),
            ("Type", PlanWords.Types(plan)),
            ("Description", PlanWords.Value(plan.Description)),
            ("Target", plan.Target.ToString()),
            ("Estimated duration", PlanWords.Estimate(plan)),
            ("Risk level", plan.RiskLevel.ToString()),
        };
        facts.AddRange(plan.Risk.Reasons.Select(reason => ("", "- " + reason)));
        facts.Add(("Steps", Steps(plan)));
        facts.Add(("Status", PlanStatus.Of(plan)));
        facts.Add(("Hash", plan.Hash));
        var names = facts.Max(f => f.Name.Length);
        foreach (var (name, value) in facts)
        {
            var lines = TextColumns.Wrap(VisibleText.Line(value), width - names - 2);
            for (var i = 0; i < lines.Count; i++)
            {
                yield return $"{(i == 0 ? name : "").PadRight(names)}  {lines[i]}".TrimEnd();
            }
        }
    }

    private static string Steps(MigrationPlan plan)
    {
        var pending = plan.PendingSteps.Count();
        return plan.Steps.Count == pending
            ? $"{PlanWords.Number(pending)} pending"
            : $"{PlanWords.Number(pending)} pending, {PlanWords.Number(plan.Steps.Count - pending)} applied";
    }

    private static IEnumerable<string> Changes(MigrationPlan plan, int width) => plan.Changes.Count == 0
        ? TextColumns.Wrap(PlanWords.NoChanges(plan), width)
        : TextColumns.Lines(["Change", "Before", "After", "Risk"], [.. plan.Changes.Select(c => new[]
        {
            Cell(PlanWords.Change(c)), Cell(PlanWords.Value(c.Before)), Cell(PlanWords.Value(c.After)), c.Risk.ToString(),
        })], width);

    private static IEnumerable<string> Findings(MigrationPlan plan, int width)
    {
        if (plan.Findings.Count == 0)
        {
            yield return "None.";
        }

        foreach (var finding in plan.Findings)
        {
            var head = $"{finding.RuleId} {finding.Risk}  {finding.Step}" + (finding.Place is { } place ? $" ({place})" : "");
            foreach (var line in Hanging(head, width)
                .Concat(Indented(Hanging(finding.Reason, width - 2)))
                .Concat(Indented(Hanging($"Safer: {finding.SaferWay}", width - 2))))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Rollback(MigrationPlan plan, int width)
    {
        if (plan.RollbackSteps.Count == 0)
        {
            yield return "Nothing is pending that would have to be taken back.";
        }

        foreach (var (step, number) in plan.RollbackSteps.Select((s, i) => (s, i + 1)))
        {
            var head = $"{PlanWords.Number(number)}. {step.Step}: {PlanWords.WayBack(step.Reversibility)}; {PlanWords.Origin(step.Origin)}; {PlanWords.Proved(step.Proved)}";
            var notes = string.IsNullOrWhiteSpace(step.Note) ? [] : Indented(Hanging($"Note: {step.Note}", width - 2));
            var text = string.IsNullOrWhiteSpace(step.Text) ? [] : Indented(Indented(Code(step.Text, width - 4)));
            foreach (var line in Hanging(head, width).Concat(notes).Concat(text))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Dependencies(MigrationPlan plan, int width) => plan.Dependencies.Count == 0
        ? ["None."]
        : plan.Dependencies.SelectMany(dependency => Hanging($"- {dependency}", width));

    private static string Cell(string text) => string.Join('\n', VisibleText.Lines(text).Trim('\n').Split('\n').Select(VisibleText.Line));

    /// <summary>A text whose further lines stand a little to the right.</summary>
    private static IEnumerable<string> Hanging(string text, int width) =>
        TextColumns.Wrap(VisibleText.Line(text), width - 2).Select((line, i) => i == 0 ? line : Indent + line);

    /// <summary>Code keeps its own indentation; lines that are too long are cut and go on below.</summary>
    private static IEnumerable<string> Code(string text, int width)
    {
        foreach (var line in VisibleText.Lines(text).Trim('\n').Replace("\t", "    ", StringComparison.Ordinal).Split('\n'))
        {
            var content = line.TrimStart(' ');
            var indent = Math.Min(line.Length - content.Length, width / 2);
            foreach (var part in line.Length <= width ? [content] : TextColumns.Wrap(content, width - indent))
            {
                yield return new string(' ', indent) + part;
            }
        }
    }

    private static IEnumerable<string> Indented(IEnumerable<string> lines) => lines.Select(line => line.Length == 0 ? line : Indent + line);
}
