using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>What others wrote after a migration is never lost silently by taking the migration back.</summary>
public sealed class UndoConflictTests : UndoConflictContract
{
    private const string Shop = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT DEFAULT 'Bern');
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id));
        INSERT INTO customers VALUES (1, 'Ada', 'London'), (2, 'Björn', 'Oslo');
        INSERT INTO orders VALUES (10, 1);
        """;

    private const string Rebuild = "PRAGMA foreign_keys = OFF; CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, level INTEGER DEFAULT 1); INSERT INTO n (id, name) SELECT id, upper(name) FROM customers; DROP TABLE customers; ALTER TABLE n RENAME TO customers";

    /// <summary>Script, what others do, the conflict as text, and the lines that are there after the undo instead of the original ones.</summary>
    public static TheoryData<string, string, string, string> Cases => new()
    {
        // Rows that the script changed
        { "UPDATE customers SET city = 'X' WHERE id = 1", "UPDATE customers SET city = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Ada', city='theirs'] +captured", "customers: 1 | 'Ada' | 'theirs' | 1" },
        { "UPDATE customers SET city = 'X' WHERE id = 1", "DELETE FROM orders; DELETE FROM customers WHERE id = 1", "customers id=1 Deleted Kept [id=1, name='Ada', city='London'] [] +captured", "" },
        { "DELETE FROM customers WHERE id = 2", "INSERT INTO customers VALUES (2, 'theirs', '')", "customers id=2 Changed Kept [id=2, name='Björn', city='Oslo'] [id=2, name='theirs', city=''] +captured", "customers: 2 | 'theirs' | '' | 2" },
        { "INSERT INTO customers VALUES (3, 'Chloé', '')", "UPDATE customers SET name = 'theirs' WHERE id = 3", "customers id=3 Changed Kept [] [id=3, name='theirs', city='']", "customers: 3 | 'theirs' | '' | 3" },
        { "INSERT INTO customers VALUES (3, 'Chloé', '')", "DELETE FROM customers WHERE id = 3", "", "" },
        { "UPDATE customers SET name = 'X'; ALTER TABLE customers DROP COLUMN city", "UPDATE customers SET name = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='theirs'] +captured", "customers: 1 | 'theirs' | 'London' | 1" },
        { "UPDATE customers SET name = 'X'; ALTER TABLE customers RENAME TO clients", "UPDATE clients SET name = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='theirs', city='London'] +captured", "customers: 1 | 'theirs' | 'London' | 1" },
        { "UPDATE customers SET name = 'X'; ALTER TABLE customers RENAME COLUMN name TO called", "UPDATE customers SET called = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, called='theirs', city='London'] +captured", "customers: 1 | 'theirs' | 'London' | 1" },
        // Unique values
        { "CREATE UNIQUE INDEX u ON customers (name); DELETE FROM customers WHERE id = 2", "INSERT INTO customers VALUES (9, 'Björn', '')", "", "customers: 9 | 'Björn' | '' | 9" },
        { "DELETE FROM customers WHERE id = 2", "CREATE UNIQUE INDEX u ON customers (name); INSERT INTO customers VALUES (9, 'Björn', '')", "customers id=2 Blocked Kept [id=2, name='Björn', city='Oslo'] [id=9, name='Björn', city=''] +captured", "customers: 9 | 'Björn' | '' | 9" },
        { "UPDATE customers SET name = name || '!'", "CREATE UNIQUE INDEX u ON customers (name); UPDATE customers SET name = 'Björn' WHERE id = 1", "customers id=2 Blocked Kept [id=2, name='Björn', city='Oslo'] [id=1, name='Björn', city='London'] +captured|customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Björn', city='London'] +captured", "customers: 1 | 'Björn' | 'London' | 1" },
        // Tables that undo drops
        { "CREATE TABLE made (id INTEGER PRIMARY KEY, x)", "INSERT INTO made VALUES (1, 'theirs')", "made id=1 Added Saved [] [id=1, x='theirs'] +present", "" },
        { "CREATE TABLE made (x); INSERT INTO made VALUES (1), (2); ALTER TABLE made RENAME TO done; ALTER TABLE done ADD COLUMN y", "UPDATE done SET y = 'theirs' WHERE x = 1", "done rowid=1 Changed Saved [] [x=1, y='theirs'] +present", "" },
        { "CREATE TABLE made (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO made VALUES ('a', 1)", "UPDATE made SET v = 'theirs'; INSERT INTO made VALUES ('b', x'00ff')", "made k='a' Changed Saved [] [k='a', v='theirs'] +present|made k='b' Added Saved [] [k='b', v=x'00FF'] +present", "" },
        // Columns that undo drops
        { "ALTER TABLE customers ADD COLUMN email TEXT", "UPDATE customers SET email = 'theirs' WHERE id = 2", "customers id=2 Changed Saved [] [id=2, name='Björn', city='Oslo', email='theirs'] +present", "" },
        { "ALTER TABLE customers ADD COLUMN email TEXT; UPDATE customers SET email = name", "UPDATE customers SET email = 'theirs' WHERE id = 2", "customers id=2 Changed Kept [id=2, name='Björn', city='Oslo'] [id=2, name='Björn', city='Oslo', email='theirs'] +captured+present", "" },
        { "ALTER TABLE customers ADD COLUMN email TEXT DEFAULT 'none'", "INSERT INTO customers VALUES (9, 'theirs', '', NULL)", "customers id=9 Changed Saved [] [id=9, name='theirs', city='', email=NULL] +present", "customers: 9 | 'theirs' | '' | 9" },
        // Columns that undo brings back
        { "ALTER TABLE customers DROP COLUMN city", "DELETE FROM customers WHERE id = 2; INSERT INTO customers VALUES (9, 'theirs')", "customers id=2 Deleted Kept [city='Oslo'] [] +captured", "customers: 9 | 'theirs' | 'Bern' | 9" },
        // Tables that undo replaces
        { Rebuild, "INSERT INTO customers (id, name) VALUES (9, 'theirs')", "", "customers: 9 | 'theirs' | 'Bern' | 9" },
        { Rebuild, "INSERT INTO customers VALUES (9, 'theirs', 7)", "customers id=9 Added Kept [] [id=9, name='theirs', level=7] +present", "customers: 9 | 'theirs' | 'Bern' | 9" },
        { Rebuild, "UPDATE customers SET name = 'theirs' WHERE id = 1; DELETE FROM customers WHERE id = 2", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='theirs', level=1] +captured|customers id=2 Deleted Kept [id=2, name='Björn', city='Oslo'] [] +captured", "customers: 1 | 'theirs' | 'London' | 1" },
        { "CREATE TABLE o2 (id INTEGER PRIMARY KEY, customer INTEGER); INSERT INTO o2 SELECT * FROM orders; DROP TABLE orders; CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, note TEXT); INSERT INTO orders (id, customer) SELECT * FROM o2; DROP TABLE o2", "UPDATE orders SET note = 'theirs'", "orders id=10 Changed Kept [id=10, customer=1] [id=10, customer=1, note='theirs'] +captured+present", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_others_wrote_stays_or_is_saved_and_is_listed(string script, string others, string expected, string lines)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", script);
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        folder.Sql(others);

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        var conflicts = Assert.Single(undo.Plan.Undo!.Steps).Conflicts;
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), conflicts.Select(c => Shown(c, folder)).Order(StringComparer.Ordinal));
        Assert.Equal(lines.Length == 0 ? [] : [lines], folder.Image().Lines.Except(before.Lines).Where(l => !l.StartsWith("index ", StringComparison.Ordinal)));
        Assert.DoesNotContain(DatabaseImage.Captures(folder.Database), name => name.Contains("capture", StringComparison.Ordinal));
        Assert.Equal(conflicts.Any(c => c.SavedIn is not null), DatabaseImage.Captures(folder.Database).Count > 0);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Forced_the_captured_rows_come_back_and_what_was_overwritten_is_saved(string script, string others, string expected, string lines)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", script);
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        folder.Sql(others);

        var undo = await folder.UndoAsync(plan, options: MigrationFolder.Forced);

        Assert.Null(undo.Failure);
        var missing = before.Lines.Except(folder.Image().Lines).ToList();
        if (!others.Contains("DELETE FROM orders", StringComparison.Ordinal) && !script.Contains("DROP COLUMN city", StringComparison.Ordinal))
        {
            Assert.Empty(missing);
        }

        var conflicts = Assert.Single(undo.Plan.Undo!.Steps).Conflicts;
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Length > 0, conflicts.Count > 0);
        Assert.All(conflicts, c => Assert.True(c.SavedIn is not null || c.Kind == ConflictKind.Deleted, c.ToString()));
        Assert.NotNull(lines);
    }

    [Theory]
    [InlineData("DROP TABLE orders", "CREATE TABLE orders (theirs)")]
    [InlineData("INSERT INTO customers VALUES (3, 'Chloé', '')", "INSERT INTO orders VALUES (11, 3)")]
    [InlineData("UPDATE customers SET name = 'X'", "DROP TABLE orders; DROP TABLE customers")]
    [InlineData("UPDATE customers SET name = 'X'", "ALTER TABLE customers RENAME COLUMN city TO town")]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "ALTER TABLE customers ADD COLUMN theirs TEXT; UPDATE customers SET theirs = 'x'")]
    [InlineData("CREATE INDEX i ON customers (name); DROP INDEX i; CREATE TABLE x (a); DROP TABLE orders", "CREATE VIEW orders AS SELECT 1")]
    public async Task What_cannot_be_merged_stops_the_undo_and_nothing_is_changed(string script, string others)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", script);
        var plan = await folder.MigrateAsync();
        folder.Sql(others);
        var theirs = folder.Image();
        var captures = DatabaseImage.Captures(folder.Database);

        var undo = await folder.UndoAsync(plan);

        Refused.Is("UndoConflict", undo.Failure);
        Assert.Equal("", theirs.DifferenceTo(folder.Image()));
        Assert.Equal(captures, DatabaseImage.Captures(folder.Database));
        Assert.All(await folder.HistoryAsync(), entry => Assert.True(entry.IsApplied));
    }

    [Fact]
    public async Task A_dropped_unique_index_that_others_outgrew_stops_the_undo()
    {
        using var folder = new MigrationFolder(Shop + "CREATE UNIQUE INDEX u ON customers (name);");
        folder.Script("change.sql", "DROP INDEX u");
        var plan = await folder.MigrateAsync();
        folder.Sql("INSERT INTO customers VALUES (9, 'Ada', '')");
        var theirs = folder.Image();

        var error = Refused.Is("UndoConflict", (await folder.UndoAsync(plan)).Failure);

        Assert.Contains("customers.name", error.Message, StringComparison.Ordinal);
        Assert.Equal("", theirs.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task Forced_the_values_of_columns_that_others_added_are_saved()
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", "ALTER TABLE customers DROP COLUMN city; ALTER TABLE orders ADD COLUMN note TEXT");
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        folder.Sql("ALTER TABLE customers ADD COLUMN theirs TEXT; UPDATE customers SET theirs = 'x' WHERE id = 2; ALTER TABLE orders ADD COLUMN more INT");

        var undo = await folder.UndoAsync(plan, options: MigrationFolder.Forced);

        Assert.Null(undo.Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        var conflict = Assert.Single(Assert.Single(undo.Plan.Undo!.Steps).Conflicts);
        Assert.Equal("x", folder.Value($"SELECT theirs FROM {conflict.SavedIn} WHERE id = 2"));
    }

    [Fact]
    public async Task A_column_that_others_added_keeps_its_values_where_only_rows_are_taken_back()
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", "UPDATE customers SET city = 'X'; DELETE FROM orders");
        var plan = await folder.MigrateAsync();
        folder.Sql("ALTER TABLE customers ADD COLUMN theirs TEXT; UPDATE customers SET theirs = 'mine' WHERE id = 2; ALTER TABLE orders ADD COLUMN more DEFAULT 5");

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        Assert.Empty(Assert.Single(undo.Plan.Undo!.Steps).Conflicts);
        Assert.Contains("customers: 2 | 'Björn' | 'Oslo' | 'mine' | 2", folder.Image().Lines);
        Assert.Contains("customers: 1 | 'Ada' | 'London' | NULL | 1", folder.Image().Lines);
        Assert.Contains("orders: 10 | 1 | 5 | 10", folder.Image().Lines);
    }

    [Fact]
    public async Task Indexes_and_triggers_that_others_made_on_a_replaced_table_are_on_the_restored_one()
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", Rebuild);
        var plan = await folder.MigrateAsync();
        folder.Sql("CREATE INDEX theirs_name ON customers (name); CREATE INDEX theirs_level ON customers (level); CREATE TRIGGER theirs_t AFTER INSERT ON customers BEGIN UPDATE customers SET name = 'seen' WHERE id = NEW.id; END");

        Assert.Null((await folder.UndoAsync(plan)).Failure);

        Assert.Equal(1L, folder.Value("SELECT count(*) FROM sqlite_schema WHERE name = 'theirs_name' AND tbl_name = 'customers'"));
        Assert.Equal(1L, folder.Value("SELECT count(*) FROM sqlite_schema WHERE name = 'theirs_t' AND tbl_name = 'customers'"));
        Assert.Equal(0L, folder.Value("SELECT count(*) FROM sqlite_schema WHERE name = 'theirs_level'"));
    }

    [Fact]
    public async Task Rows_without_keys_in_a_replaced_table_are_saved_where_they_cannot_be_matched()
    {
        using var folder = new MigrationFolder("CREATE TABLE n (a, b); INSERT INTO n (rowid, a, b) VALUES (5, 'p', 1), (9, 'q', 2);");
        folder.Script("change.sql", "CREATE TABLE n2 (a, b, c); INSERT INTO n2 (a, b) SELECT a, b FROM n; DROP TABLE n; ALTER TABLE n2 RENAME TO n");
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        folder.Sql("UPDATE n SET b = 'theirs' WHERE a = 'p'; INSERT INTO n VALUES ('new', 3, NULL)");

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        Assert.Empty(before.Lines.Except(folder.Image().Lines));
        Assert.Equal(3L, folder.Value("SELECT b FROM n WHERE a = 'new'"));
        var conflict = Assert.Single(Assert.Single(undo.Plan.Undo!.Steps).Conflicts);
        Assert.Equal("theirs", folder.Value($"SELECT b FROM {conflict.SavedIn} WHERE a = 'p'"));
    }

    [Theory]
    [InlineData("UPDATE customers SET city = 'X' WHERE id = 1", "UPDATE customers SET city = 'theirs' WHERE id = 2", "customers: 2 | 'Björn' | 'theirs' | 2")]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "INSERT INTO customers VALUES (9, 'theirs')", "customers: 9 | 'theirs' | 'Bern' | 9")]
    [InlineData("ALTER TABLE customers ADD COLUMN email TEXT DEFAULT 'none'", "INSERT INTO customers (id, name) VALUES (9, 'theirs')", "customers: 9 | 'theirs' | 'Bern' | 9")]
    [InlineData("DELETE FROM orders", "INSERT INTO customers VALUES (9, 'theirs', '')", "customers: 9 | 'theirs' | '' | 9")]
    [InlineData("REPLACE INTO customers VALUES (1, 'R', 'R')", "UPDATE customers SET city = 'theirs' WHERE id = 2", "customers: 2 | 'Björn' | 'theirs' | 2")]
    public async Task What_others_wrote_elsewhere_stays_and_is_no_conflict(string script, string others, string kept)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", script);
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        folder.Sql(others);

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        var after = folder.Image();
        Assert.Contains(kept, after.Lines);
        Assert.Equal([kept], after.Lines.Except(before.Lines));
        Assert.Empty(Assert.Single(undo.Plan.Undo!.Steps).Conflicts);
        Assert.Empty(DatabaseImage.Captures(folder.Database));
    }

    [Theory]
    [InlineData("UPDATE customers SET city = 'theirs' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Ada', city='theirs'] +captured")]
    [InlineData("UPDATE customers SET city = 'X' WHERE id = 1", "customers id=1 Changed Kept [id=1, name='Ada', city='London'] [id=1, name='Ada', city='X'] +captured")]
    [InlineData("DELETE FROM orders; DELETE FROM customers WHERE id = 1", "customers id=1 Deleted Kept [id=1, name='Ada', city='London'] [] +captured")]
    public async Task A_script_that_was_committed_in_pieces_keeps_what_others_wrote_through_all_of_them(string others, string expected)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", "-- Transaction: none\nUPDATE customers SET city = 'X';\nUPDATE customers SET city = 'Y';\nCREATE TABLE made (id INTEGER PRIMARY KEY);\nINSERT INTO made VALUES (1);\nUPDATE made SET id = 2;");
        var plan = await folder.MigrateAsync();
        folder.Sql(others);
        var theirs = folder.Image().Lines.Where(l => l.StartsWith("customers: 1 ", StringComparison.Ordinal)).ToList();

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        Assert.Equal(theirs, folder.Image().Lines.Where(l => l.StartsWith("customers: 1 ", StringComparison.Ordinal)));
        Assert.Contains("customers: 2 | 'Björn' | 'Oslo' | 2", folder.Image().Lines);
        Assert.Equal([expected], Assert.Single(undo.Plan.Undo!.Steps).Conflicts.Select(c => Shown(c, folder)));
        Assert.DoesNotContain(folder.Image().Lines, l => l.Contains("made", StringComparison.Ordinal));
    }

    [Fact]
    public async Task More_conflicts_than_are_listed_are_counted_and_all_are_saved()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (id INTEGER PRIMARY KEY, v); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO t SELECT i, i FROM n;");
        folder.Script("change.sql", "UPDATE t SET v = v + 1");
        var plan = await folder.MigrateAsync();
        folder.Sql("UPDATE t SET v = -v");

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        var conflicts = Assert.Single(undo.Plan.Undo!.Steps).Conflicts;
        Assert.Equal(10_001, conflicts.Count);
        Assert.Contains((2000).ToString("N0"), conflicts[^1].Object, StringComparison.Ordinal);
        Assert.Equal(12_000L, folder.Value($"SELECT count(*) FROM {conflicts[^1].SavedIn}"));
        Assert.Equal(-12_001L, folder.Value("SELECT min(v) FROM t"));
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

    [Theory]
    [InlineData("DELETE FROM customers WHERE id < 3", "UPDATE {0} SET c1 = 'forged' WHERE k0 = 1")]
    [InlineData("DELETE FROM customers WHERE id < 3", "DELETE FROM {0} WHERE k0 = 1")]
    [InlineData("DELETE FROM customers WHERE id < 3", "INSERT INTO {0} (k0, i) VALUES (7, 1)")]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "UPDATE {0} SET c0 = NULL WHERE k0 = 2")]
    [InlineData("DROP TABLE customers", "UPDATE {0} SET k0 = 8 WHERE k0 = 2")]
    [InlineData("CREATE TABLE made (k TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO made VALUES ('a')", "UPDATE {0} SET h = zeroblob(16)")]
    public async Task A_capture_that_was_altered_is_noticed_before_anything_is_changed(string script, string alter)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Sql("DELETE FROM orders");
        folder.Script("change.sql", script);
        var plan = await folder.MigrateAsync();
        folder.Sql(string.Format(System.Globalization.CultureInfo.InvariantCulture, alter, DatabaseImage.Captures(folder.Database)[0]));
        var now = folder.Image();
        var captures = DatabaseImage.Captures(folder.Database);

        foreach (var options in new[] { new RunOptions(), MigrationFolder.Forced })
        {
            Refused.Is("CaptureAltered", (await folder.UndoAsync(plan, options: options)).Failure);
            Assert.Equal("", now.DifferenceTo(folder.Image()));
            Assert.Equal(captures, DatabaseImage.Captures(folder.Database));
        }
    }

    private static string Shown(UndoConflict conflict, MigrationFolder folder)
    {
        var saved = "";
        if (conflict.SavedIn is { } table)
        {
            var id = conflict.Key.Replace("rowid=", "psmigrate_rowid=", StringComparison.Ordinal);
            foreach (var reason in new[] { "captured", "present" })
            {
                saved += (long)folder.Value($"SELECT count(*) FROM {table} WHERE {id} AND psmigrate_reason = '{reason}'")! > 0 ? $"+{reason}" : "";
            }
        }

        return $"{conflict.Object} {conflict.Key} {conflict.Kind} {conflict.Resolution} [{conflict.Captured}] [{conflict.Present}] {saved}".TrimEnd();
    }

    private protected override bool HasSchemas => false;

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
