using System.Text.RegularExpressions;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Planning only looks; and what it says of a script is what there was before and what there is after: on any engine.</summary>
public abstract class PlanningContract : EngineContract
{
    private protected const string Shop = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, city VARCHAR(50));
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, total NUMERIC(9, 2), FOREIGN KEY (customer) REFERENCES customers (id));
        CREATE INDEX orders_customer ON orders (customer);
        CREATE VIEW names AS SELECT name FROM customers;
        INSERT INTO customers VALUES (1, 'Ada', 'London'), (2, 'Björn', NULL);
        INSERT INTO orders VALUES (1, 1, 2.5);
        """;

    [Fact]
    public async Task Planning_changes_nothing()
    {
        using var folder = NewFolder(Shop);
        folder.Script("1_change.sql", "DROP TABLE orders; UPDATE customers SET city = 'X'; CREATE TABLE made (x INTEGER); INSERT INTO made VALUES (1)");
        var files = folder.Files();
        var before = folder.Image();

        var plan = await folder.PlanAsync();

        Assert.NotEmpty(plan.Changes);
        Assert.Equal(files, folder.Files());
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(folder.OwnTables());
    }

    [Fact]
    public async Task One_plan_file_is_for_several_engines()
    {
        using var folder = NewFolder(Shop);
        var scheme = folder.Target[..folder.Target.IndexOf(':', StringComparison.Ordinal)];
        folder.Write($"change.{scheme}.sql", "CREATE TABLE made (x INTEGER);");

        var plan = await folder.PlanFileAsync("steps:\n  - sql: ./change.${engine}.sql\n");

        Assert.Equal($"change.{scheme}.sql", plan.Steps.Single().Definition.Files.Single().Path);
    }

    [Theory]
    [InlineData("CREATE TABLE made (id INTEGER PRIMARY KEY, x VARCHAR(50))", "create table {made}", RiskLevel.Low)]
    [InlineData("DROP TABLE orders", "drop table {orders}", RiskLevel.High)]
    [InlineData("ALTER TABLE customers ADD COLUMN email VARCHAR(50) DEFAULT 'x'", "add column {customers}.email", RiskLevel.Low)]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "drop column {customers}.city", RiskLevel.High)]
    [InlineData("ALTER TABLE customers RENAME COLUMN city TO town", "rename column {customers}.city to town", RiskLevel.Medium)]
    [InlineData("ALTER TABLE orders RENAME TO purchases", "rename table {orders} to purchases", RiskLevel.Medium)]
    [InlineData("CREATE INDEX i ON customers (name)", "create index i on {customers}", RiskLevel.Low)]
    [InlineData("DROP VIEW names", "drop view {names}", RiskLevel.Medium)]
    [InlineData("CREATE VIEW more AS SELECT id FROM customers", "create view {more}", RiskLevel.Low)]
    [InlineData("INSERT INTO customers (id, name) VALUES (7, 'x')", "insert rows into {customers}", RiskLevel.Low)]
    [InlineData("UPDATE customers SET city = 'x' WHERE id = 1", "update rows of {customers}", RiskLevel.Medium)]
    [InlineData("DELETE FROM customers WHERE id = 2", "delete rows from {customers}", RiskLevel.Medium)]
    public async Task Each_change_is_told_with_its_risk(string script, string description, RiskLevel risk)
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", script);

        var told = Assert.Single((await folder.PlanAsync()).Changes, c => $"{c.Description} ".StartsWith($"{Named(description, folder)} ", StringComparison.Ordinal));

        Assert.Equal(risk, told.Risk);
        Assert.NotEqual("", told.Before + told.After);
    }

    [Theory]
    [InlineData("ALTER TABLE orders RENAME TO x; ALTER TABLE x RENAME TO purchases", "rename")]
    [InlineData("ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases DROP COLUMN total", "rename|drop column {purchases}.total")]
    [InlineData("ALTER TABLE orders RENAME TO purchases; DROP TABLE purchases", "drop table {orders}")]
    [InlineData("ALTER TABLE orders RENAME TO old; CREATE TABLE orders (id INTEGER PRIMARY KEY)", "rename|create table {orders}")]
    [InlineData("ALTER TABLE orders RENAME TO old; DELETE FROM old", "rename|delete rows from {old}")]
    [InlineData("CREATE TABLE work (x INTEGER); DROP TABLE work; CREATE TABLE kept (x INTEGER)", "create table {kept}")]
    public async Task What_is_lost_is_told_whatever_it_was_renamed_to_before(string script, string descriptions)
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", script);

        var plan = await folder.PlanAsync();

        Assert.DoesNotContain(plan.Findings, f => f.RuleId == "PSM016");
        var told = plan.Changes.Select(c => c.Description).ToList();
        Assert.All(descriptions.Split('|'), d => Assert.Contains(told, t => d == "rename" ? t.StartsWith("rename table", StringComparison.Ordinal) : t == Named(d, folder)));
        Assert.True(plan.RiskLevel == RiskLevel.High || !descriptions.Contains("drop", StringComparison.Ordinal));
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
    }

    [Fact]
    public async Task A_script_is_looked_at_on_what_the_scripts_before_it_leave()
    {
        using var folder = NewFolder(Shop);
        folder.Script("1_make.sql", "CREATE TABLE made (x INTEGER)");
        folder.Script("2_alter.sql", "ALTER TABLE made ADD COLUMN y INTEGER");
        folder.Script("3_drop.sql", "ALTER TABLE customers DROP COLUMN city; ALTER TABLE orders RENAME TO purchases");
        folder.Script("4_fails.sql", "DROP TABLE never");
        folder.Script("5_fails.sql", "DELETE FROM orders");
        folder.Script("6_fails.sql", "CREATE TABLE made (x INTEGER)");

        var plan = await folder.PlanAsync();

        Assert.Contains(plan.Changes, c => c.Step == "2_alter" && c.Description == Named("add column {made}.y", folder));
        Assert.Equal(["4_fails", "5_fails", "6_fails"], plan.Findings.Where(f => f.RuleId == "PSM016").Select(f => f.Step).Order());
        Assert.Contains(plan.Findings, f => f.RuleId == "PSM016" && f.Step == "4_fails" && f.Reason.Contains("never", StringComparison.Ordinal));
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
    }

    private protected async Task RequireToldAsync(string script, string description, string before, string after, RiskLevel risk)
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", script);

        var told = Assert.Single((await folder.PlanAsync()).Changes, c => c.Description == description);

        Assert.Equal((before, after, risk), (told.Before, told.After, told.Risk));
    }

    /// <summary>Names in braces as messages call them.</summary>
    private static string Named(string text, MigrationFolder folder) => Regex.Replace(text, @"\{(\w+)\}", name => folder.Shown(name.Groups[1].Value));
}
