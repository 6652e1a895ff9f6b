using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Changing rows of a PostgreSQL database in place.</summary>
public sealed class PostgreSqlTransformTests(PostgreSqlServer server) : TransformContract
{
    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
