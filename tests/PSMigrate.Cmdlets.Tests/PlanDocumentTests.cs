using System.Diagnostics;
using System.Management.Automation;
using PSMigrate.Cmdlets.Tests.Shell;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>A plan on its way between people, sessions and machines stays the same plan.</summary>
public sealed class PlanDocumentTests : CmdletTest
{
    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public void A_plan_that_is_exported_and_read_is_equal(string ending)
    {
        Room.Shop();
        Session.Do($"$plan = New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan | Approve-MigrationPlan -Reason 'Read: \"all\" of it' | Backup-MigrationTarget; $null = $plan | Export-MigrationPlan plan.{ending}");
        Assert.True(Session.One($"(Get-MigrationPlan plan.{ending}) -eq $plan"));
        Assert.Equal(3, Session.One($"Get-MigrationPlan plan.{ending}").Evidence.Count);
        Session.Do($"$run = $plan | Invoke-Migration -Confirm:$false; $null = $run | Export-MigrationPlan run.{ending}");
        Assert.True(Session.One($"(Get-MigrationPlan run.{ending}).Equals($run)"));
        Assert.False(Session.One($"(Get-MigrationPlan run.{ending}).Equals($plan)"));
    }

    [Fact]
    public void A_plan_that_was_approved_runs_in_another_session_with_its_evidence()
    {
        var shop = Room.Shop();
        Room.Write("migrations/003_drop.sql", "DROP TABLE customers;");
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan");
        Session.Do("$null = $plan | Approve-MigrationPlan -Hash $plan.Hash.Substring(0, 12) -Reason 'Seen' | Export-MigrationPlan plan.yaml");

        using var other = new Session(Room.Folder);
        var run = other.One("Get-MigrationPlan plan.yaml | Backup-MigrationTarget | Invoke-Migration -Confirm:$false");
        Assert.Equal("Succeeded", run.Run.Outcome.ToString());
        Assert.Equal("Seen", run.Approval.Reason);
        Assert.Equal("", shop.Tables);

        // What was kept since is found by whoever reads the plan again.
        Assert.Equal((string)run.Run.RunId, (string)Session.One("(Get-MigrationPlan plan.yaml).Run.RunId"));
        Assert.Equal((string)run.Run.RunId, (string)Session.One($"(Get-MigrationPlan -RunId {run.Run.RunId}).Run.RunId"));
        Assert.Equal((string)run.Run.RunId, (string)Session.One($"(Get-MigrationPlan .psmigrate/runs/{run.Run.RunId}).Run.RunId"));
    }

    [Fact]
    public void A_plan_runs_in_another_process()
    {
        Assert.SkipUnless(FindPowerShell() is not null, "PowerShell is not installed.");
        var shop = Room.Shop();
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan | Export-MigrationPlan plan.json");
        var start = new ProcessStartInfo(FindPowerShell()!) { WorkingDirectory = Room.Folder, RedirectStandardOutput = true };
        start.ArgumentList.Add("-NoProfile");
        start.ArgumentList.Add("-NonInteractive");
        start.ArgumentList.Add("-Command");
        start.ArgumentList.Add($"Import-Module '{ModuleUnderTest.Manifest}'; Get-MigrationPlan plan.json | Invoke-Migration -Confirm:$false | Export-MigrationPlan run.json | ForEach-Object Name");
        using var process = Process.Start(start)!;
        Assert.Equal("run.json", process.StandardOutput.ReadToEnd().Trim());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("customers", shop.Tables);
        Assert.True(Session.One("(Get-MigrationPlan run.json).Rehearsal.UndoProved"));
    }

    [Theory]
    [InlineData("ALTER TABLE customers ADD COLUMN emall TEXT;\n")]
    [InlineData("ALTER TABLE customers ADD COLUMN email TEXT;\n-- a word more")]
    public void A_script_that_changes_by_one_byte_voids_the_plan(string text)
    {
        var shop = Room.Shop();
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan | Approve-MigrationPlan | Export-MigrationPlan plan.json");
        Room.Write("migrations/002_add_email.sql", text);
        foreach (var cmdlet in new[] { "Invoke-Migration -Confirm:$false", "Invoke-Migration -Force -Confirm:$false", "Test-MigrationPlan" })
        {
            var error = Session.Refused("Get-MigrationPlan plan.json | " + cmdlet);
            Assert.StartsWith("ScriptChanged,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("002_add_email.sql", error.ToString(), StringComparison.Ordinal);
            Assert.Equal(ErrorCategory.InvalidOperation, error.CategoryInfo.Category);
            Assert.Contains("New-MigrationPlan", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }

        Assert.Equal("", shop.Tables);
        Assert.Empty(Session.One("New-MigrationPlan migrations sqlite:shop.db").Evidence);
    }

    [Fact]
    public void A_document_that_was_edited_has_lost_its_evidence()
    {
        Room.Shop();
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db -Variables @{ region = 'eu' } | Approve-MigrationPlan | Export-MigrationPlan plan.json");
        Assert.NotNull(Session.One("Get-MigrationPlan plan.json").Approval);
        File.WriteAllText(Room["plan.json"], File.ReadAllText(Room["plan.json"]).Replace("\"eu\"", "\"us\"", StringComparison.Ordinal));
        Assert.Null(Session.One("Get-MigrationPlan plan.json").Approval);
    }

    [Fact]
    public void A_folder_may_be_moved_together_with_its_plan()
    {
        var shop = Room.Shop(folder: "release/migrations");
        Session.Do("$null = New-MigrationPlan release/migrations sqlite:shop.db | Approve-MigrationPlan | Export-MigrationPlan release/plan.json");
        Directory.Move(Room["release"], Room["deployed"]);
        var run = Session.One("Get-MigrationPlan deployed/plan.json | Invoke-Migration -Confirm:$false");
        Assert.NotNull(run.Approval);
        Assert.Equal("customers", shop.Tables);
        Assert.False(Directory.Exists(Room["release"]));
        Assert.True(Directory.Exists(Room["deployed/.psmigrate/runs"]));
    }

    [Fact]
    public void Only_the_plan_that_was_reviewed_is_approved()
    {
        Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        var before = Room.Content();
        var error = Session.Refused("$plan | Approve-MigrationPlan -Hash 000000000000");
        Assert.Equal("HashDiffers,PSMigrate.Cmdlets.ApproveMigrationPlanCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidOperation, error.CategoryInfo.Category);
        Assert.Contains("000000000000", error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("ParameterArgumentValidationError,", Session.Refused("$plan | Approve-MigrationPlan -Hash 00000").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(before, Room.Content());
    }

    [Fact]
    public void A_refusal_closes_the_gate()
    {
        Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db | Approve-MigrationPlan -Refuse -Reason 'Not on a Friday'");
        var error = Session.Refused("$plan | Invoke-Migration -Confirm:$false");
        Assert.Equal("ApprovalRefused,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains("Not on a Friday", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("md", "# Migration")]
    [InlineData("html", "<!DOCTYPE html>")]
    public void A_plan_is_written_for_people(string ending, string beginning)
    {
        Room.Shop();
        Room.Write("migrations/003_script.sql", "INSERT INTO customers (name) VALUES ('<script>alert(1)</script>|pipe');");
        Session.Do($"$plan = New-MigrationPlan migrations sqlite:shop.db -Description '<b>bold</b>'; $null = $plan | Export-MigrationPlan plan.{ending}");
        var text = File.ReadAllText(Room["plan." + ending]);
        Assert.StartsWith(beginning, text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("002_add_email", text, StringComparison.Ordinal);
        Assert.Contains((string)Session.One("$plan.Hash"), text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>bold", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_path_the_text_goes_to_the_pipeline()
    {
        Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        Assert.StartsWith("# ", (string)Session.One("$plan | Export-MigrationPlan"), StringComparison.Ordinal);
        Assert.StartsWith("{", (string)Session.One("$plan | Export-MigrationPlan -Format Json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$plan | Export-MigrationPlan there.json", "FileExists", ErrorCategory.InvalidOperation)]
    [InlineData("$plan | Export-MigrationPlan plan.docx", "FormatUnknown", ErrorCategory.InvalidArgument)]
    [InlineData("$plan | Export-MigrationPlan missing/plan.json", "FileNotWritten", ErrorCategory.InvalidResult)]
    [InlineData("$plan | Export-MigrationPlan migrations -Format Json", "FileNotWritten", ErrorCategory.InvalidResult)]
    [InlineData("$plan, $plan | Export-MigrationPlan both.json", "FileExists", ErrorCategory.InvalidOperation)]
    [InlineData("$plan, $plan | Export-MigrationPlan both.json -Force", "FileExists", ErrorCategory.InvalidOperation)]
    public void A_plan_that_cannot_be_written_there(string script, string errorId, ErrorCategory category)
    {
        Room.Shop();
        Room.Write("there.json", "Do not lose this.");
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        var error = Session.Refused(script);
        Assert.Equal($"{errorId},PSMigrate.Cmdlets.ExportMigrationPlanCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
        Assert.Equal("Do not lose this.", File.ReadAllText(Room["there.json"]));
    }

    [Theory]
    [InlineData("Get-MigrationPlan missing.json", "PlanNotFound")]
    [InlineData("Get-MigrationPlan migrations", "PlanNotFound")]
    [InlineData("Get-MigrationPlan -RunId 20260101T000000Z-000000", "PlanNotFound")]
    [InlineData("Get-MigrationPlan notes.txt", "PlanDocumentInvalid")]
    [InlineData("Get-MigrationPlan half.json", "PlanDocumentInvalid")]
    [InlineData("Get-MigrationPlan newer.json", "PlanDocumentNewer")]
    [InlineData("Get-MigrationPlan author.yaml", "PlanDocumentInvalid")]
    public void What_is_no_plan_does_not_keep_others_from_being_read(string script, string errorId)
    {
        Room.Shop();
        Room.Write("notes.txt", "Nothing of the sort.");
        Room.Write("author.yaml", "steps:\n  - sql: ./migrations\n");
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db | Export-MigrationPlan plan.json");
        var text = File.ReadAllText(Room["plan.json"]);
        Room.Write("half.json", text[..(text.Length / 2)]);
        Room.Write("newer.json", text.Replace("psmigrate-plan/1", "psmigrate-plan/9", StringComparison.Ordinal));
        var outcome = Session.Run(script + "; Get-MigrationPlan plan.json");
        Assert.Null(outcome.Terminating);
        Assert.Single(outcome.Output);
        Assert.Equal($"{errorId},PSMigrate.Cmdlets.GetMigrationPlanCommand", Assert.Single(outcome.Errors).FullyQualifiedErrorId);
        Assert.NotEqual("", outcome.Errors[0].ErrorDetails.RecommendedAction);
    }

    private static string? FindPowerShell() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh"))
        .FirstOrDefault(File.Exists);
}
