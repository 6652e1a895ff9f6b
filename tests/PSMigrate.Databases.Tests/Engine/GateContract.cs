using System.Globalization;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>What must be true before a run, and what an operator is told where it is not: on any engine.</summary>
public abstract class GateContract : EngineContract
{
    private const string Shop = "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50)); CREATE TABLE other (x INTEGER); INSERT INTO customers VALUES (1, 'Ada');";

    [Fact]
    public async Task High_risk_needs_an_approval_for_the_hash()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "DROP TABLE other");
        var plan = await folder.PlanAsync();
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        var before = folder.Image();

        var error = await Refused.WithAsync("ApprovalRequired", () => folder.RunAsync(plan));

        Assert.Contains(plan.Hash[..12], error.Message, StringComparison.Ordinal);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Null((await folder.RunAsync(folder.Approve(plan))).Failure);
        Assert.DoesNotContain(folder.Image().Lines, l => l.Contains("other", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_approval_is_found_again_by_the_plans_hash_and_is_void_for_another()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "DROP TABLE other");
        folder.Approve(await folder.PlanAsync());
        Assert.NotNull((await folder.PlanAsync()).Approval);

        folder.Script("change.sql", "DROP TABLE customers");

        var changed = await folder.PlanAsync();
        Assert.Null(changed.Approval);
        await Refused.WithAsync("ApprovalRequired", () => folder.RunAsync(changed));
    }

    [Fact]
    public async Task A_script_that_changed_since_the_plan_voids_its_approval_and_is_named()
    {
        using var folder = NewFolder(Shop);
        folder.Script("1_fine.sql", "CREATE TABLE made (x INTEGER)");
        folder.Script("2_change.sql", "DROP TABLE other");
        var plan = folder.Approve(await folder.PlanAsync());
        folder.Script("2_change.sql", "DROP TABLE customers");
        var before = folder.Image();

        var error = await Refused.WithAsync("ScriptChanged", () => folder.RunAsync(plan, MigrationFolder.Forced));

        Assert.Contains("2_change.sql", error.Message, StringComparison.Ordinal);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task A_refusal_closes_the_gate_even_where_the_risk_is_low()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "CREATE TABLE made (x INTEGER)");
        var plan = await folder.PlanAsync();
        Assert.NotEqual(RiskLevel.High, plan.RiskLevel);
        var refused = plan.With(new ApprovalEvidence { PlanHash = plan.Hash, At = DateTimeOffset.UtcNow, By = "boss@there", Succeeded = false, Summary = "Refused", Reason = "not on Fridays" });

        var error = await Refused.WithAsync("ApprovalRefused", () => folder.RunAsync(refused));

        Assert.Contains("not on Fridays", error.Message, StringComparison.Ordinal);
        Assert.Null((await folder.RunAsync(plan)).Failure);
    }

    [Fact]
    public async Task A_script_that_changed_since_it_was_applied_is_an_error_and_nothing_forces_it()
    {
        using var folder = NewFolder(Shop);
        folder.Script("1_old.sql", "CREATE TABLE made (x INTEGER)");
        await folder.MigrateAsync();
        folder.Script("1_old.sql", "CREATE TABLE made (x INTEGER, y INTEGER)");
        folder.Script("2_new.sql", "CREATE TABLE more (x INTEGER)");

        var plan = await folder.PlanAsync();

        Assert.Contains(plan.Findings, f => f.RuleId == HistoryFindings.Changed && f.Step == "1_old");
        Assert.Equal(StepState.ChangedSinceApplied, plan.Steps[0].State);
        Assert.Contains("1_old", (await Refused.WithAsync("ScriptChangedSinceApplied", () => folder.RunAsync(plan, MigrationFolder.Forced))).Message, StringComparison.Ordinal);
        Assert.Single(await folder.HistoryAsync());
    }

    [Theory]
    [InlineData("-- Repeat: onChange", 2)]
    [InlineData("-- Repeat: always", 2)]
    public async Task A_script_that_may_be_repeated_is(string header, int runs)
    {
        using var folder = NewFolder(Shop);
        folder.Script("view.sql", $"{header}\nDROP VIEW IF EXISTS names; CREATE VIEW names AS SELECT name FROM customers;");
        await folder.MigrateAsync();
        folder.Script("view.sql", $"{header}\nDROP VIEW IF EXISTS names; CREATE VIEW names AS SELECT upper(name) AS name FROM customers;");

        var plan = await folder.MigrateAsync();

        Assert.Equal("ADA", folder.Value("SELECT name FROM names"));
        Assert.Equal(runs, (await folder.HistoryAsync()).Count);
        Assert.Null((await folder.UndoAsync(plan)).Failure);
        Assert.Equal("Ada", folder.Value("SELECT name FROM names"));
    }

    [Theory]
    [InlineData("ALTER TABLE other ADD COLUMN theirs INTEGER", "table {0} has changed")]
    [InlineData("DROP TABLE other", "table {0} is gone")]
    [InlineData("CREATE VIEW theirs AS SELECT x FROM other", "view {1} is new")]
    public Task A_target_that_changed_since_it_was_planned_is_named_with_what_changed(string theirs, string said) => RequireDriftAsync(theirs, said);

    private protected async Task RequireDriftAsync(string theirs, string said)
    {
        using var folder = NewFolder(Shop);
        said = string.Format(CultureInfo.InvariantCulture, said, folder.Shown("other"), folder.Shown("theirs"));
        folder.Script("change.sql", "CREATE TABLE made (x INTEGER)");
        var plan = await folder.PlanAsync();
        folder.Sql(theirs);

        var error = await Refused.WithAsync("TargetDrifted", () => folder.RunAsync(plan));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        var forced = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(forced.Failure);
        Assert.Contains(forced.Plan.Run!.Forced, f => f.Contains(said, StringComparison.Ordinal));
        Assert.Null((await folder.RunAsync(await folder.PlanAsync())).Failure);
    }

    [Fact]
    public async Task Rows_and_spelling_are_no_drift()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "CREATE TABLE made (x INTEGER)");
        var plan = await folder.PlanAsync();
        folder.Sql("INSERT INTO customers VALUES (2, 'x'); DROP TABLE other; CREATE TABLE  other(\n x /* the same */ INTEGER);");

        Assert.Null((await folder.RunAsync(plan)).Failure);
    }

    [Fact]
    public async Task The_second_of_two_plans_of_one_moment_meets_what_the_first_made_and_not_as_drift_by_others()
    {
        using var folder = NewFolder(Shop);
        folder.Script("1_first.sql", "CREATE TABLE made (x INTEGER)");
        var first = await folder.PlanAsync();
        folder.Script("2_second.sql", "CREATE TABLE more (x INTEGER)");
        var second = await folder.PlanAsync();
        Assert.Null((await folder.RunAsync(first)).Failure);

        Assert.Null((await folder.RunAsync(second)).Failure);

        Assert.Equal(["1_first", "2_second"], (await folder.HistoryAsync()).Select(e => e.Step));
        folder.Script("3_third.sql", "CREATE TABLE third (x INTEGER)");
        var third = await folder.PlanAsync();
        folder.Sql("DROP TABLE made");
        Assert.Contains($"table {folder.Shown("made")} is gone", (await Refused.WithAsync("TargetDrifted", () => folder.RunAsync(third))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_waits_for_what_it_depends_on()
    {
        using var folder = NewFolder(Shop);
        folder.Script("needed.sql", "CREATE TABLE needed (x INTEGER)");
        folder.Write("later/after.sql", "INSERT INTO needed VALUES (1)");
        var needed = await folder.PlanAsync();
        var plan = await folder.PlanFileAsync("name: after\ndependsOn: [ needed ]\nsteps:\n  - sql: ./later\n");

        var error = await Refused.WithAsync("DependencyNotApplied", () => folder.RunAsync(plan));

        Assert.Contains("'needed'", error.Message, StringComparison.Ordinal);
        Assert.Null((await folder.RunAsync(needed)).Failure);
        plan = await folder.PlanFileAsync("name: after\ndependsOn: [ needed ]\nsteps:\n  - sql: ./later\n");
        Assert.Null((await folder.RunAsync(plan)).Failure);
    }

    [Fact]
    public async Task A_rehearsal_that_failed_closes_the_gate()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "INSERT INTO customers VALUES (1, 'again')");
        var plan = await folder.RehearseAsync(await folder.PlanAsync());
        Assert.False(plan.Rehearsal!.Succeeded);
        Assert.Equal(RiskLevel.High, plan.RiskLevel);

        await Refused.WithAsync("RehearsalFailed", () => folder.RunAsync(plan));
        await Refused.WithAsync("RehearsalFailed", () => folder.RunAsync(folder.Approve(plan)));
    }

    [Fact]
    public async Task A_history_of_a_newer_format_is_refused_by_everything_that_reads_it()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "CREATE TABLE made (x INTEGER)");
        var plan = await folder.MigrateAsync();
        folder.Sql($"UPDATE {folder.Own("state")} SET value = '99'");
        folder.Script("next.sql", "CREATE TABLE more (x INTEGER)");

        await Refused.WithAsync("HistoryNewer", folder.PlanAsync);
        await Refused.WithAsync("HistoryNewer", () => folder.RunAsync(plan, MigrationFolder.Forced));
        await Refused.WithAsync("HistoryNewer", () => folder.UndoAsync(plan));
        await Refused.WithAsync("HistoryNewer", folder.HistoryAsync);
    }

    [Fact]
    public async Task Nothing_is_done_twice()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "UPDATE customers SET name = concat(name, '!')");
        var plan = await folder.MigrateAsync();

        var again = await folder.RunAsync(plan);

        Assert.Equal(RunOutcome.NothingToDo, again.Plan.Evidence.OfType<RunEvidence>().Last().Outcome);
        Assert.Equal("Ada!", folder.Value("SELECT name FROM customers"));
        Assert.Single(await folder.HistoryAsync());
    }

    [Theory]
    [InlineData(null, "ScriptMissing")]
    [InlineData("'another'", "ScriptChanged")]
    public async Task A_smoke_test_that_is_not_what_was_planned_is_told_before_anything_is_applied(string? text, string errorId)
    {
        using var folder = new MigrationFolder("CREATE TABLE notes (id INTEGER PRIMARY KEY)", NewDatabase) { ScriptRunner = new RecordingScripts() };
        folder.Write("steps/1_more.sql", "CREATE TABLE more (x INTEGER)");
        var smoke = folder.Write("smoke.ps1", "'fine'");
        var plan = await folder.PlanFileAsync($"target: {folder.Target}\nsteps:\n  - sql: ./steps\ntests: [ ./smoke.ps1 ]\n");
        File.Delete(smoke);
        if (text is not null)
        {
            File.WriteAllText(smoke, text);
        }

        var error = await Refused.WithAsync(errorId, () => folder.RunAsync(plan, MigrationFolder.Forced));

        Assert.Contains("smoke.ps1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Image().Lines, l => l.Contains("more", StringComparison.Ordinal));
    }
}
