using PSMigrate.Plans;

namespace PSMigrate.Reports;

/// <summary>What a report says of a plan's evidence: all of it in order, then the details of what is valid.</summary>
internal static class EvidenceReport
{
    public static IEnumerable<ReportBlock> Of(MigrationPlan plan)
    {
        if (plan.Evidence.Count == 0)
        {
            return [new ReportParagraph("None: the plan was neither rehearsed, approved, backed up nor run.")];
        }

        return [All(plan), .. Rehearsal(plan.Rehearsal), .. Approval(plan.Approval), .. Backup(plan.Backup), .. Run(plan.Run), .. Undo(plan.Undo)];
    }

    private static ReportTable All(MigrationPlan plan) => new(["What", "When", "By", "Outcome", "Summary"], [.. plan.Evidence.Select(e => new ReportCell[]
    {
        PlanWords.Sort(e), PlanWords.Time(e.At), e.By, Outcome(e, plan.Hash), e.Summary,
    })]);

    private static ReportCell Outcome(Evidence evidence, string hash)
    {
        if (evidence.PlanHash != hash)
        {
            return new ReportCell("void: made for another content of the plan", ReportTone.Medium);
        }

        return evidence.Succeeded ? new ReportCell("succeeded", ReportTone.Low) : new ReportCell("failed", ReportTone.High);
    }

    private static IEnumerable<ReportBlock> Rehearsal(RehearsalEvidence? rehearsal)
    {
        if (rehearsal is null)
        {
            yield break;
        }

        yield return new ReportHeading("Rehearsal");
        if (rehearsal.Steps.Count > 0)
        {
            yield return new ReportTable(["Step", "Duration", "Rows changed", "Touched", "Undo", "Note"], [.. rehearsal.Steps.Select(s => new ReportCell[]
            {
                s.Step, DurationText.Of(s.Duration), PlanWords.Number(s.RowsChanged), PlanWords.Value(string.Join(", ", s.Touched)),
                new(PlanWords.Proved(s.UndoProved), s.UndoProved ? ReportTone.Low : ReportTone.Medium), s.Note ?? "-",
            })]);
        }

        if (rehearsal.Place is { } place)
        {
            yield return new ReportParagraph($"On the staging server {place}.");
        }

        foreach (var block in Named("Not rehearsed:", rehearsal.NotRehearsed).Concat(Named("Different after undo, or between the two runs:", rehearsal.Differences))
            .Concat(Named("On a sample of the rows:", [.. rehearsal.Sampled.Select(t => $"{t.Table}: {PlanWords.Number(t.Rows)} of {PlanWords.Number(t.Of)} rows")]))
            .Concat(Named("The place was not like the target:", rehearsal.PlaceDifferences)))
        {
            yield return block;
        }
    }

    private static IEnumerable<ReportBlock> Approval(ApprovalEvidence? approval)
    {
        if (approval is { Reason.Length: > 0 })
        {
            yield return new ReportHeading("Approval");
            yield return new ReportFacts([new ReportFact("Reason", approval.Reason)]);
        }
    }

    private static IEnumerable<ReportBlock> Backup(BackupEvidence? backup)
    {
        if (backup is null)
        {
            yield break;
        }

        yield return new ReportHeading("Backup");
        yield return new ReportFacts(
        [
            .. backup.Folders.Select(f => new ReportFact($"Folder of '{f.Key}'", f.Value)),
            new ReportFact("Size", $"{PlanWords.Number(backup.Bytes)} bytes"),
            new ReportFact("Restore tested", PlanWords.YesNo(backup.RestoreTested)),
        ]);
    }

    private static IEnumerable<ReportBlock> Run(RunEvidence? run)
    {
        if (run is null)
        {
            yield break;
        }

        yield return new ReportHeading("Run");
        yield return new ReportFacts(
        [
            new ReportFact("Run", run.RunId),
            new ReportFact("Outcome", PlanWords.Outcome(run.Outcome)),
            new ReportFact("Duration", DurationText.Of(run.Duration)),
        ]);
        foreach (var block in Outcomes(run.Steps).Concat(Named("Forced:", run.Forced)).Concat(Named("Warnings:", run.Warnings)))
        {
            yield return block;
        }
    }

    private static IEnumerable<ReportBlock> Undo(UndoEvidence? undo)
    {
        if (undo is null)
        {
            yield break;
        }

        yield return new ReportHeading("Undo");
        yield return new ReportFacts([new ReportFact("Run", undo.RunId), new ReportFact("Duration", DurationText.Of(undo.Duration))]);
        foreach (var block in Outcomes(undo.Steps))
        {
            yield return block;
        }
    }

    private static IEnumerable<ReportBlock> Outcomes(IReadOnlyList<StepOutcome> steps) => steps.Count == 0
        ? []
        : [Results(steps), .. Conflicts([.. steps.SelectMany(s => s.Conflicts)])];

    private static ReportTable Results(IReadOnlyList<StepOutcome> steps) => new(["Step", "Result", "Duration", "Rows changed", "Error"], [.. steps.Select(s => new ReportCell[]
        {
            s.Step, new(s.Result, s.Error is null ? ReportTone.Plain : ReportTone.High), DurationText.Of(s.Duration), PlanWords.Number(s.RowsChanged), s.Error ?? "-",
        })]);

    /// <summary>What others wrote since, with both values, so that somebody can decide row by row.</summary>
    private static IEnumerable<ReportBlock> Conflicts(IReadOnlyList<UndoConflict> conflicts)
    {
        if (conflicts.Count > 0)
        {
            yield return new ReportParagraph("Rows that others wrote after the migration, met by its undo:");
            yield return new ReportTable(["Step", "Object", "Row", "Others", "What became of it", "Before the migration", "As found", "Saved in"], [.. conflicts.Select(c => new ReportCell[]
            {
                c.Step, c.Object, PlanWords.Value(c.Key), PlanWords.Others(c.Kind), new(PlanWords.Became(c.Resolution), c.Resolution == ConflictResolution.Kept ? ReportTone.Medium : ReportTone.High),
                c.Captured ?? "-", c.Present ?? "-", c.SavedIn ?? "-",
            })]);
        }
    }

    private static IEnumerable<ReportBlock> Named(string title, IReadOnlyList<string> items) =>
        items.Count == 0 ? [] : [new ReportParagraph(title), new ReportList(items)];
}
