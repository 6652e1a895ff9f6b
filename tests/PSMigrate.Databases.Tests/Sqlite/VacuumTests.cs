using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>VACUUM gives the rows of some tables other ids, by which captures know them.</summary>
public sealed class VacuumTests
{
    private const string Loose = """
        CREATE TABLE loose (a, b);
        CREATE TABLE "with key" (id INTEGER PRIMARY KEY, v);
        INSERT INTO loose (rowid, a, b) VALUES (5, 'p', 1), (9, 'q', 2), (20, 'r', 3);
        INSERT INTO "with key" VALUES (7, 'x'), (9, 'y');
        """;

    [Theory]
    [InlineData("UPDATE loose SET b = b * 10 WHERE a = 'q'; DELETE FROM loose WHERE a = 'p'; VACUUM; INSERT INTO loose VALUES ('new', 4); UPDATE loose SET b = 0; VACUUM")]
    [InlineData("ALTER TABLE loose DROP COLUMN b; VACUUM")]
    [InlineData("DELETE FROM loose; DELETE FROM \"with key\"; VACUUM")]
    [InlineData("VACUUM; CREATE TABLE made (x); INSERT INTO made (rowid, x) VALUES (8, 1); VACUUM; UPDATE made SET x = 2")]
    public async Task A_vacuum_in_a_script_does_not_come_between_captures_and_their_rows(string script)
    {
        using var folder = new MigrationFolder(Loose);
        folder.Script("change.sql", $"-- Transaction: none\n{script}");
        var before = folder.Image();
        var plan = await folder.PlanAsync();
        Assert.NotEqual(Reversibility.RestoreOnly, Assert.Single(plan.RollbackSteps).Reversibility);
        var run = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(run.Failure);
        Assert.Equal(0L, folder.Value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'psmigrate_keep%'"));

        var undo = await folder.UndoAsync(run.Plan);

        Assert.Null(undo.Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(Assert.Single(undo.Plan.Undo!.Steps).Conflicts);
        Assert.Empty(DatabaseImage.Captures(folder.Database));
    }

    [Fact]
    public async Task A_vacuum_alone_has_nothing_to_take_back()
    {
        using var folder = new MigrationFolder(Loose);
        folder.Script("change.sql", "-- Transaction: none\nVACUUM");
        var before = folder.Image();
        var plan = await folder.PlanAsync();
        Assert.Equal(Reversibility.Inverse, Assert.Single(plan.RollbackSteps).Reversibility);

        var run = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(run.Failure);
        Assert.Null((await folder.UndoAsync(run.Plan)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task Indexes_that_a_killed_run_left_are_removed()
    {
        using var folder = new MigrationFolder(Loose);
        folder.Script("change.sql", "UPDATE loose SET b = 0");
        folder.Sql("CREATE INDEX psmigrate_keep_rowid_1 ON loose (a) WHERE 0");

        var plan = await folder.MigrateAsync();
        Assert.Equal(0L, folder.Value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'psmigrate_keep%'"));
        folder.Sql("CREATE INDEX psmigrate_keep_rowid_1 ON loose (a) WHERE 0");
        Assert.Null((await folder.UndoAsync(plan)).Failure);
        Assert.Equal(0L, folder.Value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'psmigrate_keep%'"));
    }

    [Theory]
    [InlineData("UPDATE loose SET b = b * 10 WHERE a <> 'p'")]
    [InlineData("ALTER TABLE loose DROP COLUMN b")]
    [InlineData("DELETE FROM loose WHERE a = 'p'")]
    [InlineData("INSERT INTO loose (rowid, a, b) VALUES (100, 's', 4)")]
    public async Task A_vacuum_of_others_loses_nothing_and_mixes_nothing_up(string script)
    {
        using var folder = new MigrationFolder(Loose);
        folder.Script("change.sql", script);
        var plan = await folder.MigrateAsync();
        folder.Sql("VACUUM");

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        var saved = Assert.Single(undo.Plan.Undo!.Steps).Conflicts.Select(c => c.SavedIn).FirstOrDefault(s => s is not null);
        foreach (var (a, b) in new[] { ("p", 1L), ("q", 2L), ("r", 3L) })
        {
            var here = Equals(folder.Value($"SELECT b FROM loose WHERE a = '{a}'"), b);
            Assert.True(here || (saved is not null && (long)folder.Value($"SELECT count(*) FROM {saved} WHERE b = {b}")! > 0), $"{a} is gone");
            Assert.True((long)folder.Value($"SELECT count(*) FROM loose WHERE a = '{a}' AND b NOT IN ({b}, {b * 10})")! == 0, $"{a} has another row's value");
        }
    }

    [Fact]
    public async Task A_failed_statement_leaves_no_capture()
    {
        using var folder = new MigrationFolder(Loose + "CREATE TABLE u (k UNIQUE); INSERT INTO u VALUES (1), (2);");
        folder.Script("change.sql", "-- Transaction: none\nUPDATE loose SET b = 0;\nUPDATE u SET k = 3;\nDELETE FROM u");
        var run = await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced);

        Assert.NotNull(run.Failure);
        Assert.DoesNotContain(DatabaseImage.Captures(folder.Database), name =>
            (long)folder.Value($"SELECT count(*) FROM {name}")! == 0);
    }
}
