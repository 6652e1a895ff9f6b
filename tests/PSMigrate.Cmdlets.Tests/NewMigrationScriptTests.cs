using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>A new script is numbered after those that are there, and never overwrites one.</summary>
public sealed class NewMigrationScriptTests : CmdletTest
{
    [Theory]
    [InlineData("001_add_phone.sql")]
    [InlineData("008_add_phone.sql", "001_a.sql", "007_b.sql", "readme.md")]
    [InlineData("100_add_phone.sql", "99_a.sql")]
    [InlineData("V13__add_phone.sql", "V12__a.sql", "U12__a.sql")]
    [InlineData("0010_add_phone.sql", "0009_a.sql")]
    public void It_is_numbered_as_the_others_are(string expected, params string[] there)
    {
        foreach (var name in there)
        {
            Room.Write("migrations/" + name, "SELECT 1;");
        }

        var file = Session.One("New-MigrationScript add_phone migrations");
        Assert.Equal(Room["migrations/" + expected], file.FullName);
        Assert.Contains("-- Migration: add_phone", File.ReadAllText(file.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_can_be_piped() =>
        Assert.Equal(["001_one.sql", "002_two.sql"], Session.Do("'one', 'two' | New-MigrationScript -Path migrations").Select(f => (string)((dynamic)f.BaseObject).Name));

    [Fact]
    public void A_description_stays_in_its_comment_whatever_is_in_it()
    {
        Session["description"] = "First line\nDROP TABLE customers;\r\n-- Rollback";
        Session.Do("$null = New-MigrationScript add_phone migrations -Description $description");
        Assert.All(File.ReadAllLines(Room["migrations/001_add_phone.sql"]).Where(line => line.Contains("DROP", StringComparison.Ordinal)),
            line => Assert.StartsWith("--", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_script_that_nobody_has_filled_in_is_not_planned()
    {
        Room.Database();
        Session.Do("$null = New-MigrationScript add_phone migrations");
        Assert.Equal("ScriptEmpty,PSMigrate.Cmdlets.NewMigrationPlanCommand", Session.Complains("New-MigrationPlan migrations sqlite:shop.db").FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("'add phone'")]
    [InlineData("../add_phone")]
    [InlineData("''")]
    [InlineData("\"add`nphone\"")]
    public void A_name_that_is_no_file_name_is_refused(string name)
    {
        var error = Session.Refused("New-MigrationScript " + name);
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Room.Folder));
    }

    [Fact]
    public void A_folder_that_is_a_file()
    {
        Room.Write("migrations", "I am a file.");
        var error = Session.Refused("New-MigrationScript add_phone migrations");
        Assert.Equal("ScriptNotWritten,PSMigrate.Cmdlets.NewMigrationScriptCommand", error.FullyQualifiedErrorId);
        Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
    }
}
