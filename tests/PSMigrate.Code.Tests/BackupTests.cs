using PSMigrate.Backups;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Code.Tests;

/// <summary>What is backed up comes back to the byte, and nothing else is touched.</summary>
public sealed class BackupTests : TargetRoom
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task A_backup_is_readable_by_its_owner_only_and_names_every_file_with_its_hash()
    {
        var (folder, content) = await BackupAsync();
        Assert.All(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories), f => Assert.Equal(Private, File.GetUnixFileMode(f)));
        Assert.All(Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories), f => Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(f)));
        Assert.Equal(
            Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal),
            content.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
        foreach (var file in content.Files)
        {
            Assert.Equal(await Fingerprint.OfFileAsync(Path.Combine(folder, file.Path), Cancel), file.Sha256);
        }

        Assert.DoesNotContain(content.Files, f => f.Path.Contains(".git", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Tree.Outside));
    }

    [Fact]
    public async Task A_restore_gives_back_content_modes_times_links_and_empty_folders()
    {
        var before = Tree.Image();
        var (folder, content) = await BackupAsync();
        foreach (var path in new[] { "readme.md", "run.sh", "link", "outside", "two\nlines.txt" })
        {
            File.Delete(Tree[path]);
        }

        Directory.Delete(Tree["empty"], recursive: true);
        Directory.Delete(Tree["Zoë"], recursive: true);
        Directory.CreateSymbolicLink(Tree["Zoë"], Tree.Outside);
        Directory.CreateDirectory(Tree["run.sh/now/a/folder"]);
        File.CreateSymbolicLink(Tree["readme.md"], Path.Combine(Tree.Outside, "victim"));
        File.WriteAllText(Path.Combine(Tree.Outside, "victim"), "mine");
        Tree.Write("src/app.cs", "class Four;");
        Tree.Write("new/and/deep", "");
        File.SetUnixFileMode(Tree["src"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Tree.Write(".git/config", "newer");
        Tree.Write("src/vendor/.git/HEAD", "newer");
        Tree.Write(".psmigrate/runs/one", "a run");

        await Target.RestoreAsync(folder, content, Silent, Cancel);

        Assert.Equal(before, Tree.Image());
        Assert.Equal("newer", File.ReadAllText(Tree[".git/config"]));
        Assert.Equal("newer", File.ReadAllText(Tree["src/vendor/.git/HEAD"]));
        Assert.Equal("a run", File.ReadAllText(Tree[".psmigrate/runs/one"]));
        Assert.Equal(["victim"], Directory.EnumerateFileSystemEntries(Tree.Outside).Select(Path.GetFileName));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Tree.Outside, "victim")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Tree[".psmigrate/target"]));
    }

    [Fact]
    public async Task What_is_equal_already_is_not_written()
    {
        var (folder, content) = await BackupAsync();
        var later = new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Tree["src/app.cs"], later);
        await Target.RestoreAsync(folder, content, Silent, Cancel);
        Assert.Equal(later, File.GetLastWriteTimeUtc(Tree["src/app.cs"]));
    }

    [Fact]
    public async Task Read_only_files_and_folders_are_replaced_and_are_read_only_again()
    {
        const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        File.SetUnixFileMode(Tree["src/app.cs"], UnixFileMode.UserRead);
        File.SetUnixFileMode(Tree["src/deep"], ReadOnly);
        File.SetUnixFileMode(Tree["src"], ReadOnly);
        var before = Tree.Image();
        var (folder, content) = await BackupAsync();
        await using (var copy = await Target.RestoreCopyAsync(folder, content, Tree.Beside("copy"), Silent, Cancel))
        {
            Assert.Equal(before, Tree.Image(copy.Address.Connection));
        }

        // Whoever made the work folder can remove it, whatever modes the copy has.
        Directory.Delete(Tree.Beside("copy"), recursive: true);
        File.SetUnixFileMode(Tree["src/app.cs"], Private);
        File.WriteAllText(Tree["src/app.cs"], "changed");
        File.SetUnixFileMode(Tree["src/app.cs"], UnixFileMode.UserRead);
        await Target.RestoreAsync(folder, content, Silent, Cancel);
        Assert.Equal(before, Tree.Image());
    }

    [Fact]
    public async Task The_history_goes_back_with_the_content()
    {
        await Target.History.RecordAsync(Entry("first"), Cancel);
        var (folder, content) = await BackupAsync();
        await Target.History.RecordAsync(Entry("second"), Cancel);
        await using (var copy = await Target.RestoreCopyAsync(folder, content, Tree.Beside("copy"), Silent, Cancel))
        {
            Assert.Equal(["first"], (await copy.History.ReadAsync(Cancel)).Select(e => e.Step));
        }

        await Target.RestoreAsync(folder, content, Silent, Cancel);
        Assert.Equal(["first"], (await Target.History.ReadAsync(Cancel)).Select(e => e.Step));
    }

    [Fact]
    public async Task A_backup_of_a_folder_without_history_leaves_none_behind()
    {
        var (folder, content) = await BackupAsync();
        await Target.History.RecordAsync(Entry("later"), Cancel);
        await Target.RestoreAsync(folder, content, Silent, Cancel);
        Assert.Empty(await Target.History.ReadAsync(Cancel));
    }

    [Fact]
    public async Task What_changes_while_it_is_copied_is_copied_again()
    {
        var changing = new Listener();
        var first = true;
        var observer = new OnProgress(() =>
        {
            if (first)
            {
                first = false;
                Tree.Write("aaa", "new");
                Tree.Write("readme.md", "changed meanwhile");
                File.Delete(Tree["link"]);
            }
        }, changing);
        var folder = Tree.Beside("backup");
        var content = await Target.BackupAsync(folder, observer, Cancel);

        Assert.Contains(changing.Said, s => s.Contains("copied again", StringComparison.Ordinal));
        Assert.Empty(content.Snapshot.Baseline.DriftTo((await SnapshotAsync()).Baseline));
        await using var copy = await Target.RestoreCopyAsync(folder, content, Tree.Beside("copy"), Silent, Cancel);
        Assert.Equal(Tree.Image(), Tree.Image(copy.Address.Connection));
    }

    [Fact]
    public async Task What_is_no_file_is_not_backed_up_and_said_to_be_so()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Tree["sock"]));
        var warned = new Listener();
        var content = await Target.BackupAsync(Tree.Beside("backup"), new OnProgress(() => { }, warned), Cancel);
        Assert.Contains(warned.Said, s => s.StartsWith(Tree["sock"], StringComparison.Ordinal));
        Assert.DoesNotContain(content.Files, f => f.Path.Contains("sock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restore_that_was_killed_is_done_again()
    {
        var before = Tree.Image();
        var (folder, content) = await BackupAsync();
        Tree.Write(".psmigrate/target/arriving/file", "half a f");
        Tree.Write("readme.md", "changed");
        await Target.RestoreAsync(folder, content, Silent, Cancel);
        Assert.Equal(before, Tree.Image());
        Assert.False(Directory.Exists(Tree[".psmigrate/target/arriving"]));
    }

    [Fact]
    public async Task What_never_stops_changing_is_an_error_that_names_it()
    {
        var i = 0;
        var observer = new OnProgress(() => Tree.Write("log", new string('x', ++i)), new Listener());
        var error = await Refused.WithAsync("FilesKeepChanging", () => Target.BackupAsync(Tree.Beside("backup"), observer, Cancel));
        Assert.Equal("log", error.Offender);
        Assert.Equal(ErrorKind.Busy, error.Kind);
    }

    [Fact]
    public async Task A_folder_that_holds_a_repository_is_not_removed_and_then_nothing_is()
    {
        var (folder, content) = await BackupAsync();
        Tree.Write("cloned/.git/HEAD", "work");
        Tree.Write("new", "");
        var before = Tree.Image();
        await Refused.WithAsync("FolderHoldsRepository", () => Target.RestoreAsync(folder, content, Silent, Cancel));
        Assert.Equal(before, Tree.Image());
    }

    [Fact]
    public async Task A_path_in_a_backup_that_leads_elsewhere_is_refused()
    {
        var (folder, content) = await BackupAsync();
        var tree = Path.Combine(folder, "tree.jsonl");
        var text = File.ReadAllText(tree);
        foreach (var bad in new[] { "../outside/x", "/tmp/x", "a/../../x", ".git/hooks/pre-commit", "" })
        {
            File.WriteAllText(tree, text.Replace("\"readme.md\"", $"\"{bad}\"", StringComparison.Ordinal));
            await Refused.WithAsync("BackupManifestInvalid", () => Target.RestoreAsync(folder, content, Silent, Cancel));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Tree.Outside));
    }

    [Fact]
    public async Task A_state_folder_that_would_back_itself_up_is_refused()
    {
        var inside = Directory.CreateDirectory(Tree["state/backups/one"]).FullName;
        await Refused.WithAsync("StateInsideTarget", () => Target.BackupAsync(inside, Silent, Cancel));
        await Refused.WithAsync("StateInsideTarget", () => Target.CreateCopyAsync(inside, Silent, Cancel));
    }

    [Fact]
    public async Task The_keeper_backs_up_tests_the_restore_and_restores_even_what_is_gone()
    {
        var before = Tree.Image();
        var state = new StateFolder(Tree[".psmigrate"]);
        var keeper = new BackupKeeper(new MigrationServices { Catalog = new MigrationCatalog() }, Silent);
        var backup = await keeper.BackupAsync(Target, state, "plan", Cancel);
        Assert.True(backup.RestoreTested);

        Tree.Write("readme.md", "changed");
        await keeper.RestoreAsync(Backup.Read(backup.Path), Target, TimeSpan.Zero, Cancel);
        Assert.Equal(before, Tree.Image());

        Directory.Move(backup.Path, Path.Combine(Tree.Outside, "kept"));
        Directory.Delete(Tree.Root, recursive: true);
        await using var gone = Target;
        await gone.OpenForRestoreAsync(Cancel);
        await keeper.RestoreAsync(Backup.Read(Path.Combine(Tree.Outside, "kept")), gone, TimeSpan.Zero, Cancel);
        Assert.Equal(before.Where(e => e.Key != "src/vendor/.git"), Tree.Image());
    }

    [Fact]
    public async Task Git_in_a_copy_does_not_find_the_repository_around_it()
    {
        await using var copy = await Target.CreateCopyAsync(Directory.CreateDirectory(Tree[".psmigrate/rehearsals/x"]).FullName, Silent, Cancel);
        Assert.True(File.Exists(Path.Combine(copy.Address.Connection, ".git")));
        Assert.Equal(Tree.Image(), Tree.Image(copy.Address.Connection));
    }

    private static HistoryEntry Entry(string step) => new()
    {
        RunId = "run",
        PlanName = "plan",
        PlanHash = "hash",
        Step = step,
        Kind = "script",
        Checksum = "sum",
        AppliedAt = DateTimeOffset.UtcNow,
        AppliedBy = "tester@here",
    };

    private sealed class Listener
    {
        public List<string> Said { get; } = [];
    }

    /// <summary>Does something while a backup is under way.</summary>
    private sealed class OnProgress(Action act, Listener listener) : IMigrationObserver
    {
        public void Progress(ProgressReport report) => act();

        public void Milestone(string message) { }

        public void Decision(string message) => listener.Said.Add(message);

        public void Detail(string message) { }

        public void Warning(string message) => listener.Said.Add(message);
    }
}
