using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>What is not as it should be after a run is found, and is an error.</summary>
public sealed class IntegrityTests : CmdletTest
{
    [Theory]
    [InlineData("CREATE TABLE surprise (id INTEGER)", "structure", "surprise")]
    [InlineData("UPDATE orders SET note = 'changed'", "data", "orders")]
    [InlineData("DELETE FROM orders", "data", "orders")]
    [InlineData("DELETE FROM customers", "check", "customers")]
    public void A_difference_is_a_result_and_an_error(string sql, string category, string name)
    {
        var shop = Room.Shop();
        shop.Run("CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO orders (note) VALUES ('one')");
        Room.Write("plan.yaml", "target: sqlite:shop.db\nsteps:\n  - sql: ./migrations\nchecks:\n  - { query: select count(*) from customers, expect: 2 }\n");
        Session.Do("$run = New-MigrationPlan plan.yaml | Backup-MigrationTarget | Invoke-Migration -Confirm:$false");
        shop.Run(sql);

        var outcome = Session.Run("$run | Test-MigrationIntegrity");
        Assert.Null(outcome.Terminating);
        var failed = outcome.Output.Select(o => (dynamic)o.BaseObject).Where(r => !r.Passed).ToList();
        Assert.Contains(failed, r => r.Category == category && ((string)r.Name + r.Detail).Contains(name, StringComparison.Ordinal));
        var error = Assert.Single(outcome.Errors);
        Assert.Equal("IntegrityFailed,PSMigrate.Cmdlets.TestMigrationIntegrityCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidResult, error.CategoryInfo.Category);
        Assert.Contains(name, error.ToString(), StringComparison.Ordinal);

        Assert.False(Session.One("$run | Test-MigrationIntegrity -Quiet"));
        var stamped = Session.Run("$run | Test-MigrationIntegrity -PassThru");
        Assert.Single(stamped.Errors);
        Assert.False(stamped.Single.Integrity.Succeeded);
        Assert.Equal(failed.Count, stamped.Single.Integrity.Failed);
    }

    [Fact]
    public void A_plan_that_never_ran_does_not_pass()
    {
        Room.Shop();
        Assert.False(Session.One("New-MigrationPlan migrations sqlite:shop.db | Test-MigrationIntegrity -Quiet"));
    }

    [Fact]
    public void Several_plans_give_one_answer_each()
    {
        Room.Shop();
        Room.Write("more/001_more.sql", "CREATE TABLE more (id INTEGER);");
        var answers = Session.Do("$null = New-MigrationPlan more sqlite:shop.db | Invoke-Migration -Confirm:$false; New-MigrationPlan migrations, more sqlite:shop.db | Test-MigrationIntegrity -Quiet");
        Assert.Equal([false, true], answers.Select(a => (bool)a.BaseObject));
    }

    [Theory]
    [InlineData("INSERT INTO orders (note) VALUES ('three')", "Checksums", false)]
    [InlineData("UPDATE orders SET note = 'x'", "Checksums", false)]
    [InlineData("UPDATE orders SET note = 'x'", "Counts", true)]
    [InlineData("DELETE FROM orders", "Structure", true)]
    [InlineData("DROP TABLE orders", "Structure", false)]
    [InlineData("SELECT 1", "Checksums", true)]
    public void Two_targets_are_compared_as_deep_as_is_asked(string sql, string depth, bool equal)
    {
        const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO orders (note) VALUES ('one'), ('two')";
        Room.Database("a.db", Orders);
        Room.Database("b.db", Orders).Run(sql);
        Assert.Equal(equal, Session.One($"Test-MigrationIntegrity -Target sqlite:a.db -ReferenceTarget sqlite:b.db -Depth {depth} -Quiet"));
        var outcome = Session.Run($"Test-MigrationIntegrity -Target sqlite:a.db -ReferenceTarget sqlite:b.db -Depth {depth}");
        Assert.Equal(equal ? 0 : 1, outcome.Errors.Count);
    }
}
