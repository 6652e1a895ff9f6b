using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>A run that fails or is refused: which error, what became of the target, and what can be done.</summary>
public sealed class InvokeTests : CmdletTest
{
    private const string Run = "$plan | Invoke-Migration -Confirm:$false";

    [Fact]
    public void A_statement_that_fails_is_named_with_its_place_and_the_plan_says_how_far_it_came()
    {
        var shop = Room.Shop();
        Room.Write("migrations/003_fails.sql", "CREATE TABLE half (id INTEGER);\nINSERT INTO customers (id, name) VALUES (1, 'Twice');");
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        var error = Session.Refused(Run);
        Assert.Equal("ConstraintViolated,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains("003_fails.sql:2:1", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("customers", shop.Tables);
        dynamic plan = error.TargetObject;
        Assert.Equal("FailedAndStopped", plan.Run.Outcome.ToString());
        Assert.Equal(["applied", "applied", "failed"], ((IEnumerable<dynamic>)plan.Run.Steps).Select(s => (string)s.Result));
        Assert.Contains($"Undo-Migration -Target 'sqlite:{shop.Path}' -RunId {plan.Run.RunId}", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);

        // Both ways that the error names are open.
        Room.Write("migrations/003_fails.sql", "CREATE TABLE whole (id INTEGER);");
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        Assert.Equal("customers,whole", shop.Tables);
    }

    [Fact]
    public void The_command_that_the_error_names_takes_the_run_back()
    {
        var shop = Room.Shop();
        Room.Write("migrations/003_fails.sql", "INSERT INTO customers (id, name) VALUES (1, 'Twice');");
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        var action = Session.Refused(Run).ErrorDetails.RecommendedAction;
        Session.Do(action[action.IndexOf("Undo-Migration", StringComparison.Ordinal)..] + " -Confirm:$false");
        Assert.Equal("", shop.Tables);
    }

    [Fact]
    public void What_was_proved_is_undone_by_itself()
    {
        var shop = Room.Shop();
        Room.Write("plan.yaml", "target: sqlite:shop.db\nonFailure: undo\nsteps:\n  - sql: ./migrations\nchecks:\n  - { query: select count(*) from customers, expect: 3 }\n");
        Session.Do("$plan = New-MigrationPlan plan.yaml");
        var error = Session.Refused(Run);
        Assert.Equal("CheckFailed,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains("expected 3, found 2", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("undone", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("FailedAndUndone", ((dynamic)error.TargetObject).Run.Outcome.ToString());
        Assert.Equal("", shop.Tables);
    }

    [Theory]
    [InlineData("DROP TABLE customers;", "", "ApprovalRequired", "Approve-MigrationPlan")]
    [InlineData("SELECT 1;", "dependsOn: [ other ]", "DependencyNotApplied", "Run 'other' first")]
    public void A_closed_gate_says_how_it_is_opened(string sql, string more, string errorId, string action)
    {
        var shop = Room.Shop();
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        Room.Write("next/010_next.sql", sql);
        Room.Write("plan.yaml", $"target: sqlite:shop.db\n{more}\nsteps:\n  - sql: ./next\n");
        Session.Do("$plan = New-MigrationPlan plan.yaml");
        var before = Room.Content();
        var error = Session.Refused(Run);
        Assert.Equal($"{errorId},PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidOperation, error.CategoryInfo.Category);
        Assert.Contains(action, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, Room.Content());
        Assert.Equal("customers", shop.Tables);
    }

    [Fact]
    public void Drift_names_what_has_changed()
    {
        var shop = Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        shop.Run("CREATE TABLE surprise (id INTEGER)");
        var error = Session.Refused(Run);
        Assert.Equal("TargetDrifted,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains("table surprise is new", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_was_applied_and_then_edited_is_refused()
    {
        Room.Shop();
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        Room.Write("migrations/002_add_email.sql", "ALTER TABLE customers ADD COLUMN mail TEXT;");
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        Assert.Equal("ScriptChangedSinceApplied,PSMigrate.Cmdlets.InvokeMigrationCommand", Session.Refused(Run).FullyQualifiedErrorId);
    }

    [Fact]
    public void A_rehearsal_that_fails_does_not_go_on_down_the_pipeline()
    {
        var shop = Room.Shop();
        Room.Write("migrations/003_fails.sql", "INSERT INTO customers (id, name) VALUES (1, 'Twice');");
        var error = Session.Refused("New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan | Invoke-Migration -Confirm:$false");
        Assert.Equal("RehearsalFailed,PSMigrate.Cmdlets.TestMigrationPlanCommand", error.FullyQualifiedErrorId);
        Assert.Contains("003_fails.sql:1:1", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", shop.Tables);
        Assert.False(((dynamic)error.TargetObject).Rehearsal.Succeeded);
    }

    [Fact]
    public void An_error_leaves_false_in_the_status_variable()
    {
        Room.Shop();
        Assert.False((bool)Session.Run("New-MigrationPlan missing sqlite:shop.db; $?").Output.Single().BaseObject);
        Assert.True((bool)Session.Run("$null = New-MigrationPlan migrations sqlite:shop.db; $?").Output.Single().BaseObject);
    }

    [Theory]
    [InlineData("Group")]
    [InlineData("Step")]
    public void Steps_may_be_committed_together_or_one_by_one(string scope)
    {
        var shop = Room.Shop();
        Session.Do($"$null = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false -TransactionScope {scope}");
        Assert.Equal("id,name,email", shop.Columns("customers"));
    }
}
