using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace PSMigrate.Host.Tests;

/// <summary>What a finished run of the host gave.</summary>
internal sealed record HostResult(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>The built host, run as a process of its own.</summary>
internal sealed partial class HostProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly Task<string> error;
    private readonly StringBuilder read = new();

    private HostProcess(IEnumerable<string> arguments, string folder)
    {
        string name = OperatingSystem.IsWindows() ? "psmigrate.exe" : "psmigrate";
        var program = Path.Combine(AppContext.BaseDirectory, name);
        var start = new ProcessStartInfo(InterruptIsIgnored ? "env" : program, InterruptIsIgnored ? ["--default-signal=INT", program, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = folder,
        };
        start.Environment["NO_COLOR"] = null;

        process = Process.Start(start)!;
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>A shell that starts something in the background has it ignore Ctrl+C, and whatever that starts in turn.</summary>
    private static bool InterruptIsIgnored { get; } = OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) & 2) != 0;

    /// <summary>Starts a run whose input stays open.</summary>
    public static HostProcess Start(params string[] arguments) => new(arguments, Path.GetTempPath());

    /// <summary>The same in a folder of its own.</summary>
    public static HostProcess StartIn(string folder, params string[] arguments) => new(arguments, folder);

    /// <summary>Runs a command, with nothing to read.</summary>
    public static Task<HostResult> Command(string text) => Run(["-Command", text]);

    /// <summary>Runs to the end, with all of the input there from the start.</summary>
    public static async Task<HostResult> Run(IEnumerable<string> arguments, string input = "", string? folder = null)
    {
        using var host = new HostProcess(arguments, folder ?? Path.GetTempPath());
        await host.Answer(input);
        host.process.StandardInput.Close();
        return await host.End();
    }

    public Task Answer(string text)
    {
        try
        {
            return process.StandardInput.WriteAsync(text);
        }
        catch (IOException)
        {
            // It ended before it read everything.
            return Task.CompletedTask;
        }
    }

    /// <summary>Reads the output until the text has come.</summary>
    public async Task WaitFor(string text)
    {
        using var late = new CancellationTokenSource(Patience);
        var one = new char[1];

        while (!read.ToString().EndsWith(text, StringComparison.Ordinal))
        {
            Assert.True(await process.StandardOutput.ReadAsync(one, late.Token) == 1, $"'{text}' never came, but: {read}");
            read.Append(one);
        }
    }

    /// <summary>Presses Ctrl+C.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(process.Id, signal: 2));

    /// <summary>Asks the process to end, as a service manager does.</summary>
    public void Terminate() => Assert.Equal(0, Kill(process.Id, signal: 15));

    /// <summary>Ends the process where it is, as a power cut would (SIGKILL).</summary>
    public void KillHard() => process.Kill();

    public async Task<HostResult> End()
    {
        using var late = new CancellationTokenSource(Patience);
        read.Append(await process.StandardOutput.ReadToEndAsync(late.Token));
        await process.WaitForExitAsync(late.Token);
        return new HostResult(process.ExitCode, Clean(read.ToString()), Clean(await error));
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static string Clean(string text) => text.ReplaceLineEndings("\n");

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
