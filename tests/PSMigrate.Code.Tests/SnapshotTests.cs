using System.Diagnostics;
using System.Globalization;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Code.Tests;

/// <summary>A folder's structure is what is in it, and a difference names it.</summary>
public sealed class SnapshotTests : TargetRoom
{
    [Fact]
    public async Task Every_file_folder_and_link_is_an_object_and_repositories_are_left_out()
    {
        var objects = (await SnapshotAsync()).Objects;
        Assert.Equal(Tree.Image().Keys, objects.Select(o => o.Name));
        Assert.Equal("file two\nlines.txt", objects.Single(o => o.Name.StartsWith("two", StringComparison.Ordinal)).Key);
        Assert.Equal(("link", "-> .."), objects.Where(o => o.Name == "src/up").Select(o => (o.Kind, o.Definition)).Single());
        Assert.Equal(("file", "10 bytes, mode 540"), objects.Where(o => o.Name == "run.sh").Select(o => (o.Kind, o.Definition)).Single());
        Assert.Equal("folder", objects.Single(o => o.Name == "empty/inner").Kind);
    }

    [Fact]
    public async Task Drift_names_what_changed_and_nothing_else()
    {
        var before = await SnapshotAsync();
        Tree.Write("src/app.cs", "class Other;");
        Tree.Write("new", "");
        File.Delete(Tree["link"]);
        Tree.Write(".git/config", "changed");
        Tree.Write("src/.psmigrate/state", "changed");
        File.SetLastWriteTimeUtc(Tree["readme.md"], DateTime.UtcNow);
        Assert.Equal(["file new is new", "file src/app.cs has changed", "link link is gone"], before.Baseline.DriftTo((await SnapshotAsync()).Baseline));
    }

    [Fact]
    public async Task Where_it_lies_and_who_looks_make_no_difference()
    {
        var before = await SnapshotAsync();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            await using var copy = await Target.CreateCopyAsync(Tree.Beside("elsewhere"), Silent, Cancel);
            var there = await SnapshotAsync(copy);
            Assert.Equal(before.Baseline.Structure, there.Baseline.Structure);
            Assert.Equal(before.Objects.Select(o => o.Definition), there.Objects.Select(o => o.Definition));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public async Task Pipes_and_sockets_are_passed_over_and_never_opened()
    {
        await RunAsync("mkfifo", Tree["src/pipe"]);
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Tree["sock"]));
        var names = (await SnapshotAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancel)).Objects.Select(o => o.Name).ToList();
        Assert.DoesNotContain("src/pipe", names);
        Assert.DoesNotContain("sock", names);
        Assert.Contains("src/deep/er/late.txt", names);
    }

    [Fact]
    public async Task A_name_that_is_not_text_is_an_error_that_shows_it()
    {
        await RunAsync("sh", "-c", $"touch '{Tree["src"]}'/$(printf 'bad\\377name')");
        var error = await Refused.WithAsync("FileNameNotText", () => SnapshotAsync());
        Assert.Contains("src/bad", error.Message, StringComparison.Ordinal);
        await RunAsync("rm", "-rf", Tree["src"]);
    }

    [Fact]
    public async Task What_cannot_be_read_is_an_error_that_names_it()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root can read everything");
        File.SetUnixFileMode(Tree["src/app.cs"], UnixFileMode.None);
        var error = await Refused.WithAsync("FileNotReadable", () => SnapshotAsync());
        Assert.Equal(Tree["src/app.cs"], error.Offender);
        File.Delete(Tree["src/app.cs"]);
        File.SetUnixFileMode(Tree["src/deep"], UnixFileMode.None);
        error = await Refused.WithAsync("FileNotReadable", () => SnapshotAsync());
        File.SetUnixFileMode(Tree["src/deep"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal(Tree["src/deep"], error.Offender);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_a_files_size()
    {
        using (var large = new FileStream(Tree["large"], FileMode.CreateNew))
        {
            large.SetLength(256L << 20);
        }

        var before = GC.GetTotalAllocatedBytes();
        await SnapshotAsync();
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16L << 20);
    }

    [Fact]
    public async Task Files_that_come_and_go_while_it_looks_are_no_trouble()
    {
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var folder = Directory.CreateDirectory(Tree[$"busy/{i % 7}"]).FullName;
                File.WriteAllText(Path.Combine(folder, "x"), "");
                File.WriteAllText(Path.Combine(folder, "y"), new string('y', i % 100));
                Directory.Delete(folder, recursive: true);
            }
        }, Cancel);
        for (var i = 0; i < 100; i++)
        {
            Assert.Contains("readme.md", (await SnapshotAsync()).Objects.Select(o => o.Name));
        }

        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task Named_files_are_fingerprinted_with_their_bytes()
    {
        var found = await Target.FingerprintAsync(["readme.md", "link", "not there", "../outside"], Silent, Cancel);
        Assert.Equal(("readme.md", 7, Fingerprint.OfText("read me")), found.Select(f => (f.Name, f.Rows, f.Fingerprint)).Single());
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
    }
}
