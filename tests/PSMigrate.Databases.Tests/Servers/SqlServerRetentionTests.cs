using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Retention over backups of SQL Server databases.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerRetentionTests(SqlServerServer server) : RetentionContract
{
    private protected override string Otherwise(string target) => target.Replace("Data Source=", "server = ", StringComparison.Ordinal) + ";Application Name=another";

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
