using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>What others wrote after a migration is never lost silently by taking the migration back: on any engine.</summary>
public abstract class UndoConflictContract
{
    private const string Shop = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50), city VARCHAR(50) DEFAULT 'Bern');
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, CONSTRAINT orders_of FOREIGN KEY (customer) REFERENCES customers (id));
        INSERT INTO customers VALUES (1, 'Ada', 'London'), (2, 'Björn', 'Oslo');
        INSERT INTO orders VALUES (10, 1);
        """;

    /// <summary>Script, what others do, the conflicts as text, and the customers that are there after the undo.</summary>
    public static TheoryData<string, string, string, string> CommonCases => new()
    {
        // Rows that the script changed
        { "UPDATE customers SET city = 'X' WHERE id = 1", "UPDATE customers SET city = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Ada', city='theirs'] +captured", "1 Ada theirs|2 Björn Oslo" },
        { "UPDATE customers SET city = 'X' WHERE id = 1", "DELETE FROM orders; DELETE FROM customers WHERE id = 1", "customers id=1 Deleted Kept [id=1, name='Ada', city='London'] [] +captured", "2 Björn Oslo" },
        { "DELETE FROM customers WHERE id = 2", "INSERT INTO customers VALUES (2, 'theirs', '-')", "customers id=2 Changed Kept [id=2, name='Björn', city='Oslo'] [id=2, name='theirs', city='-'] +captured", "1 Ada London|2 theirs -" },
        { "INSERT INTO customers VALUES (3, 'Chloé', '-')", "UPDATE customers SET name = 'theirs' WHERE id = 3", "customers id=3 Changed Kept [] [id=3, name='theirs', city='-']", "1 Ada London|2 Björn Oslo|3 theirs -" },
        { "INSERT INTO customers VALUES (3, 'Chloé', '-')", "DELETE FROM customers WHERE id = 3", "", "1 Ada London|2 Björn Oslo" },
        { "UPDATE customers SET city = 'X'; UPDATE customers SET city = 'Y'", "UPDATE customers SET city = 'X' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Ada', city='X'] +captured", "1 Ada X|2 Björn Oslo" },
        { "UPDATE customers SET name = 'X'; ALTER TABLE customers DROP COLUMN city", "UPDATE customers SET name = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='theirs', city='London'] +captured", "1 theirs London|2 Björn Oslo" },
        { "UPDATE customers SET name = 'X'; ALTER TABLE customers RENAME TO clients", "UPDATE clients SET name = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='theirs', city='London'] +captured", "1 theirs London|2 Björn Oslo" },
        { "UPDATE customers SET name = 'X'; ALTER TABLE customers RENAME COLUMN name TO called", "UPDATE customers SET called = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='theirs', city='London'] +captured", "1 theirs London|2 Björn Oslo" },
        { "UPDATE customers SET city = 'X'; ALTER TABLE customers RENAME TO clients; UPDATE clients SET name = 'Y'", "UPDATE clients SET city = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Ada', city='theirs'] +captured", "?1 Y theirs|2 Björn Oslo" },
        { "UPDATE customers SET city = 'X'; ALTER TABLE customers ADD COLUMN more INTEGER; UPDATE customers SET more = 1, city = 'Y'", "DELETE FROM customers WHERE id = 2", "customers id=2 Deleted Kept [id=2, name='Björn', city='Oslo'] [] +captured", "1 Ada London" },
        // Unique values
        { "DELETE FROM customers WHERE id = 2", "CREATE UNIQUE INDEX u ON customers (name); INSERT INTO customers VALUES (9, 'Björn', '-')", "customers id=2 Blocked Kept [id=2, name='Björn', city='Oslo'] [] +captured", "1 Ada London|9 Björn -" },
        // Tables that undo drops
        { "CREATE TABLE made (id INTEGER PRIMARY KEY, x VARCHAR(20))", "INSERT INTO made VALUES (1, 'theirs')", "made id=1 Added Saved [] [id=1, x='theirs'] +present", "1 Ada London|2 Björn Oslo" },
        { "CREATE TABLE made (id INTEGER PRIMARY KEY, x VARCHAR(20)); INSERT INTO made VALUES (1, 'ours'), (2, 'ours')", "DELETE FROM made WHERE id = 1", "", "1 Ada London|2 Björn Oslo" },
        { "CREATE TABLE made (id INTEGER PRIMARY KEY, x VARCHAR(20)); INSERT INTO made VALUES (1, 'ours'), (2, NULL)", "UPDATE made SET x = 'theirs' WHERE id = 2", "made id=2 Changed Saved [] [id=2, x='theirs'] +present", "1 Ada London|2 Björn Oslo" },
        { $"CREATE TABLE made (id INTEGER PRIMARY KEY, x VARCHAR(20)); INSERT INTO made VALUES (1, 'ours'); {string.Concat(Enumerable.Range(0, 8).Select(i => $"INSERT INTO made SELECT id + {1 << i}, x FROM made; "))}", "UPDATE made SET x = 'theirs' WHERE id = 200", "made id=200 Changed Saved [] [id=200, x='theirs'] +present", "1 Ada London|2 Björn Oslo" },
        // Columns that undo drops
        { "ALTER TABLE customers ADD COLUMN email VARCHAR(50)", "UPDATE customers SET email = 'theirs' WHERE id = 2", "customers id=2 Changed Saved [] [id=2, name='Björn', city='Oslo', email='theirs'] +present", "1 Ada London|2 Björn Oslo" },
        { "ALTER TABLE customers ADD COLUMN email VARCHAR(50) DEFAULT 'none'", "INSERT INTO customers VALUES (9, 'theirs', '-', NULL)", "customers id=9 Changed Saved [] [id=9, name='theirs', city='-', email=NULL] +present", "1 Ada London|2 Björn Oslo|9 theirs -" },
        // Columns that undo brings back
        { "ALTER TABLE customers DROP COLUMN city", "INSERT INTO customers VALUES (9, 'theirs')", "", "1 Ada London|2 Björn Oslo|9 theirs Bern" },
        { "ALTER TABLE customers DROP COLUMN city", "DELETE FROM customers WHERE id = 2", "customers id=2 Deleted Kept [city='Oslo'] [] +captured", "1 Ada London" },
        // What others wrote elsewhere
        { "UPDATE customers SET city = 'X' WHERE id = 1", "UPDATE customers SET city = 'theirs' WHERE id = 2", "", "1 Ada London|2 Björn theirs" },
        { "DELETE FROM orders", "INSERT INTO customers VALUES (9, 'theirs', '-')", "", "1 Ada London|2 Björn Oslo|9 theirs -" },
        { "ALTER TABLE customers ADD COLUMN email VARCHAR(50) DEFAULT 'none'", "INSERT INTO customers (id, name, city) VALUES (9, 'theirs', '-')", "", "1 Ada London|2 Björn Oslo|9 theirs -" },
    };

    /// <summary>True where the names of objects have their schema with them, and saved tables are in a schema of PSMigrate's own.</summary>
    private protected virtual bool HasSchemas => true;

    private protected abstract TestDatabase NewDatabase(string folder);

    /// <summary>Skips a case that this server does not have.</summary>
    private protected virtual void SkipUnlessPossible(string script, string others)
    {
    }

    [Theory]
    [MemberData(nameof(CommonCases))]
    public async Task What_others_wrote_stays_or_is_saved_and_is_told(string script, string others, string expected, string customers)
    {
        SkipUnlessPossible(script, others);
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", script);
        var plan = await folder.MigrateAsync();
        folder.Sql(others);

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        var conflicts = Assert.Single(undo.Plan.Undo!.Steps).Conflicts;
        if (!customers.StartsWith('?'))
        {
            Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(e => Comparable(e, script)).Order(StringComparer.Ordinal), conflicts.Select(c => Comparable(Shown(c, folder), script)).Order(StringComparer.Ordinal));
            Assert.Equal(customers.Split('|'), Customers(folder));
        }
        else
        {
            Assert.NotEmpty(conflicts);
            Assert.All(customers[1..].Split('|'), c => Assert.Contains(c, Customers(folder)));
        }

        Assert.DoesNotContain(folder.Captures(), name => name.Contains("capture_", StringComparison.Ordinal));
        Assert.Equal(conflicts.Any(c => c.SavedIn is not null), folder.Captures().Count > 0);
    }

    [Theory]
    [InlineData("INSERT INTO made VALUES ('ours')", true)]
    [InlineData("INSERT INTO made VALUES (NULL)", true)]
    [InlineData("DELETE FROM made WHERE x IS NULL", false)]
    [InlineData("UPDATE made SET x = 'ours'", false)]
    public async Task Rows_that_no_key_tells_apart_are_saved_where_there_are_more_of_them_than_the_script_left(string others, bool isSaved)
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "CREATE TABLE made (x VARCHAR(20)); INSERT INTO made VALUES ('ours'), ('ours'), (NULL);");
        var plan = await folder.MigrateAsync();
        folder.Sql(others);
        if (!isSaved)
        {
            folder.Sql("DELETE FROM made WHERE x = 'ours'");
        }

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        Assert.Equal(isSaved, Assert.Single(undo.Plan.Undo!.Steps).Conflicts.Count > 0);
        Assert.Equal(isSaved, folder.Captures().Count > 0);
    }

    [Theory]
    [MemberData(nameof(CommonCases))]
    public async Task Forced_all_that_was_captured_comes_back_and_what_was_overwritten_is_saved(string script, string others, string expected, string customers)
    {
        SkipUnlessPossible(script, others);
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", script);
        var before = Customers(folder);
        var plan = await folder.MigrateAsync();
        folder.Sql(others);

        var undo = await folder.UndoAsync(plan, options: MigrationFolder.Forced);

        Assert.Null(undo.Failure);
        if (!others.Contains("DELETE FROM", StringComparison.Ordinal) || !script.Contains("DROP COLUMN city", StringComparison.Ordinal))
        {
            // What nobody but others wrote is not the script's to give back.
            var theirs = Customers(folder).Except(before).ToList();
            Assert.DoesNotContain(before.Except(Customers(folder)), c => !theirs.Any(t => t[..1] == c[..1]) && !expected.Contains("Blocked", StringComparison.Ordinal));
        }

        var conflicts = Assert.Single(undo.Plan.Undo!.Steps).Conflicts;
        Assert.Equal(expected.Length > 0, conflicts.Count > 0);
        Assert.All(conflicts, c => Assert.True(c.SavedIn is not null || c.Kind == ConflictKind.Deleted, c.ToString()));
        Assert.NotEmpty(customers);
    }

    [Theory]
    [InlineData("INSERT INTO customers VALUES (3, 'Chloé', '-')", "INSERT INTO orders VALUES (11, 3)")]
    [InlineData("UPDATE customers SET name = 'X'", "DROP TABLE orders; DROP TABLE customers")]
    [InlineData("UPDATE customers SET name = 'X'", "ALTER TABLE customers RENAME COLUMN city TO town; ALTER TABLE customers DROP COLUMN town")]
    public Task What_cannot_be_merged_stops_the_undo(string script, string others) => RequireStoppedAsync(script, others);

    private protected async Task RequireStoppedAsync(string script, string others)
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", script);
        var plan = await folder.MigrateAsync();
        folder.Sql(others);
        var theirs = folder.Image();
        var captures = folder.Captures();

        var undo = await folder.UndoAsync(plan);

        Refused.Is("UndoConflict", undo.Failure);
        Assert.Equal("", theirs.DifferenceTo(folder.Image()));
        Assert.Equal(captures, folder.Captures());
        Assert.All(await folder.HistoryAsync(), entry => Assert.True(entry.IsApplied));
    }

    [Theory]
    [InlineData("ON DELETE CASCADE")]
    [InlineData("ON DELETE SET NULL")]
    [InlineData("")]
    public async Task Rows_of_others_that_refer_to_what_undo_takes_away_are_not_taken_away_with_it(string action)
    {
        using var folder = NewFolder($"CREATE TABLE p (id INTEGER PRIMARY KEY, v INTEGER); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, FOREIGN KEY (p) REFERENCES p (id) {action}); INSERT INTO p VALUES (1, 1);");
        folder.Script("change.sql", "INSERT INTO p VALUES (2, 2); UPDATE p SET v = 7 WHERE id = 1");
        var plan = await folder.MigrateAsync();
        folder.Sql("INSERT INTO c VALUES (1, 2)");
        var theirs = folder.Image();

        Refused.Is("UndoConflict", (await folder.UndoAsync(plan)).Failure);

        Assert.Equal("", theirs.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task A_dropped_unique_index_that_others_outgrew_stops_the_undo_of_its_drop()
    {
        SkipUnlessPossible("DROP INDEX", "");
        using var folder = NewFolder(Shop + " CREATE UNIQUE INDEX customers_name ON customers (name);");
        folder.Script("change.sql", DropIndex("customers_name", "customers"));
        var plan = await folder.MigrateAsync();
        folder.Sql("INSERT INTO customers VALUES (9, 'Ada', '-')");
        var theirs = folder.Image();

        Refused.Is("UndoConflict", (await folder.UndoAsync(plan)).Failure);

        Assert.Equal("", theirs.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task A_capture_that_is_gone_is_told_to_be_gone()
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "DELETE FROM orders");
        var plan = await folder.MigrateAsync();
        var capture = Assert.Single(folder.Captures());
        folder.Sql($"DROP TABLE {Own(capture)}");
        var now = folder.Image();

        var error = Refused.Is("CaptureMissing", (await folder.UndoAsync(plan)).Failure);

        Assert.Contains(capture, error.Message, StringComparison.Ordinal);
        Assert.Equal("", now.DifferenceTo(folder.Image()));
    }

    [Theory]
    [InlineData("DELETE FROM customers WHERE id < 3", "UPDATE {0} SET c1 = 'forged' WHERE k0 = 1")]
    [InlineData("DELETE FROM customers WHERE id < 3", "DELETE FROM {0} WHERE k0 = 1")]
    [InlineData("DELETE FROM customers WHERE id < 3", "INSERT INTO {0} (k0, i) VALUES (7, 1)")]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "UPDATE {0} SET c0 = NULL WHERE k0 = 2")]
    public async Task A_capture_that_was_altered_is_noticed_before_anything_is_given_back(string script, string alter)
    {
        using var folder = NewFolder(Shop);
        folder.Sql("DELETE FROM orders");
        folder.Script("change.sql", script);
        var plan = await folder.MigrateAsync();
        folder.Sql(string.Format(System.Globalization.CultureInfo.InvariantCulture, alter, Own(folder.Captures()[0])));
        var now = folder.Image();

        foreach (var options in new[] { new RunOptions(), MigrationFolder.Forced })
        {
            Refused.Is("CaptureAltered", (await folder.UndoAsync(plan, options: options)).Failure);
            Assert.Equal("", now.DifferenceTo(folder.Image()));
        }
    }

    [Theory]
    [InlineData("UPDATE customers SET city = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Ada', city='theirs'] +captured")]
    [InlineData("UPDATE customers SET city = 'X' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Ada', city='X'] +captured")]
    [InlineData("DELETE FROM orders; DELETE FROM customers WHERE id = 1", "customers id=1 Deleted Kept [id=1, name='Ada', city='London'] [] +captured")]
    public async Task What_was_committed_in_pieces_keeps_what_others_wrote_through_all_of_them(string others, string expected)
    {
        using var folder = NewFolder(Shop);
        folder.Script("change.sql", "-- Transaction: none\nUPDATE customers SET city = 'X';\nUPDATE customers SET city = 'Y';\nCREATE TABLE made (id INTEGER PRIMARY KEY);\nINSERT INTO made VALUES (1);\nUPDATE made SET id = 2;");
        var plan = await folder.MigrateAsync();
        folder.Sql(others);
        var theirs = Customers(folder).Where(c => c.StartsWith('1')).ToList();

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        Assert.Equal([.. theirs, "2 Björn Oslo"], Customers(folder));
        Assert.Equal([expected], Assert.Single(undo.Plan.Undo!.Steps).Conflicts.Select(c => Shown(c, folder)));
        Assert.DoesNotContain(folder.Image().Lines, l => l.Contains("made", StringComparison.Ordinal));
    }

    private protected MigrationFolder NewFolder(string setup) => new(setup, NewDatabase);

    private protected virtual string DropIndex(string name, string table) => $"DROP INDEX {name}";

    /// <summary>A row that others wrote is shown as it is when the undo comes to it, which engines do in a structure that is or is not restored yet.</summary>
    private static string Comparable(string shown, string script) => !script.Contains("; ALTER TABLE", StringComparison.Ordinal) ? shown
        : System.Text.RegularExpressions.Regex.Replace(shown, @"\] \[.*\]", "] [as it is]");

    private string Own(string table) => HasSchemas && !table.Contains('.', StringComparison.Ordinal) ? $"psmigrate.{table}" : table;

    private static IReadOnlyList<string> Customers(MigrationFolder folder)
    {
        var list = new List<string>();
        for (var id = 1; id <= 9; id++)
        {
            if (folder.Value($"SELECT name FROM customers WHERE id = {id}") is { } name)
            {
                list.Add($"{id} {name} {folder.Value($"SELECT city FROM customers WHERE id = {id}")}");
            }
        }

        return list;
    }

    private string Shown(UndoConflict conflict, MigrationFolder folder)
    {
        var saved = "";
        if (conflict.SavedIn is { } table)
        {
            foreach (var reason in new[] { "captured", "present" })
            {
                saved += Convert.ToInt64(folder.Value($"SELECT count(*) FROM {Own(table)} WHERE psmigrate_reason = '{reason}'"), System.Globalization.CultureInfo.InvariantCulture) > 0 ? $"+{reason}" : "";
            }
        }

        return $"{conflict.Object.Split('.')[^1]} {conflict.Key} {conflict.Kind} {conflict.Resolution} [{conflict.Captured}] [{(conflict.Kind == ConflictKind.Blocked ? null : conflict.Present)}] {saved}".TrimEnd();
    }
}
