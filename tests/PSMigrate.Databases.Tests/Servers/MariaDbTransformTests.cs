using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Changing rows of a MariaDB database in place.</summary>
public sealed class MariaDbTransformTests(MariaDbServer server) : TransformContract
{
    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
