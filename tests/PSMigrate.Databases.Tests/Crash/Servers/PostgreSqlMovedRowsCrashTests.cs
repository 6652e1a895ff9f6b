using Npgsql;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>Rows that are moved into a PostgreSQL database.</summary>
public sealed class PostgreSqlMovedRowsCrashTests(PostgreSqlServer server) : MovedRowsCrashContract
{
    private const string PasswordVariable = "PSMIGRATE_TEST_POSTGRESQL_SHARED_PASSWORD";

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);

    private protected override string AddressOf(TestDatabase database)
    {
        Environment.SetEnvironmentVariable(PasswordVariable, server.Password);
        var settings = new NpgsqlConnectionStringBuilder(database.Target[(database.Target.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        settings.Remove("Password");
        return $"postgres:{settings.ConnectionString};Password=${{env:{PasswordVariable}}}";
    }
}
