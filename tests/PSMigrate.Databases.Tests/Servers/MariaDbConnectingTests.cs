using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class MariaDbConnectingTests(MariaDbServer server) : ConnectingContract
{
    private protected override (string Host, string Port, string Database, string User, string Password, string Checked) Words =>
        ("Server", "Port", "Database", "User ID", "Password", "SSL Mode=VerifyFull");

    private protected override string IsEncrypted => "SELECT IF(variable_value = '', 'no', 'yes') FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'";

    private protected override async Task<TestDatabase> NewDatabaseAsync()
    {
        await server.StartAsync();
        var database = new MariaDbTestDatabase(server);
        database.Execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'a')");
        return database;
    }

    private protected override (string User, string Password) NewReader(TestDatabase database)
    {
        var name = "reader_" + Guid.NewGuid().ToString("N")[..8];
        database.Execute($"CREATE USER {name} IDENTIFIED BY 'may-only-read'; GRANT SELECT ON {database.Value("SELECT DATABASE()")}.* TO {name}");
        return (name, "may-only-read");
    }
}
