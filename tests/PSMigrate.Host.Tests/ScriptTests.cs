namespace PSMigrate.Host.Tests;

/// <summary>A script sees what it would see under <c>pwsh -File</c>.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task Arguments_are_bound()
    {
        using var folder = new ScriptFolder(
            """
            [CmdletBinding()]
            param([string] $Name, [switch] $Force, [switch] $Quiet = $true, [int] $Count, [string] $Rest)
            "$Name|$Force|$Quiet|$Count|$Rest"
            """);
        HostResult result = await folder.Run("-Name", "two words", "-Force", "-Quiet:$false", "-Count", "7", "last");
        Assert.Equal("two words|True|False|7|last\n", result.Output);
    }

    [Fact]
    public async Task Unbound_arguments_are_in_args()
    {
        using var folder = new ScriptFolder("$args.Count; $args -join ','; $args[0].GetType().Name");
        HostResult result = await folder.Run("1", "$env:HOME", "it's");
        Assert.Equal(["3", "1,$env:HOME,it's", "String"], result.Lines);
    }

    [Fact]
    public async Task A_script_knows_where_it_is()
    {
        using var folder = new ScriptFolder("$PSScriptRoot; $PSCommandPath; $MyInvocation.MyCommand.Name; \"$PWD\"");
        HostResult result = await folder.Run();
        Assert.Equal([folder.Folder, folder.Script, "script.ps1", folder.Folder], result.Lines);
    }

    [Fact]
    public async Task A_script_may_have_any_name_where_the_first_line_names_its_interpreter()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows goes by the extension.");
        using var folder = new ScriptFolder("#!/usr/bin/env psmigrate\n\"ran with $args\"", "deploy");
        Assert.Equal("ran with x\n", (await folder.Run("x")).Output);
    }

    [Fact]
    public async Task The_module_is_on_board()
    {
        HostResult result = await HostProcess.Command("(Get-Command New-MigrationPlan).Source");
        Assert.Equal("PSMigrate\n", result.Output);
    }

    [Fact]
    public async Task Text_beyond_ASCII_passes_unharmed_in_both_directions()
    {
        HostResult result = await HostProcess.Run(["-Command", "$input; 'Übergröße → 完了'"], "żółć\n");
        Assert.Equal(["żółć", "Übergröße → 完了"], result.Lines);
    }

    [Fact]
    public async Task A_script_comes_from_standard_input()
    {
        HostResult result = await HostProcess.Run(["-", "orders"], "if ($true) {\n  \"got $args\"\n}\nexit 3");
        Assert.Equal("got orders\n", result.Output);
        Assert.Equal(3, result.ExitCode);
    }
}
