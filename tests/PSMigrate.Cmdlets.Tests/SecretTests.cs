namespace PSMigrate.Cmdlets.Tests;

/// <summary>Secrets are used and never told: not in plans, journals, histories, streams, errors or reports.</summary>
public sealed class SecretTests : CmdletTest, IDisposable
{
    private const string Secret = "hunter2-Zq9!x";

    private readonly string name = "PSMIGRATE_TEST_" + Guid.NewGuid().ToString("N");

    public SecretTests() => Environment.SetEnvironmentVariable(name, Secret);

    [Fact]
    public void A_secret_in_a_script_is_used_and_not_told()
    {
        var shop = Room.Database("shop.db", "CREATE TABLE users (name TEXT, password TEXT)");
        Room.Write("migrations/001_user.sql", $"INSERT INTO users VALUES ('app', '${{env:{name}}}');\nUPDATE users SET name = 'app2' WHERE password = '${{env:{name}}}';");
        var outcome = Session.Run("""
            $WarningPreference = 'Ignore'
            $run = New-MigrationPlan migrations sqlite:shop.db -Verbose -Debug | Test-MigrationPlan -Verbose -Debug |
                Backup-MigrationTarget -Verbose -Debug | Invoke-Migration -Force -Confirm:$false -Verbose -Debug |
                Test-MigrationIntegrity -PassThru -Verbose -Debug
            $run | Export-MigrationPlan -Format Json
            $run | Export-MigrationPlan -Format Html
            $run | Export-MigrationPlan -Format Markdown
            Get-MigrationHistory sqlite:shop.db | ForEach-Object { "$_" }
            """);
        Assert.Null(outcome.Terminating?.ToString());
        Assert.Equal(Secret, shop.Text("SELECT password FROM users WHERE name = 'app2'"));
        Assert.DoesNotContain(Secret, outcome.Everything, StringComparison.Ordinal);
        Assert.Contains("${env:" + name, string.Join('\n', outcome.Debug), StringComparison.Ordinal);
        AssertNotKept();
    }

    [Theory]
    [InlineData("INSERT INTO nowhere VALUES ('{0}');")]
    [InlineData("INSERT INTO users VALUES ('{0}', 1, 2);")]
    [InlineData("SELECT {0};")]
    [InlineData("CREATE TABLE \"{0}\" (a); CREATE TABLE \"{0}\" (a);")]
    [InlineData("INSERT INTO once VALUES ('{0}');")]
    [InlineData("-- Verify: SELECT password FROM users\nINSERT INTO users VALUES ('app', '{0}');")]
    public void A_statement_that_fails_does_not_tell_the_secret_in_it(string sql)
    {
        Room.Database("shop.db", $"CREATE TABLE users (name TEXT, password TEXT); CREATE TABLE once (password TEXT CHECK (password <> '{Secret}'))");
        Room.Write("migrations/001_user.sql", sql.Replace("{0}", $"${{env:{name}}}", StringComparison.Ordinal));
        var outcome = Session.Run("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Force -Confirm:$false -Verbose -Debug -WarningAction Ignore");
        Assert.True(outcome.Terminating is not null || outcome.Errors.Count > 0);
        Assert.DoesNotContain(Secret, outcome.Everything, StringComparison.Ordinal);
        AssertNotKept();
    }

    [Fact]
    public void A_target_may_be_a_reference()
    {
        Room.Shop();
        Environment.SetEnvironmentVariable(name, Room["shop.db"]);
        Session["target"] = $"sqlite:Data Source=${{env:{name}}}";
        var outcome = Session.Run("$run = New-MigrationPlan migrations $target | Invoke-Migration -Confirm:$false; $run | Export-MigrationPlan -Format Json; Undo-Migration -Target $target -Confirm:$false");
        Assert.Null(outcome.Terminating?.ToString());
        Assert.Contains("${env:" + name, (string)outcome.Output[0].BaseObject, StringComparison.Ordinal);
    }

    [Fact]
    public void A_literal_password_is_masked_wherever_the_target_is_named()
    {
        Room.Shop();
        Session["target"] = $"sqlite:Data Source=shop.db;Password={Secret}";
        var outcome = Session.Run("New-MigrationPlan migrations $target -Verbose -Debug; Get-MigrationHistory $target -Verbose -Debug; Backup-MigrationTarget $target -WhatIf");
        Assert.DoesNotContain(Secret, outcome.Everything + Session.UI.Screen, StringComparison.Ordinal);
        AssertNotKept();
        outcome = Session.Run($"New-MigrationPlan migrations 'Server=x;Password={Secret}'");
        Assert.Equal("TargetAddressInvalid,PSMigrate.Cmdlets.NewMigrationPlanCommand", outcome.Terminating!.FullyQualifiedErrorId);
        Assert.DoesNotContain(Secret, outcome.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_that_cannot_be_resolved_fails_before_anything_is_done()
    {
        var shop = Room.Shop();
        Room.Write("migrations/003_user.sql", "INSERT INTO customers (name) VALUES ('${env:PSMIGRATE_TEST_NOWHERE}');");
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        var error = Session.Refused("$plan | Test-MigrationPlan");
        Assert.Contains("PSMIGRATE_TEST_NOWHERE", error.ToString(), StringComparison.Ordinal);
        error = Session.Refused("$plan | Invoke-Migration -Force -Confirm:$false -WarningAction Ignore");
        Assert.Equal("SecretNotFound,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains("PSMIGRATE_TEST_NOWHERE", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(2, shop.Count("customers"));
    }

    [Fact]
    public void Secrets_come_from_SecretManagement_where_it_is_at_hand()
    {
        var shop = Room.Database("shop.db", "CREATE TABLE users (name TEXT, password TEXT)");
        Room.Write("migrations/001_user.sql", "INSERT INTO users VALUES ('app', '${secret:app-password}');");
        Session["secret"] = Secret;
        Session.Do("function Get-Secret { param($Name, [switch] $AsPlainText) if ($Name -eq 'app-password' -and $AsPlainText) { $secret } }");
        var outcome = Session.Run("New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan -Verbose -Debug | Invoke-Migration -Force -Confirm:$false -Verbose -Debug -WarningAction Ignore");
        Assert.Null(outcome.Terminating?.ToString());
        Assert.Equal(Secret, shop.Text("SELECT password FROM users"));
        Assert.DoesNotContain(Secret, outcome.Everything, StringComparison.Ordinal);
        AssertNotKept();
    }

    void IDisposable.Dispose()
    {
        Environment.SetEnvironmentVariable(name, null);
        Dispose();
    }

    /// <summary>Whatever is kept beside the plan; the backup of the database is the database itself.</summary>
    private void AssertNotKept() => Assert.All(
        Directory.EnumerateFiles(Room.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Where(file => !file.Contains(".db", StringComparison.Ordinal) && !file.Contains("backups", StringComparison.Ordinal)),
        file => Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal));
}
