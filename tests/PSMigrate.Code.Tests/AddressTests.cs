using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Code.Tests;

/// <summary>How a folder is named, and what is said of what is no folder.</summary>
public sealed class AddressTests : TargetRoom
{
    [Theory]
    [InlineData("dir:.", "/home/ada/here")]
    [InlineData("dir:./src/", "/home/ada/here/src")]
    [InlineData("DIR: ../there ", "/home/ada/there")]
    [InlineData("dir:/a/b=c;d", "/a/b=c;d")]
    [InlineData("dir:/srv/token=five/x", "/srv/token=five/x")]
    [InlineData("dir:/", "/")]
    public void A_path_is_made_absolute_and_kept_as_it_is(string address, string path)
    {
        var found = new DirectoryTargetKind().Normalize(TargetAddress.Parse(address), "/home/ada/here");
        Assert.Equal($"dir:{path}", found.ToString());
        Assert.False(found.SecretIsMissing);
    }

    [Fact]
    public void No_path_is_refused() =>
        Assert.Equal("TargetAddressInvalid", Assert.Throws<MigrationException>(() => new DirectoryTargetKind().Normalize(TargetAddress.Parse("dir:"), "/")).ErrorId);

    [Fact]
    public async Task A_reference_that_is_no_full_path_is_refused() =>
        await Refused.WithAsync("TargetAddressInvalid", () => new DirectoryTarget(new TargetAddress("dir", "${env:SITE}") { ConnectionWithSecrets = "site" }).OpenAsync(Cancel));

    [Fact]
    public async Task A_folder_may_be_named_by_a_link_to_it()
    {
        var before = await SnapshotAsync();
        var link = Path.Combine(Tree.Beside("links"), "to-it");
        Directory.CreateSymbolicLink(link, Tree.Root);
        var target = new DirectoryTarget(new TargetAddress("dir", link));
        await target.OpenAsync(Cancel);
        Assert.Equal(before.Baseline.Structure, (await SnapshotAsync(target)).Baseline.Structure);
    }

    [Fact]
    public async Task A_file_is_not_a_folder() =>
        await Refused.WithAsync("TargetNotADirectory", () => new DirectoryTarget(new TargetAddress("dir", Tree["readme.md"])).OpenAsync(Cancel));

    [Fact]
    public async Task A_history_that_a_link_leads_elsewhere_is_refused()
    {
        Directory.CreateSymbolicLink(Tree[".psmigrate"], Tree.Outside);
        await Refused.WithAsync("TargetStateIsLink", () => Target.OpenAsync(Cancel));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Tree.Outside));
    }

    [Fact]
    public async Task Opening_and_looking_write_nothing()
    {
        await Target.OpenAsync(Cancel);
        await SnapshotAsync();
        Assert.Empty(await Target.History.ReadAsync(Cancel));
        Assert.False(Directory.Exists(Tree[".psmigrate"]));
    }
}
