using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Authors' rollbacks, on MariaDB.</summary>
public sealed class MariaDbAuthorRollbackTests(MariaDbServer server) : AuthorRollbackContract
{
    private protected override string DropIndex(string name, string table) => $"DROP INDEX {name} ON {table}";

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
