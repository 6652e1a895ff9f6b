using System.Diagnostics;
using System.Globalization;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What test servers of all engines need from the system: finding programs, another user, a folder, and an end.</summary>
internal static class ServerPrograms
{
    /// <summary>
    /// Starts the server, then waits for a word on its input. <c>keep</c> stops the server; <c>remove</c>, or the end of the input
    /// when the test process has died, also removes its folder. A server that has only just begun does not hear its signal.
    /// </summary>
    private const string Keeper = """
        log=$1 folder=$2 signal=$3; shift 3
        "$@" >>"$log" 2>&1 </dev/null &
        server=$!
        echo $$ >"$folder/keeper.pid"
        echo $server >"$folder/server.new" && mv "$folder/server.new" "$folder/server.pid"
        trap '' INT TERM HUP
        read -r word
        kill -$signal $server 2>/dev/null
        (while sleep 1 && kill -$signal $server; do :; done) >/dev/null 2>&1 &
        wait $server
        rm -f "$folder/server.pid"
        [ "$word" = keep ] || rm -rf "$folder"
        """;

    /// <summary>What all servers of all tests need at once, with much to spare.</summary>
    private const long EnoughMemory = 6L << 30;

    /// <summary>
    /// Where servers keep their data: in memory where there is room, because each test makes databases, and they are some hundred files each.
    /// What is killed is processes, so that nothing is lost by it that a disk would have kept.
    /// </summary>
    private static readonly string Root = Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace > EnoughMemory ? "/dev/shm" : Path.GetTempPath();

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>The folder that has the program: of those on the path, then of the others.</summary>
    public static string? Find(string program, IEnumerable<string> others) => OperatingSystem.IsWindows() ? null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(others).FirstOrDefault(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Folders such as <c>/usr/lib/postgresql/15/bin</c>, highest version first.</summary>
    public static IEnumerable<string> Newest(string parent, string inner) => !Directory.Exists(parent) ? []
        : Directory.GetDirectories(parent)
            .OrderByDescending(d => double.TryParse(Path.GetFileName(d), NumberStyles.Float, CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(d => Path.Combine(d, inner));

    /// <summary>What a program says in its first line; nothing where it is not there.</summary>
    public static IEnumerable<string> Answer(string program, string argument)
    {
        if (Find(program, []) is not { } folder)
        {
            return [];
        }

        using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, program), argument) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadLine();
        process.WaitForExit();
        return line is { Length: > 0 } ? [line] : [];
    }

    public static string CreateFolder(string prefix)
    {
        var folder = Path.Combine(Root, prefix + Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            // The server's user must get through it.
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }

        return folder;
    }

    /// <summary>Servers refuse to run as root: root gives the folder to the engine's own user, or to nobody.</summary>
    public static async Task GiveAwayAsync(string folder, string user)
    {
        if (IsRoot)
        {
            await RunAsync("chown", ["-R", ServerUser(user), folder]);
        }
    }

    public static string[] AsServerUser(string user, string[] command) => !IsRoot ? command
        : ["setpriv", $"--reuid={ServerUser(user)}", $"--regid={GroupOf(ServerUser(user))}", "--clear-groups", .. command];

    public static Task<string> RunAsync(string[] command) => RunAsync(command[0], command[1..]);

    /// <summary>Runs a program to its end; what it said is in the exception where it failed.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed ({process.ExitCode}): {await output}{errors}");
    }

    /// <summary>Starts a server that ends when the process returned is told so, or when this process is gone.</summary>
    /// <param name="signal">What stops the server in good order and soon, without waiting for clients.</param>
    public static Process StartKept(string[] command, string log, string folder, string signal)
    {
        File.Delete(Path.Combine(folder, "server.pid"));
        var keeper = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Keeper, "keeper", log, folder, signal, .. command])
        {
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        for (var since = Stopwatch.StartNew(); !File.Exists(Path.Combine(folder, "server.pid")) && since.Elapsed < TimeSpan.FromSeconds(10);)
        {
            Thread.Sleep(5);
        }

        return keeper;
    }

    /// <summary>Tells a keeper what is to become of its server's data, and waits for its end. One that is about to end by itself, or whose input is closed, hears nothing more.</summary>
    public static async Task EndKeptAsync(Process keeper, string word)
    {
        try
        {
            await keeper.StandardInput.WriteLineAsync(word);
            keeper.StandardInput.Close();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
        }

        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    /// <summary>True when the server was started and has ended by itself.</summary>
    public static bool ServerIsGone(string folder) =>
        !(ReadPid(Path.Combine(folder, "server.pid")) is { } pid && IsRunning(pid));

    /// <summary>Removes folders of servers whose keeper was killed, and such servers themselves.</summary>
    public static void RemoveLeftovers(string prefix)
    {
        foreach (var folder in Directory.GetDirectories(Root, prefix + "*"))
        {
            if (ReadPid(Path.Combine(folder, "keeper.pid")) is { } keeper && !IsRunning(keeper))
            {
                if (ReadPid(Path.Combine(folder, "server.pid")) is { } server && IsServerOf(server, folder))
                {
                    using var process = Process.GetProcessById(server);
                    process.Kill(entireProcessTree: true);
                    process.WaitForExit();
                }

                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>A file's text, which its owner still writes.</summary>
    public static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string ServerUser(string user) => File.ReadLines("/etc/passwd").Any(line => line.StartsWith(user + ":", StringComparison.Ordinal)) ? user : "nobody";

    private static string GroupOf(string user) => File.ReadLines("/etc/passwd").First(line => line.StartsWith(user + ":", StringComparison.Ordinal)).Split(':')[3];

    private static int? ReadPid(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.Integer, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Process ids come round again: a process that is not known to serve this folder is left alone.</summary>
    private static bool IsServerOf(int pid, string folder) =>
        File.Exists($"/proc/{pid}/cmdline") && File.ReadAllText($"/proc/{pid}/cmdline").Contains(folder, StringComparison.Ordinal);
}
