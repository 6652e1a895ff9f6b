using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Planning on SQLite, where scripts are tried on the bare structure.</summary>
public sealed class PlanningTests : PlanningContract
{
    private const string Market = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), total REAL);
        CREATE INDEX orders_customer ON orders (customer);
        CREATE VIEW names AS SELECT name FROM customers;
        CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END;
        INSERT INTO customers VALUES (1, 'Ada', 'London'), (2, 'Björn', NULL);
        INSERT INTO orders VALUES (1, 1, 2.5);
        """;

    [Theory]
    [InlineData("DELETE")]
    [InlineData("WAL")]
    public async Task Planning_writes_not_a_byte(string journal)
    {
        using var folder = NewFolder(Market);
        folder.Sql($"PRAGMA journal_mode = {journal}");
        folder.Script("1_change.sql", "DROP TABLE orders; UPDATE customers SET city = 'X'; CREATE TABLE made (x); INSERT INTO made VALUES (1)");
        folder.Script("2_outside.sql", $"-- Transaction: none\nVACUUM INTO '{Path.Combine(folder.Folder, "into.db")}'; ATTACH '{Path.Combine(folder.Folder, "attached.db")}' AS a; CREATE TABLE a.x (y); DETACH a;");
        folder.Script("3_pragma.sql", "PRAGMA journal_mode = MEMORY; PRAGMA user_version = 9;");
        var before = folder.Files();

        var plan = await folder.PlanAsync();

        Assert.NotEmpty(plan.Changes);
        Assert.Equal(before, folder.Files());
    }

    [Fact]
    public async Task A_database_that_is_yet_to_be_made_is_not_made_by_planning()
    {
        using var folder = NewFolder();
        File.Delete(folder.Database);
        folder.Script("change.sql", "CREATE TABLE made (x)");

        var plan = await folder.PlanAsync(FolderDrafts.OfFolder(folder.Scripts), $"sqlite:Data Source={folder.Database};Mode=ReadWriteCreate");

        Assert.False(File.Exists(folder.Database));
        Assert.Null((await folder.RunAsync(plan)).Failure);
        Assert.Contains(folder.Image().Lines, l => l.StartsWith("table made", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CREATE TABLE made (id INTEGER PRIMARY KEY, x TEXT)", "create table made", "", "2 columns (id, x)", RiskLevel.Low)]
    [InlineData("DROP TABLE orders", "drop table orders", "1 rows: 3 columns (id, customer, total)", "", RiskLevel.High)]
    [InlineData("ALTER TABLE customers ADD COLUMN email TEXT DEFAULT 'x'", "add column customers.email", "", "email TEXT DEFAULT 'x'", RiskLevel.Low)]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "drop column customers.city", "city TEXT", "", RiskLevel.High)]
    [InlineData("ALTER TABLE customers RENAME COLUMN city TO town", "rename column customers.city to town", "city", "town", RiskLevel.Medium)]
    [InlineData("ALTER TABLE orders RENAME TO purchases", "rename table orders to purchases", "orders", "purchases", RiskLevel.Medium)]
    [InlineData("CREATE INDEX i ON customers (name)", "create index i on customers", "", "CREATE INDEX i ON customers (name)", RiskLevel.Low)]
    [InlineData("DROP INDEX orders_customer", "drop index orders_customer on orders", "CREATE INDEX orders_customer ON orders (customer)", "", RiskLevel.Low)]
    [InlineData("DROP VIEW names", "drop view names", "CREATE VIEW names AS SELECT name FROM customers", "", RiskLevel.Medium)]
    [InlineData("DROP VIEW names; CREATE VIEW names AS SELECT id FROM customers", "change view names", "CREATE VIEW names AS SELECT name FROM customers", "CREATE VIEW names AS SELECT id FROM customers", RiskLevel.Low)]
    [InlineData("DROP TRIGGER t", "drop trigger t on orders", "CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END", "", RiskLevel.Medium)]
    [InlineData("INSERT INTO customers (name) VALUES ('x')", "insert rows into customers", "2 rows", "more rows", RiskLevel.Low)]
    [InlineData("UPDATE customers SET city = 'x' WHERE id = 1", "update rows of customers (city)", "2 rows", "other values", RiskLevel.Medium)]
    [InlineData("DELETE FROM customers WHERE id = 2", "delete rows from customers", "2 rows", "fewer rows", RiskLevel.Medium)]
    public async Task What_a_change_comes_to_is_told_with_before_and_after(string script, string description, string before, string after, RiskLevel risk)
    {
        using var folder = NewFolder(Market);
        folder.Script("change.sql", script);

        var change = (await folder.PlanAsync()).Changes.Where(c => c.Description == description).ToList();

        var told = Assert.Single(change);
        Assert.Equal((before, after, risk), (told.Before, told.After, told.Risk));
    }

    [Theory]
    [InlineData("ALTER TABLE orders RENAME TO x; ALTER TABLE x RENAME TO purchases", "rename table orders to purchases")]
    [InlineData("ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases DROP COLUMN total", "rename table orders to purchases|drop column purchases.total")]
    [InlineData("ALTER TABLE orders RENAME TO purchases; DROP TABLE purchases", "drop table orders")]
    [InlineData("ALTER TABLE orders RENAME TO old; CREATE TABLE orders (id INTEGER PRIMARY KEY)", "rename table orders to old|create table orders")]
    [InlineData("CREATE TABLE work (x); DROP TABLE work; CREATE TABLE kept (x)", "create table kept")]
    [InlineData("PRAGMA foreign_keys = OFF; CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city BLOB, more); INSERT INTO n (id, name) SELECT id, name FROM customers; DROP VIEW names; DROP TABLE customers; ALTER TABLE n RENAME TO customers; CREATE VIEW names AS SELECT name FROM customers", "change column customers.city|add column customers.more")]
    public async Task Several_statements_are_told_by_what_they_come_to(string script, string descriptions)
    {
        using var folder = NewFolder(Market);
        folder.Script("change.sql", script);

        var plan = await folder.PlanAsync();

        Assert.DoesNotContain(plan.Findings, f => f.RuleId == "PSM016");
        Assert.Equal(descriptions.Split('|').Order(), plan.Changes.Select(c => c.Description).Where(d => !d.Contains("index", StringComparison.Ordinal) && !d.Contains("trigger", StringComparison.Ordinal)).Order());
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
    }

    [Fact]
    public async Task A_script_is_tried_on_what_the_scripts_before_it_leave()
    {
        using var folder = NewFolder(Market);
        folder.Script("1_make.sql", "CREATE TABLE made (x)");
        folder.Script("2_alter.sql", "ALTER TABLE made ADD COLUMN y");
        folder.Script("3_fails.sql", "ALTER TABLE made ADD COLUMN y; CREATE TABLE never (x)");
        folder.Script("4_goes_on.sql", "ALTER TABLE made DROP COLUMN y; DROP TABLE never");

        var plan = await folder.PlanAsync();

        Assert.Contains(plan.Changes, c => c.Step == "2_alter" && c.Description == "add column made.y");
        Assert.Contains(plan.Findings, f => f.RuleId == "PSM016" && f.Step == "3_fails" && f.Reason.Contains("duplicate column", StringComparison.Ordinal));
        Assert.Contains(plan.Findings, f => f.RuleId == "PSM016" && f.Step == "4_goes_on" && f.Reason.Contains("never", StringComparison.Ordinal));
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("1845123412341234123")]
    public async Task Row_ids_that_are_far_apart_do_not_frighten_the_estimate(string id)
    {
        using var folder = NewFolder("CREATE TABLE events (id INTEGER PRIMARY KEY, what TEXT); INSERT INTO events VALUES (-5, 'a'), (" + id + ", 'b');");
        folder.Script("change.sql", "UPDATE events SET what = 'c'; DROP TABLE events");

        var plan = await folder.PlanAsync();

        Assert.Contains(plan.Changes, c => c.RowsLost == 2);
        Assert.InRange(plan.EstimatedDuration, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Large_tables_are_judged_by_no_more_rows_than_their_file_has_room_for()
    {
        using var folder = NewFolder("CREATE TABLE events (id INTEGER PRIMARY KEY); INSERT INTO events WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250000) SELECT i * 30000000000000 FROM n;");
        folder.Script("change.sql", "DROP TABLE events");

        var plan = await folder.PlanAsync();

        Assert.InRange(Assert.Single(plan.Changes).RowsLost!.Value, 250_000, new FileInfo(folder.Database).Length);
        Assert.InRange(plan.EstimatedDuration, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("UPDATE t SET a = 2; ALTER TABLE t ADD COLUMN b", true)]
    [InlineData("CREATE TRIGGER u AFTER INSERT ON u BEGIN SELECT 1; END", false)]
    public async Task A_trigger_may_have_the_name_of_a_table(string script, bool isFollowed)
    {
        using var folder = NewFolder("CREATE TABLE t (a); CREATE TRIGGER t AFTER INSERT ON t BEGIN SELECT 1; END; INSERT INTO t VALUES (1); CREATE TABLE u (x);");
        folder.Script("change.sql", script);
        var before = folder.Image();

        var plan = await folder.MigrateAsync();

        Assert.Equal(isFollowed, !plan.Findings.Any(f => f.RuleId == "PSM018"));
        var undo = await folder.UndoAsync(plan);
        Assert.Equal(isFollowed ? null : "UndoNotPossible", undo.Failure?.ErrorId);
        if (isFollowed)
        {
            Assert.Equal("", before.DifferenceTo(folder.Image()));
        }
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
