using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Authors' rollbacks, on SQL Server.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerAuthorRollbackTests : AuthorRollbackContract
{
    private readonly SqlServerServer server;

    public SqlServerAuthorRollbackTests(SqlServerServer server)
    {
        this.server = server;
        server.TakeSample();
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);

    private protected override string DropIndex(string name, string table) => $"DROP INDEX {name} ON {table}";
}
