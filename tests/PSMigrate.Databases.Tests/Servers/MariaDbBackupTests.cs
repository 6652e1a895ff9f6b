using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Backups of MariaDB databases.</summary>
public sealed class MariaDbBackupTests(MariaDbServer server) : BackupContract
{
    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
