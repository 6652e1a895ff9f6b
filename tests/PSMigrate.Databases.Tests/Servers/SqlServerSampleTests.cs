using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class SqlServerSampleTests(SqlServerServer server) : SampleContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
