using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Two MariaDB databases compared by row.</summary>
public sealed class MariaDbRowComparisonTests(MariaDbServer server) : RowComparisonContract
{
    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
