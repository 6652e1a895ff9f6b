using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Backups of PostgreSQL databases.</summary>
public sealed class PostgreSqlBackupTests(PostgreSqlServer server) : BackupContract
{
    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
