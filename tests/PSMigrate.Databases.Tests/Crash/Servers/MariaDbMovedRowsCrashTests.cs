using MySqlConnector;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>Rows that are moved into a MariaDB database.</summary>
public sealed class MariaDbMovedRowsCrashTests(MariaDbServer server) : MovedRowsCrashContract
{
    private const string PasswordVariable = "PSMIGRATE_TEST_MARIADB_SHARED_PASSWORD";

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);

    private protected override string AddressOf(TestDatabase database)
    {
        Environment.SetEnvironmentVariable(PasswordVariable, server.Password);
        var settings = new MySqlConnectionStringBuilder(database.Target[(database.Target.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        settings.Remove("Password");
        return $"mysql:{settings.ConnectionString};Password=${{env:{PasswordVariable}}}";
    }
}
