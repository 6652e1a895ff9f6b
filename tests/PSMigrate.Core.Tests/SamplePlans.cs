using PSMigrate.Backups;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Core.Tests;

/// <summary>Plans with something in every part.</summary>
internal static class SamplePlans
{
    public static readonly DateTimeOffset Time = new(2026, 11, 22, 10, 30, 0, TimeSpan.Zero);

    /// <summary>A plan in which every text that comes from outside is the one given.</summary>
    public static MigrationPlan Of(string text) => Evidenced(new MigrationPlan
    {
        Name = text,
        Type = [MigrationType.Schema, MigrationType.Data],
        Description = text,
        CreatedAt = Time,
        BaseFolder = Path.GetFullPath("/plans/shop"),
        StatePath = Path.GetFullPath("/plans/shop/.psmigrate"),
        Targets = new SortedDictionary<string, TargetAddress> { ["target"] = new("sqlite", text), ["old"] = new("sqlite", text) },
        Variables = new SortedDictionary<string, string> { ["region"] = text },
        Environment = text,
        Dependencies = [text],
        OnFailure = OnFailure.Stop,
        MaintenanceFlag = text,
        Retention = new RetentionPolicy { KeepLast = 5, OlderThan = TimeSpan.FromDays(30), IncludeQuarantine = true },
        Steps =
        [
            new PlannedStep(Step("001_first", text)) { State = StepState.Applied },
            new PlannedStep(Step(text, text))
            {
                Transactional = true,
                Reversibility = Reversibility.InverseWithCapture,
                EstimatedDuration = TimeSpan.FromMilliseconds(340),
                Touches = [text],
            },
        ],
        Checks = [new CheckDefinition("query", text, "target") { Settings = new SortedDictionary<string, string> { ["query"] = text, ["expect"] = text } }],
        Tests = [new StepFile("test", text, "00ff")],
        Changes = [new Change(text, text, text, text, RiskLevel.High) { RowsLost = 12 }, new Change(text, text, "", "", RiskLevel.Low)],
        Findings = [new Finding("PSM001", RiskLevel.High, text, text, text, FindingSource.Text) { Place = new SourcePlace(text, 4, 1) }],
        RollbackSteps = [new RollbackStep(text, Reversibility.InverseWithCapture, "generated", false, text) { Note = text }],
        Risk = new RiskAssessment(RiskLevel.High, [text]),
        Estimate = new DurationEstimate(TimeSpan.FromMilliseconds(340), DurationEstimate.FromStatements),
        Baselines = new SortedDictionary<string, Baseline> { ["target"] = new(text, new SortedDictionary<string, string> { ["table t"] = text }, Time) },
    }, text);

    private static StepDefinition Step(string id, string text) => new(id, "sql")
    {
        Files = [new StepFile("do", text, "00ff")],
        Settings = new SortedDictionary<string, string> { ["key"] = text },
        Requires = [text],
        Checksum = "00ff",
    };

    private static MigrationPlan Evidenced(MigrationPlan plan, string text)
    {
        plan = plan with { Hash = PlanHash.Of(plan) };
        var step = new StepOutcome(text, "failed", TimeSpan.FromSeconds(2.3)) { RowsChanged = 3, Error = text };
        return plan with
        {
            Evidence =
            [
                new RehearsalEvidence
                {
                    PlanHash = plan.Hash, At = Time, By = text, Succeeded = true, Summary = text,
                    Steps = [new RehearsedStep(text, TimeSpan.FromSeconds(80), true) { RowsChanged = 5, Touched = [text], Note = text }],
                    NotRehearsed = [text],
                    Differences = [text],
                    UndoProved = true,
                    StructureAfter = "00ff",
                },
                new ApprovalEvidence { PlanHash = plan.Hash, At = Time, By = text, Succeeded = true, Summary = text, Reason = text },
                new BackupEvidence
                {
                    PlanHash = plan.Hash, At = Time, By = text, Succeeded = true, Summary = text, RestoreTested = true, Bytes = 4096,
                    Folders = new SortedDictionary<string, string> { ["target"] = text },
                },
                new RunEvidence
                {
                    PlanHash = plan.Hash, At = Time, By = text, Succeeded = false, Summary = text, RunId = text, Outcome = RunOutcome.FailedAndStopped,
                    Duration = TimeSpan.FromMinutes(125), Steps = [step], Forced = [text], Warnings = [text],
                },
                new IntegrityEvidence { PlanHash = "other", At = Time, By = text, Succeeded = false, Summary = text, Passed = 3, Failed = 1, Depth = "Counts" },
                new UndoEvidence
                {
                    PlanHash = plan.Hash, At = Time, By = text, Succeeded = true, Summary = text, RunId = text,
                    Steps =
                    [
                        step with
                        {
                            Conflicts =
                            [
                                new UndoConflict(text, text, text, ConflictKind.Changed, ConflictResolution.Kept) { Captured = text, Present = text, SavedIn = text },
                                new UndoConflict(text, text, "", ConflictKind.Deleted, ConflictResolution.Overwritten),
                            ],
                        },
                    ],
                },
            ],
        };
    }
}
