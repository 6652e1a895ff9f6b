using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A step that fails leaves the target as before that step, and everybody who keeps books says the same: on any engine.</summary>
public abstract class FailureContract : EngineContract
{
    private protected const string Shop = "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50)); INSERT INTO customers VALUES (1, 'Ada'), (2, 'Björn');";

    private const string Earlier = "CREATE TABLE earlier (x INTEGER PRIMARY KEY); INSERT INTO earlier VALUES (7);";

    private const string FailingInRows = """
        DELETE FROM earlier;
        UPDATE customers SET name = upper(name);
          INSERT INTO earlier
            VALUES (1), (1);
        DELETE FROM customers;
        """;

    private const string FailingInStructure = """
        CREATE TABLE made (x INTEGER PRIMARY KEY);
        UPDATE customers SET name = upper(name);
          INSERT INTO made
            VALUES (1), (1);
        DROP TABLE customers;
        """;

    /// <summary>Where the statement that fails stands in the script, as this engine's dialect writes it.</summary>
    private protected virtual (int Line, int Column) FailingPlace => (3, 3);

    public static TheoryData<bool, bool> Failures => new() { { true, true }, { true, false }, { false, true }, { false, false } };

    public static TheoryData<bool> Groups => [true, false];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task The_target_is_as_before_the_script_that_failed(bool groups, bool changesStructure)
    {
        using var folder = NewFolder(Shop);
        if (changesStructure && !folder.StructureIsTransactional)
        {
            await RequireBegunAsync(folder, groups);
            return;
        }

        var failing = changesStructure ? FailingInStructure : FailingInRows;
        folder.Script("1_before.sql", Earlier);
        folder.Script("2_more.sql", "UPDATE customers SET name = 'Ada!' WHERE id = 1");
        folder.Script("3_failing.sql", failing);
        folder.Script("4_after.sql", "CREATE TABLE later (x INTEGER)");
        using var expected = NewFolder(Shop + Earlier + "UPDATE customers SET name = 'Ada!' WHERE id = 1;");
        var options = MigrationFolder.Forced with { GroupSteps = groups };

        var result = await folder.RunAsync(await folder.PlanAsync(), options);

        var error = Refused.Is("ConstraintViolated", result.Failure);
        Assert.Equal(FailingPlace, (error.Place!.Line, error.Place.Column));
        Assert.EndsWith("3_failing.sql", error.Place.File);
        Assert.Contains(folder.DuplicateSaid, error.Message, StringComparison.Ordinal);
        Assert.Contains(changesStructure ? "INSERT INTO made" : "INSERT INTO earlier", error.Message, StringComparison.Ordinal);
        Assert.Contains("Undo-Migration", error.RecommendedAction, StringComparison.Ordinal);

        Assert.Equal("", expected.Image().DifferenceTo(folder.Image()));
        var run = result.Plan.Run!;
        Assert.Equal(RunOutcome.FailedAndStopped, run.Outcome);
        Assert.False(run.Succeeded);
        Assert.Equal(["applied", "applied", "failed", "not reached"], run.Steps.Select(s => s.Result));
        Assert.Equal([StepState.Applied, StepState.Applied, StepState.Pending, StepState.Pending], result.Plan.Steps.Select(s => s.State));
        var history = await folder.HistoryAsync();
        Assert.Equal(["1_before", "2_more"], history.Select(e => e.Step));
        Assert.All(history, e => Assert.Equal(run.RunId, e.RunId));
        Assert.Equal(history.Select(e => e.Step), DoneIn(folder, run.RunId));

        // The script is mended, and the next run goes on where this one stopped.
        folder.Script("3_failing.sql", failing.Replace("(1), (1)", "(1), (2)", StringComparison.Ordinal).Replace("DROP TABLE customers;", "", StringComparison.Ordinal));
        var again = await folder.RunAsync(await folder.PlanAsync(), options);
        Assert.Null(again.Failure);
        Assert.Equal(["3_failing", "4_after"], again.Plan.Run!.Steps.Select(s => s.Step));
        Assert.Equal(2L, folder.Value(changesStructure ? "SELECT count(*) FROM made" : "SELECT count(*) FROM earlier"));
        Assert.Equal(4, (await folder.HistoryAsync()).Count);
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task A_verification_that_fails_takes_its_script_back(bool groups)
    {
        using var folder = NewFolder(Shop);
        folder.Script("1_good.sql", "CREATE TABLE made (x INTEGER)");
        folder.Script("2_bad.sql", "-- Verify: SELECT id, name FROM customers WHERE name = ''\nUPDATE customers SET name = '' WHERE id = 2;");

        var result = await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced with { GroupSteps = groups });

        var error = Refused.Is("VerificationFailed", result.Failure);
        Assert.Contains("2, ", error.Message, StringComparison.Ordinal);
        // Where it cannot be part of the script's transaction, the script stands as applied and is there to be taken back.
        Assert.Equal(folder.StructureIsTransactional ? ["1_good"] : ["1_good", "2_bad"], (await folder.HistoryAsync()).Where(e => e.IsApplied).Select(e => e.Step));
        Assert.Equal(RunOutcome.FailedAndStopped, result.Plan.Run!.Outcome);
        if (!folder.StructureIsTransactional)
        {
            Assert.Null((await folder.UndoAsync(result.Plan)).Failure);
        }

        Assert.Equal("Björn", folder.Value("SELECT name FROM customers WHERE id = 2"));
    }

    [Theory]
    [InlineData("- { query: select count(*) from customers, expect: 2 }", null)]
    [InlineData("- { query: select count(*) from customers, expect: 3 }", "expected 3, found 2")]
    [InlineData("- { query: select id from customers where name is null }", null)]
    [InlineData("- { query: select id from customers, name: nobody is left }", "nobody is left")]
    public async Task Checks_decide_whether_a_run_succeeded(string check, string? failure)
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "CREATE TABLE made (x INTEGER)");
        var plan = await folder.PlanFileAsync($"steps:\n  - sql: ./migrations\nchecks:\n  {check}\n");

        var result = await folder.RunAsync(plan);

        if (failure is null)
        {
            Assert.Null(result.Failure);
        }
        else
        {
            Assert.Contains(failure, Refused.Is("CheckFailed", result.Failure).Message, StringComparison.Ordinal);
        }

        Assert.Single(await folder.HistoryAsync());
        Assert.Equal(failure is null, result.Plan.Run!.Succeeded);
    }

    [Fact]
    public async Task A_check_that_writes_is_refused()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "CREATE TABLE made (x INTEGER)");
        var plan = await folder.PlanFileAsync("steps:\n  - sql: ./migrations\nchecks:\n  - query: delete from customers\n");

        Refused.Is("QueryWrites", (await folder.RunAsync(plan)).Failure);

        Assert.Equal(2L, folder.Value("SELECT count(*) FROM customers"));
    }

    [Theory]
    [InlineData("onFailure: undo", false, RunOutcome.FailedAndUndone)]
    [InlineData("onFailure: stop", true, RunOutcome.FailedAndStopped)]
    [InlineData("", false, RunOutcome.FailedAndStopped)]
    [InlineData("", true, RunOutcome.FailedAndUndone)]
    public async Task A_run_that_fails_is_undone_where_that_was_asked_or_proved(string onFailure, bool rehearse, RunOutcome outcome)
    {
        using var folder = NewFolder(Shop);
        folder.Script("1_first.sql", "UPDATE customers SET name = upper(name)");
        folder.Script("2_second.sql", "ALTER TABLE customers ADD COLUMN city VARCHAR(50)");
        folder.Script("3_third.sql", "DELETE FROM customers WHERE id = 2");
        var before = folder.Image();
        var plan = await folder.PlanFileAsync($"{onFailure}\nsteps:\n  - sql: ./migrations\nchecks:\n  - query: select name from customers where name = 'ADA' and exists (select 1 from customers where id = 77)\n");
        if (rehearse)
        {
            plan = await folder.RehearseAsync(plan);
            Assert.True(plan.Rehearsal!.UndoProved);
        }

        // What the rehearsal did not meet.
        folder.Sql("INSERT INTO customers VALUES (77, 'ada')");
        var withIt = folder.Image();
        var result = await folder.RunAsync(plan, MigrationFolder.Forced);

        Refused.Is("CheckFailed", result.Failure);
        Assert.Equal(outcome, result.Plan.Run!.Outcome);
        var applied = (await folder.HistoryAsync()).Count(e => e.IsApplied);
        if (outcome == RunOutcome.FailedAndUndone)
        {
            Assert.Equal("", withIt.DifferenceTo(folder.Image()));
            Assert.Equal(0, applied);
            Assert.All(result.Plan.Steps, s => Assert.Equal(StepState.Pending, s.State));
        }
        else
        {
            Assert.Equal(3, applied);
            Assert.NotEqual("", withIt.DifferenceTo(folder.Image()));
        }

        Assert.NotEqual("", before.DifferenceTo(withIt));
    }

    /// <summary>What the server itself says of a statement that fails, behind another that did not, is told with the statement's line.</summary>
    private protected async Task RequireToldAsync(string sql, string errorId, string message)
    {
        using var folder = NewFolder(Shop);
        var before = folder.Image();
        folder.Script("change.sql", $"UPDATE customers SET name = 'first';\n\n   {sql};");

        var error = Refused.Is(errorId, (await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure);

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.Place!.Line);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(folder.Captures());
        Assert.Empty(await folder.HistoryAsync());
    }

    /// <summary>Where structure commits by itself the script has come part of the way: that is said, and can be taken back.</summary>
    private static async Task RequireBegunAsync(MigrationFolder folder, bool groups)
    {
        var before = folder.Image();
        folder.Script("failing.sql", FailingInStructure);

        var result = await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced with { GroupSteps = groups });

        var error = Refused.Is("ConstraintViolated", result.Failure);
        Assert.Equal((3, 3), (error.Place!.Line, error.Place.Column));
        Assert.Contains("What 'failing' did before it failed stands", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(["1 Ada", "2 Björn"], folder.Rows("SELECT id, name FROM customers ORDER BY id"));
        Assert.Equal(0L, folder.Value("SELECT count(*) FROM made"));
        Assert.True(Assert.Single(await folder.HistoryAsync()).IsBegun);
        Assert.Null((await folder.UndoAsync(result.Plan)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    private static IReadOnlyList<string> DoneIn(MigrationFolder folder, string runId) =>
        [.. RunJournal.Read(folder.State.Folder("runs", runId)).Where(r => r.Act == JournalAct.Done).SelectMany(r => r.Steps ?? [])];
}
