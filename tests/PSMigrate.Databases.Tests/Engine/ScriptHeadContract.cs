using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>
/// Scripts that begin with making their own database anew, as dumps and samples do: on an empty database they run without these lines, and
/// elsewhere they are refused. On any engine where a script can name its database.
/// </summary>
public abstract class ScriptHeadContract : EngineContract
{
    private const string Songs = "CREATE TABLE artist (id INTEGER PRIMARY KEY, name VARCHAR(50));\n{go}CREATE TABLE song (id INTEGER PRIMARY KEY, artist INTEGER, FOREIGN KEY (artist) REFERENCES artist (id));\n{go}INSERT INTO artist VALUES (1, 'Ada');\n{go}INSERT INTO song VALUES (1, 1), (2, NULL);\n";

    /// <summary>A line that ends a batch; empty where statements end by themselves.</summary>
    private protected virtual string Go => "";

    /// <summary>Drops the database if it is there, makes it and goes there, after three lines of comment.</summary>
    private protected abstract string Anew(string database);

    /// <summary>Goes to a database.</summary>
    private protected abstract string Use(string database);

    [Fact]
    public async Task A_script_that_makes_its_database_anew_runs_where_it_is_empty()
    {
        using var folder = NewFolder();
        folder.Script("songs.sql", Anew(folder.DatabaseName) + Text(Songs));
        var before = folder.Image();

        var plan = await folder.PlanAsync();

        Assert.Contains(plan.Changes, c => c.Description.Contains("leave out lines 4–", StringComparison.Ordinal) && c.Before == "it is empty");
        Assert.Contains(plan.Risk.Reasons, r => r.StartsWith("PSM019 songs", StringComparison.Ordinal) && r.Contains("lines 4–", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Findings, f => f.RuleId is "PSM010" or "PSM016" or "PSM017" or "PSM018");
        plan = await folder.RehearseAsync(plan);
        Assert.True(plan.Rehearsal!.UndoProved, plan.Rehearsal.Summary);
        Assert.Empty(plan.Rehearsal.NotRehearsed);
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        Assert.Equal(["2"], folder.Rows("SELECT count(*) FROM song"));
        var again = await folder.PlanAsync();
        Assert.Equal(StepState.Applied, Assert.Single(again.Steps).State);
        Assert.Equal(RunOutcome.NothingToDo, (await folder.RunAsync(again)).Plan.Run!.Outcome);
        Assert.Null((await folder.UndoAsync(again)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Equal(StepState.Pending, Assert.Single((await folder.PlanAsync()).Steps).State);
    }

    [Fact]
    public async Task It_is_refused_while_planning_where_the_database_holds_something()
    {
        using var folder = NewFolder("CREATE TABLE kept (id INTEGER PRIMARY KEY)");
        folder.Script("songs.sql", Anew(folder.DatabaseName) + Text(Songs));

        var error = await Assert.ThrowsAsync<MigrationException>(() => folder.PlanAsync());

        Assert.Equal("DatabaseNotEmpty", error.ErrorId);
        Assert.Equal(4, error.Place!.Line);
        Assert.Contains(folder.Shown("kept"), error.Message, StringComparison.Ordinal);
        Assert.Contains("lines 4–", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.RecommendedAction!);
        Assert.Empty(folder.OwnTables());
    }

    [Fact]
    public async Task A_step_before_it_in_the_same_plan_makes_the_database_no_longer_empty()
    {
        using var folder = NewFolder();
        folder.Script("1_first.sql", "CREATE TABLE kept (id INTEGER PRIMARY KEY)");
        folder.Script("2_songs.sql", Anew(folder.DatabaseName) + Text(Songs));

        var error = await Assert.ThrowsAsync<MigrationException>(() => folder.PlanAsync());

        Assert.Equal("DatabaseNotEmpty", error.ErrorId);
        Assert.Contains("1_first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_made_since_planning_is_seen_when_it_runs_and_left_alone()
    {
        using var folder = NewFolder();
        folder.Script("songs.sql", Anew(folder.DatabaseName) + Text(Songs));
        var plan = await folder.PlanAsync();
        folder.Sql("CREATE TABLE kept (id INTEGER PRIMARY KEY); INSERT INTO kept VALUES (1)");

        var failure = (await folder.RunAsync(plan, MigrationFolder.Forced)).Failure;

        Assert.Equal("DatabaseNotEmpty", failure!.ErrorId);
        Assert.Equal(["1"], folder.Rows("SELECT id FROM kept"));
        Assert.DoesNotContain(await folder.HistoryAsync(), e => e.IsApplied);
    }

    [Fact]
    public async Task Going_to_the_own_database_means_nothing_wherever_it_stands()
    {
        using var folder = NewFolder("CREATE TABLE kept (id INTEGER PRIMARY KEY)");
        folder.Script("1_between.sql", $"CREATE TABLE one (id INTEGER PRIMARY KEY);\n{Go}{Use(folder.DatabaseName)}CREATE TABLE two (id INTEGER PRIMARY KEY);\n");
        folder.Script("2_none.sql", $"-- Transaction: none\n{Use(folder.DatabaseName)}INSERT INTO two VALUES (1);\n{Go}{Use(folder.DatabaseName)}INSERT INTO two VALUES (2);\n");

        var plan = await folder.PlanAsync();
        Assert.DoesNotContain(plan.Findings, f => f.RuleId is "PSM010" or "PSM019");
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);

        Assert.Equal(["2"], folder.Rows("SELECT count(*) FROM two"));
        Assert.Null((await folder.UndoAsync(plan, options: MigrationFolder.Forced)).Failure);
    }

    [Fact]
    public async Task Another_database_is_refused()
    {
        using var folder = NewFolder();
        foreach (var script in new[] { Use("elsewhere") + Text(Songs), Anew("elsewhere") + Text(Songs) })
        {
            folder.Script("songs.sql", script);

            var error = await Assert.ThrowsAsync<MigrationException>(() => folder.PlanAsync());

            Assert.True(error.ErrorId is "OtherDatabase" or "ClientCommandRefused", error.Message);
            Assert.NotNull(error.Place);
            Assert.NotEmpty(error.RecommendedAction!);
        }
    }

    [Fact]
    public async Task Dropping_the_database_further_down_is_refused()
    {
        using var folder = NewFolder();
        folder.Script("songs.sql", "CREATE TABLE one (id INTEGER PRIMARY KEY);\n" + Go + Anew(folder.DatabaseName));

        var error = await Assert.ThrowsAsync<MigrationException>(() => folder.PlanAsync());

        Assert.True(error.ErrorId is "DropsDatabase" or "ClientCommandRefused", error.Message);
    }

    [Fact]
    public async Task Errors_behind_the_left_out_lines_have_their_own_line()
    {
        using var folder = NewFolder();
        var head = Anew(folder.DatabaseName);
        folder.Script("songs.sql", head + Text("CREATE TABLE a (id INTEGER PRIMARY KEY);\n{go}INSERT INTO a VALUES (1);\n{go}INSERT INTO a VALUES (1);\n"));

        var failure = (await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure;

        Assert.Equal(head.Count(c => c == '\n') + 3 + (2 * Go.Count(c => c == '\n')), failure!.Place!.Line);
    }

    [Fact]
    public async Task A_script_with_nothing_else_is_applied_and_remembered()
    {
        using var folder = NewFolder();
        folder.Script("anew.sql", Anew(folder.DatabaseName));

        var plan = await folder.MigrateAsync();

        Assert.Equal(StepState.Applied, Assert.Single((await folder.PlanAsync()).Steps).State);
        Assert.Null((await folder.UndoAsync(plan)).Failure);
    }

    private protected string Text(string sql) => sql.Replace("{go}", Go, StringComparison.Ordinal);
}
