using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>Script steps run in the caller's session, and whatever goes wrong in them fails the run.</summary>
public sealed class ScriptStepTests : CmdletTest
{
    private const string RunPlan = "New-MigrationPlan plan.yaml | Invoke-Migration -Force -Confirm:$false -WarningAction Ignore";

    private readonly List<object> said = [];

    public ScriptStepTests()
    {
        Room.Database();
        Session["said"] = said;
        Room.Write("undo.ps1", "$null = $said.Add('undo')");
    }

    [Fact]
    public void A_script_sees_the_functions_and_variables_of_its_caller()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$said.Add((Get-Greeting $who))");
        Session.Do("function Get-Greeting($name) { \"Hello, $name\" }");
        Session.Do($"& {{ $who = 'Ada'; {RunPlan} }}");
        Assert.Equal("Hello, Ada", said.Single());
    }

    [Fact]
    public void The_caller_may_be_a_function_of_a_module()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$said.Add((Get-Greeting $who))");
        Session.Do($$"""
            $module = New-Module {
                function Get-Greeting($name) { "Hello, $name" }
                function Start-Migration { $who = 'Ada'; {{RunPlan}} }
                Export-ModuleMember -Function Start-Migration
            }
            Start-Migration
            """);
        Assert.Equal("Hello, Ada", said.Single());
    }

    [Fact]
    public void A_check_sees_them_too_though_it_can_be_stopped_by_itself()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1", "$said.Add((Get-Greeting $who))");
        Room.Write("check.ps1", "[Console]::Out.Flush(); $said.Contains((Get-Greeting $who))");
        Session.Do($$"""
            $module = New-Module {
                function Get-Greeting($name) { "Hello, $name" }
                function Start-Migration { $who = 'Ada'; {{RunPlan}} }
                Export-ModuleMember -Function Start-Migration
            }
            Start-Migration
            """);
        Assert.Equal("Hello, Ada", said.Single());
    }

    [Theory]
    [InlineData("check: ./check.ps1, timeout: 300ms", "check.ps1")]
    [InlineData("timeout: 300ms", "do.ps1")]
    public void A_script_that_hangs_is_stopped_and_what_was_applied_before_can_be_undone(string more, string hanging)
    {
        var shop = Room.Shop();
        Room.Write("do.ps1", "$null = $said.Add('done')");
        Room.Write("check.ps1", "$false");
        Room.Write(hanging, "Write-Warning 'still here'; while ($true) { [System.Threading.Thread]::Sleep(10) }".Replace("Write-Warning 'still here'; ", "", StringComparison.Ordinal));
        Room.Write("plan.yaml", $"target: sqlite:shop.db\nsteps:\n  - sql: ./migrations\n  - script: {{ do: ./do.ps1, undo: ./undo.ps1, {more} }}\n");

        var error = Session.Refused(RunPlan);

        Assert.Equal("ScriptTimedOut,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains(hanging, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("300 ms", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(said);
        // The check is mended, and nothing was lost.
        Room.Write("check.ps1", "$said.Contains('done')");
        Assert.Equal("customers", shop.Tables);
        Session.Do("Undo-Migration -Target sqlite:shop.db -Confirm:$false -Force -WarningAction Ignore");
        Assert.Equal("", shop.Tables);
    }

    [Fact]
    public void A_check_that_throws_fails_its_step_before_anything_is_done()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1", "$null = $said.Add('done')");
        Room.Write("check.ps1", "throw 'cannot look'");
        var error = Session.Refused(RunPlan);
        Assert.Equal("ScriptFailed,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains("cannot look", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(said);
        Room.Write("check.ps1", "$said.Contains('done')");
        Session.Do(RunPlan);
        Assert.Equal(["done"], said);
    }

    [Fact]
    public void A_script_knows_which_migration_it_is_part_of()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$said.Add($Migration)", "variables: { region: eu }");
        var plan = Session.One(RunPlan);
        dynamic migration = said.Single();
        Assert.Equal("do", migration.Step);
        Assert.Equal("plan", migration.Plan);
        Assert.Equal(plan.Run.RunId, migration.RunId);
        Assert.Equal("sqlite:" + Room["shop.db"], migration.Target);
        Assert.False(migration.IsRehearsal);
        Assert.Equal("eu", migration.Variables["region"]);
    }

    [Fact]
    public void A_script_leaves_nothing_behind_in_the_session()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$left = 1; $ErrorActionPreference = 'SilentlyContinue'");
        Session.Do(RunPlan);
        Assert.Null(Session["left"]);
        Assert.Null(Session["Migration"]);
        Assert.Equal(ActionPreference.Continue, Session["ErrorActionPreference"]);
    }

    [Fact]
    public void What_a_script_puts_out_is_not_the_cmdlets_output()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "'noise'; 1; $true");
        Assert.Single(Session.Do(RunPlan));
    }

    [Theory]
    [InlineData("throw 'No disk'", "No disk", 1)]
    [InlineData("'fine'\n[int]'x'", "Cannot convert value", 2)]
    [InlineData("Get-Nothing", "Get-Nothing", 1)]
    [InlineData("1 / 0", "divide by zero", 1)]
    [InlineData("function Test { [CmdletBinding()] param() $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.Exception]::new('Only said'), 'Id', 'NotSpecified', $null)) }\nTest\n$null = $said.Add('went on')", "Only said", null)]
    [InlineData("$module = New-Module { function Test { [CmdletBinding()] param() $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.Exception]::new('Only said'), 'Id', 'NotSpecified', $null)) } }\nTest\n$null = $said.Add('went on')", "Only said", null)]
    [InlineData("exit 3", "exit code 3", null)]
    [InlineData("if (", "do.ps1", null)]
    public void A_script_that_goes_wrong_fails_the_run(string script, string message, int? line)
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", script);
        var error = Session.Refused(RunPlan);
        Assert.Equal("ScriptFailed,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(Room["do.ps1"] + (line is null ? "" : $":{line}:"), error.ToString(), StringComparison.Ordinal);
        Assert.Contains("did before it failed stands", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(said);
        dynamic begun = Assert.Single(Session.Do("Get-MigrationHistory sqlite:shop.db")).BaseObject;
        Assert.True(begun.IsBegun);
        Assert.False(begun.IsApplied);
        dynamic plan = error.TargetObject;
        Assert.Equal("FailedAndStopped", plan.Run.Outcome.ToString());
        Assert.Equal("failed", ((IEnumerable<dynamic>)plan.Run.Steps).Single().Result);
    }

    [Fact]
    public void A_program_that_ends_with_an_exit_code_fails_the_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        Plan("do: ./do.ps1, undo: ./undo.ps1", "& sh -c 'echo here; echo there >&2; exit 4'");
        var outcome = Session.Run(RunPlan);
        Assert.Contains("exit code 4", outcome.Terminating!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_program_says_on_its_standard_error_is_told_and_is_no_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        Plan("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1", "& sh -c 'echo halfway >&2'; $null = $said.Add('done')");
        Room.Write("check.ps1", "& sh -c 'echo asking >&2'; $said.Contains('done')");
        var outcome = Session.Run(RunPlan);
        Assert.Null(outcome.Terminating?.ToString());
        Assert.Empty(outcome.Errors);
        Assert.Contains(outcome.Information, i => i.ToString() == "halfway");
    }

    [Fact]
    public void An_exit_code_of_the_caller_is_not_the_scripts()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$said.Add('done')");
        Session["global:LASTEXITCODE"] = 5;
        Session.Do("$global:LASTEXITCODE = 5");
        Session.Do(RunPlan);
        Assert.Single(said);
    }

    [Fact]
    public void What_is_done_already_says_its_check_and_is_not_done_again()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1", "$null = $said.Add('done')");
        Room.Write("check.ps1", "$true");
        Session.Do(RunPlan);
        Assert.Empty(said);
        Assert.Single(Session.Do("Get-MigrationHistory sqlite:shop.db"));
    }

    [Theory]
    [InlineData("$false", "VerificationFailed")]
    [InlineData("'yes'", "ScriptAnswerInvalid")]
    [InlineData("", "ScriptAnswerInvalid")]
    [InlineData("throw 'cannot look'", "ScriptFailed")]
    public void A_check_that_does_not_hold_fails_the_run(string check, string errorId)
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1, verify: ./verify.ps1", "$null = $said.Add('done')");
        Room.Write("verify.ps1", check);
        Assert.Equal($"{errorId},PSMigrate.Cmdlets.InvokeMigrationCommand", Session.Refused(RunPlan).FullyQualifiedErrorId);
    }

    [Fact]
    public void Undo_runs_the_undo_script()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$null = $said.Add('done')");
        Session.Do(RunPlan);
        Session.Do("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Assert.Equal(["done", "undo"], said);
    }

    [Fact]
    public void An_undo_script_stands_where_the_plan_is_as_the_script_did()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$null = $said.Add($PSScriptRoot)");
        Room.Write("undo.ps1", ". ([System.IO.Path]::Combine($PSScriptRoot, 'common.ps1')); $null = $said.Add($PSScriptRoot)");
        Room.Write("common.ps1", "");
        Session.Do(RunPlan);
        Session.Do("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Assert.Equal([Room.Folder, Room.Folder], said);
    }

    [Fact]
    public void An_undo_that_does_not_undo_is_a_failure()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1", "$null = $said.Add('done')");
        Room.Write("check.ps1", "$said.Contains('done')");
        Session.Do(RunPlan);
        var error = Session.Refused("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Assert.Equal("UndoIncomplete,PSMigrate.Cmdlets.UndoMigrationCommand", error.FullyQualifiedErrorId);
        Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void A_script_is_rehearsed_only_where_its_author_says_that_it_may_be()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$null = $said.Add($Migration)");
        var plan = Session.One("New-MigrationPlan plan.yaml | Test-MigrationPlan");
        Assert.Empty(said);
        Assert.Contains("do: ", Assert.Single((IEnumerable<string>)plan.Rehearsal.NotRehearsed), StringComparison.Ordinal);
        Assert.Equal("High", plan.RiskLevel.ToString());

        Plan("do: ./do.ps1, undo: ./undo.ps1, rehearse: true", "$null = $said.Add($Migration)");
        Session.Do("New-MigrationPlan plan.yaml | Test-MigrationPlan");
        // Forward, undo, forward again.
        Assert.Equal(3, said.Count);
        Assert.True(((dynamic)said[0]).IsRehearsal);
        Assert.NotEqual("sqlite:" + Room["shop.db"], ((dynamic)said[0]).Target);
    }

    [Fact]
    public void A_smoke_test_that_fails_fails_the_run()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$null = $said.Add('done')", "tests: [ ./smoke.ps1 ]\nonFailure: undo", "throw 'It smokes'");
        var error = Session.Refused(RunPlan);
        Assert.Contains("It smokes", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["done", "undo"], said);
    }

    [Fact]
    public void A_script_that_has_changed_since_is_not_run()
    {
        Plan("do: ./do.ps1, undo: ./undo.ps1", "$null = $said.Add('done')");
        Session.Do("$plan = New-MigrationPlan plan.yaml");
        Room.Write("do.ps1", "$null = $said.Add('something else')");
        var error = Session.Refused("$plan | Invoke-Migration -Force -Confirm:$false");
        Assert.Equal("ScriptChanged,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Equal("do.ps1", error.TargetObject);
        Assert.Empty(said);
    }

    private void Plan(string scripts, string doing, string more = "", string smoke = "")
    {
        Room.Write("do.ps1", doing);
        Room.Write("smoke.ps1", smoke);
        Room.Write("plan.yaml", $"target: sqlite:shop.db\nsteps:\n  - script: {{ {scripts} }}\n{more}\n");
    }
}
