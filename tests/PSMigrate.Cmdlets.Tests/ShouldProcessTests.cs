namespace PSMigrate.Cmdlets.Tests;

/// <summary>Nothing changes that was not asked for: -WhatIf writes nothing anywhere, and a no is a no.</summary>
public sealed class ShouldProcessTests : CmdletTest
{
    [Theory]
    [InlineData("New-MigrationScript add_phone migrations -WhatIf")]
    [InlineData("New-MigrationScript first new_folder -WhatIf")]
    [InlineData("New-MigrationPlan migrations sqlite:shop.db")]
    [InlineData("New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan -WhatIf | Backup-MigrationTarget -WhatIf | Approve-MigrationPlan -WhatIf | Invoke-Migration -WhatIf")]
    [InlineData("$WhatIfPreference = $true; New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan | Backup-MigrationTarget | Approve-MigrationPlan | Invoke-Migration")]
    [InlineData("$plan | Approve-MigrationPlan -WhatIf")]
    [InlineData("$plan | Approve-MigrationPlan -Refuse -WhatIf")]
    [InlineData("$plan | Export-MigrationPlan plan.json -WhatIf")]
    [InlineData("$plan | Export-MigrationPlan -Format Html")]
    [InlineData("Backup-MigrationTarget sqlite:shop.db -WhatIf")]
    [InlineData("Get-MigrationHistory sqlite:shop.db")]
    [InlineData("$run | Invoke-Migration -WhatIf")]
    [InlineData("$run | Undo-Migration -WhatIf")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -WhatIf")]
    [InlineData("Undo-Migration -Target sqlite:shop.db -To 001_create_customers -WhatIf")]
    [InlineData("$run | Restore-MigrationTarget -WhatIf")]
    [InlineData("$backup | Restore-MigrationTarget -WhatIf")]
    [InlineData("Restore-MigrationTarget $backup.Path -WhatIf")]
    [InlineData("Restore-MigrationTarget $backup.Path -Target sqlite:other.db -WhatIf")]
    [InlineData("$backup | Remove-MigrationBackup -Force -WhatIf")]
    [InlineData("Remove-MigrationBackup -Target sqlite:shop.db -OlderThan 0 -IncludeQuarantine -Force -WhatIf; $run | Out-Null")]
    [InlineData("$run | Remove-MigrationBackup -KeepLast 0 -IncludeQuarantine -Force -WhatIf")]
    [InlineData("$run | Out-Null; Get-MigrationHistory sqlite:shop.db -Quarantine")]
    [InlineData("Test-MigrationIntegrity -Target sqlite:shop.db -ReferenceTarget sqlite:shop.db")]
    public void Asking_what_would_happen_changes_no_byte(string script)
    {
        Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        if (script.Contains("$run", StringComparison.Ordinal) || script.Contains("$backup", StringComparison.Ordinal) || script.Contains("Undo", StringComparison.Ordinal))
        {
            Session.Do("$run = $plan | Backup-MigrationTarget | Invoke-Migration -Confirm:$false; $backup = Backup-MigrationTarget sqlite:shop.db");
        }

        var before = Room.Content();
        Session.Do(script);
        Assert.Equal(before, Room.Content());
    }

    [Theory]
    [InlineData("$plan | Test-MigrationPlan -WhatIf")]
    [InlineData("$plan | Backup-MigrationTarget -WhatIf")]
    [InlineData("$plan | Approve-MigrationPlan -WhatIf")]
    public void The_plan_goes_on_so_that_the_whole_pipeline_can_be_asked(string script)
    {
        Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        Assert.Empty(Session.One(script).Evidence);
    }

    [Theory]
    [InlineData("$run | Undo-Migration", "Undo 2 steps (002_add_email, 001_create_customers)")]
    [InlineData("$run | Restore-MigrationTarget", "Restore the backup")]
    [InlineData("$plan | Invoke-Migration", "Apply 2 steps of the plan migrations (risk Low)")]
    public void A_person_is_asked_before_a_target_is_changed_and_a_no_changes_nothing(string script, string question)
    {
        var shop = Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        if (script.StartsWith("$run", StringComparison.Ordinal))
        {
            Session.Do("$run = $plan | Backup-MigrationTarget | Invoke-Migration -Confirm:$false");
        }

        var before = Room.Content();
        Session.UI.Answer = "No";
        Assert.Empty(Session.Do(script));
        Assert.Contains(question, Assert.Single(Session.UI.Questions), StringComparison.Ordinal);
        Assert.Contains(shop.Path, Session.UI.Questions[0], StringComparison.Ordinal);
        Assert.Equal(before, Room.Content());

        Session.UI.Answer = "Yes";
        Session.Do(script);
        Assert.NotEqual(before, Room.Content());
    }

    [Theory]
    [InlineData("$plan | Test-MigrationPlan")]
    [InlineData("$plan | Backup-MigrationTarget")]
    [InlineData("$plan | Approve-MigrationPlan")]
    [InlineData("$plan | Export-MigrationPlan plan.json")]
    [InlineData("$plan | Invoke-Migration -Confirm:$false")]
    public void Nobody_is_asked_where_no_target_is_changed_or_the_caller_has_said_yes(string script)
    {
        Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        Session.Do(script);
        Assert.Empty(Session.UI.Questions);
    }

    [Fact]
    public void What_would_be_applied_is_said()
    {
        Room.Shop();
        Session.Do("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -WhatIf");
        Assert.Contains("What if: ", Session.UI.Screen, StringComparison.Ordinal);
        Assert.Contains("Apply 2 steps", Session.UI.Screen, StringComparison.Ordinal);
        var outcome = Session.Run("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -WhatIf -Verbose");
        Assert.Contains(outcome.Verbose, line => line.StartsWith("001_create_customers: ", StringComparison.Ordinal));
    }
}
