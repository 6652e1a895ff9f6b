using System.Diagnostics;
using System.Runtime.CompilerServices;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Core.Tests.Targets;

/// <summary>
/// Another process that holds a lock until it is killed: this program again, told by its environment to do nothing else.
/// </summary>
internal sealed class LockHolderProcess : IDisposable
{
    private const string Variable = "PSMIGRATE_TEST_HOLD_LOCK";

    private readonly Process process;

    private LockHolderProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public static async Task<LockHolderProcess> StartAsync(string path, CancellationToken cancel)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "PSMigrate.Core.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment[Variable] = path;
        var process = Process.Start(start)!;
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync(cancel));
        return new LockHolderProcess(process);
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    [ModuleInitializer]
    internal static void HoldWhereAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } path)
        {
            return;
        }

        var holder = new LockHolder("other@host", Environment.ProcessId, "run-2", SamplePlans.Time);
        _ = FileLock.TakeAsync(path, "shop", holder, TimeSpan.Zero, SilentObserver.Instance, CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine("held");
        // Until it is killed, or its parent is gone.
        while (Console.In.Read() >= 0)
        {
        }

        Environment.Exit(0);
    }
}
