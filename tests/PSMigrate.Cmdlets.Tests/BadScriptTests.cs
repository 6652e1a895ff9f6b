using System.Management.Automation;
using System.Text;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>Scripts and folders as they come: what cannot be planned says what is wrong, where, and what to do; nothing changes.</summary>
public sealed class BadScriptTests : CmdletTest
{
    [Fact]
    public void A_missing_folder() => AssertRefused("New-MigrationPlan migrations sqlite:shop.db", "PathNotFound", ErrorCategory.ObjectNotFound, Room["migrations"]);

    [Fact]
    public void An_empty_folder()
    {
        Directory.CreateDirectory(Room["migrations"]);
        AssertRefused("NoScripts", ErrorCategory.ObjectNotFound, "has no .sql file");
    }

    [Fact]
    public void A_folder_without_scripts()
    {
        Room.Write("migrations/readme.md", "Scripts will come.");
        AssertRefused("NoScripts", ErrorCategory.ObjectNotFound, Room["migrations"]);
    }

    [Fact]
    public void A_file_of_another_sort()
    {
        Room.Write("plan.txt", "steps:");
        AssertRefused("New-MigrationPlan plan.txt sqlite:shop.db", "PathNotAPlan", ErrorCategory.InvalidArgument, "plan.txt");
    }

    [Fact]
    public void An_exported_plan_is_read_by_another_cmdlet()
    {
        Room.Shop();
        Session.Do("New-MigrationPlan migrations sqlite:shop.db | Export-MigrationPlan plan.json -Format Json; Get-MigrationPlan plan.json | Export-MigrationPlan plan.yaml");
        Assert.Contains("Get-MigrationPlan", Session.Complains("New-MigrationPlan plan.json sqlite:shop.db").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("Get-MigrationPlan", Session.Complains("New-MigrationPlan plan.yaml sqlite:shop.db").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_scripts_of_one_version()
    {
        Room.Shop();
        Room.Write("migrations/V1__one.sql", "CREATE TABLE one (id INTEGER);");
        Room.Write("migrations/V1.0__other.sql", "CREATE TABLE other (id INTEGER);");
        AssertRefused("DuplicateVersion", ErrorCategory.InvalidArgument, "V1__one.sql", "V1.0__other.sql");
    }

    [Theory]
    [InlineData("SELECT 'never closed;\n", "UnclosedString", "001.sql:2:8")]
    [InlineData("CREATE TABLE \"open (id INTEGER);\n", "UnclosedIdentifier", "001.sql:2:14")]
    [InlineData("SELECT 1; /* never closed\n", "UnclosedComment", "001.sql:2:11")]
    public void A_string_a_name_or_a_comment_that_is_never_closed(string sql, string errorId, string place)
    {
        Room.Write("migrations/001.sql", "-- A script\n" + sql);
        var error = AssertRefused(errorId, ErrorCategory.InvalidArgument, place);
        Assert.NotNull(((dynamic)error.Exception).Place);
    }

    [Fact]
    public void A_script_of_comments_only()
    {
        Room.Write("migrations/001.sql", "-- Later\n");
        AssertRefused("ScriptEmpty", ErrorCategory.InvalidArgument, "001.sql");
    }

    [Fact]
    public void A_file_that_is_not_text()
    {
        Room.Write("migrations/001.sql", [0x50, 0x4B, 3, 4, 0, 0, 0xFF, 0xFE, 1, 0]);
        AssertRefused("ScriptNotText", ErrorCategory.InvalidArgument, "001.sql");
    }

    [Fact]
    public void A_header_that_names_another_script()
    {
        Room.Write("migrations/001_add_email.sql", "-- Migration: add_phone\n\nCREATE TABLE phones (id INTEGER);\n");
        AssertRefused("HeaderNameMismatch", ErrorCategory.InvalidArgument, "add_phone", "001_add_email.sql:1");
    }

    [Fact]
    public void An_unknown_variable_with_the_nearest_that_is_known()
    {
        Room.Write("migrations/001.sql", "CREATE TABLE ${tabel} (id INTEGER);");
        var error = AssertRefused("New-MigrationPlan migrations sqlite:shop.db -Variables @{ table = 't' }", "UnknownVariable", ErrorCategory.InvalidArgument, "001.sql:1:14", "tabel");
        Assert.Contains("'table'", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Encodings_and_line_ends_make_no_difference()
    {
        const string Sql = "CREATE TABLE größe (id INTEGER);\nINSERT INTO größe VALUES (1);\n";
        Room.Write("migrations/001_plain.sql", Sql);
        Room.Write("migrations/002_bom.sql", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Sql.Replace("größe", "b"))]);
        Room.Write("migrations/003_wide.sql", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Sql.Replace("größe", "naïve"))]);
        Room.Write("migrations/004_wide_without_mark.sql", Encoding.Unicode.GetBytes(Sql.Replace("größe", "d")));
        Room.Write("migrations/005_mixed.sql", "CREATE TABLE e (id INTEGER);\r\nINSERT INTO e VALUES (1);\rINSERT INTO e VALUES (2);\nINSERT INTO e VALUES (3)");
        var database = Room.Database();
        Session.Do("New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan | Invoke-Migration -Confirm:$false");
        Assert.Equal("b,d,e,größe,naïve", database.Tables);
        Assert.Equal(3, database.Count("e"));
        Room.Write("migrations/001_plain.sql", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Sql.ReplaceLineEndings("\r\n"))]);
        Assert.Empty(Session.One("New-MigrationPlan migrations sqlite:shop.db").Findings);
    }

    private ErrorRecord AssertRefused(string errorId, ErrorCategory category, params string[] saying) =>
        AssertRefused("New-MigrationPlan migrations sqlite:shop.db", errorId, category, saying);

    private ErrorRecord AssertRefused(string script, string errorId, ErrorCategory category, params string[] saying)
    {
        Room.Database();
        var before = Room.Content();
        var outcome = Session.Run(script + "\n$?");
        var error = Assert.Single(outcome.Errors);
        Assert.Equal($"{errorId},PSMigrate.Cmdlets.NewMigrationPlanCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.NotNull(error.TargetObject);
        Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
        Assert.All(saying, word => Assert.Contains(word, error.ToString(), StringComparison.Ordinal));
        Assert.False(outcome.Single);
        Assert.Equal(before, Room.Content());
        return error;
    }
}
