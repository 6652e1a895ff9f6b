using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Two PostgreSQL databases compared by row.</summary>
public sealed class PostgreSqlRowComparisonTests(PostgreSqlServer server) : RowComparisonContract
{
    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
