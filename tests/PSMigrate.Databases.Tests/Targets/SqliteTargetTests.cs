using Microsoft.Data.Sqlite;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Tests.Targets;

/// <summary>What any target must do, on SQLite; its files may use a journal of either sort.</summary>
public abstract class SqliteTargetTests(string journalMode) : TargetContract
{
    public sealed class WithRollbackJournal() : SqliteTargetTests("DELETE");

    public sealed class WithWriteAheadLog() : SqliteTargetTests("WAL");

    protected override async Task<Target> CreateAsync()
    {
        var file = Path.Combine(WorkFolder("original"), "shop.db");
        Execute(file, $"""
            PRAGMA journal_mode = {journalMode};
            CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, photo BLOB);
            CREATE TABLE bag (x);
            CREATE INDEX customers_name ON customers (name);
            CREATE VIEW names AS SELECT name FROM customers;
            CREATE TRIGGER t AFTER DELETE ON customers BEGIN SELECT 1; END;
            INSERT INTO customers VALUES (1, 'Ada', x'00ff'), (2, NULL, NULL), (3, '3', zeroblob(9000));
            INSERT INTO bag VALUES (1), (1), (1.0), ('1'), (NULL);
            """);
        return await OpenAsync(file);
    }

    protected override Task<Target> OpenAgainAsync(Target target) => OpenAsync(File(target));

    protected override Target Missing() => new SqliteTarget(new TargetAddress("sqlite", Path.Combine(WorkFolder("missing"), "none.db")));

    protected override async Task<Target?> OpenUnwritableAsync(Target target)
    {
        var address = new TargetAddress("sqlite", $"Data Source={File(target)};Mode=ReadOnly");
        var opened = new SqliteTarget(address);
        await opened.OpenAsync(Cancel);
        return opened;
    }

    protected override IReadOnlyList<(string Name, Func<Task> Act)> StructureChanges(Target target) =>
    [
        Change(target, "ALTER TABLE bag ADD COLUMN y"),
        Change(target, "ALTER TABLE bag RENAME COLUMN y TO z"),
        Change(target, "CREATE TABLE made (a INT DEFAULT 1)"),
        Change(target, "DROP TABLE made; CREATE TABLE made (a INT DEFAULT 2)"),
        Change(target, "DROP TABLE made; CREATE TABLE made (a INT DEFAULT 2) STRICT"),
        Change(target, "DROP TABLE made; CREATE TABLE made (a TEXT DEFAULT '  two')"),
        Change(target, "DROP TABLE made; CREATE TABLE made (a TEXT DEFAULT ' two')"),
        Change(target, "CREATE INDEX bag_x ON bag (x)"),
        Change(target, "DROP INDEX bag_x; CREATE UNIQUE INDEX bag_x ON bag (x) WHERE x IS 'never'"),
        Change(target, "DROP VIEW names; CREATE VIEW names AS SELECT name, id FROM customers"),
        Change(target, "DROP TRIGGER t; CREATE TRIGGER t BEFORE DELETE ON customers BEGIN SELECT 1; END"),
        Change(target, "DROP TABLE made"),
    ];

    protected override IReadOnlyList<(string Name, Func<Task> Act)> ContentChanges(Target target) =>
    [
        Change(target, "UPDATE customers SET name = 'ada' WHERE id = 1"),
        Change(target, "UPDATE customers SET name = '' WHERE id = 2"),
        Change(target, "UPDATE customers SET photo = x'00fe' WHERE id = 1"),
        Change(target, "UPDATE customers SET photo = CAST(photo AS TEXT) WHERE id = 3"),
        Change(target, "UPDATE bag SET x = '1' WHERE rowid = 1"),
        Change(target, "UPDATE bag SET x = 1.0 WHERE rowid = 2"),
        Change(target, "INSERT INTO bag (x) VALUES (NULL)"),
        Change(target, "DELETE FROM bag WHERE x IS NULL"),
        Change(target, "UPDATE customers SET id = 30 WHERE id = 3"),
    ];

    protected override Task ReorderContentAsync(Target target)
    {
        Execute(File(target), "CREATE TEMP TABLE kept AS SELECT * FROM bag; DELETE FROM bag; INSERT INTO bag SELECT * FROM kept ORDER BY rowid DESC; VACUUM");
        return Task.CompletedTask;
    }

    private static (string Name, Func<Task> Act) Change(Target target, string sql) => (sql, () =>
    {
        Execute(File(target), sql);
        return Task.CompletedTask;
    });

    private static string File(Target target) => target.Address.Connection;

    private static async Task<Target> OpenAsync(string file)
    {
        var target = new SqliteTarget(new TargetAddress("sqlite", file));
        await target.OpenAsync(Cancel);
        return target;
    }

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
