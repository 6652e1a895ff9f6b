using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Scripts such as mariadb-dump writes with <c>--databases</c>; each statement commits by itself here.</summary>
public sealed class MariaDbScriptHeadTests(MariaDbServer server) : ScriptHeadContract
{
    [Fact]
    public async Task A_script_that_was_stopped_in_the_middle_goes_on_in_what_it_made_itself()
    {
        using var folder = NewFolder();
        folder.Script("songs.sql", Anew(folder.DatabaseName) + "CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE TABLE b AS SELECT * FROM missing;\n");
        folder.Script("z_later.sql", "CREATE TABLE later (x INTEGER)");
        var plan = await folder.PlanAsync();
        Assert.NotNull((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        folder.Sql("CREATE TABLE missing (x INTEGER)");

        Assert.Equal(StepState.Pending, (await folder.PlanAsync()).Steps[0].State);
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced with { Resume = true })).Failure);

        Assert.Equal(["a", "b", "later", "missing"], folder.Rows("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'psmigrate%' ORDER BY 1"));
    }

    [Fact]
    public async Task What_is_made_only_if_it_is_missing_may_hold_something()
    {
        using var folder = NewFolder("CREATE TABLE kept (id INTEGER PRIMARY KEY)");
        folder.Script("dump.sql", $"/*!40101 SET NAMES utf8mb4 */;\nCREATE DATABASE /*!32312 IF NOT EXISTS*/ `{folder.DatabaseName}` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\nUSE `{folder.DatabaseName}`;\nCREATE TABLE a (x INTEGER);\n");

        var plan = await folder.MigrateAsync();

        Assert.DoesNotContain(plan.Findings, f => f.RuleId is "PSM010" or "PSM019");
        Assert.Equal(["0"], folder.Rows("SELECT count(*) FROM a"));
    }

    [Fact]
    public async Task What_the_server_has_is_not_in_the_database()
    {
        using var folder = NewFolder();
        var role = "role_of_" + folder.DatabaseName;
        folder.Sql($"CREATE ROLE {role}");
        try
        {
            folder.Script("songs.sql", Anew(folder.DatabaseName) + "CREATE TABLE a (x INTEGER)");

            Assert.Contains((await folder.PlanAsync()).Findings, f => f.RuleId == "PSM019");
        }
        finally
        {
            folder.Sql($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Names_that_differ_in_case_are_other_databases_here()
    {
        using var folder = NewFolder();
        folder.Script("songs.sql", Anew(folder.DatabaseName.ToUpperInvariant()) + "CREATE TABLE a (x INTEGER)");

        Assert.Equal("OtherDatabase", (await Assert.ThrowsAsync<MigrationException>(() => folder.PlanAsync())).ErrorId);
    }

    private protected override string Anew(string database) => $"-- Songs\n-- and who sings them\n--\nDROP DATABASE IF EXISTS `{database}`;\n\nCREATE DATABASE `{database}`;\nUSE `{database}`;\n";

    private protected override string Use(string database) => $"USE {database};\n";

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
