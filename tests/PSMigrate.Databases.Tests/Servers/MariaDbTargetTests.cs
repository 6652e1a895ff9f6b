using MySqlConnector;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Tests.Targets;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What any target must do, on MariaDB.</summary>
public sealed class MariaDbTargetTests(MariaDbServer server) : TargetContract
{
    protected override async Task<Target> CreateAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(50), photo LONGBLOB);
            CREATE TABLE bag (x VARCHAR(10));
            CREATE INDEX customers_name ON customers (name);
            CREATE VIEW names AS SELECT name FROM customers;
            CREATE TRIGGER t AFTER DELETE ON customers FOR EACH ROW SET @gone = OLD.id;
            INSERT INTO customers VALUES (1, 'Ada', x'00ff'), (2, NULL, NULL), (3, '3', REPEAT(x'00', 9000));
            INSERT INTO bag VALUES ('1'), ('1'), ('1.0'), (''), (NULL);
            """);
        return await OpenAsync(database.ConnectionString);
    }

    protected override Task<Target> OpenAgainAsync(Target target) => OpenAsync(target.Address.ConnectionWithSecrets);

    protected override Target Missing() => New(server.ConnectionString("psmigrate_not_there"));

    protected override IReadOnlyList<(string Name, Func<Task> Act)> StructureChanges(Target target) =>
    [
        Change(target, "ALTER TABLE bag ADD COLUMN y INT"),
        Change(target, "ALTER TABLE bag RENAME COLUMN y TO z"),
        Change(target, "CREATE TABLE made (a INT DEFAULT 1)"),
        Change(target, "ALTER TABLE made ALTER a SET DEFAULT 2"),
        Change(target, "ALTER TABLE made MODIFY a BIGINT DEFAULT 2"),
        Change(target, "ALTER TABLE made MODIFY a BIGINT DEFAULT 2 COMMENT 'how many'"),
        Change(target, "CREATE INDEX bag_x ON bag (x)"),
        Change(target, "DROP INDEX bag_x ON bag; CREATE INDEX bag_x ON bag (x(3))"),
        Change(target, "CREATE OR REPLACE VIEW names AS SELECT name, id FROM customers"),
        Change(target, "DROP TRIGGER t; CREATE TRIGGER t BEFORE DELETE ON customers FOR EACH ROW SET @gone = OLD.id"),
        Change(target, "DROP TABLE made"),
    ];

    protected override IReadOnlyList<(string Name, Func<Task> Act)> ContentChanges(Target target) =>
    [
        Change(target, "UPDATE customers SET name = 'ada' WHERE id = 1"),
        Change(target, "UPDATE customers SET name = '' WHERE id = 2"),
        Change(target, "UPDATE customers SET photo = x'00fe' WHERE id = 1"),
        Change(target, "INSERT INTO bag (x) VALUES ('1')"),
        Change(target, "DELETE FROM customers WHERE id = 3"),
        Change(target, "UPDATE customers SET id = 9 WHERE id = 1"),
    ];

    protected override Task ReorderContentAsync(Target target) => Change(target, "CREATE TEMPORARY TABLE b AS SELECT * FROM bag; DELETE FROM bag; INSERT INTO bag SELECT * FROM b ORDER BY x DESC").Act();

    private static (string Name, Func<Task> Act) Change(Target target, string sql) => (sql, async () =>
    {
        await using var connection = new MySqlConnection(target.Address.ConnectionWithSecrets);
        await connection.OpenAsync(Cancel);
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    });

    private static async Task<Target> OpenAsync(string connection)
    {
        var target = New(connection);
        await target.OpenAsync(Cancel);
        return target;
    }

    private static ServerTarget New(string connection) => new(TargetAddress.Parse($"mysql:{connection}"), new MySqlEngine());
}
