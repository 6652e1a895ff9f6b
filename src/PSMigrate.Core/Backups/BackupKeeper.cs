using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Backups;

/// <summary>Makes backups, proves that they restore, and restores them.</summary>
public sealed class BackupKeeper(MigrationServices services, IMigrationObserver observer)
{
    /// <summary>
    /// Backs a target up into a new folder of the state folder, then restores the backup elsewhere and compares it: it counts
    /// as good only after that. A backup that fails is removed.
    /// </summary>
    public async Task<Backup> BackupAsync(Target target, StateFolder state, string planName, CancellationToken cancel)
    {
        var id = RunId.New(services.Now());
        var making = await BackupStore.LockAsync(state, id, new LockHolder(services.Actor, Environment.ProcessId, $"backup {id}", services.Now()), observer, cancel).ConfigureAwait(false);
        try
        {
            return await BackupLockedAsync(target, state, id, planName, cancel).ConfigureAwait(false);
        }
        finally
        {
            await making.DisposeAsync().ConfigureAwait(false);
            BackupStore.RemoveIfEmpty(state.Folder(BackupStore.Folder, ""));
        }
    }

    /// <summary>Restores a backup over its target, or over another of the same kind, and compares the result with the manifest.</summary>
    /// <exception cref="MigrationException">BackupAltered, before anything is changed; RestoreDiffers.</exception>
    public async Task RestoreAsync(Backup backup, Target target, TimeSpan lockTimeout, CancellationToken cancel)
    {
        await RequireUnalteredAsync(backup, cancel).ConfigureAwait(false);
        var holder = new LockHolder(services.Actor, Environment.ProcessId, $"restore of {backup.Id}", services.Now());
        await using var held = await target.LockAsync(holder, lockTimeout, observer, cancel).ConfigureAwait(false);
        await target.RequireWritableAsync(cancel).ConfigureAwait(false);
        await target.RestoreAsync(backup.Path, backup.Manifest.Content, observer, cancel).ConfigureAwait(false);
        var restored = await target.SnapshotAsync(SnapshotDepth.Checksums, observer, cancel).ConfigureAwait(false);
        RequireEqual(backup.Manifest.Content.Snapshot, restored, "RestoreDiffers", $"{target.DisplayName} after the restore");
        observer.Milestone($"Backup {backup.Id} was restored to {target.DisplayName} and compared equal.");
    }

    /// <summary>Makes sure that a backup's files are the ones that its manifest names.</summary>
    /// <exception cref="MigrationException">BackupAltered, naming the file.</exception>
    public static async Task RequireUnalteredAsync(Backup backup, CancellationToken cancel)
    {
        foreach (var file in backup.Manifest.Content.Files)
        {
            var path = Path.GetFullPath(file.Path, backup.Path);
            if (!path.StartsWith(backup.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
            {
                throw Altered(backup, path, "is missing");
            }

            if (new FileInfo(path).Length != file.Bytes || await Fingerprint.OfFileAsync(path, cancel).ConfigureAwait(false) != file.Sha256)
            {
                throw Altered(backup, path, "is not the file that was backed up: its SHA-256 differs");
            }
        }
    }

    private async Task<Backup> BackupLockedAsync(Target target, StateFolder state, string id, string planName, CancellationToken cancel)
    {
        var folder = state.Create(BackupStore.Folder, id);
        try
        {
            var content = await target.BackupAsync(folder, observer, cancel).ConfigureAwait(false);
            var manifest = new BackupManifest(id, target.Address.ToString(), services.Now(), services.Actor, content) { PlanName = planName };
            await RestoreTestAsync(target, folder, content, state, id, cancel).ConfigureAwait(false);
            manifest = manifest with { RestoreTested = true };
            StateFolder.WritePrivate(Path.Combine(folder, BackupManifest.FileName), manifest.ToJson());
            observer.Milestone($"Backup {id} of {target.DisplayName} was made and restore-tested.");
            return new Backup(folder, manifest);
        }
        catch
        {
            state.Remove(BackupStore.Folder, id);
            throw;
        }
    }

    private async Task RestoreTestAsync(Target target, string folder, BackupContent content, StateFolder state, string id, CancellationToken cancel)
    {
        observer.Progress(new ProgressReport("Restore test", target.DisplayName, 0, -1));
        var work = state.Create(BackupStore.RestoreTests, id);
        try
        {
            await using var restored = await target.RestoreCopyAsync(folder, content, work, observer, cancel).ConfigureAwait(false);
            foreach (var check in await restored.SelfCheckAsync(cancel).ConfigureAwait(false))
            {
                if (!check.Passed)
                {
                    observer.Warning($"In the backup of {target.DisplayName}: {check.Name}: {check.Detail}");
                }
            }

            var snapshot = await restored.SnapshotAsync(SnapshotDepth.Checksums, observer, cancel).ConfigureAwait(false);
            RequireEqual(content.Snapshot, snapshot, "BackupNotRestorable", "the backup, restored for a test,");
        }
        finally
        {
            state.Remove(BackupStore.RestoreTests, id);
            observer.Progress(new ProgressReport("Restore test", target.DisplayName, 0, 100, Completed: true));
        }
    }

    private static void RequireEqual(TargetSnapshot expected, TargetSnapshot found, string errorId, string what)
    {
        var differences = expected.Baseline.DriftTo(found.Baseline).Concat(expected.ContentDifferences(found)).ToList();
        if (differences.Count > 0)
        {
            throw new MigrationException(errorId, ErrorKind.Failed, $"{what} differs from what was backed up: {string.Join("; ", differences.Take(5))}.")
            {
                RecommendedAction = "Do not rely on this backup; make another, and look at the disk.",
            };
        }
    }

    private static MigrationException Altered(Backup backup, string path, string how) =>
        new("BackupAltered", ErrorKind.Conflict, $"The backup {backup.Id} cannot be trusted: {path} {how}.")
        {
            Offender = path,
            RecommendedAction = "Use another backup. Nothing was changed.",
        };
}
