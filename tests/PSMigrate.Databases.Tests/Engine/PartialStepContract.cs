using System.Text.RegularExpressions;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Reports;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A step without a transaction that fails in the middle: everybody who keeps books says the same of it, and both ways on work: on any engine.</summary>
public abstract class PartialStepContract : EngineContract
{
    private const string Shop = "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50)); INSERT INTO customers VALUES (1, 'Ada'), (2, 'Björn');";

    private const string Failing = """
        -- Transaction: none
        UPDATE customers SET name = concat(name, '1');
        BEGIN;
        INSERT INTO customers VALUES (3, 'Eve');
        DELETE FROM customers WHERE id = 1;
        COMMIT;
        INSERT INTO customers VALUES (2, 'again');
        CREATE TABLE never (x INTEGER);
        """;

    private const string Customers = "SELECT id, name FROM customers ORDER BY id";

    /// <summary>The statement that lets rows refer to what is not there, for as long as the connection lasts.</summary>
    private protected abstract string ForeignKeysOff { get; }

    /// <summary>Where the statement that fails stands in the script, as this engine's dialect writes it.</summary>
    private protected virtual int FailingLine => 7;

    [Theory]
    [InlineData("onFailure: undo", RunOutcome.FailedAndUndone)]
    [InlineData("onFailure: stop", RunOutcome.FailedAndStopped)]
    [InlineData("", RunOutcome.FailedAndStopped)]
    public async Task A_script_that_fails_part_of_the_way_is_undone_or_stands_as_onFailure_says(string onFailure, RunOutcome outcome)
    {
        using var folder = NewFolder(Shop);
        var before = folder.Image();
        folder.Script("1_first.sql", "CREATE TABLE first (x INTEGER)");
        folder.Script("2_loose.sql", Failing);
        folder.Script("3_last.sql", "CREATE TABLE last (x INTEGER)");

        var result = await folder.RunAsync(await folder.PlanFileAsync($"{onFailure}\nsteps:\n  - sql: ./migrations\n"), MigrationFolder.Forced);

        var error = Refused.Is("ConstraintViolated", result.Failure);
        Assert.Equal(FailingLine, error.Place!.Line);
        var run = result.Plan.Run!;
        Assert.Equal(outcome, run.Outcome);
        Assert.Equal(outcome.ToString(), RunJournal.Read(folder.State.Folder("runs", run.RunId))[^1].Outcome);
        var undone = outcome == RunOutcome.FailedAndUndone;
        Assert.Equal(
            undone ? ["1_first applied", "2_loose failed", "2_loose undone", "1_first undone", "3_last not reached"] : ["1_first applied", "2_loose failed", "3_last not reached"],
            run.Steps.Select(s => $"{s.Step} {s.Result}"));
        Assert.Equal(
            undone ? [StepState.Pending, StepState.Pending, StepState.Pending] : [StepState.Applied, StepState.Pending, StepState.Pending],
            result.Plan.Steps.Select(s => s.State));
        Assert.Equal(
            undone ? ["1_first undone", "2_loose undone"] : ["1_first applied", "2_loose begun"],
            (await folder.HistoryAsync()).Select(e => $"{e.Step} {(e.IsUndone ? "undone" : e.IsApplied ? "applied" : "begun")}"));
        var report = PlanMarkdown.Write(result.Plan);
        Assert.Contains(run.Summary, report, StringComparison.Ordinal);
        Assert.Contains(undone ? "is undone" : "1 step before it stands", run.Summary, StringComparison.Ordinal);
        if (undone)
        {
            Assert.Equal("", before.DifferenceTo(folder.Image()));
            Assert.Contains("has been undone", error.RecommendedAction, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(["2 Björn1", "3 Eve"], folder.Rows(Customers));
        Assert.Contains("What '2_loose' did before it failed stands", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("-Resume", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Matches($"Undo-Migration -Target '.*{Regex.Escape(folder.DatabaseName)}.*' -RunId {run.RunId}", error.RecommendedAction);
    }

    [Fact]
    public async Task What_made_it_fail_is_mended_and_it_goes_on_from_the_statement_that_failed()
    {
        using var folder = NewFolder(Shop);
        var before = folder.Image();
        var plan = await FailAsync(folder);
        folder.Sql("UPDATE customers SET id = 22 WHERE id = 2");

        var resumed = await folder.RunAsync(plan, MigrationFolder.Forced with { Resume = true });

        Assert.Null(resumed.Failure);
        Assert.Equal(["2 again", "3 Eve", "22 Björn1"], folder.Rows(Customers));
        Assert.Equal(plan.Run!.RunId, resumed.Plan.Run!.RunId);
        Assert.Equal(["2_loose applied", "3_last applied"], resumed.Plan.Run.Steps.Select(s => $"{s.Step} {s.Result}"));

        // What was done before it failed is taken back as well.
        folder.Sql("UPDATE customers SET id = 2 WHERE id = 22 AND NOT EXISTS (SELECT 1 FROM customers WHERE id = 2)");
        Assert.Null((await folder.UndoAsync(resumed.Plan)).Failure);
        Assert.Equal(1L, folder.Value("SELECT count(*) FROM customers WHERE id = 1 AND name = 'Ada'"));
        Assert.DoesNotContain(folder.Image().Lines, l => l.Contains("never", StringComparison.Ordinal) || l.Contains("last", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_script_that_was_changed_does_not_go_on_in_the_middle_of_the_former()
    {
        using var folder = NewFolder(Shop);
        var before = folder.Image();
        await FailAsync(folder);
        folder.Script("2_loose.sql", Failing.Replace("VALUES (2, 'again')", "VALUES (4, 'again')", StringComparison.Ordinal));
        var mended = folder.Approve(await folder.PlanAsync());
        foreach (var resume in new[] { false, true })
        {
            var refused = await Refused.WithAsync("StepChangedSinceBegun", () => folder.RunAsync(mended, new RunOptions { Resume = resume }));
            Assert.Contains("Undo-Migration", refused.RecommendedAction, StringComparison.Ordinal);
        }

        Assert.Null((await folder.UndoAsync(mended)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Null((await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure);
        Assert.Equal(["2 Björn1", "3 Eve", "4 again"], folder.Rows(Customers));
    }

    [Fact]
    public async Task It_is_tried_again_from_the_statement_that_failed_without_being_asked_twice()
    {
        using var folder = NewFolder(Shop);
        var plan = await FailAsync(folder);
        Refused.Is("ConstraintViolated", (await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        Assert.Equal(["2 Björn1", "3 Eve"], folder.Rows(Customers));
        Assert.Single(await folder.HistoryAsync());
    }

    [Fact]
    public async Task A_transaction_that_the_script_itself_rolls_back_leaves_nothing_to_undo()
    {
        using var folder = NewFolder(Shop);
        var before = folder.Image();
        folder.Script("1_loose.sql", "-- Transaction: none\nBEGIN;\nDELETE FROM customers;\nINSERT INTO customers VALUES (3, 'Eve');\nROLLBACK;\nUPDATE customers SET name = 'x' WHERE id = 1;");
        var plan = await folder.MigrateAsync();
        Assert.Equal(2L, folder.Value("SELECT count(*) FROM customers"));
        Assert.Null((await folder.UndoAsync(plan)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public virtual async Task What_a_script_sets_for_the_connection_does_not_reach_the_next_one()
    {
        using var folder = NewFolder("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES p (id)); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);");
        folder.Script("1_loose.sql", $"-- Transaction: none\n{ForeignKeysOff};\nINSERT INTO c VALUES (7);\nDELETE FROM c WHERE p = 7;");
        folder.Script("2_next.sql", "INSERT INTO c VALUES (9)");
        Refused.Is("ConstraintViolated", (await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure);
        Assert.Equal(1L, folder.Value("SELECT count(*) FROM c"));
    }

    private static async Task<MigrationPlan> FailAsync(MigrationFolder folder)
    {
        folder.Script("2_loose.sql", Failing);
        folder.Script("3_last.sql", "CREATE TABLE last (x INTEGER)");
        var failed = await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced);
        Refused.Is("ConstraintViolated", failed.Failure);
        return failed.Plan;
    }
}
