using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Backups;

/// <summary>What is found in a backup's place.</summary>
internal enum StoredState
{
    /// <summary>Restore-tested, and its files are there with their sizes. What is in them is compared when it is restored.</summary>
    Good,

    /// <summary>Its manifest can be read, but it is not good.</summary>
    NotGood,

    /// <summary>Its manifest cannot be read: nobody can tell what it is.</summary>
    Unreadable,

    /// <summary>Without a manifest, and nobody is making it.</summary>
    Leftover,

    BeingMade,
}

/// <param name="Backup">Null where there is no manifest that can be read.</param>
/// <param name="Problem">What keeps it from being good.</param>
internal sealed record StoredBackup(string Folder, StoredState State, Backup? Backup, string? Problem)
{
    public string Id => Path.GetFileName(Folder);
}

/// <summary>
/// The backups of a state folder. A backup is made under a lock of its own, which ends with whoever makes it: so a backup that is
/// being made can be told from what a process that died has left.
/// </summary>
internal static class BackupStore
{
    public const string Folder = "backups";
    public const string RestoreTests = "restore-tests";

    private static readonly TimeSpan NoWait = TimeSpan.Zero;

    /// <summary>Held while a backup is made.</summary>
    public static async Task<IAsyncDisposable> LockAsync(StateFolder state, string id, LockHolder holder, Engine.IMigrationObserver observer, CancellationToken cancel)
    {
        state.Create(Folder, "");
        try
        {
            return await FileLock.TakeAsync(LockOf(state.Folder(Folder, id)), $"backup {id}", holder, NoWait, observer, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "LockNotWritable")
        {
            throw new MigrationException("StateNotWritable", ErrorKind.Denied, $"The state folder {state.Path} cannot be written: {e.Message}", e)
            {
                Offender = state.Path,
                RecommendedAction = "Make it writable for this user, or choose another with -StatePath.",
            };
        }
    }

    /// <summary>All backups and what is left of some, oldest first.</summary>
    public static IReadOnlyList<StoredBackup> Read(StateFolder state) =>
    [
        .. Folders(state, Folder).Select(Read),
        // A restore test is over before its backup has a manifest, or its process died in it.
        .. Folders(state, RestoreTests).Select(folder => WithoutManifest(folder, LockOf(state.Folder(Folder, Path.GetFileName(folder))))),
    ];

    public static StoredBackup Read(string folder)
    {
        if (!File.Exists(Path.Combine(folder, BackupManifest.FileName)))
        {
            return WithoutManifest(folder, LockOf(folder));
        }

        try
        {
            var backup = Backup.Read(folder);
            var problem = backup.RestoreTested ? MissingFile(backup) : "it was never restore-tested";
            return new StoredBackup(folder, problem is null ? StoredState.Good : StoredState.NotGood, backup, problem);
        }
        catch (MigrationException e) when (e.ErrorId is "BackupManifestInvalid" or "BackupAltered")
        {
            return new StoredBackup(folder, StoredState.Unreadable, null, e.Message);
        }
    }

    /// <summary>True for folders that a state folder gives to backups: nothing else is ever removed.</summary>
    public static bool IsPlaceOfBackup(string folder) =>
        RunId.TimeOf(Path.GetFileName(folder)) is not null && new DirectoryInfo(folder) is { Exists: true, LinkTarget: null };

    public static long BytesIn(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", Everything).Where(f => f.LinkTarget is null).Sum(f => f.Length);

    /// <summary>The manifest goes first: whatever happens then, nobody takes the rest for a backup.</summary>
    /// <exception cref="MigrationException">BackupNotRemoved.</exception>
    public static void Remove(string folder)
    {
        try
        {
            File.Delete(Path.Combine(folder, BackupManifest.FileName));
            Unlock(folder);
            Directory.Delete(folder, recursive: true);
            FileLock.RemoveAbandoned(LockOf(folder));
            RemoveIfEmpty(Path.GetDirectoryName(folder)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrationException("BackupNotRemoved", ErrorKind.Failed, $"The backup in {folder} cannot be removed, or only in part: {e.Message}", e)
            {
                Offender = folder,
                RecommendedAction = "Look at the rights on the folder, and remove it again.",
            };
        }
    }

    /// <summary>The folder of all backups goes with the last of them.</summary>
    public static void RemoveIfEmpty(string folder)
    {
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is Folder or RestoreTests && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                // Somebody has just begun to put something there.
            }
        }
    }

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private static string LockOf(string folder) => folder + ".lock";

    private static IEnumerable<string> Folders(StateFolder state, string kind) => Path.Combine(state.Path, kind) is var all && Directory.Exists(all)
        ? Directory.GetDirectories(all).Where(IsPlaceOfBackup).Order(StringComparer.Ordinal).Select(Path.GetFullPath)
        : [];

    private static StoredBackup WithoutManifest(string folder, string lockFile) => FileLock.IsHeld(lockFile)
        ? new StoredBackup(folder, StoredState.BeingMade, null, "it is being made")
        : new StoredBackup(folder, StoredState.Leftover, null, $"it has no {BackupManifest.FileName}");

    private static string? MissingFile(Backup backup) => backup.Manifest.Content.Files
        .FirstOrDefault(f => new FileInfo(Path.Combine(backup.Path, f.Path)) is var file && (!file.Exists || file.Length != f.Bytes)) is { } wrong
            ? $"its file {wrong.Path} is missing or has another size"
            : null;

    /// <summary>A copy of a folder has the modes of the folder, also those that keep its files from being removed.</summary>
    private static void Unlock(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if ((File.GetUnixFileMode(folder) & Owner) != Owner)
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | Owner);
        }

        foreach (var inner in new DirectoryInfo(folder).EnumerateDirectories().Where(d => d.LinkTarget is null))
        {
            Unlock(inner.FullName);
        }
    }
}
