using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Planning on SQL Server, where the catalog and the script's words tell.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerPlanningTests(SqlServerServer server) : PlanningContract
{
    [Theory]
    [InlineData("ALTER TABLE orders DROP COLUMN total", "drop column dbo.orders.total", "type: numeric(9,2)", "", RiskLevel.High)]
    public Task A_change_of_SQL_Server_is_told_with_before_and_after(string script, string description, string before, string after, RiskLevel risk) =>
        RequireToldAsync(script, description, before, after, risk);

    /// <summary>A view renamed by the same procedure as a table is called a view.</summary>
    [Fact]
    public Task What_is_renamed_by_the_procedure_is_told_by_its_kind() =>
        RequireToldAsync("EXEC sp_rename 'dbo.names', 'called', 'OBJECT'", "rename view dbo.names to called", "dbo.names", "called", RiskLevel.Medium);

    [Fact]
    [Trait("Server", "real")]
    public async Task The_rows_are_told_as_the_server_counts_them()
    {
        await server.SkipUnlessRealAsync();
        await RequireToldAsync("TRUNCATE TABLE orders", "delete all rows from dbo.orders", "about 1 rows", "no rows", RiskLevel.High);
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
