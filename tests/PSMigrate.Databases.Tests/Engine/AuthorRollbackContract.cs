using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Databases.Tests.Sqlite;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>The author's rollback and the captured way back, and which of them is used: on any engine.</summary>
public abstract class AuthorRollbackContract
{
    private const string Notes = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR(50), tag VARCHAR(50)); INSERT INTO notes VALUES (1, 'a', 'x'), (2, 'b', NULL);";

    private protected abstract TestDatabase NewDatabase(string folder);

    [Theory]
    [InlineData("ALTER TABLE notes ADD COLUMN more VARCHAR(50);", "CREATE TABLE by_author (x INTEGER); DROP TABLE by_author;\n-- ALTER TABLE notes DROP COLUMN more;")]
    [InlineData("UPDATE notes SET text = 'z' WHERE id = 1;", "UPDATE notes SET text = 'a' WHERE id = 1;")]
    [InlineData("CREATE TABLE made (id INTEGER PRIMARY KEY); INSERT INTO made VALUES (1);", "DROP TABLE made;")]
    [InlineData("ALTER TABLE notes RENAME TO texts;", "ALTER TABLE texts RENAME TO notes;")]
    [InlineData("CREATE INDEX notes_tag ON notes (tag);", "DROP INDEX notes_tag;")]
    public async Task The_authors_rollback_is_used_where_it_gives_back_all_of_it(string script, string rollback)
    {
        var (before, after, note) = await UndoAsync($"{script}\n-- Rollback\n-- {rollback.Replace("DROP INDEX notes_tag", DropIndex("notes_tag", "notes"), StringComparison.Ordinal)}\n");
        Assert.Equal("", before.DifferenceTo(after));
        Assert.Null(note);
    }

    [Theory]
    [InlineData("ALTER TABLE notes DROP COLUMN tag;", "ALTER TABLE notes ADD COLUMN tag VARCHAR(50);", "does not give back")]
    [InlineData("ALTER TABLE notes DROP COLUMN tag;", "ALTER TABLE notes ADD COLUMN tag VARCHAR(50); UPDATE notes SET tag = 'guessed';", "does not give back")]
    [InlineData("ALTER TABLE notes DROP COLUMN tag;", "ALTER TABLE nowhere ADD COLUMN tag VARCHAR(50);", "failed")]
    [InlineData("ALTER TABLE notes DROP COLUMN tag;", "ALTER TABLE notes ADD COLUMN tag VARCHAR(50); SELECT * FROM;", "failed")]
    [InlineData("ALTER TABLE notes DROP COLUMN tag;", "DROP TABLE notes;", "does not give back")]
    [InlineData("UPDATE notes SET text = 'z';", "UPDATE notes SET text = 'a';", "does not give back")]
    [InlineData("DELETE FROM notes;", "INSERT INTO notes VALUES (1, 'a', 'x');", "does not give back")]
    [InlineData("DELETE FROM notes;", "SELECT 1;", "does not give back")]
    [InlineData("UPDATE notes SET text = 'z';", "UPDATE notes SET text = CASE id WHEN 1 THEN 'a' ELSE 'b' END; CREATE TABLE left_over (x INTEGER); INSERT INTO left_over VALUES (1); UPDATE notes SET text = 'c' WHERE id = 2;", "does not give back")]
    public async Task A_rollback_that_loses_data_or_fails_gives_way_to_the_capture(string script, string rollback, string why)
    {
        var (before, after, note) = await UndoAsync($"{script}\n-- Rollback\n-- {rollback}");
        Assert.Equal("", before.DifferenceTo(after));
        Assert.Contains(why, note, StringComparison.Ordinal);
        Assert.Contains("captured state was used", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_followed_is_said_and_not_undone()
    {
        using var folder = new MigrationFolder(Notes, NewDatabase);
        folder.Script("change.sql", "SAVEPOINT s; DELETE FROM notes; ROLLBACK TO SAVEPOINT s; UPDATE notes SET text = 'z'");

        var plan = await folder.PlanAsync();
        Assert.Contains(plan.Findings, f => f.RuleId == "PSM018");
        var run = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(run.Failure);
        var after = folder.Image();

        Refused.Is("UndoNotPossible", (await folder.UndoAsync(run.Plan)).Failure);
        Assert.Equal("", after.DifferenceTo(folder.Image()));
    }

    private protected virtual string DropIndex(string name, string table) => $"DROP INDEX {name}";

    private async Task<(DatabaseImage Before, DatabaseImage After, string? Note)> UndoAsync(string script)
    {
        using var folder = new MigrationFolder(Notes, NewDatabase);
        folder.Script("change.sql", script);
        var before = folder.Image();
        var plan = await folder.MigrateAsync();
        var undo = await folder.UndoAsync(plan);
        Assert.Null(undo.Failure);
        Assert.Empty(folder.Captures());
        return (before, folder.Image(), Assert.Single(undo.Plan.Undo!.Steps).Error);
    }
}
