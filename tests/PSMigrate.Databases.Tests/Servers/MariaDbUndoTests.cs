using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Databases.Tests.Sqlite;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What undo must do on any engine, on MariaDB, and with what only MySQL and MariaDB have.</summary>
public sealed class MariaDbUndoTests(MariaDbServer server) : UndoContract
{
    public static TheoryData<string> Names => [.. MariaDbUndoCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_a_script_changed_in_MariaDB_is_given_back(string name) => ThereAndBackAsync(MariaDbUndoCases.All.Single(c => c.Name == name));

    [Fact]
    public async Task What_is_named_with_its_database_is_captured_as_well()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (id INT PRIMARY KEY, v INT); CREATE TABLE u (id INT PRIMARY KEY); INSERT INTO t VALUES (1, 1), (2, 2); INSERT INTO u VALUES (1);", NewDatabase);
        var name = folder.Value("SELECT DATABASE()");
        folder.Script("change.sql", $"UPDATE {name}.t SET v = 9; DELETE x FROM {name}.t AS x WHERE x.id = 1; ALTER TABLE `{name}`.t RENAME COLUMN v TO w; RENAME TABLE {name}.u TO {name}.renamed; DROP TABLE {name}.renamed");
        var before = folder.Image();

        var plan = await folder.MigrateAsync();
        Assert.Null((await folder.UndoAsync(plan)).Failure);

        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Theory]
    [InlineData("SET @sql = 'DELETE FROM t'; PREPARE p FROM @sql; EXECUTE p")]
    [InlineData("CALL hidden()")]
    [InlineData("INSERT INTO u VALUES (5)")]
    public async Task What_is_put_together_while_it_runs_is_said_before_and_not_undone_silently(string script)
    {
        using var folder = new MigrationFolder("""
            CREATE TABLE t (id INT PRIMARY KEY); CREATE TABLE u (id INT PRIMARY KEY); INSERT INTO t VALUES (1);
            CREATE PROCEDURE hidden() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ROLLBACK; EXECUTE IMMEDIATE CONCAT('DELETE ', 'FROM t'); END;
            CREATE PROCEDURE nothing() SELECT 1;
            CREATE TRIGGER u_calls AFTER INSERT ON u FOR EACH ROW BEGIN IF NEW.id = 7 THEN CALL hidden(); END IF; END;
            """, NewDatabase);
        folder.Script("change.sql", script);

        var plan = await folder.PlanAsync();
        Assert.Contains(plan.Findings, f => f.RuleId == "PSM018");
        var run = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(run.Failure);
        var after = folder.Image();

        Refused.Is("UndoNotPossible", (await folder.UndoAsync(run.Plan)).Failure);
        Assert.Equal("", after.DifferenceTo(folder.Image()));
    }

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
