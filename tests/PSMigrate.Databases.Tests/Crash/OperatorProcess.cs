using System.Diagnostics;
using System.Globalization;
using PSMigrate.Databases.Crash;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>A process of its own that carries out one act in a room, and dies where it is told to or when it is killed.</summary>
internal static class OperatorProcess
{
    /// <summary>The system calls by which a process changes what is on a disk.</summary>
    private const string Changing = "pwrite64,ftruncate,rename,unlink,mkdir,copy_file_range";

    private const int Never = int.MaxValue;

    /// <summary>What a process that was killed leaves to its parent, on Unix and on Windows.</summary>
    private static readonly int[] Killed = [137, -1];

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static string? Tracer { get; } = new[] { "/usr/bin/strace", "/bin/strace" }.FirstOrDefault(File.Exists);

    /// <summary>A process that nothing kills notes all of its moments.</summary>
    public static Task<OperatorEnd> RunAsync(CrashRoom room, Kill kill, bool oneByOne, CancellationToken cancel)
    {
        string[] program =
        [
            Path.Combine(AppContext.BaseDirectory, "PSMigrate.Databases.Crash" + (OperatingSystem.IsWindows() ? ".exe" : "")),
            room.Folder,
            kill.Act.ToString(),
            kill.MomentCalled ?? (kill is { Call: null, After: null } ? kill.Moment : Never).ToString(CultureInfo.InvariantCulture),
            .. oneByOne ? ["one-by-one"] : Array.Empty<string>(),
        ];
        return RunAsync(kill.Call is { } call ? [.. Traced("/dev/null"), "-e", $"inject={call.Name}:signal=SIGKILL:when={call.Number}", .. program] : program, kill.After, cancel);
    }

    /// <param name="started">Gets the process, to kill it when the time has come.</param>
    public static Task<OperatorEnd> RunAsync(CrashRoom room, OperatorAct act, Action<Process> started, CancellationToken cancel) => RunAsync(
        [Path.Combine(AppContext.BaseDirectory, "PSMigrate.Databases.Crash" + (OperatingSystem.IsWindows() ? ".exe" : "")), room.Folder, act.ToString(), Never.ToString(CultureInfo.InvariantCulture)],
        null, cancel, started);

    /// <summary>All system calls of a process that change something.</summary>
    public static async Task<IReadOnlyList<SystemCall>> TraceAsync(CrashRoom room, OperatorAct act, CancellationToken cancel)
    {
        var trace = Path.Combine(room.Folder, "trace.txt");
        var end = await RunAsync([.. Traced(trace), Path.Combine(AppContext.BaseDirectory, "PSMigrate.Databases.Crash"), room.Folder, act.ToString(), "0"], null, cancel);
        if (!end.Succeeded)
        {
            throw new InvalidOperationException($"It cannot be traced: {end.Said}");
        }

        // Each line is: thread, name(arguments) = result.
        return [.. (await File.ReadAllLinesAsync(trace, cancel))
            .Select(line => line.Split([' ', '('], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1 && Changing.Split(',').Contains(words[1]))
            .GroupBy(words => words[1])
            .SelectMany(calls => calls.Select((_, i) => new SystemCall(calls.Key, i + 1)))];
    }

    private static string[] Traced(string to) => [Tracer!, "-f", "-qq", "-o", to, "-e", $"trace={Changing}"];

    private static async Task<OperatorEnd> RunAsync(string[] program, TimeSpan? after, CancellationToken cancel, Action<Process>? started = null)
    {
        var start = new ProcessStartInfo(program[0], program[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Otherwise each process that is killed leaves the pipes behind over which a debugger would find it.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using var process = Process.Start(start)!;
        started?.Invoke(process);
        var said = process.StandardOutput.ReadToEndAsync(cancel);
        var complained = process.StandardError.ReadToEndAsync(cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(after ?? Longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            if (after is null)
            {
                throw new TimeoutException($"It did not come to an end within {Longest.TotalSeconds} s: {string.Join(' ', program)}");
            }
        }

        return new OperatorEnd(Killed.Contains(process.ExitCode), process.ExitCode == 0, (await said + await complained).Trim());
    }
}

/// <summary>How a process ended: killed, or with what it said.</summary>
internal sealed record OperatorEnd(bool Killed, bool Succeeded, string Said);
