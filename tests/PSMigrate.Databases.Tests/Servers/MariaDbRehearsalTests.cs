using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Engine;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Rehearsals on MariaDB: what reaches beyond the copy is left out.</summary>
public sealed class MariaDbRehearsalTests(MariaDbServer server) : RehearsalContract
{
    [Theory]
    [InlineData("CREATE DATABASE elsewhere")]
    [InlineData("CREATE USER elsewhere")]
    [InlineData("CREATE TABLE elsewhere.made (x INTEGER)")]
    [InlineData("SET GLOBAL max_connections = 100")]
    [InlineData("SELECT text INTO OUTFILE '/nowhere/elsewhere' FROM notes")]
    [InlineData("INSERT INTO elsewhere.made SELECT 1")]
    public Task What_reaches_beyond_the_copy_is_not_rehearsed_and_is_said_to_be_so(string outside) => RequireLeftOutAsync(outside);

    /// <summary>Triggers and routines go into the copy as they are, and name there what they named before.</summary>
    [Theory]
    [InlineData("INSERT INTO t VALUES (2)")]
    [InlineData("INSERT INTO above VALUES (2)")]
    [InlineData("CALL p()")]
    [InlineData("SELECT f()")]
    [InlineData("CREATE TRIGGER second BEFORE DELETE ON t FOR EACH ROW CALL p()")]
    [InlineData("ALTER TABLE t RENAME TO t2")]
    public async Task Code_that_names_a_database_is_not_set_off_from_the_copy(string sql)
    {
        using var folder = Watched();
        folder.Script("1_safe.sql", "CREATE TABLE safe (x INTEGER PRIMARY KEY)");
        folder.Script("2_leads_out.sql", sql);

        var plan = await folder.RehearseAsync(await folder.PlanAsync());

        Assert.Equal(["0"], folder.Rows("SELECT count(*) FROM log"));
        Assert.Equal("1_safe", Assert.Single(plan.Rehearsal!.Steps).Step);
        Assert.StartsWith("2_leads_out: it reaches beyond the database", Assert.Single(plan.Rehearsal.NotRehearsed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_that_would_set_it_off_keeps_its_script_from_being_rehearsed()
    {
        using var folder = Watched();
        folder.Script("out.sql", "CREATE TABLE safe (x INTEGER PRIMARY KEY);\n-- Rollback (if needed)\n-- DROP TABLE safe;\n-- CALL p();\n");

        var plan = await folder.RehearseAsync(await folder.PlanAsync());

        Assert.Equal(["0"], folder.Rows("SELECT count(*) FROM log"));
        Assert.Single(plan.Rehearsal!.NotRehearsed);
    }

    [Fact]
    public async Task A_script_that_names_its_own_database_is_rehearsed_in_the_copy()
    {
        using var folder = NewFolder("CREATE TABLE t (x INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
        var own = $"`{folder.DatabaseName}`.";
        folder.Script("named.sql", $"""
            CREATE TABLE {own}log (x INTEGER PRIMARY KEY);
            CREATE TRIGGER {own}tr AFTER INSERT ON {own}t FOR EACH ROW INSERT INTO {own}log VALUES (NEW.x);
            INSERT INTO {own}t VALUES (2);
            -- Verify: SELECT * FROM {own}log WHERE x <> 2
            -- Rollback (if needed)
            -- DROP TRIGGER {own}tr;
            -- DROP TABLE {own}log;
            -- DELETE FROM {own}t WHERE x = 2;
            """);

        var plan = await folder.RehearseAsync(await folder.PlanAsync());

        Assert.Equal(["1"], folder.Rows("SELECT x FROM t"));
        Assert.True(plan.Rehearsal!.UndoProved, plan.Rehearsal.Summary);
        Assert.Empty(plan.Rehearsal.NotRehearsed);
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        Assert.Equal(["2"], folder.Rows("SELECT x FROM log"));
        Assert.Contains(own + "log", folder.Rows("SELECT action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()")[0], StringComparison.Ordinal);
        Assert.Null((await folder.UndoAsync(plan)).Failure);
        Assert.Equal(["1"], folder.Rows("SELECT x FROM t"));
    }

    [Fact]
    public async Task Events_do_not_run_in_copies()
    {
        using var folder = NewFolder("CREATE TABLE t (x INTEGER PRIMARY KEY)");
        folder.Sql("CREATE EVENT ticks ON SCHEDULE EVERY 1 DAY COMMENT 'a day' DO INSERT INTO t VALUES (1)");
        await using var target = await folder.OpenTargetAsync();
        await using var copy = (ServerTarget)await target.CreateCopyAsync(folder.Folder, SilentObserver.Instance, MigrationFolder.Cancel);

        var status = await copy.Session.ScalarAsync<string>("SELECT status FROM information_schema.events WHERE event_schema = DATABASE()", MigrationFolder.Cancel);

        Assert.Equal("SLAVESIDE_DISABLED", status);
        var original = await target.SnapshotAsync(SnapshotDepth.Checksums, SilentObserver.Instance, MigrationFolder.Cancel);
        Assert.Equal(original.Baseline.Structure, (await copy.SnapshotAsync(SnapshotDepth.Checksums, SilentObserver.Instance, MigrationFolder.Cancel)).Baseline.Structure);
    }

    /// <summary>A database with code that names it: whatever sets it off writes to its log.</summary>
    private MigrationFolder Watched()
    {
        var folder = NewFolder("CREATE TABLE log (x INTEGER); CREATE TABLE t (x INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
        var log = $"{folder.DatabaseName}.log";
        folder.Sql($"CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT INTO {log} VALUES (NEW.x)");
        folder.Sql("CREATE VIEW above AS SELECT x FROM t");
        folder.Sql($"CREATE PROCEDURE p() INSERT INTO {log} VALUES (1)");
        folder.Sql("CREATE FUNCTION f() RETURNS INTEGER BEGIN CALL p(); RETURN 1; END");
        return folder;
    }

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
