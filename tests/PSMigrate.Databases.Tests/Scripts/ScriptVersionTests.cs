using CsCheck;
using PSMigrate.Databases.Scripts;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public class ScriptVersionTests
{
    [Theory]
    [InlineData("1", "001", 0)]
    [InlineData("1", "1.0.0", 0)]
    [InlineData("1.2", "1_2", 0)]
    [InlineData("1.2", "1.10", -1)]
    [InlineData("2", "1.9", 1)]
    [InlineData("0", "0.0", 0)]
    [InlineData("99999999999999999999999999", "100000000000000000000000000", -1)]
    public void Compares_as_numbers(string one, string other, int expected)
    {
        Assert.Equal(expected, Math.Sign(new ScriptVersion(one).CompareTo(new ScriptVersion(other))));
        Assert.Equal(-expected, Math.Sign(new ScriptVersion(other).CompareTo(new ScriptVersion(one))));
        Assert.Equal(expected == 0, new ScriptVersion(one).Equals(new ScriptVersion(other)));
        Assert.True(expected != 0 || new ScriptVersion(one).GetHashCode() == new ScriptVersion(other).GetHashCode());
    }

    [Fact]
    public void Agrees_with_the_systems_versions() =>
        Gen.Int[0, 20].Array[2, 4].Select(parts => string.Join('.', parts)).Array[2].Sample(pair =>
            Assert.Equal(
                Math.Sign(Pad(pair[0]).CompareTo(Pad(pair[1]))),
                Math.Sign(new ScriptVersion(pair[0]).CompareTo(new ScriptVersion(pair[1])))));

    [Theory]
    [InlineData("V001__add_email.sql", "V001__add_email", "add_email", "001")]
    [InlineData("v1_2__x.sql", "v1_2__x", "x", "1_2")]
    [InlineData("1.2__x.sql", "1.2__x", "x", "1.2")]
    [InlineData("1_2__x.sql", "1_2__x", "x", "1_2")]
    [InlineData("001_add.sql", "001_add", "add", "001")]
    [InlineData("001-add.SQL", "001-add", "add", "001")]
    [InlineData("001_2nd_try.sql", "001_2nd_try", "2nd_try", "001")]
    [InlineData("001.sql", "001", "001", "001")]
    [InlineData("V3.sql", "V3", "V3", "3")]
    [InlineData("2026-11-22_add.sql", "2026-11-22_add", "add", null)]
    [InlineData("R__view.sql", "R__view", "view", null)]
    [InlineData("add_email.sql", "add_email", "add_email", null)]
    [InlineData("add_email.undo.sql", "add_email", "add_email", null)]
    [InlineData("Version1.sql", "Version1", "Version1", null)]
    [InlineData("V1_x.sql", "V1_x", "V1_x", null)]
    [InlineData(".sql", "", "", null)]
    public void Reads_file_names(string file, string stem, string title, string? version)
    {
        var name = ScriptFileName.Of(Path.Combine("some.folder", file));
        Assert.Equal((stem, title, version), (name.Stem, name.Title, name.Version?.ToString()));
    }

    private static Version Pad(string text) => Version.Parse(text + string.Concat(Enumerable.Repeat(".0", 3 - text.Count(c => c == '.'))));
}
