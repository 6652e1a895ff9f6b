using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Rehearsals on SQLite, to the byte.</summary>
public sealed class RehearsalTests : RehearsalContract
{
    [Theory]
    [InlineData("DELETE")]
    [InlineData("WAL")]
    public async Task The_target_is_left_as_it_is_to_the_byte(string journal)
    {
        using var folder = NewFolder(Notes);
        folder.Sql($"PRAGMA journal_mode = {journal}");
        folder.Script("change.sql", "DROP TABLE other; UPDATE notes SET text = 'z'; CREATE TABLE made (x)");
        var plan = await folder.PlanAsync();
        var before = folder.Files();

        plan = await folder.RehearseAsync(plan);

        Assert.True(plan.Rehearsal!.Succeeded);
        var after = folder.Files();
        Assert.Equal(before, after.Where(f => !f.Key.StartsWith(".psmigrate", StringComparison.Ordinal)).ToDictionary());
        Assert.DoesNotContain(after.Keys, f => f.EndsWith(".db", StringComparison.Ordinal) && f != "shop.db");
    }

    [Fact]
    public async Task What_reaches_beyond_the_copy_is_not_rehearsed_and_is_said_to_be_so()
    {
        var elsewhere = Path.Combine(Path.GetTempPath(), $"psmigrate-{Guid.NewGuid():N}.db");

        await RequireLeftOutAsync($"ATTACH '{elsewhere}' AS elsewhere; CREATE TABLE elsewhere.made (x); DETACH elsewhere");

        Assert.False(File.Exists(elsewhere));
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
