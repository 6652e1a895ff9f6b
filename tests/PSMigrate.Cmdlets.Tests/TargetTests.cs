using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>Targets that are not as they should be: an error that says so, and nothing changed.</summary>
public sealed class TargetTests : CmdletTest
{
    [Theory]
    [InlineData("sqlite:missing.db", "TargetNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("sqlite:nowhere/shop.db", "TargetNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("sqlite:Data Source=nowhere/shop.db;Mode=ReadWriteCreate", "TargetNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("sqlite:notes.txt", "TargetNotADatabase", ErrorCategory.InvalidArgument)]
    [InlineData("sqlite:migrations", "TargetNotADatabase", ErrorCategory.InvalidArgument)]
    [InlineData("sqlite:", "TargetAddressInvalid", ErrorCategory.InvalidArgument)]
    [InlineData("sqlite::memory:", "TargetAddressInvalid", ErrorCategory.InvalidArgument)]
    [InlineData("sqlite:Data Source=shop.db;Colour=red", "TargetAddressInvalid", ErrorCategory.InvalidArgument)]
    [InlineData("shop.db", "TargetAddressInvalid", ErrorCategory.InvalidArgument)]
    [InlineData("oracle:shop", "TargetKindUnknown", ErrorCategory.InvalidArgument)]
    [InlineData("host:other", "TargetAddressInvalid", ErrorCategory.NotImplemented)]
    public void A_target_that_cannot_be_used(string target, string errorId, ErrorCategory category)
    {
        Room.Shop();
        Room.Write("notes.txt", "This is no database, but it is long enough to be taken for one by those who look only at the size of a file. " + new string('x', 500));
        Session["target"] = target;
        var before = Room.Content();
        foreach (var (script, cmdlet) in new[]
        {
            ("New-MigrationPlan migrations $target", "NewMigrationPlan"), ("Get-MigrationHistory $target", "GetMigrationHistory"),
            ("Backup-MigrationTarget $target", "BackupMigrationTarget"), ("Undo-Migration -Target $target -Confirm:$false", "UndoMigration"),
            ("Test-MigrationIntegrity -Target $target -ReferenceTarget $target", "TestMigrationIntegrity"),
        })
        {
            var outcome = Session.Run(script);
            if (target.StartsWith("host", StringComparison.Ordinal) && outcome.Terminating is null && outcome.Errors.Count == 0)
            {
                continue;
            }

            var error = Assert.Single(outcome.Terminating is null ? outcome.Errors : [outcome.Terminating]);
            // A database that may be created has no history yet: then there is only nothing to undo.
            Assert.Equal($"{errorId},PSMigrate.Cmdlets.{cmdlet}Command", error.FullyQualifiedErrorId);
            Assert.Equal(category, error.CategoryInfo.Category);
            Assert.NotNull(error.TargetObject);
            Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
        }

        Assert.Equal(before, Room.Content());
    }

    [Fact]
    public void A_target_that_is_bad_does_not_keep_the_history_of_others_from_being_read()
    {
        Room.Shop();
        Session.Do("$run = New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        var outcome = Session.Run("Get-MigrationHistory sqlite:missing.db, nonsense, sqlite:shop.db");
        Assert.Null(outcome.Terminating);
        Assert.Equal(2, outcome.Errors.Count);
        Assert.Equal(2, outcome.Output.Count);
    }

    [Fact]
    public void A_plan_without_a_target()
    {
        Room.Shop();
        var error = Session.Complains("New-MigrationPlan migrations");
        Assert.Equal("TargetMissing,PSMigrate.Cmdlets.NewMigrationPlanCommand", error.FullyQualifiedErrorId);
        Assert.Contains("-Target", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_another_program_has_locked()
    {
        var shop = Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations 'sqlite:Data Source=shop.db;Default Timeout=1'");
        using (var other = shop.Open())
        {
            using var command = other.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            command.ExecuteNonQuery();
            var error = Session.Refused("$plan | Invoke-Migration -Confirm:$false");
            Assert.Equal("TargetBusy,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
            Assert.Equal(ErrorCategory.ResourceBusy, error.CategoryInfo.Category);
        }

        Session.Do("$plan | Invoke-Migration -Confirm:$false");
        Assert.Equal("customers", shop.Tables);
    }

    [Fact]
    public void A_target_that_another_runner_holds()
    {
        var shop = Room.Shop();
        Room.Write("slow/do.ps1", "while (-not [System.IO.File]::Exists([System.IO.Path]::Combine($PSScriptRoot, 'go'))) { [System.Threading.Thread]::Sleep(20) }");
        Room.Write("slow/undo.ps1", "");
        Room.Write("slow/plan.yaml", "target: sqlite:../shop.db\nsteps:\n  - script: { do: ./do.ps1, undo: ./undo.ps1 }\n");
        using var other = new Shell.Session(Room.Folder);
        using var running = other.Start("New-MigrationPlan slow/plan.yaml | Invoke-Migration -Force -Confirm:$false -InformationAction Continue");
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        Wait.Until(() => File.Exists(shop.Path + "-psmigrate.lock.holder") || Directory.EnumerateFiles(Room.Folder, "*.holder").Any());

        var error = Session.Refused("$plan | Invoke-Migration -Confirm:$false -LockTimeout 00:00:00.2");
        Assert.Equal("TargetLocked,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ResourceBusy, error.CategoryInfo.Category);
        Assert.Contains($"process {Environment.ProcessId}", error.ToString(), StringComparison.Ordinal);

        Room.Write("slow/go", "");
        Assert.Null(running.Wait().Terminating?.ToString());
        Session.Do("$plan | Invoke-Migration -Confirm:$false");
    }
}
