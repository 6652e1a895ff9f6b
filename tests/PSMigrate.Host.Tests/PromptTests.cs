namespace PSMigrate.Host.Tests;

/// <summary>A question is answered from standard input; without an answer it is an error, and never a hang.</summary>
public sealed class PromptTests
{
    private const string Confirming =
        """
        $ErrorActionPreference = 'Stop'
        function Remove-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('shop.db', 'Drop')) { 'dropped' } else { 'kept' } }
        Remove-It
        """;

    [Theory]
    [InlineData("y\n", "dropped")]
    [InlineData("Yes\n", "dropped")]
    [InlineData("\n", "dropped")]
    [InlineData("n\n", "kept")]
    [InlineData("?\nperhaps\nN\n", "kept")]
    public async Task A_confirmation_is_answered(string answers, string expected)
    {
        HostResult result = await HostProcess.Run(["-Command", Confirming], answers);
        Assert.Equal(expected, result.Lines[^1]);
        Assert.Contains("Performing the operation \"Drop\" on target \"shop.db\".", result.Output);
        Assert.Contains("[Y] Yes  [A] Yes to All  [N] No", result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task A_closed_input_is_an_error()
    {
        HostResult result = await HostProcess.Run(["-Command", Confirming]);
        Assert.DoesNotContain("dropped", result.Output);
        Assert.Contains("standard input is at its end", result.Error);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_prompt_is_an_error_when_nobody_is_to_be_asked()
    {
        HostResult result = await HostProcess.Run(["-NonInteractive", "-Command", Confirming], "y\n");
        Assert.DoesNotContain("dropped", result.Output);
        Assert.Contains("-NonInteractive", result.Error);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Suspend_takes_commands_until_exit()
    {
        HostResult result = await HostProcess.Run(["-Command", Confirming], "s\n6 * 7\nexit\ny\n");
        Assert.Contains("42", result.Lines);
        Assert.Equal("dropped", result.Lines[^1]);
    }

    [Fact]
    public async Task Missing_parameters_are_asked_for()
    {
        HostResult result = await HostProcess.Run(
            [
                "-Command",
                """
                function Show-It { param([Parameter(Mandatory)] [string[]] $Names, [Parameter(Mandatory)] [int] $Count) "$Names|$($Count + 1)" }
                Show-It
                """,
            ],
            "a\nb\n\n41\n");
        Assert.Equal("a b|42", result.Lines[^1]);
    }

    [Fact]
    public async Task A_credential_is_asked_for_and_its_password_is_not_shown()
    {
        HostResult result = await HostProcess.Run(
            ["-Command", "$c = $Host.UI.PromptForCredential('Sign in', 'to shop', '', ''); $c.UserName; $c.Password.Length"],
            "operator\ns3cret\n");
        Assert.Equal(["operator", "6"], result.Lines[^2..]);
        Assert.DoesNotContain("s3cret", result.Output + result.Error);
    }

    [Fact]
    public async Task Several_choices_can_be_made()
    {
        HostResult result = await HostProcess.Run(
            [
                "-Command",
                """
                $choices = [Collections.ObjectModel.Collection[Management.Automation.Host.ChoiceDescription]]::new()
                '&Schema', '&Data', '&Code' | ForEach-Object { $choices.Add($_) }
                $Host.UI.PromptForChoice('Types', 'Which?', $choices, [int[]] @(1)) -join ','
                """,
            ],
            "s\ncode\n\n");
        Assert.Equal("0,2", result.Lines[^1]);
    }
}
