using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>The author's rollback and the captured way back, and which of them is used.</summary>
public sealed class AuthorRollbackTests : AuthorRollbackContract
{
    private const string Notes = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, tag TEXT); INSERT INTO notes VALUES (1, 'a', 'x'), (2, 'b', NULL);";

    [Fact]
    public async Task The_authors_rollback_is_used_where_it_gives_back_what_was_there()
    {
        var (before, after, note) = await UndoAsync("""
            ALTER TABLE notes ADD COLUMN more TEXT;
            -- Rollback
            -- CREATE TABLE by_author (x); DROP TABLE by_author;
            -- ALTER TABLE notes DROP COLUMN more;
            """);
        Assert.Equal("", before.DifferenceTo(after));
        Assert.Null(note);
    }

    [Theory]
    [InlineData("ALTER TABLE notes ADD COLUMN tag TEXT;", "does not give back")]
    [InlineData("ALTER TABLE notes ADD COLUMN tag TEXT; UPDATE notes SET tag = 'guessed';", "does not give back")]
    [InlineData("ALTER TABLE nowhere ADD COLUMN tag TEXT;", "no such table")]
    [InlineData("ALTER TABLE notes ADD COLUMN tag TEXT; SELECT * FROM;", "failed")]
    [InlineData("DROP TABLE notes;", "does not give back")]
    public async Task A_rollback_that_loses_data_or_fails_is_replaced_by_the_capture(string rollback, string why)
    {
        var (before, after, note) = await UndoAsync($"ALTER TABLE notes DROP COLUMN tag;\n-- Rollback\n-- {rollback}");
        Assert.Equal("", before.DifferenceTo(after));
        Assert.Contains(why, note, StringComparison.Ordinal);
        Assert.Contains("captured state was used", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_virtual_table_cannot_be_captured_and_the_plan_says_so()
    {
        using var folder = new MigrationFolder("CREATE VIRTUAL TABLE pages USING fts5 (title, body); INSERT INTO pages VALUES ('a', 'b');");
        folder.Script("change.sql", "UPDATE pages SET title = 'c'");

        var plan = await folder.PlanAsync();

        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        Assert.Contains(plan.Findings, f => f.RuleId == "PSM018" && f.Reason.Contains("pages", StringComparison.Ordinal));
        Assert.Equal(Reversibility.RestoreOnly, Assert.Single(plan.RollbackSteps).Reversibility);

        var run = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(run.Failure);
        var after = folder.Image();
        Refused.Is("UndoNotPossible", (await folder.UndoAsync(run.Plan)).Failure);
        Assert.Equal("", after.DifferenceTo(folder.Image()));
        Assert.True(Assert.Single(await folder.HistoryAsync()).IsApplied);
    }

    [Theory]
    [InlineData("DROP TABLE pages", "CREATE VIRTUAL TABLE pages USING fts5 (title, body); INSERT INTO pages VALUES ('a', 'b');")]
    [InlineData("UPDATE pages SET title = 'c'", "UPDATE pages SET title = 'a';")]
    [InlineData("ALTER TABLE pages RENAME TO leaves", "ALTER TABLE leaves RENAME TO pages;")]
    public async Task A_virtual_table_is_given_back_by_its_author(string script, string rollback)
    {
        using var folder = new MigrationFolder("CREATE VIRTUAL TABLE pages USING fts5 (title, body); INSERT INTO pages VALUES ('a', 'b');");
        folder.Script("change.sql", $"{script};\n-- Rollback\n-- {rollback}");
        var plan = await folder.PlanAsync();
        var run = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(run.Failure);

        Assert.Null((await folder.UndoAsync(run.Plan)).Failure);

        Assert.Equal("a", folder.Value("SELECT title FROM pages WHERE pages MATCH 'b'"));
        Assert.Equal("ok", folder.Value("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_new_virtual_table_is_taken_away_again()
    {
        using var folder = new MigrationFolder(Notes);
        folder.Script("change.sql", "CREATE VIRTUAL TABLE pages USING fts5 (title); CREATE TABLE plain (x)");
        var before = folder.Image();
        var plan = await folder.MigrateAsync();

        Assert.Null((await folder.UndoAsync(plan)).Failure);

        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Theory]
    [InlineData("SAVEPOINT s; DELETE FROM notes; ROLLBACK TO s; RELEASE s; UPDATE notes SET text = 'z'")]
    [InlineData("UPDATE notes SET text = 'z'; DELETE FROM sqlite_sequence")]
    public async Task What_cannot_be_followed_is_said_to_be_so(string script)
    {
        using var folder = new MigrationFolder(Notes + "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO counted VALUES (5);");
        folder.Script("change.sql", script);

        var plan = await folder.PlanAsync();
        Assert.True(plan.Findings.Any(f => f.RuleId == "PSM018"), string.Join("\n", plan.Findings));
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        var run = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(run.Failure);
        Assert.Equal(2L, folder.Value("SELECT count(*) FROM notes WHERE text = 'z'"));
        var after = folder.Image();

        Refused.Is("UndoNotPossible", (await folder.UndoAsync(run.Plan)).Failure);
        Assert.Equal("", after.DifferenceTo(folder.Image()));
    }

    private static async Task<(DatabaseImage Before, DatabaseImage After, string? Note)> UndoAsync(string script)
    {
        using var folder = new MigrationFolder(Notes);
        folder.Script("change.sql", script);
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        var undo = await folder.UndoAsync(plan);
        Assert.Null(undo.Failure);
        Assert.Empty(DatabaseImage.Captures(folder.Database));
        return (before, folder.Image(), Assert.Single(undo.Plan.Undo!.Steps).Error);
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
