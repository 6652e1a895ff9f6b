using Npgsql;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Tests.Targets;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What any target must do, on PostgreSQL.</summary>
public sealed class PostgreSqlTargetTests(PostgreSqlServer server) : TargetContract
{
    protected override async Task<Target> CreateAsync()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            CREATE TABLE customers (id integer PRIMARY KEY, name text COLLATE "C", photo bytea);
            CREATE TABLE bag (x text);
            CREATE INDEX customers_name ON customers (name);
            CREATE VIEW names AS SELECT name FROM customers;
            CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER t AFTER DELETE ON customers FOR EACH ROW EXECUTE FUNCTION nothing();
            INSERT INTO customers VALUES (1, 'Ada', '\x00ff'), (2, NULL, NULL), (3, '3', decode(repeat('00', 9000), 'hex'));
            INSERT INTO bag VALUES ('1'), ('1'), ('1.0'), (''), (NULL);
            """);
        return await OpenAsync(database.ConnectionString);
    }

    protected override Task<Target> OpenAgainAsync(Target target) => OpenAsync(target.Address.ConnectionWithSecrets);

    protected override Target Missing() => New(server.ConnectionString("psmigrate_not_there"));

    protected override async Task<Target?> OpenUnwritableAsync(Target target) =>
        await OpenAsync(new NpgsqlConnectionStringBuilder(target.Address.ConnectionWithSecrets) { Options = "-c default_transaction_read_only=on" }.ConnectionString);

    protected override IReadOnlyList<(string Name, Func<Task> Act)> StructureChanges(Target target) =>
    [
        Change(target, "ALTER TABLE bag ADD COLUMN y integer"),
        Change(target, "ALTER TABLE bag RENAME COLUMN y TO z"),
        Change(target, "CREATE TABLE made (a int DEFAULT 1)"),
        Change(target, "ALTER TABLE made ALTER a SET DEFAULT 2"),
        Change(target, "ALTER TABLE made ALTER a SET NOT NULL"),
        Change(target, "ALTER TABLE made ALTER a TYPE bigint"),
        Change(target, "COMMENT ON COLUMN made.a IS 'how many'"),
        Change(target, "CREATE INDEX bag_x ON bag (x)"),
        Change(target, "DROP INDEX bag_x; CREATE UNIQUE INDEX bag_x ON bag (x) WHERE x = 'never'"),
        Change(target, "CREATE OR REPLACE VIEW names AS SELECT name, id FROM customers"),
        Change(target, "DROP TRIGGER t ON customers; CREATE TRIGGER t BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION nothing()"),
        Change(target, "CREATE TYPE mood AS ENUM ('sad', 'ok')"),
        Change(target, "ALTER TYPE mood ADD VALUE 'happy'"),
        Change(target, "DROP TABLE made"),
    ];

    protected override IReadOnlyList<(string Name, Func<Task> Act)> ContentChanges(Target target) =>
    [
        Change(target, "UPDATE customers SET name = 'ada' WHERE id = 1"),
        Change(target, "UPDATE customers SET name = '' WHERE id = 2"),
        Change(target, "UPDATE customers SET photo = '\\x00fe' WHERE id = 1"),
        Change(target, "INSERT INTO bag VALUES ('1')"),
        Change(target, "DELETE FROM customers WHERE id = 3"),
        Change(target, "UPDATE customers SET id = 9 WHERE id = 1"),
    ];

    protected override Task ReorderContentAsync(Target target) => Change(target, "UPDATE bag SET x = x; UPDATE customers SET name = name WHERE id = 1").Act();

    private static (string Name, Func<Task> Act) Change(Target target, string sql) => (sql, async () =>
    {
        await using var connection = new NpgsqlConnection(target.Address.ConnectionWithSecrets);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    });

    private static async Task<Target> OpenAsync(string connection)
    {
        var target = New(connection);
        await target.OpenAsync(Cancel);
        return target;
    }

    private static ServerTarget New(string connection) => new(TargetAddress.Parse($"postgres:{connection}"), new PostgreSqlEngine());
}
