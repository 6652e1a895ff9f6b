using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class PostgreSqlConnectingTests(PostgreSqlServer server) : ConnectingContract
{
    private protected override (string Host, string Port, string Database, string User, string Password, string Checked) Words =>
        ("Host", "Port", "Database", "Username", "Password", "SSL Mode=VerifyFull");

    private protected override string IsEncrypted => "SELECT CASE WHEN ssl THEN 'yes' ELSE 'no' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    private protected override async Task<TestDatabase> NewDatabaseAsync()
    {
        await server.StartAsync();
        var database = new PostgreSqlTestDatabase(server);
        database.Execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'a')");
        return database;
    }

    private protected override (string User, string Password) NewReader(TestDatabase database)
    {
        var name = "reader_" + Guid.NewGuid().ToString("N")[..8];
        database.Execute($"CREATE ROLE {name} LOGIN PASSWORD 'may-only-read'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}");
        return (name, "may-only-read");
    }
}
