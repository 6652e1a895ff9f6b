using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace PSMigrate.Cmdlets.Tests.Shell;

/// <summary>
/// A runspace with PowerShell's core and the module in it, and nothing else: scripts have the module's cmdlets and .NET.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly Runspace runspace;

    public Session(string? location = null)
    {
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.RemoteSigned;
        }

        runspace = RunspaceFactory.CreateRunspace(new CapturingHost(UI), state);
        runspace.Open();
        Do($"Import-Module '{ModuleUnderTest.Manifest}'");
        if (location is not null)
        {
            GoTo(location);
        }
    }

    public CapturingUI UI { get; } = new();

    public void GoTo(string folder) => runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(folder));

    public object? this[string variable]
    {
        get => runspace.SessionStateProxy.GetVariable(variable);
        set => runspace.SessionStateProxy.SetVariable(variable, value);
    }

    /// <summary>Runs a script that must neither fail nor warn, and returns what it put out.</summary>
    public IReadOnlyList<PSObject> Do(string script)
    {
        var outcome = Run(script);
        Assert.Null(outcome.Terminating?.ToString());
        Assert.Empty(outcome.Errors.Select(e => e.ToString()));
        Assert.Empty(outcome.Warnings);
        return outcome.Output;
    }

    /// <summary>The same, for a script with one result.</summary>
    public dynamic One(string script) => Assert.Single(Do(script)).BaseObject;

    /// <summary>Runs a script, whatever becomes of it.</summary>
    public Outcome Run(string script)
    {
        using var shell = NewShell(script);
        return Outcome(shell, shell.Invoke());
    }

    /// <summary>Runs a script that must be ended by an error, and returns that error.</summary>
    public ErrorRecord Refused(string script)
    {
        var outcome = Run(script);
        Assert.NotNull(outcome.Terminating);
        return outcome.Terminating;
    }

    /// <summary>Runs a script that must come to its end with one error on its way, and returns that error.</summary>
    public ErrorRecord Complains(string script)
    {
        var outcome = Run(script);
        Assert.Null(outcome.Terminating?.ToString());
        return Assert.Single(outcome.Errors);
    }

    /// <summary>Begins a script and leaves it to the test to stop it, as Ctrl+C does.</summary>
    public RunningScript Start(string script) => new(NewShell(script));

    public void Dispose() => runspace.Dispose();

    internal static Outcome Outcome(PowerShell shell, IReadOnlyList<PSObject> output)
    {
        // The script is wrapped so that the error that ends it can be told from those that it only reports.
        var terminating = output.Select(o => o?.BaseObject).OfType<EndedBy>().SingleOrDefault()?.Error;
        return new Outcome
        {
            Output = [.. output.Where(o => o?.BaseObject is not EndedBy)],
            Terminating = terminating,
            Errors = [.. shell.Streams.Error],
            Warnings = [.. shell.Streams.Warning.Select(w => w.Message)],
            Verbose = [.. shell.Streams.Verbose.Select(v => v.Message)],
            Debug = [.. shell.Streams.Debug.Select(d => d.Message)],
            Information = [.. shell.Streams.Information],
            Progress = [.. shell.Streams.Progress],
        };
    }

    private PowerShell NewShell(string script)
    {
        var shell = PowerShell.Create(runspace);
        shell.AddScript($$"""
            try {
            {{script}}
            }
            catch {
                [{{typeof(EndedBy).FullName}}]::new($_)
            }
            """);
        return shell;
    }
}
