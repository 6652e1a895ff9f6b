using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Scripts for sqlcmd, in which dropping the database is guarded and who uses it is thrown out first.</summary>
public sealed class SqlServerScriptHeadTests(SqlServerServer server) : ScriptHeadContract
{
    [Theory]
    [InlineData("ALTER DATABASE [{0}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE\nGO\nDROP DATABASE [{0}]\nGO\nCREATE DATABASE [{0}]\nGO\n", "lines 1–5")]
    [InlineData("SET NOCOUNT ON\nGO\nIF DB_ID('{0}') IS NULL\n  CREATE DATABASE [{0}]\nGO\n", "lines 3–4")]
    public async Task Dropping_and_making_it_is_known_in_other_forms(string head, string lines)
    {
        using var folder = NewFolder();
        folder.Script("a.sql", string.Format(System.Globalization.CultureInfo.InvariantCulture, head, folder.DatabaseName.ToUpperInvariant()) + "CREATE TABLE a (x int);");

        var plan = await folder.PlanAsync();

        Assert.Contains(plan.Findings, f => f.RuleId == "PSM019" && f.Reason.EndsWith(lines, StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Findings, f => f.RuleId == "PSM010");
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
    }

    [Theory]
    [InlineData("ALTER DATABASE [{0}] SET RECOVERY SIMPLE\nGO\n")]
    [InlineData("CREATE DATABASE [{0}] ON (FILENAME = 'x.mdf') FOR ATTACH\nGO\n")]
    public async Task What_does_not_make_it_empty_is_refused_as_ever(string head)
    {
        using var folder = NewFolder();
        folder.Script("a.sql", string.Format(System.Globalization.CultureInfo.InvariantCulture, head, folder.DatabaseName) + "CREATE TABLE a (x int);");

        Assert.Contains((await folder.PlanAsync()).Findings, f => f.RuleId == "PSM010");
    }

    private protected override string Go => "GO\n";

    private protected override string Anew(string database) => $"""
        -- Songs
        -- and who sings them
        --
        IF EXISTS (SELECT name FROM master.dbo.sysdatabases WHERE name = N'{database}')
        BEGIN
            ALTER DATABASE [{database}] SET OFFLINE WITH ROLLBACK IMMEDIATE;
            ALTER DATABASE [{database}] SET ONLINE;
            DROP DATABASE [{database}];
        END

        GO
        CREATE DATABASE [{database}];
        GO
        USE [{database}];
        GO

        """;

    private protected override string Use(string database) => $"USE [{database}]\nGO\n";

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
