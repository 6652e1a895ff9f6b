using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Backups of SQL Server databases.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerBackupTests(SqlServerServer server) : BackupContract
{
    private protected override string BeginWriting => "BEGIN TRANSACTION";

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
