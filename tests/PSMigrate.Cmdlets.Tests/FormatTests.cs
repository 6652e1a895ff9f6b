namespace PSMigrate.Cmdlets.Tests;

/// <summary>What a person sees on the screen.</summary>
public sealed class FormatTests : CmdletTest
{
    [Fact]
    public void A_plan_reads_like_a_plan()
    {
        Room.Shop();
        Room.Write("migrations/003_drop.sql", "DROP TABLE customers;");
        var screen = Shown("New-MigrationPlan migrations sqlite:shop.db -Description 'Customers get an e-mail address.'");
        AssertInOrder(screen,
            "migrations", "Overview", "Customers get an e-mail address.", Room["shop.db"], "High", "Changes", "customers", "Findings", "003_drop",
            "Rollback", "003_drop", "001_create_customers", "Dependencies", "None");
        Assert.All(screen.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Theory]
    [InlineData("$run | Test-MigrationIntegrity", "Passed", "001_create_customers", "yes")]
    [InlineData("Get-MigrationHistory sqlite:shop.db", "Step", "001_create_customers", "002_add_email")]
    [InlineData("Backup-MigrationTarget sqlite:shop.db", "shop.db", "yes")]
    [InlineData("$run.Run", "Succeeded", "2 steps applied")]
    public void Results_are_shown_with_what_matters(string script, params string[] words)
    {
        Room.Shop();
        Session.Do("$run = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        var screen = Shown(script);
        Assert.All(words, word => Assert.Contains(word, screen, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("System.Collections", screen, StringComparison.Ordinal);
        Assert.DoesNotContain(" { ", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void What_scripts_say_cannot_drive_the_terminal()
    {
        Room.Database();
        Room.Write("migrations/001_escape.sql", "CREATE TABLE \"evil\u001b[2Jname\" (id INTEGER);");
        Assert.DoesNotContain('\u001b', Shown("New-MigrationPlan migrations sqlite:shop.db"));
    }

    private string Shown(string script)
    {
        Session.Do("try { $PSStyle.OutputRendering = 'PlainText' } catch { }");
        Session.Do($"{script} | Out-Default");
        return Session.UI.Screen;
    }

    private static void AssertInOrder(string text, params string[] words)
    {
        var at = 0;
        foreach (var word in words)
        {
            var found = text.IndexOf(word, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{word}' is not where it should be in:\n{text}");
            at = found + word.Length;
        }
    }
}
