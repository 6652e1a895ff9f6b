using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Authors' rollbacks, on SQL Server.</summary>
public sealed class SqlServerAuthorRollbackTests : AuthorRollbackContract
{
    private readonly SqlServerServer server;

    public SqlServerAuthorRollbackTests(SqlServerServer server)
    {
        this.server = server;
        server.TakeSample();
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
