using System.Management.Automation;
using System.Reflection;

namespace PSMigrate.Host.CommandLine;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static class Usage
{
    public const string Text =
        """
        Usage: psmigrate [options] <script.ps1> [arguments...]
               psmigrate [options] -File <script.ps1> [arguments...]
               psmigrate [options] -Command <text>
               psmigrate [options] - [arguments...]      (the script is read from standard input)

        Runs a PowerShell script or command with the PSMigrate module imported, where no
        PowerShell is installed. Arguments, output and exit codes are as with pwsh.

        Options:
          -Module <path>     The module's folder or manifest; also PSMIGRATE_MODULE.
          -NonInteractive    A prompt is an error.
          -NoProfile         Accepted as in pwsh: there is never a profile.
          -NoLogo            Accepted as in pwsh: there is never a logo.
          -Help, -Version    Both may be written with two dashes.

        Exit codes: the script's own (exit n); 0 it ended; 1 it failed; 64 the command line is
        wrong; 70 the module could not be imported; 130 interrupted; 143 terminated.
        """;

    public static string Version => $"psmigrate {VersionOf(typeof(Usage))} (PowerShell {VersionOf(typeof(PSObject))})";

    // PowerShell adds the revision that it was built from.
    private static string? VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split(' ')[0];
}
