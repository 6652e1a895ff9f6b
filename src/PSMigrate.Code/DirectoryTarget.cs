using PSMigrate.Code.Trees;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Code;

/// <summary>
/// A folder and everything in it but what <see cref="LeftOut"/> names. Links are kept as links and never followed. The history is
/// in the folder itself, and goes along with its content into copies and backups and back.
/// </summary>
public sealed class DirectoryTarget : Target
{
    private readonly string root;
    private readonly bool isCopy;

    public DirectoryTarget(TargetAddress address)
        : this(address, isCopy: false)
    {
    }

    private DirectoryTarget(TargetAddress address, bool isCopy)
        : base(address)
    {
        root = Path.TrimEndingDirectorySeparator(address.ConnectionWithSecrets);
        this.isCopy = isCopy;
        History = new FileHistory(HistoryFile);
    }

    public override string DisplayName => Path.GetFileName(root) is { Length: > 0 } name ? name : root;

    public override IHistory History { get; }

    private string OwnFolder => Path.Combine(root, StateFolder.Name, "target");

    private string HistoryFile => Path.Combine(OwnFolder, "history.jsonl");

    /// <exception cref="MigrationException">TargetAddressInvalid, TargetNotFound, TargetNotADirectory, TargetNotReadable, TargetStateIsLink.</exception>
    public override Task OpenAsync(CancellationToken cancel)
    {
        if (!Path.IsPathFullyQualified(root))
        {
            throw new MigrationException("TargetAddressInvalid", ErrorKind.InvalidInput, $"{Address} is not a full path.")
            {
                Offender = Address.ToString(),
                RecommendedAction = "Let what it refers to be a full path.",
            };
        }

        if (!Directory.Exists(root))
        {
            throw File.Exists(root)
                ? new MigrationException("TargetNotADirectory", ErrorKind.InvalidInput, $"{root} is a file, not a folder.")
                {
                    Offender = root,
                    RecommendedAction = "Name the folder that the file is in.",
                }
                : new MigrationException("TargetNotFound", ErrorKind.NotFound, $"There is no folder {root}.")
                {
                    Offender = root,
                    RecommendedAction = "Check the path.",
                };
        }

        try
        {
            _ = Directory.EnumerateFileSystemEntries(root).Any();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MigrationException("TargetNotReadable", ErrorKind.Denied, $"The folder {root} cannot be read: {e.Message}", e)
            {
                Offender = root,
                RecommendedAction = "Make it readable for this user.",
            };
        }

        foreach (var folder in new[] { Path.GetDirectoryName(OwnFolder)!, OwnFolder })
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                throw new MigrationException("TargetStateIsLink", ErrorKind.Refused, $"{folder} is a link: the history would be written outside the folder.")
                {
                    Offender = folder,
                    RecommendedAction = "Put a folder in the link's place.",
                };
            }
        }

        return Task.CompletedTask;
    }

    /// <exception cref="MigrationException">TargetNotFound where not even the folder around it is there; TargetNotADirectory.</exception>
    public override Task OpenForRestoreAsync(CancellationToken cancel) =>
        !Path.Exists(root) && Directory.Exists(Path.GetDirectoryName(root)) ? Task.CompletedTask : OpenAsync(cancel);

    /// <exception cref="MigrationException">TargetReadOnly.</exception>
    public override Task RequireWritableAsync(CancellationToken cancel)
    {
        try
        {
            using var probe = new FileStream(
                Path.Combine(root, $"{StateFolder.Name}-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw NotWritable(e);
        }
    }

    public override async Task<IAsyncDisposable> LockAsync(LockHolder holder, TimeSpan timeout, IMigrationObserver observer, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(root);
            StateFolder.CreatePrivate(Path.GetDirectoryName(OwnFolder)!);
            StateFolder.CreatePrivate(OwnFolder);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw NotWritable(e);
        }

        return await FileLock.TakeAsync(Path.Combine(OwnFolder, "target.lock"), DisplayName, holder, timeout, observer, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// At every depth the content is read: a folder's structure is what its files say, and a difference names the file. There are
    /// no rows to count, so that nothing is listed as content besides.
    /// </summary>
    public override Task<TargetSnapshot> SnapshotAsync(SnapshotDepth depth, IMigrationObserver observer, CancellationToken cancel) =>
        Task.FromResult(TreeSnapshot.Read(root, DisplayName, observer, cancel));

    /// <summary>The named files: their bytes take the place of rows.</summary>
    public override Task<IReadOnlyList<ContentFingerprint>> FingerprintAsync(
        IReadOnlyCollection<string> objects, IMigrationObserver observer, CancellationToken cancel) =>
        Task.FromResult(TreeSnapshot.Fingerprints(root, objects, observer, cancel));

    public override Task<IReadOnlyList<CheckResult>> SelfCheckAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<CheckResult>>([]);

    /// <summary>Each file as it was at one moment, and all of them of one moment: what is written meanwhile is copied again.</summary>
    /// <exception cref="MigrationException">FilesKeepChanging, FileNotReadable, StateInsideTarget.</exception>
    public override async Task<BackupContent> BackupAsync(string folder, IMigrationObserver observer, CancellationToken cancel)
    {
        LeftOut.Require(root, folder);
        return await TreeBackup.CreateAsync(root, HistoryFile, folder, DisplayName, observer, cancel).ConfigureAwait(false);
    }

    public override Task RestoreAsync(string folder, BackupContent content, IMigrationObserver observer, CancellationToken cancel)
    {
        LeftOut.Require(root, folder);
        var wanted = TreeManifest.Read(folder);
        Directory.CreateDirectory(root);
        new TreeRestore(root, TreeBackup.ContentOf(folder), DisplayName, observer).Run(wanted, cancel);
        TreeBackup.RestoreHistory(folder, HistoryFile);
        return Task.CompletedTask;
    }

    public override Task<Target> RestoreCopyAsync(string folder, BackupContent content, string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        Task.FromResult(CopyInto(workFolder, TreeBackup.ContentOf(folder), TreeManifest.Read(folder), copy => TreeBackup.RestoreHistory(folder, copy), observer, cancel));

    public override Task<Target> CreateCopyAsync(string workFolder, IMigrationObserver observer, CancellationToken cancel)
    {
        LeftOut.Require(root, workFolder);
        return Task.FromResult(CopyInto(workFolder, root, TreeListing.Read(root, observer, cancel), copy => TreeBackup.CopyHistory(HistoryFile, copy), observer, cancel));
    }

    public override Task<IUnitOfWork?> BeginAsync(string settings, CancellationToken cancel) => Task.FromResult<IUnitOfWork?>(null);

    public override ValueTask DisposeAsync()
    {
        if (isCopy)
        {
            TreeModes.Unlock(root);
        }

        return ValueTask.CompletedTask;
    }

    private Target CopyInto(
        string workFolder, string content, IReadOnlyList<TreeEntry> entries, Action<string> giveHistory, IMigrationObserver observer, CancellationToken cancel)
    {
        var folder = Path.Combine(workFolder, Path.GetFileName(root) is { Length: > 0 } name ? name : "root");
        var copy = new DirectoryTarget(new TargetAddress(Address.Scheme, folder), isCopy: true);
        StateFolder.CreatePrivate(folder);
        try
        {
            new TreeRestore(folder, content, $"a copy of {DisplayName}", observer) { SkipsVanished = true }.Run(entries, cancel);
            giveHistory(copy.HistoryFile);
            LeftOut.KeepRepositoriesAway(folder);
            return copy;
        }
        catch
        {
            TreeModes.Unlock(folder);
            throw;
        }
    }

    private MigrationException NotWritable(Exception cause) =>
        new("TargetReadOnly", ErrorKind.Denied, $"The folder {root} cannot be written: {cause.Message}", cause)
        {
            Offender = root,
            RecommendedAction = "Make it writable for this user.",
        };
}
