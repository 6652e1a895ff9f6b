using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Steps without a transaction that fail in the middle, on SQL Server.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerPartialStepTests(SqlServerServer server) : PartialStepContract
{
    /// <summary>Foreign keys stand aside by table only in T-SQL: what a session can set is how many rows a statement takes.</summary>
    [Fact]
    public override async Task What_a_script_sets_for_the_connection_does_not_reach_the_next_one()
    {
        using var folder = NewFolder("CREATE TABLE c (x INTEGER NOT NULL); INSERT INTO c VALUES (1); INSERT INTO c VALUES (2);");
        folder.Script("1_loose.sql", $"-- Transaction: none\n{ForeignKeysOff};\nSET IMPLICIT_TRANSACTIONS ON;\nUPDATE c SET x = 3;\nCOMMIT;");
        folder.Script("2_next.sql", "DELETE FROM c");
        Assert.Null((await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure);
        Assert.Equal(0L, folder.Value("SELECT count(*) FROM c"));
    }

    private protected override string ForeignKeysOff => "SET ROWCOUNT 1";

    private protected override int FailingLine => 12;

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
