using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>What copying tables into any engine's database must do. The source is a SQLite file, so that it is the same for all.</summary>
public abstract class CopyContract : EngineContract
{
    private const string Shop = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, city VARCHAR(50) DEFAULT 'Bern', balance NUMERIC(12, 2), seen DATETIME, active BOOLEAN NOT NULL DEFAULT 1);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE, total REAL, note TEXT);
        CREATE TABLE order_lines (order_id INTEGER NOT NULL REFERENCES orders (id), item VARCHAR(50) NOT NULL, amount INTEGER, picture BLOB, PRIMARY KEY (order_id, item));
        CREATE TABLE staff (id INTEGER PRIMARY KEY, name VARCHAR(20), boss INTEGER REFERENCES staff (id));
        CREATE UNIQUE INDEX customers_name ON customers (name);
        CREATE INDEX orders_customer ON orders (customer_id);
        INSERT INTO customers VALUES (1, 'Ada', 'London', 1.5, '2026-01-02 03:04:05', 1), (2, 'Björn 😀', NULL, 0, NULL, 0), (5, 'Chloé', '', 123456.78, '1999-12-31 23:59:59.123456', 1);
        INSERT INTO orders VALUES (10, 1, 99.5, NULL), (11, 1, 0.1, 'two words'), (12, 5, NULL, ''), (-3, 2, 1e300, 'it''s');
        INSERT INTO order_lines VALUES (10, 'tea', 1, X'00FF'), (10, 'cup', NULL, NULL), (12, 'pot', 9223372036854775807, X'');
        INSERT INTO staff VALUES (1, 'first', 3), (2, 'second', 1), (3, 'third', 2);
        """;

    private const string Plan = """
        targets: { old: "sqlite:source.db" }
        steps:
          - copy: { from: old, create: true }
        """;

    private const string Numbers = """
        CREATE TABLE numbers (id INTEGER PRIMARY KEY, text VARCHAR(40) NOT NULL);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO numbers SELECT i * 3, 'number ' || i FROM n;
        """;

    [Fact]
    public async Task Tables_are_made_and_filled_with_every_value()
    {
        using var folder = NewCopy(Shop);
        var plan = await folder.PlanFileAsync(Plan);
        var result = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(result.Failure);
        Assert.Equal(3L, Count(folder, "customers"));
        Assert.Equal(4L, Count(folder, "orders"));
        Assert.Equal(3L, Count(folder, "order_lines"));
        Assert.Equal(3L, Count(folder, "staff"));
        Assert.Equal(["1 Ada London", "2 Björn 😀 NULL", "5 Chloé "], folder.Rows("SELECT id, name, city FROM customers ORDER BY id"));
        Assert.Equal("123456.78", Convert.ToString(folder.Value("SELECT balance FROM customers WHERE id = 5"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(1e300, folder.Value("SELECT total FROM orders WHERE id = -3"));
        Assert.Equal(long.MaxValue, folder.Value("SELECT amount FROM order_lines WHERE item = 'pot'"));
        Assert.Equal(new byte[] { 0, 255 }, folder.Value("SELECT picture FROM order_lines WHERE item = 'tea'"));
        Assert.Equal(1L, Convert.ToInt64(folder.Value("SELECT count(*) FROM orders WHERE note = ''"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains(plan.Changes, c => c.Description.Contains("customers", StringComparison.Ordinal) && c.After == "3 rows");
    }

    [Fact]
    public async Task Keys_and_foreign_keys_come_along()
    {
        using var folder = NewCopy(Shop);
        Assert.Null((await folder.RunAsync(await folder.PlanFileAsync(Plan), MigrationFolder.Forced)).Failure);
        Assert.ThrowsAny<Exception>(() => Enforced(folder, "INSERT INTO customers (id, name) VALUES (1, 'again')"));
        Assert.ThrowsAny<Exception>(() => Enforced(folder, "INSERT INTO customers (id, name) VALUES (7, 'Ada')"));
        Assert.ThrowsAny<Exception>(() => Enforced(folder, "INSERT INTO orders (id, customer_id) VALUES (99, 77)"));
        Assert.ThrowsAny<Exception>(() => Enforced(folder, "UPDATE staff SET boss = 8"));
        Enforced(folder, "DELETE FROM customers WHERE id = 2");
        Assert.Equal(3L, Count(folder, "orders"));
    }

    [Fact]
    public async Task What_is_rehearsed_is_proved_to_be_undone()
    {
        using var folder = NewCopy(Shop);
        var plan = await folder.RehearseAsync(await folder.PlanFileAsync(Plan));
        Assert.True(plan.Rehearsal!.Succeeded, plan.Rehearsal.Summary);
        Assert.True(plan.Rehearsal.UndoProved, string.Join("; ", plan.Rehearsal.Differences));
        Assert.Empty(folder.OwnTables());
    }

    [Fact]
    public async Task Undo_leaves_the_database_as_it_was()
    {
        using var folder = NewCopy(Shop, "CREATE TABLE other (id INTEGER PRIMARY KEY); INSERT INTO other VALUES (1)");
        var before = folder.Image();
        var plan = (await folder.RunAsync(await folder.PlanFileAsync(Plan), MigrationFolder.Forced)).Plan;
        var undone = await folder.UndoAsync(plan);
        Assert.Null(undone.Failure);
        Assert.Empty(undone.Plan.Undo!.Conflicts);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(folder.Captures());
    }

    [Fact]
    public async Task Undo_removes_only_what_nobody_has_changed()
    {
        using var folder = NewCopy(Numbers, "CREATE TABLE numbers (id INTEGER PRIMARY KEY, text VARCHAR(40) NOT NULL)");
        var plan = (await folder.RunAsync(await folder.PlanFileAsync(Plan), MigrationFolder.Forced)).Plan;
        folder.Sql("UPDATE numbers SET text = 'changed' WHERE id = 30");
        folder.Sql("DELETE FROM numbers WHERE id = 60");
        folder.Sql("INSERT INTO numbers VALUES (1, 'added')");
        var undone = await folder.UndoAsync(plan);
        Assert.Null(undone.Failure);
        Assert.Equal(["1 added", "30 changed"], folder.Rows("SELECT id, text FROM numbers ORDER BY id"));
        var conflict = Assert.Single(undone.Plan.Undo!.Conflicts);
        Assert.Equal((ConflictKind.Changed, ConflictResolution.Kept), (conflict.Kind, conflict.Resolution));
        Assert.Contains("30", conflict.Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_others_wrote_into_a_table_that_goes_is_saved()
    {
        using var folder = NewCopy(Numbers);
        var plan = (await folder.RunAsync(await folder.PlanFileAsync(Plan), MigrationFolder.Forced)).Plan;
        folder.Sql("INSERT INTO numbers VALUES (1, 'added')");
        folder.Sql("UPDATE numbers SET text = 'changed' WHERE id = 30");
        var undone = await folder.UndoAsync(plan);
        Assert.Null(undone.Failure);
        Assert.Equal(2, undone.Plan.Undo!.Conflicts.Count);
        Assert.All(undone.Plan.Undo.Conflicts, c => Assert.Equal(ConflictResolution.Saved, c.Resolution));
        var saved = Assert.Single(folder.Captures());
        Assert.Equal(["1 added", "30 changed"], folder.Rows($"SELECT id, text FROM {folder.Own(Bare(saved))} ORDER BY id"));
    }

    /// <summary>A row that the target refuses ends the run where it is; mended, the run goes on after the last chunk.</summary>
    [Fact]
    public async Task A_copy_that_failed_goes_on_where_it_was()
    {
        using var folder = NewCopy(Numbers, "CREATE TABLE numbers (id INTEGER PRIMARY KEY, text VARCHAR(40) NOT NULL, CHECK (id <> 1500))");
        var plan = await folder.PlanFileAsync("""
            targets: { old: "sqlite:source.db" }
            onFailure: stop
            steps:
              - copy: { from: old, chunkRows: 100 }
            """);
        var failed = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.NotNull(failed.Failure);
        Assert.Equal("RowRefused", failed.Failure.ErrorId);
        Assert.Equal(400L, Count(folder, "numbers"));
        Source(folder, "UPDATE numbers SET id = 1501 WHERE id = 1500");
        var resumed = await folder.RunAsync(plan, new RunOptions { Force = true, Resume = true });
        Assert.Null(resumed.Failure);
        Assert.Equal(1000L, Count(folder, "numbers"));
        var undone = await folder.UndoAsync(resumed.Plan);
        Assert.Null(undone.Failure);
        Assert.Equal(0L, Count(folder, "numbers"));
    }

    [Fact]
    public async Task A_copy_that_failed_can_be_undone()
    {
        using var folder = NewCopy(Numbers, "CREATE TABLE numbers (id INTEGER PRIMARY KEY, text VARCHAR(40) NOT NULL, CHECK (id <> 1500))");
        var before = folder.Image();
        var plan = await folder.PlanFileAsync("""
            targets: { old: "sqlite:source.db" }
            onFailure: undo
            steps:
              - copy: { from: old, chunkRows: 100 }
            """);
        var failed = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Equal(RunOutcome.FailedAndUndone, failed.Plan.Run!.Outcome);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task Names_columns_filters_and_expressions_are_mapped()
    {
        using var folder = NewCopy(Shop, "CREATE TABLE clients (number INTEGER PRIMARY KEY, full_name VARCHAR(60), source VARCHAR(10), city VARCHAR(50) DEFAULT 'unset')");
        var plan = await folder.PlanFileAsync("""
            targets: { old: "sqlite:source.db" }
            steps:
              - copy:
                  from: old
                  tables: customers
                  map:
                    customers:
                      to: clients
                      where: "t.id > 1"
                      columns:
                        id: number
                        name: { to: full_name, expression: "upper(t.name)" }
                        city: false
                        balance: { skip: true }
                        seen: false
                        active: { to: source, expression: "'old'" }
            """);
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        Assert.Equal(["2 BJöRN 😀 old unset", "5 CHLOé old unset"], folder.Rows("SELECT number, full_name, source, city FROM clients ORDER BY number"));
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_named_before_anything_is_written()
    {
        using var folder = NewCopy(Shop, "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, city VARCHAR(50), balance NUMERIC(7, 2), seen VARCHAR(40), active VARCHAR(5))");
        var plan = await folder.PlanFileAsync("targets: { old: 'sqlite:source.db' }\nsteps: [ { copy: { from: old, tables: customers } } ]");
        if (plan.Findings.FirstOrDefault(f => f.RuleId == "PSM301") is not { } lost)
        {
            Assert.False(EnforcesTypes, "The engine keeps to its types, and nothing was found.");
            return;
        }

        Assert.True(EnforcesTypes);
        Assert.Contains("balance", lost.Reason, StringComparison.Ordinal);
        Assert.Contains("id=5", lost.Reason, StringComparison.Ordinal);
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        var failed = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Equal("CopyValueRefused", failed.Failure!.ErrorId);
        Assert.Contains("id = 5", failed.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("copy: { from: old, tables: custmers }", "CopyTableNotFound", "customers")]
    [InlineData("copy: { from: nowhere }", "PlanValueInvalid", "nowhere")]
    [InlineData("copy: { from: old, tables: customers }", "CopyTableMissing", "create: true")]
    [InlineData("copy: { from: old, create: true, map: { customers: { columns: { nam: n } } } }", "CopyColumnNotFound", "nam")]
    [InlineData("copy: { from: old, create: true, map: { customers: { where: 'id >' } } }", "CopyFilterInvalid", "id >")]
    [InlineData("copy: { from: old, create: true, map: { custmers: clients } }", "CopyTableNotFound", "custmers")]
    [InlineData("copy: { from: old, create: true, map: { customers: orders } }", "CopyTableTwice", "orders")]
    [InlineData("copy: { form: old }", "PlanKeyUnknown", "from")]
    public async Task What_is_wrong_with_it_is_said_while_planning(string step, string errorId, string said)
    {
        using var folder = NewCopy(Shop);
        var error = await Assert.ThrowsAsync<MigrationException>(() => folder.PlanFileAsync($"targets: {{ old: 'sqlite:source.db' }}\nsteps: [ {{ {step} }} ]"));
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(said, $"{error.Message} {error.RecommendedAction}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_has_rows_is_not_inserted_into()
    {
        using var folder = NewCopy(Numbers, "CREATE TABLE numbers (id INTEGER PRIMARY KEY, text VARCHAR(40)); INSERT INTO numbers VALUES (1, 'x')");
        var error = await Assert.ThrowsAsync<MigrationException>(() => folder.PlanFileAsync("targets: { old: 'sqlite:source.db' }\nsteps: [ { copy: { from: old } } ]"));
        Assert.Equal("CopyTargetNotEmpty", error.ErrorId);
        Assert.Equal(1L, Count(folder, "numbers"));
    }

    /// <summary>Chunks of one row: whatever a row refers to may come later.</summary>
    [Fact]
    public async Task Rows_that_refer_to_each_other_in_circles_come_into_tables_that_are_there()
    {
        const string Circle = "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER, up INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER); ";
        const string Keys = "ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b (id); ALTER TABLE a ADD CONSTRAINT a_up FOREIGN KEY (up) REFERENCES a (id); ALTER TABLE b ADD CONSTRAINT b_a FOREIGN KEY (a) REFERENCES a (id);";
        const string KeysInside = "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b (id), up INTEGER REFERENCES a (id)); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id));";
        using var folder = NewCopy(Circle + "INSERT INTO a VALUES (1, 2, 2), (2, 1, 3), (3, NULL, 1); INSERT INTO b VALUES (1, 3), (2, 1);", AddsForeignKeys ? Circle + Keys : KeysInside);
        var before = folder.Image();
        var plan = await folder.RehearseAsync(await folder.PlanFileAsync("targets: { old: 'sqlite:source.db' }\nsteps: [ { copy: { from: old, chunkRows: 1 } } ]"));
        Assert.True(plan.Rehearsal!.UndoProved, $"{plan.Rehearsal.Summary} {string.Join("; ", plan.Rehearsal.Differences)}");
        plan = (await folder.RunAsync(plan, MigrationFolder.Forced)).Plan;
        Assert.Equal(RunOutcome.Succeeded, plan.Run!.Outcome);
        Assert.Equal(["1 2 2", "2 1 3", "3 NULL 1"], folder.Rows("SELECT id, b, up FROM a ORDER BY id"));
        Assert.ThrowsAny<Exception>(() => Enforced(folder, "UPDATE a SET up = 9"));
        Assert.Null((await folder.UndoAsync(plan)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task What_its_undo_needs_is_known_and_removed_by_force_only()
    {
        using var folder = NewCopy(Numbers);
        var plan = (await folder.RunAsync(await folder.PlanFileAsync(Plan), MigrationFolder.Forced)).Plan;
        await using (var target = await folder.OpenTargetAsync())
        {
            var kept = Assert.Single(await target.Quarantine!.ReadAsync(MigrationFolder.Cancel));
            Assert.Equal(plan.Run!.RunId, kept.NeededByRun);
            await target.Quarantine.RemoveAsync([kept.Name], "tester@here", DateTimeOffset.UtcNow, MigrationFolder.Cancel);
        }

        Assert.Equal("CaptureRemoved", (await folder.UndoAsync(plan)).Failure!.ErrorId);
        Assert.Equal(1000L, Count(folder, "numbers"));
    }

    [Fact]
    public async Task Scripts_copies_and_transforms_of_one_plan_go_and_come_back_together()
    {
        using var folder = NewCopy(Numbers, "CREATE TABLE numbers (id INTEGER PRIMARY KEY, text VARCHAR(40) NOT NULL); CREATE TABLE log (id INTEGER PRIMARY KEY, what VARCHAR(40))");
        var before = folder.Image();
        folder.Script("001_before.sql", "INSERT INTO log VALUES (1, 'before');");
        folder.Script("002_after.sql", "UPDATE numbers SET text = 'odd' WHERE id > 2900; INSERT INTO log VALUES (2, 'after'); DELETE FROM log WHERE id = 1;");
        var plan = await folder.RehearseAsync(await folder.PlanFileAsync("""
            targets: { old: "sqlite:source.db" }
            steps:
              - sql: ./migrations/001_before.sql
              - copy: { from: old, chunkRows: 300 }
              - transform: { table: numbers, set: { text: "'even'" }, where: "t.text = 'number 2' OR t.text = 'number 4'" }
              - sql: ./migrations/002_after.sql
            """));
        Assert.True(plan.Rehearsal!.UndoProved, $"{plan.Rehearsal.Summary} {string.Join("; ", plan.Rehearsal.Differences)}");
        plan = (await folder.RunAsync(plan, MigrationFolder.Forced)).Plan;
        Assert.Equal(RunOutcome.Succeeded, plan.Run!.Outcome);
        Assert.Equal(["even 2", "odd 34"], folder.Rows("SELECT text, count(*) FROM numbers WHERE text IN ('even', 'odd') GROUP BY text ORDER BY text"));
        Assert.Null((await folder.UndoAsync(plan)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(folder.Captures());
    }

    /// <summary>A trigger of the target's makes other values of those that were sent: the copy says so, and is undone.</summary>
    [Fact]
    public async Task What_does_not_read_as_it_was_written_is_a_failure()
    {
        using var folder = NewCopy(Numbers, "CREATE TABLE numbers (id INTEGER PRIMARY KEY, text VARCHAR(40) NOT NULL)");
        folder.Sql(AlteringTrigger);
        var result = await folder.RunAsync(await folder.PlanFileAsync("targets: { old: 'sqlite:source.db' }\nonFailure: stop\nsteps: [ { copy: { from: old } } ]"), MigrationFolder.Forced);
        Assert.Equal("VerificationFailed", result.Failure!.ErrorId);
        Assert.Contains("1 of 1,000 rows", result.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("altered", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_to_the_source()
    {
        using var folder = NewCopy(Shop);
        var before = System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder.Folder, "source.db")));
        var plan = await folder.RehearseAsync(await folder.PlanFileAsync(Plan));
        plan = (await folder.RunAsync(plan, MigrationFolder.Forced)).Plan;
        await folder.UndoAsync(plan);
        Assert.Equal(before, System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder.Folder, "source.db"))));
        Assert.Equal([], Directory.GetFiles(folder.Folder, "source.db-psmigrate*"));
    }

    /// <summary>Makes a trigger that gives the row 300 of the table numbers the text altered.</summary>
    private protected abstract string AlteringTrigger { get; }

    /// <summary>False where foreign keys can only be made with their table.</summary>
    private protected virtual bool AddsForeignKeys => true;

    /// <summary>True where the engine keeps a value out of a column whose type it is not.</summary>
    private protected virtual bool EnforcesTypes => true;

    private protected virtual void Enforced(MigrationFolder folder, string sql) => folder.Sql(sql);

    private protected MigrationFolder NewCopy(string source, string setup = "")
    {
        var folder = NewFolder(setup);
        using var database = new SqliteTestDatabase(Path.Combine(folder.Folder, "source.db"));
        database.Execute(source);
        return folder;
    }

    private static void Source(MigrationFolder folder, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Folder, "source.db")};Pooling=False");
        connection.Open();
        MigrationFolder.Run(connection, sql);
    }

    private static string Bare(string own) => own[(own.IndexOf("saved_", StringComparison.Ordinal))..];

    private static long Count(MigrationFolder folder, string table) => Convert.ToInt64(folder.Value($"SELECT count(*) FROM {table}"), System.Globalization.CultureInfo.InvariantCulture);
}
