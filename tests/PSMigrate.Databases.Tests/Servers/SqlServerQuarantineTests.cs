using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What a SQL Server database keeps of what was lost.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerQuarantineTests(SqlServerServer server) : QuarantineContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
