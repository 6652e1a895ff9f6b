using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;
using PSMigrate.Host.CommandLine;
using PSMigrate.Host.Output;
using PSMigrate.Host.Prompts;

namespace PSMigrate.Host.Hosting;

/// <summary>One run of the host: a runspace with the module on board, one script, one exit code.</summary>
internal sealed class Session(Screen screen)
{
    /// <summary>Runs the script and gives the exit code of the process.</summary>
    public int Run(RunRequest request)
    {
        using var signals = new StopSignals();
        var input = new StandardInput(signals.Token);
        var host = new ScriptHost(screen, input, request.Options.NonInteractive);

        using Runspace? runspace = Open(host, request.Options.ModulePath);
        if (runspace is null)
        {
            return ExitCodes.CannotStart;
        }

        host.Runspace = runspace;
        var runner = new ScriptRunner(runspace, input, signals.Token);
        ScriptOutcome outcome = runner.Run(request);
        screen.EndProgress();

        return outcome switch
        {
            _ when host.ExitCode is int exitCode => exitCode,
            ScriptOutcome.Stopped => signals.ExitCode,
            ScriptOutcome.Failed => ExitCodes.Failure,
            _ => ExitCodes.Success,
        };
    }

    private Runspace? Open(ScriptHost host, string? modulePath)
    {
        try
        {
            Runspace runspace = RunspaceFactory.CreateRunspace(host, InitialState(ModuleLocation.Find(modulePath)));
            runspace.ThreadOptions = PSThreadOptions.ReuseThread;
            runspace.Open();
            return runspace;
        }
        catch (Exception failure) when (failure is FileNotFoundException or RuntimeException)
        {
            screen.WriteError($"psmigrate: the module cannot be imported. {failure.Message}{Environment.NewLine}");
            return null;
        }
    }

    private static InitialSessionState InitialState(string manifest)
    {
        // The full default state asks for PowerShell's own modules, which are not on board.
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        state.ImportPSModule([manifest]);

        if (OperatingSystem.IsWindows())
        {
            // What an installed pwsh is configured with; without any configuration Windows would refuse every script.
            state.ExecutionPolicy = ExecutionPolicy.RemoteSigned;
        }

        return state;
    }
}
