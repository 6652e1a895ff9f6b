using System.Data.Common;
using MySqlConnector;
using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class MariaDbLockTests(MariaDbServer server) : LockContract
{
    private protected override string HoldNotes => "UPDATE notes SET text = 'theirs'";

    private protected override TestDatabase NewDatabase() => new MariaDbTestDatabase(server);

    private protected override DbConnection Connect(string connectionString) => new MySqlConnection(connectionString);

    private protected override string Session(DbConnection connection) => $"connection {((MySqlConnection)connection).ServerThread}";
}
