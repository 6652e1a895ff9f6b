namespace PSMigrate.Host.Tests;

/// <summary>Ctrl+C stops what runs, lets it clean up, and says so in the exit code.</summary>
public sealed class StopTests
{
    private const string Waiting =
        """
        try { [Console]::WriteLine('ready'); while ($true) { [Threading.Thread]::Sleep(20) } }
        finally { [Console]::WriteLine('cleaned up') }
        'not reached'
        """;

    public StopTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "A process cannot send Ctrl+C to another one there.");

    [Fact]
    public async Task Interrupting_stops_the_pipeline()
    {
        using HostProcess host = HostProcess.Start("-Command", Waiting);
        await host.WaitFor("ready\n");
        host.Interrupt();
        HostResult result = await host.End();
        Assert.Equal(130, result.ExitCode);
        Assert.Equal(["ready", "cleaned up"], result.Lines);
    }

    [Fact]
    public async Task Terminating_stops_the_pipeline()
    {
        using HostProcess host = HostProcess.Start("-Command", Waiting);
        await host.WaitFor("ready\n");
        host.Terminate();
        HostResult result = await host.End();
        Assert.Equal(143, result.ExitCode);
        Assert.Contains("cleaned up", result.Lines);
    }

    [Fact]
    public async Task Interrupting_ends_a_prompt()
    {
        using HostProcess host = HostProcess.Start("-Command", "[Console]::WriteLine('ready'); $Host.UI.ReadLine(); 'not reached'");
        await host.WaitFor("ready\n");
        host.Interrupt();
        HostResult result = await host.End();
        Assert.Equal(130, result.ExitCode);
        Assert.DoesNotContain("not reached", result.Output);
    }

    [Fact]
    public async Task A_second_interrupt_ends_what_does_not_stop()
    {
        using HostProcess host = HostProcess.Start("-Command", "[Console]::WriteLine('ready'); [Threading.Thread]::Sleep(-1)");
        await host.WaitFor("ready\n");
        host.Interrupt();
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        host.Interrupt();
        Assert.Equal(130, (await host.End()).ExitCode);
    }
}
