using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What a MariaDB database keeps of what was lost.</summary>
public sealed class MariaDbQuarantineTests(MariaDbServer server) : QuarantineContract
{
    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
