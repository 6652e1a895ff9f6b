using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>What others wrote after a migration is never lost silently by taking the migration back.</summary>
public sealed class UndoConflictTests
{
    private const string Shop = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT DEFAULT 'Bern');
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id));
        INSERT INTO customers VALUES (1, 'Ada', 'London'), (2, 'Björn', 'Oslo');
        INSERT INTO orders VALUES (10, 1);
        """;

    [Theory]
    [InlineData("UPDATE customers SET city = 'X' WHERE id = 1", "UPDATE customers SET city = 'theirs' WHERE id = 1")]
    [InlineData("UPDATE customers SET city = 'X' WHERE id = 1", "DELETE FROM orders; DELETE FROM customers WHERE id = 1")]
    [InlineData("DELETE FROM customers WHERE id = 2", "INSERT INTO customers VALUES (2, 'theirs', '')")]
    [InlineData("INSERT INTO customers VALUES (3, 'Chloé', '')", "UPDATE customers SET name = 'theirs' WHERE id = 3")]
    [InlineData("INSERT INTO customers VALUES (3, 'Chloé', '')", "INSERT INTO orders VALUES (11, 3)")]
    [InlineData("CREATE TABLE made (x)", "INSERT INTO made VALUES (1)")]
    [InlineData("CREATE TABLE made (x); INSERT INTO made VALUES (1); ALTER TABLE made RENAME TO done; ALTER TABLE done ADD COLUMN y", "UPDATE done SET y = 1")]
    [InlineData("PRAGMA foreign_keys = OFF; CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO n SELECT id, name FROM customers; DROP TABLE customers; ALTER TABLE n RENAME TO customers", "INSERT INTO customers VALUES (9, 'theirs')")]
    [InlineData("ALTER TABLE customers ADD COLUMN email TEXT", "UPDATE customers SET email = 'theirs' WHERE id = 2")]
    [InlineData("ALTER TABLE customers ADD COLUMN email TEXT DEFAULT 'none'", "INSERT INTO customers VALUES (9, 'theirs', '', NULL)")]
    [InlineData("ALTER TABLE customers ADD COLUMN email TEXT; UPDATE customers SET email = name", "UPDATE customers SET email = 'theirs' WHERE id = 2")]
    [InlineData("UPDATE customers SET name = 'X'; ALTER TABLE customers DROP COLUMN city", "UPDATE customers SET name = 'theirs' WHERE id = 1")]
    [InlineData("UPDATE customers SET name = 'X'; ALTER TABLE customers RENAME TO clients", "UPDATE clients SET name = 'theirs' WHERE id = 1")]
    [InlineData("DROP TABLE orders", "CREATE TABLE orders (theirs)")]
    public async Task What_others_wrote_stops_the_undo(string script, string others)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", script);
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        folder.Sql(others);
        var theirs = folder.Image();

        var undo = await folder.UndoAsync(plan);

        Refused.Is("UndoConflict", undo.Failure);
        Assert.Equal("", theirs.DifferenceTo(folder.Image()));
        Assert.All(await folder.HistoryAsync(), entry => Assert.True(entry.IsApplied));

        if (!others.Contains("CREATE TABLE", StringComparison.Ordinal))
        {
            Assert.Null((await folder.UndoAsync(plan, options: MigrationFolder.Forced)).Failure);
            Assert.Empty(DatabaseImage.Captures(folder.Database));
            Assert.All(before.Lines.Where(l => l.StartsWith("table ", StringComparison.Ordinal)), line => Assert.Contains(line, folder.Image().Lines));
        }
    }

    [Theory]
    [InlineData("UPDATE customers SET city = 'X' WHERE id = 1", "UPDATE customers SET city = 'theirs' WHERE id = 2", "customers: 2 | 'Björn' | 'theirs' | 2")]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "INSERT INTO customers VALUES (9, 'theirs')", "customers: 9 | 'theirs' | 'Bern' | 9")]
    [InlineData("ALTER TABLE customers ADD COLUMN email TEXT DEFAULT 'none'", "INSERT INTO customers (id, name) VALUES (9, 'theirs')", "customers: 9 | 'theirs' | 'Bern' | 9")]
    [InlineData("DELETE FROM orders", "INSERT INTO customers VALUES (9, 'theirs', '')", "customers: 9 | 'theirs' | '' | 9")]
    public async Task What_others_wrote_elsewhere_stays(string script, string others, string kept)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", script);
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        folder.Sql(others);

        Assert.Null((await folder.UndoAsync(plan)).Failure);

        var after = folder.Image();
        Assert.Contains(kept, after.Lines);
        Assert.Equal([kept], after.Lines.Except(before.Lines));
    }

    [Fact]
    public async Task A_capture_that_is_gone_is_said_to_be_gone()
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", "DELETE FROM orders");
        var plan = await folder.MigrateAsync();
        var capture = Assert.Single(DatabaseImage.Captures(folder.Database));
        folder.Sql($"DROP TABLE {capture}");
        var now = folder.Image();

        var error = Refused.Is("CaptureMissing", (await folder.UndoAsync(plan)).Failure);

        Assert.Contains(capture, error.Message, StringComparison.Ordinal);
        Assert.Equal("", now.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task A_step_that_conflicts_stops_the_undo_and_what_came_after_it_stays_undone()
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("1_first.sql", "UPDATE customers SET city = 'X'");
        folder.Script("2_second.sql", "CREATE TABLE made (x)");
        var plan = await folder.MigrateAsync();
        folder.Sql("UPDATE customers SET city = 'theirs' WHERE id = 1");

        var undo = await folder.UndoAsync(plan);

        Refused.Is("UndoConflict", undo.Failure);
        Assert.Equal(["1_first"], (await folder.HistoryAsync()).Where(e => e.IsApplied).Select(e => e.Step));
        Assert.DoesNotContain(folder.Image().Lines, line => line.Contains("made", StringComparison.Ordinal));
        Assert.Equal(["undone", "failed"], undo.Plan.Undo!.Steps.Select(s => s.Result));
    }
}
