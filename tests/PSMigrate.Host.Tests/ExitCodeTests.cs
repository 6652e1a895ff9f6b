namespace PSMigrate.Host.Tests;

/// <summary>Schedulers and pipelines go by the exit code: it is the one that pwsh would give.</summary>
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("'done'", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("function f { exit 5 }; f; 'not reached'", 5)]
    [InlineData("throw 'no'", 1)]
    [InlineData("if (", 1)]
    [InlineData("$ErrorActionPreference = 'Stop'; Get-Item /no/such/item", 1)]
    [InlineData("[CmdletBinding()] param() $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new([Exception]'no', 'Id', 0, 1))", 0)]
    public async Task A_script_gives(string script, int expected)
    {
        using var folder = new ScriptFolder(script);
        Assert.Equal(expected, (await folder.Run()).ExitCode);
    }

    [Theory]
    [InlineData("1", 0)]
    [InlineData("exit 4", 4)]
    [InlineData("throw 'no'", 1)]
    [InlineData("No-SuchCommand", 1)]
    [InlineData("No-SuchCommand; 1", 0)]
    public async Task A_command_gives(string command, int expected)
    {
        Assert.Equal(expected, (await HostProcess.Command(command)).ExitCode);
    }

    [Fact]
    public async Task A_script_called_by_a_script_only_ends_itself()
    {
        using var folder = new ScriptFolder("& { [IO.File]::WriteAllText(\"$PSScriptRoot/inner.ps1\", 'exit 3') }; & \"$PSScriptRoot/inner.ps1\"; \"got $LASTEXITCODE\"; exit 9");
        HostResult result = await folder.Run();
        Assert.Equal("got 3\n", result.Output);
        Assert.Equal(9, result.ExitCode);
    }

    [Fact]
    public async Task A_missing_script_is_a_wrong_command_line()
    {
        HostResult result = await HostProcess.Run(["-File", "no-such-script.ps1"]);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("no-such-script.ps1", result.Error);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_missing_module_is_said_so()
    {
        HostResult result = await HostProcess.Run(["-Module", "/no/such/module", "-Command", "1"]);
        Assert.Equal(70, result.ExitCode);
        Assert.Contains("/no/such/module", result.Error);
    }
}
