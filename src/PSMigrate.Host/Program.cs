using PSMigrate.Host.CommandLine;
using PSMigrate.Host.Hosting;
using PSMigrate.Host.Output;

namespace PSMigrate.Host;

/// <summary>Runs a PowerShell script or command with the PSMigrate module on board.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        Screen screen = Screen.OfProcess();

        Request request;
        try
        {
            request = RequestParser.Parse(args, Console.IsInputRedirected);
        }
        catch (UsageException mistake)
        {
            screen.WriteError($"{mistake.Message}{Environment.NewLine}{Environment.NewLine}{Usage.Text}{Environment.NewLine}");
            return ExitCodes.Usage;
        }

        switch (request)
        {
            case ShowHelp:
                screen.Write(Usage.Text + Environment.NewLine);
                return ExitCodes.Success;
            case ShowVersion:
                screen.Write(Usage.Version + Environment.NewLine);
                return ExitCodes.Success;
            default:
                return new Session(screen).Run((RunRequest)request);
        }
    }
}
