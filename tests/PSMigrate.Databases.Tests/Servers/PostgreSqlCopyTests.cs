using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Copying into a PostgreSQL database.</summary>
public sealed class PostgreSqlCopyTests(PostgreSqlServer server) : CopyContract
{
    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
