using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What must be true before a run, on SQL Server.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerGateTests(SqlServerServer server) : GateContract
{
    [Theory]
    [InlineData("CREATE PROCEDURE theirs AS SELECT 1 AS one", "procedure dbo.theirs is new")]
    [InlineData("CREATE TYPE theirs FROM varchar(5) NULL", "type dbo.theirs is new")]
    public Task What_changed_in_SQL_Server_is_named(string theirs, string said) => RequireDriftAsync(theirs, said);

    [Theory]
    [InlineData("CREATE INDEX theirs ON customers (name)", "theirs is new")]
    [InlineData("CREATE SYNONYM theirs FOR dbo.customers", "synonym dbo.theirs is new")]
    [Trait("Server", "real")]
    public async Task What_changed_on_a_real_server_is_named(string theirs, string said)
    {
        await server.SkipUnlessRealAsync();
        await RequireDriftAsync(theirs, said);
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
