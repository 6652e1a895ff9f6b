using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Planning on MariaDB, where the catalog and the script's words tell.</summary>
public sealed class MariaDbPlanningTests(MariaDbServer server) : PlanningContract
{
    [Theory]
    [InlineData("ALTER TABLE customers DROP COLUMN city", "drop column customers.city", "collation: utf8mb4_general_ci type: varchar(50)", "", RiskLevel.High)]
    [InlineData("DROP INDEX orders_customer ON orders", "drop index orders_customer", "columns: customer", "", RiskLevel.Low)]
    [InlineData("TRUNCATE orders", "delete all rows from orders", "about 1 rows", "no rows", RiskLevel.High)]
    public Task A_change_of_MariaDB_is_told_with_before_and_after(string script, string description, string before, string after, RiskLevel risk) =>
        RequireToldAsync("ANALYZE0;\n" + script, description, before, after, risk);

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
