using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>Whatever a change did to the structure is seen, is taken back and is made again by what the writer writes.</summary>
public sealed class MySqlChangeTests(MariaDbServer server)
{
    public static TheoryData<string> Changes => [.. MySqlChanges.All];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_is_seen_and_taken_back_and_made_again(string change)
    {
        await using var world = await MySqlWorld.CreateAsync(server, MySqlChanges.Before);
        var before = await world.ReadAsync();
        await world.RunAsync(change.Split(";;"));
        var after = await world.ReadAsync();
        Assert.NotEqual("", MySqlWorld.DifferenceBetween(before, after));

        await world.BecomeAsync(before, world.Writer);
        await world.BecomeAsync(after, world.Writer);
        if (!MySqlChanges.WholeOnly.Contains(change))
        {
            await world.BecomeAsync(before, new PartByPartWriter(world.Writer));
            await world.BecomeAsync(after, new PartByPartWriter(world.Writer));
        }
    }

    [Fact]
    public async Task A_table_that_others_refer_to_comes_back()
    {
        await using var world = await MySqlWorld.CreateAsync(server, MySqlChanges.Before);
        var before = await world.ReadAsync();
        await world.RunAsync(["DELETE FROM b", "SET foreign_key_checks = 0", "DROP TABLE a", "SET foreign_key_checks = 1"]);
        Assert.NotNull((await world.ReadAsync()).Find("foreign_key b.fk_ab"));

        await world.BecomeAsync(before, world.Writer);
    }

    [Fact]
    public async Task A_renamed_table_and_column_keep_their_content()
    {
        await using var world = await MySqlWorld.CreateAsync(server, MySqlChanges.Before);
        var before = await world.ReadAsync();
        await world.RunAsync(["RENAME TABLE a TO aa", "ALTER TABLE aa CHANGE name title text NULL AFTER n, DROP COLUMN price"]);
        var after = await world.ReadAsync();

        await world.RunAsync(world.Writer.AlterWhole(after.Find("table aa")!, after, before.Find("table a")!, before, new Dictionary<string, string> { ["title"] = "name" })!);

        Assert.Equal("", MySqlWorld.DifferenceBetween(before, await world.ReadAsync()));
        Assert.Equal("one,two", await world.Session.ScalarAsync<string>("SELECT group_concat(name ORDER BY id) FROM a", MySqlWorld.Cancel));
    }

    [Theory]
    [InlineData("index", "by_n", "by_number")]
    [InlineData("unique key", "by_name", "by title")]
    [InlineData("view", "vb", "v b")]
    [InlineData("event", "ev", "e v")]
    [InlineData("sequence", "sq", "s q")]
    [InlineData("column", "txt", "te xt")]
    [InlineData("table", "c", "c c")]
    public async Task What_can_be_renamed_is_renamed(string kind, string name, string newName)
    {
        await using var world = await MySqlWorld.CreateAsync(server, MySqlChanges.Before);
        var one = (await world.ReadAsync()).Objects.Single(o => o.Kind == kind && o.Name == name);
        var to = one with { Name = newName };

        await world.RunAsync(world.Writer.Alter(one, to)!);

        var after = await world.ReadAsync();
        Assert.Null(after.Find(one.Key));
        Assert.Equal(one.Definition, after.Find(to.Key)!.Definition);
    }
}
