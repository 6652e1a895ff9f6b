using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Retention over backups of MariaDB databases.</summary>
public sealed class MariaDbRetentionTests(MariaDbServer server) : RetentionContract
{
    private protected override string Otherwise(string target) => target.Replace("Server=", "host = ", StringComparison.Ordinal) + ";Application Name=another";

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
