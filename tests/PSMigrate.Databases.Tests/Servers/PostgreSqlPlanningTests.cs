using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Planning on PostgreSQL, where the catalog and the script's words tell.</summary>
public sealed class PostgreSqlPlanningTests(PostgreSqlServer server) : PlanningContract
{
    [Theory]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "drop column public.customers.city", "type: character varying(50)", "", RiskLevel.High)]
    [InlineData("DROP INDEX orders_customer", "drop index public.orders_customer", "definition: btree (customer) columns: customer", "", RiskLevel.Low)]
    [InlineData("TRUNCATE orders", "delete all rows from public.orders", "about 1 rows", "no rows", RiskLevel.High)]
    public Task A_change_of_PostgreSQL_is_told_with_before_and_after(string script, string description, string before, string after, RiskLevel risk) =>
        RequireToldAsync("ANALYZE0;\n" + script, description, before, after, risk);

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
