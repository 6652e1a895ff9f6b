using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

[Collection(SqlServerCollection.Name)]
public sealed class SqlServerConnectingTests(SqlServerServer server) : ConnectingContract
{
    private protected override (string Host, string Port, string Database, string User, string Password, string Checked) Words =>
        ("Data Source", "Data Source", "Initial Catalog", "User ID", "Password", "Trust Server Certificate=false");

    private protected override string IsEncrypted => "SELECT CASE WHEN encrypt_option = 'TRUE' THEN 'yes' ELSE 'no' END FROM sys.dm_exec_connections WHERE session_id = @@SPID";

    private protected override Task<TestDatabase> NewDatabaseAsync()
    {
        var database = new SqlServerTestDatabase(server, keepsSessions: false);
        database.Execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR(50)); INSERT INTO notes VALUES (1, 'a')");
        return Task.FromResult<TestDatabase>(database);
    }

    private protected override (string User, string Password) NewReader(TestDatabase database)
    {
        var name = "reader_" + Guid.NewGuid().ToString("N")[..8];
        database.Execute($"CREATE LOGIN {name} WITH PASSWORD = 'May-only-read-1';\nGO\nCREATE USER {name} FOR LOGIN {name};\nGO\nGRANT SELECT ON dbo.notes TO {name}");
        return (name, "May-only-read-1");
    }
}
