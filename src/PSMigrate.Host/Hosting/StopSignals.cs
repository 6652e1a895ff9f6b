using System.Runtime.InteropServices;

namespace PSMigrate.Host.Hosting;

/// <summary>
/// Turns Ctrl+C and a request to terminate into a stop of the running script. The first one asks; the second one is
/// left to the system, which ends the process at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignals()
    {
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, ExitCodes.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, ExitCodes.Terminated)),
        ];
    }

    /// <summary>Cancelled when the script is to stop.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code of a script that was stopped.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Interrupted;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Stop(PosixSignalContext signal, int exitCode)
    {
        if (source.IsCancellationRequested)
        {
            return;
        }

        signal.Cancel = true;
        ExitCode = exitCode;
        source.Cancel();
    }
}
