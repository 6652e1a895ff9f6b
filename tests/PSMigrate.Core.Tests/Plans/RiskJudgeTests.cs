using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Core.Tests.Plans;

public sealed class RiskJudgeTests
{
    [Fact]
    public void Nothing_risky_is_low() => Assert.Equal(RiskLevel.Low, RiskJudge.Judge(Plan(RiskLevel.Low)).RiskLevel);

    [Fact]
    public void The_plan_is_as_risky_as_its_riskiest_part()
    {
        var plan = RiskJudge.Judge(Plan(RiskLevel.Medium) with { Findings = [Finding(RiskLevel.High)] });
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        Assert.Equal(["PSM001 drop: it loses rows"], plan.Risk.Reasons);
    }

    [Fact]
    public void A_loss_whose_undo_was_proved_is_medium()
    {
        var plan = Rehearsed(Plan(RiskLevel.High) with { Findings = [Finding(RiskLevel.High)] }, proved: true);
        Assert.Equal(RiskLevel.Medium, plan.RiskLevel);
        Assert.True(Assert.Single(plan.RollbackSteps).Proved);
        Assert.True(Assert.Single(plan.Steps).UndoProved);
    }

    [Fact]
    public void A_loss_whose_undo_was_not_proved_stays_high()
    {
        var plan = Rehearsed(Plan(RiskLevel.High), proved: false);
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        Assert.False(Assert.Single(plan.RollbackSteps).Proved);
    }

    [Theory]
    [InlineData(Reversibility.RestoreOnly, "only a restored backup takes it back")]
    [InlineData(Reversibility.Irreversible, "nothing takes it back")]
    public void What_cannot_be_taken_back_is_high(Reversibility reversibility, string reason)
    {
        var plan = RiskJudge.Judge(Plan(RiskLevel.Low) with { RollbackSteps = [new RollbackStep("drop", reversibility, "none", false, "")] });
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        Assert.Equal([$"drop: {reason}"], plan.Risk.Reasons);
    }

    [Fact]
    public void A_failed_rehearsal_is_high()
    {
        var plan = Plan(RiskLevel.Low);
        Assert.Equal(RiskLevel.High, RiskJudge.Judge(plan.With(Rehearsal(plan) with { Succeeded = false, Steps = [] })).RiskLevel);
    }

    [Fact]
    public void What_was_not_rehearsed_is_high()
    {
        var plan = Plan(RiskLevel.Low);
        var judged = RiskJudge.Judge(plan.With(Rehearsal(plan) with { NotRehearsed = ["switch: it acts on this machine"] }));
        Assert.Equal(RiskLevel.High, judged.RiskLevel);
        Assert.Contains("not rehearsed: switch: it acts on this machine", judged.Risk.Reasons);
    }

    [Fact]
    public void A_rehearsal_of_another_content_counts_for_nothing()
    {
        var plan = Plan(RiskLevel.High);
        var judged = RiskJudge.Judge(plan.With(Rehearsal(plan) with { PlanHash = "other" }));
        Assert.Equal(RiskLevel.High, judged.RiskLevel);
        Assert.False(Assert.Single(judged.RollbackSteps).Proved);
        Assert.Equal(DurationEstimate.FromStatements, judged.Estimate.Basis);
    }

    [Fact]
    public void What_was_measured_replaces_what_was_estimated()
    {
        var plan = Rehearsed(Plan(RiskLevel.Low), proved: true);
        Assert.Equal(TimeSpan.FromSeconds(3), plan.EstimatedDuration);
        Assert.Equal(DurationEstimate.FromRehearsal, plan.Estimate.Basis);
    }

    [Theory]
    [InlineData("t", 10, 10)]
    [InlineData("t", 1, 3)]
    [InlineData("other", 10, 3)]
    public void What_was_measured_on_some_of_the_rows_counts_only_where_it_is_longer(string sampled, int planned, int expected)
    {
        var plan = Plan(RiskLevel.Low);
        plan = plan with { Steps = [plan.Steps[0] with { EstimatedDuration = TimeSpan.FromSeconds(planned) }] };
        var judged = RiskJudge.Judge(plan.With(Rehearsal(plan) with
        {
            Steps = [new RehearsedStep("drop", TimeSpan.FromSeconds(3), true) { Touched = ["t"] }],
            Sampled = [new SampledTable(sampled, 10, 1000)],
        }));
        Assert.Equal(TimeSpan.FromSeconds(expected), judged.EstimatedDuration);
        Assert.Equal(sampled == "other", judged.Estimate.Basis == DurationEstimate.FromRehearsal);
        Assert.Contains($"rehearsed on a sample only: 10 of 1,000 rows of {sampled}", judged.Risk.Reasons);
        Assert.Equal(RiskLevel.Medium, judged.RiskLevel);
    }

    [Fact]
    public void A_place_that_is_not_like_the_target_is_medium()
    {
        var plan = Plan(RiskLevel.Low);
        var judged = RiskJudge.Judge(plan.With(Rehearsal(plan) with { PlaceDifferences = ["it is PostgreSQL 15, and the target's server is PostgreSQL 14"] }));
        Assert.Equal(RiskLevel.Medium, judged.RiskLevel);
        Assert.Contains(judged.Risk.Reasons, r => r.EndsWith("it is PostgreSQL 15, and the target's server is PostgreSQL 14", StringComparison.Ordinal));
    }

    [Fact]
    public void Judging_twice_changes_nothing()
    {
        var once = Rehearsed(Plan(RiskLevel.High) with { Findings = [Finding(RiskLevel.High)] }, proved: true);
        Assert.Equal(once, RiskJudge.Judge(once));
    }

    private static MigrationPlan Rehearsed(MigrationPlan plan, bool proved) => RiskJudge.Judge(plan.With(Rehearsal(plan) with
    {
        Steps = [new RehearsedStep("drop", TimeSpan.FromSeconds(3), proved)],
        UndoProved = proved,
    }));

    private static RehearsalEvidence Rehearsal(MigrationPlan plan) =>
        new() { PlanHash = plan.Hash, At = SamplePlans.Time, By = "ops@host", Succeeded = true, Summary = "rehearsed" };

    private static Finding Finding(RiskLevel risk) => new("PSM001", risk, "drop", "it loses rows", "rename it", FindingSource.Text);

    private static MigrationPlan Plan(RiskLevel risk) => SamplePlans.Of("x") with
    {
        Evidence = [],
        Findings = [],
        Steps = [new PlannedStep(new StepDefinition("drop", "sql"))],
        Changes = [new Change("drop", "drop table t", "t", "", risk)],
        RollbackSteps = [new RollbackStep("drop", Reversibility.InverseWithCapture, "generated", false, "")],
    };
}
