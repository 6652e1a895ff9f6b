namespace PSMigrate.Core.Tests;

public sealed class NearestTests
{
    private static readonly string[] Valid = ["name", "type", "steps", "description", "target", "targets"];

    [Theory]
    [InlineData("nmae", "name")]
    [InlineData("NAME", "name")]
    [InlineData("desription", "description")]
    [InlineData("step", "steps")]
    [InlineData("target_", "target")]
    [InlineData("", null)]
    [InlineData("x", null)]
    [InlineData("zebra", null)]
    public void Finds_what_was_meant(string given, string? meant) => Assert.Equal(meant, Nearest.To(given, Valid));

    [Fact]
    public void Always_lists_what_is_valid()
    {
        Assert.Equal("Did you mean 'name'? Valid: description, name, steps, target, targets, type.", Nearest.Suggest("nmae", Valid));
        Assert.Equal("Valid: description, name, steps, target, targets, type.", Nearest.Suggest("zebra", Valid));
        Assert.Equal("There are none.", Nearest.Suggest("zebra", []));
    }

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("same", "same", 0)]
    public void Counts_edits(string a, string b, int edits)
    {
        Assert.Equal(edits, Nearest.Distance(a, b));
        Assert.Equal(edits, Nearest.Distance(b, a));
    }
}
