using System.Diagnostics;
using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests.Shell;

/// <summary>A script on its way.</summary>
internal sealed class RunningScript : IDisposable
{
    private readonly PowerShell shell;
    private readonly IAsyncResult running;

    public RunningScript(PowerShell shell)
    {
        this.shell = shell;
        running = shell.BeginInvoke();
    }

    /// <summary>What Ctrl+C does; returns how long it took until the script had stopped.</summary>
    public TimeSpan Stop()
    {
        var clock = Stopwatch.StartNew();
        shell.Stop();
        return clock.Elapsed;
    }

    public PSInvocationState State => shell.InvocationStateInfo.State;

    public Outcome Wait() => Session.Outcome(shell, [.. shell.EndInvoke(running)]);

    public void Dispose() => shell.Dispose();
}
