using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Copying into a MariaDB database.</summary>
public sealed class MariaDbCopyTests(MariaDbServer server) : CopyContract
{
    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
