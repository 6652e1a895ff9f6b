using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A rehearsal touches only copies, and what it says of a plan is what it saw: on any engine.</summary>
public abstract class RehearsalContract : EngineContract
{
    private protected const string Notes = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR(50), tag VARCHAR(50)); CREATE TABLE other (x INTEGER); INSERT INTO notes VALUES (1, 'a', 'x'), (2, 'b', NULL); INSERT INTO other VALUES (1);";

    [Fact]
    public async Task The_target_is_left_as_it_is()
    {
        using var folder = NewFolder(Notes);
        folder.Script("change.sql", "DROP TABLE other; UPDATE notes SET text = 'z'; CREATE TABLE made (x INTEGER)");
        var plan = await folder.PlanAsync();
        var before = folder.Image();

        plan = await folder.RehearseAsync(plan);

        Assert.True(plan.Rehearsal!.Succeeded);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(folder.OwnTables());
    }

    [Fact]
    public async Task What_is_proved_lowers_the_risk_and_takes_its_time_from_the_rehearsal()
    {
        using var folder = NewFolder(Notes);
        folder.Script("change.sql", "DROP TABLE other; ALTER TABLE notes DROP COLUMN tag");
        var plan = await folder.PlanAsync();
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        Assert.Equal(DurationEstimate.FromStatements, plan.Estimate.Basis);

        plan = await folder.RehearseAsync(plan);

        Assert.True(plan.Rehearsal!.UndoProved);
        Assert.Empty(plan.Rehearsal.Differences);
        Assert.Equal(RiskLevel.Medium, plan.RiskLevel);
        Assert.Equal(DurationEstimate.FromRehearsal, plan.Estimate.Basis);
        Assert.True(plan.EstimatedDuration > TimeSpan.Zero);
        Assert.All(plan.RollbackSteps, r => Assert.True(r.Proved));
        Assert.Null((await folder.RunAsync(plan)).Failure);
        Assert.All(await folder.HistoryAsync(), e => Assert.True(e.UndoProved));
        Assert.True((await folder.PlanAsync()).Evidence.OfType<RehearsalEvidence>().Any());
    }

    [Fact]
    public async Task A_rollback_that_loses_data_is_seen_and_the_captured_way_is_proved_instead()
    {
        using var folder = NewFolder(Notes);
        folder.Script("change.sql", "ALTER TABLE notes DROP COLUMN tag;\n-- Rollback\n-- ALTER TABLE notes ADD COLUMN tag VARCHAR(50);");

        var plan = await folder.RehearseAsync(await folder.PlanAsync());

        var step = Assert.Single(plan.Rehearsal!.Steps);
        Assert.Contains("does not give back", step.Note, StringComparison.Ordinal);
        Assert.True(step.UndoProved);
        Assert.Contains("does not give back", Assert.Single(plan.RollbackSteps).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_rollback_does_elsewhere_is_seen_and_the_captured_way_is_used()
    {
        using var folder = NewFolder(Notes);
        folder.Script("change.sql", "UPDATE notes SET text = 'z' WHERE id = 1;\n-- Rollback\n-- UPDATE notes SET text = 'a' WHERE id = 1; INSERT INTO other VALUES (2);");

        var plan = await folder.RehearseAsync(await folder.PlanAsync());

        var step = Assert.Single(plan.Rehearsal!.Steps);
        Assert.Contains("does not give back", step.Note, StringComparison.Ordinal);
        Assert.Equal("captured", step.Origin);
        Assert.Empty(plan.Rehearsal.Differences);
        Assert.True(plan.Rehearsal.UndoProved);
    }

    [Fact]
    public async Task Script_steps_are_rehearsed_only_where_their_author_says_so()
    {
        var scripts = new RecordingScripts();
        using var folder = new MigrationFolder(Notes, NewDatabase) { ScriptRunner = scripts };
        folder.Write("do.ps1", "");
        folder.Write("undo.ps1", "");
        folder.Write("safe.ps1", "");
        var plan = await folder.PlanFileAsync("steps:\n  - script: { do: ./do.ps1, undo: ./undo.ps1 }\n  - script: { do: ./safe.ps1, undo: ./undo.ps1, rehearse: true }\n    name: safe\n");

        plan = await folder.RehearseAsync(plan);

        Assert.DoesNotContain(scripts.Calls, c => c.Path.EndsWith("do.ps1", StringComparison.Ordinal) && !c.Path.EndsWith("undo.ps1", StringComparison.Ordinal));
        Assert.Equal(["safe.ps1", "undo.ps1", "safe.ps1"], scripts.Calls.Select(c => Path.GetFileName(c.Path)));
        Assert.All(scripts.Calls, c => Assert.Equal(true, c.Context["IsRehearsal"]));
        Assert.DoesNotContain(scripts.Calls, c => c.Context["Target"]!.ToString()!.Contains(folder.DatabaseName, StringComparison.Ordinal));
        Assert.Single(plan.Rehearsal!.NotRehearsed);
    }

    [Fact]
    public async Task A_failing_plan_fails_in_the_rehearsal_with_the_same_words()
    {
        using var folder = NewFolder(Notes);
        folder.Script("1_fine.sql", "UPDATE notes SET text = 'z'");
        folder.Script("2_fails.sql", "INSERT INTO notes VALUES (1, 'again', NULL)");
        var plan = await folder.PlanAsync();

        var result = await new Rehearsal(folder.NewServices(), SilentObserver.Instance).RunAsync(plan, MigrationFolder.Cancel);

        Assert.Contains(folder.DuplicateSaid, result.Failure!.Message, StringComparison.Ordinal);
        Assert.EndsWith("2_fails.sql", result.Failure.Place!.File);
        Assert.False(result.Plan.Rehearsal!.Succeeded);
        Assert.False(result.Plan.Rehearsal.UndoProved);
        Assert.Contains(folder.DuplicateSaid, (await folder.RunAsync(plan, MigrationFolder.Forced)).Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("  - script: { do: ./do.ps1, undo: ./undo.ps1 }\n", true)]
    public async Task A_check_that_fails_fails_the_rehearsal_unless_a_step_was_left_out(string script, bool leftOut)
    {
        using var folder = new MigrationFolder(Notes, NewDatabase) { ScriptRunner = new RecordingScripts() };
        folder.Write("steps/1_fine.sql", "UPDATE notes SET text = 'z' WHERE id = 1");
        folder.Write("do.ps1", "");
        folder.Write("undo.ps1", "");
        var plan = await folder.PlanFileAsync(
            $"target: {folder.Target}\nsteps:\n  - sql: ./steps\n{script}checks:\n  - query: select count(*) from notes where text = 'done by the script'\n    expect: 1\n");

        var result = await new Rehearsal(folder.NewServices(), folder.Observer).RunAsync(plan, MigrationFolder.Cancel);

        Assert.Equal(leftOut ? null : "CheckFailed", result.Failure?.ErrorId);
        Assert.Equal(leftOut, result.Plan.Rehearsal!.NotRehearsed.Any(n => n.Contains("check", StringComparison.Ordinal)));
        Assert.Equal(RiskLevel.High, result.Plan.RiskLevel);
    }

    /// <summary>A script with a statement whose effect is not confined to the database is not run on the copy.</summary>
    private protected async Task RequireLeftOutAsync(string statement)
    {
        using var folder = NewFolder(Notes);
        folder.Script("1_fine.sql", "UPDATE notes SET text = 'z'");
        folder.Script("2_outside.sql", $"-- Transaction: none\n{statement};");

        var plan = await folder.PlanAsync();

        Assert.Contains(plan.Findings, f => f.RuleId == "PSM010" && f.Step == "2_outside");
        plan = await folder.RehearseAsync(plan);
        Assert.Contains("2_outside", Assert.Single(plan.Rehearsal!.NotRehearsed), StringComparison.Ordinal);
        Assert.Equal(["1_fine"], plan.Rehearsal.Steps.Select(s => s.Step));
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        Assert.NotEqual(DurationEstimate.FromRehearsal, plan.Estimate.Basis);
    }
}
