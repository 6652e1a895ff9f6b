using PSMigrate.Host.CommandLine;

namespace PSMigrate.Host.Tests;

public sealed class RequestParserTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    public void Help_is_given(string option) => Assert.IsType<ShowHelp>(Parse(option));

    [Theory]
    [InlineData("--version")]
    [InlineData("-Version")]
    public void The_version_is_given(string option) => Assert.IsType<ShowVersion>(Parse(option));

    [Fact]
    public void A_command_is_all_the_words_after_it() =>
        Assert.Equal(new FromCommand("Get-Command -Module PSMigrate"), Run("-c", "Get-Command", "-Module", "PSMigrate").Source);

    [Fact]
    public void Options_come_before_the_command()
    {
        RunRequest request = Run("-NoProfile", "-NoLogo", "-NonInteractive", "--module", "there", "-Command", "1");
        Assert.Equal(new RunOptions("there", NonInteractive: true), request.Options);
    }

    [Fact]
    public void A_dash_reads_the_script_from_standard_input()
    {
        Assert.IsType<FromStandardInput>(Run("-").Source);
        Assert.IsType<FromStandardInput>(Run("-Command", "-").Source);
        Assert.IsType<FromStandardInput>(Run("-File", "-").Source);
        Assert.Equal(2, Run("-", "a", "b").Arguments.Count);
    }

    [Fact]
    public void Redirected_input_is_the_script_when_nothing_else_is_given() =>
        Assert.IsType<FromStandardInput>(((RunRequest)RequestParser.Parse([], inputIsRedirected: true)).Source);

    [Theory]
    [InlineData]
    [InlineData("-NoSuchOption")]
    [InlineData("-File")]
    [InlineData("-Command")]
    [InlineData("-Module")]
    [InlineData("no-such-script.ps1")]
    public void A_wrong_command_line_is_refused(params string[] args) =>
        Assert.Throws<UsageException>(() => RequestParser.Parse(args, inputIsRedirected: false));

    private static Request Parse(params string[] args) => RequestParser.Parse(args, inputIsRedirected: false);

    private static RunRequest Run(params string[] args) => Assert.IsType<RunRequest>(Parse(args));
}
