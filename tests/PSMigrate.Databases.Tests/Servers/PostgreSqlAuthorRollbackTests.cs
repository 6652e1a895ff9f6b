using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Authors' rollbacks, on PostgreSQL.</summary>
public sealed class PostgreSqlAuthorRollbackTests(PostgreSqlServer server) : AuthorRollbackContract
{
    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
