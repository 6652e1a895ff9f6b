using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>
/// The process that <see cref="ImportMeasurement"/> starts: a bare PowerShell engine that imports the module, or does
/// not. It prints how many milliseconds passed between its first line and its last.
/// </summary>
internal static class ImportProbe
{
    private const string Argument = "--import-probe";

    /// <summary>The arguments that make this program the probe; with no manifest nothing is imported.</summary>
    public static IReadOnlyList<string> Arguments(string? manifest) =>
        manifest is null ? [Argument] : [Argument, manifest];

    /// <summary>Whether this process is to be the probe.</summary>
    public static bool IsAsked(IReadOnlyList<string> args) => args.Count > 0 && args[0] == Argument;

    /// <summary>Opens the engine, runs one command and says how long it took.</summary>
    public static int Run(IReadOnlyList<string> args)
    {
        var clock = Stopwatch.StartNew();
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);

        // Either way one command runs, so that the difference is the import alone.
        var manifest = args.Count > 1 ? args[1] : null;
        if (manifest is null)
        {
            shell.AddCommand("Get-Module");
        }
        else
        {
            shell.AddCommand("Import-Module")
                .AddParameter("Name", manifest)
                .AddParameter("PassThru")
                .AddParameter("ErrorAction", ActionPreference.Stop);
        }

        try
        {
            var modules = shell.Invoke<PSModuleInfo>();
            clock.Stop();
            if (manifest is not null && modules.All(module => module.ExportedCommands.Count == 0))
            {
                Console.Error.WriteLine("The module was imported, but no command came with it.");
                return 1;
            }
        }
        catch (RuntimeException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }

        Console.WriteLine(clock.Elapsed.TotalMilliseconds.ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }
}
