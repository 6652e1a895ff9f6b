using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Two SQL Server databases compared by row.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerRowComparisonTests(SqlServerServer server) : RowComparisonContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
