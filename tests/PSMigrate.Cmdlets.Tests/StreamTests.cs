using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>What is told on which stream.</summary>
public sealed class StreamTests : CmdletTest
{
    private const string Pipeline = """
        New-MigrationPlan migrations sqlite:shop.db @streams |
            Test-MigrationPlan @streams | Backup-MigrationTarget @streams | Invoke-Migration -Confirm:$false @streams | Test-MigrationIntegrity -PassThru @streams |
            Undo-Migration -Confirm:$false @streams
        """;

    [Fact]
    public void Information_tells_the_milestones()
    {
        var outcome = Run("");
        Assert.Contains(outcome.Information, i => i.ToString() == "Applied: 001_create_customers");
        Assert.Contains(outcome.Information, i => i.ToString() == "Undone: 001_create_customers");
        Assert.All(outcome.Information, i => Assert.Contains("PSMigrate", i.Tags));
    }

    [Fact]
    public void Debug_tells_the_SQL() =>
        Assert.Contains(Run("Debug = $true").Debug, line => line.Contains("ADD COLUMN email", StringComparison.Ordinal));

    [Fact]
    public void Verbose_and_debug_say_nothing_unless_they_are_asked()
    {
        var outcome = Run("");
        Assert.Empty(outcome.Verbose);
        Assert.Empty(outcome.Debug);
    }

    [Fact]
    public void Every_progress_is_completed()
    {
        var progress = Run("").Progress;
        Assert.NotEmpty(progress);
        AssertCompleted(progress);
    }

    [Theory]
    [InlineData("SELECT nonsense;")]
    [InlineData("INSERT INTO customers (id, name) VALUES (1, 'Twice');")]
    public void Progress_is_completed_though_the_run_fails(string sql)
    {
        Room.Shop();
        Room.Write("migrations/003_bad.sql", sql);
        var outcome = Session.Run("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false -Force -WarningAction Ignore");
        Assert.NotNull(outcome.Terminating);
        AssertCompleted(outcome.Progress);
        outcome = Session.Run("New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan");
        Assert.NotNull(outcome.Terminating);
        AssertCompleted(outcome.Progress);
    }

    [Fact]
    public void Forced_gates_are_warnings_and_stay_in_the_evidence()
    {
        var shop = Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        shop.Run("CREATE TABLE surprise (id INTEGER)");
        var outcome = Session.Run("$plan | Invoke-Migration -Force -Confirm:$false");
        Assert.Contains("surprise", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Contains("surprise", Assert.Single((IEnumerable<string>)outcome.Single.Run.Forced), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rollback_that_does_not_take_the_change_back_is_a_warning()
    {
        Room.Shop();
        Room.Write("migrations/003_wrong.sql", "-- Forward migration\nCREATE TABLE phones (id INTEGER);\n\n-- Rollback\n-- SELECT 1;\n");
        var outcome = Session.Run("New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan");
        Assert.Contains("003_wrong: the author's rollback", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
    }

    private static void AssertCompleted(IReadOnlyList<ProgressRecord> progress)
    {
        foreach (var activity in progress.GroupBy(p => (p.ActivityId, p.Activity)))
        {
            Assert.Equal((activity.Key.Activity, ProgressRecordType.Completed), (activity.Key.Activity, activity.Last().RecordType));
        }
    }

    private Shell.Outcome Run(string streams)
    {
        Room.Shop();
        var outcome = Session.Run($"$streams = @{{ {streams} }}\n{Pipeline}");
        Assert.Null(outcome.Terminating?.ToString());
        return outcome;
    }
}
