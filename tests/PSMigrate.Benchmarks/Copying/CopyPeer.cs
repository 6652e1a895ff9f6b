using System.Diagnostics;

namespace PSMigrate.Benchmarks.Copying;

/// <summary>Somebody who copies the table.</summary>
internal abstract class CopyPeer
{
    public abstract string Name { get; }

    /// <summary>False where the programs that it needs are not on this machine.</summary>
    public virtual bool IsHere => true;

    /// <summary>Whatever is done before, and not timed.</summary>
    public virtual Task PrepareAsync(CopyEnd from, CopyEnd to) => Task.CompletedTask;

    public abstract Task CopyAsync(CopyEnd from, CopyEnd to);

    protected static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a line of a shell, which must end well.</summary>
    protected static async Task ShellAsync(string line)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"set -eo pipefail; {line}"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new BenchmarkException($"{line}: {await complained}{await said}");
        }
    }
}
