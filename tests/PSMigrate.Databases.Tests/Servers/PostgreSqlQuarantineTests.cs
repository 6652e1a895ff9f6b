using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What a PostgreSQL database keeps of what was lost.</summary>
public sealed class PostgreSqlQuarantineTests(PostgreSqlServer server) : QuarantineContract
{
    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
