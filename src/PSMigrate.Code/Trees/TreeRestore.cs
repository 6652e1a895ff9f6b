using PSMigrate.Engine;
using PSMigrate.Journal;

namespace PSMigrate.Code.Trees;

/// <summary>
/// Makes a folder equal to a tree. What is equal already is not touched; a file is written apart and moved into its place; what
/// does not belong there is removed only after everything else is in place. May be run again after it was interrupted.
/// </summary>
internal sealed class TreeRestore(string root, string content, string name, IMigrationObserver observer)
{
    private readonly string staging = Path.Combine(root, StateFolder.Name, "target", "arriving");

    /// <summary>True where the content is a folder that others may write to, and what has gone meanwhile is not missed.</summary>
    public bool SkipsVanished { get; init; }

    /// <param name="wanted">A folder before what is in it.</param>
    /// <exception cref="MigrationException">FolderHoldsRepository, before anything is changed; FileNotReadable, FileNotWritable, BackupAltered.</exception>
    public void Run(IReadOnlyList<TreeEntry> wanted, CancellationToken cancel)
    {
        var present = TreeListing.Read(root, observer, cancel);
        var kinds = wanted.ToDictionary(e => e.Path, e => e.Kind, StringComparer.Ordinal);
        var inTheWay = present.Where(e => kinds.TryGetValue(e.Path, out var kind) && kind != e.Kind).ToList();
        var ways = inTheWay.Where(e => e.Kind == EntryKind.Folder).Select(e => e.Path + "/").ToList();
        var others = present.Where(e => !kinds.ContainsKey(e.Path)).ToLookup(e => ways.Exists(way => e.Path.StartsWith(way, StringComparison.Ordinal)));
        inTheWay.AddRange(others[true]);
        RequireRemovable([.. inTheWay, .. others[false]]);
        using var progress = new TreeProgress($"Writing {name}", wanted.Count, observer);
        try
        {
            StateFolder.CreatePrivate(Path.GetDirectoryName(Path.GetDirectoryName(staging)!)!);
            StateFolder.CreatePrivate(Path.GetDirectoryName(staging)!);
            RemoveStaging();
            StateFolder.CreatePrivate(staging);
            OpenFolders(present);
            Remove(inTheWay);
            foreach (var entry in wanted)
            {
                cancel.ThrowIfCancellationRequested();
                progress.Next();
                Put(entry, cancel);
            }

            Remove(others[false]);
            foreach (var folder in wanted.Where(e => e.Kind == EntryKind.Folder).Reverse())
            {
                Act(folder, path =>
                {
                    Directory.SetLastWriteTimeUtc(path, folder.Modified);
                    TreeModes.Set(path, folder.Mode);
                });
            }
        }
        catch (Exception e) when (TreeErrors.Is(e))
        {
            throw TreeErrors.NotWritable(root, e);
        }
        finally
        {
            RemoveStaging();
        }
    }

    /// <summary>This one's, or what a restore that was killed has left.</summary>
    private void RemoveStaging()
    {
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>What is left out of the tree is left alone here as well, and a folder that holds it cannot go.</summary>
    private void RequireRemovable(IEnumerable<TreeEntry> entries)
    {
        foreach (var folder in entries.Where(e => e.Kind == EntryKind.Folder))
        {
            var path = folder.Under(root);
            if (Directory.EnumerateFileSystemEntries(path).FirstOrDefault(p => LeftOut.Is(Path.GetFileName(p))) is { } kept)
            {
                throw new MigrationException("FolderHoldsRepository", ErrorKind.Conflict,
                    $"{path} is not in the backup and cannot be removed: it holds {Path.GetFileName(kept)}, which is never touched. Nothing was changed.")
                {
                    Offender = path,
                    RecommendedAction = "Move it away, and restore again.",
                };
            }
        }
    }

    private void OpenFolders(IEnumerable<TreeEntry> present)
    {
        foreach (var folder in present.Where(e => e.Kind == EntryKind.Folder))
        {
            Act(folder, TreeModes.Open);
        }
    }

    private void Remove(IEnumerable<TreeEntry> entries)
    {
        // What is in a folder comes before the folder.
        foreach (var entry in entries.OrderByDescending(e => e.Path, StringComparer.Ordinal))
        {
            Act(entry, path =>
            {
                if (entry.Kind == EntryKind.Folder)
                {
                    Directory.Delete(path);
                }
                else
                {
                    Unlink(path);
                }
            });
        }
    }

    private static void Unlink(string path)
    {
        if (OperatingSystem.IsWindows() && File.GetAttributes(path).HasFlag(FileAttributes.Directory))
        {
            Directory.Delete(path);
            return;
        }

        TreeModes.MakeReplaceable(path);
        File.Delete(path);
    }

    private void Put(TreeEntry entry, CancellationToken cancel)
    {
        switch (entry.Kind)
        {
            case EntryKind.Folder:
                Act(entry, path =>
                {
                    Directory.CreateDirectory(path);
                    TreeModes.Open(path);
                });
                break;
            case EntryKind.Link:
                Act(entry, path => PutLink(entry, path));
                break;
            default:
                Act(entry, path => PutFile(entry, path, cancel));
                break;
        }
    }

    private static void PutLink(TreeEntry entry, string path)
    {
        if (new FileInfo(path).LinkTarget is { } text)
        {
            if (text == entry.LinkText)
            {
                return;
            }

            Unlink(path);
        }

        if (entry.LinkIsToFolder)
        {
            Directory.CreateSymbolicLink(path, entry.LinkText!);
        }
        else
        {
            File.CreateSymbolicLink(path, entry.LinkText!);
        }
    }

    private void PutFile(TreeEntry entry, string path, CancellationToken cancel)
    {
        if (IsThere(entry, path, cancel))
        {
            TreeModes.Set(path, entry.Mode);
            return;
        }

        var arriving = Path.Combine(staging, "file");
        FileContent? read;
        using (var file = StateFolder.OpenPrivate(arriving, FileMode.Create))
        {
            read = FileContent.TryCopy(entry.Under(content), file, cancel);
            if (!SkipsVanished)
            {
                file.Flush(flushToDisk: true);
            }
        }

        if (read is null && SkipsVanished)
        {
            return;
        }

        if (read is null || (entry.Sha256 is not null && read.Sha256 != entry.Sha256))
        {
            throw new MigrationException("BackupAltered", ErrorKind.Conflict, $"{entry.Under(content)} is not the file that was backed up.")
            {
                Offender = entry.Under(content),
                RecommendedAction = "Use another backup.",
            };
        }

        File.SetLastWriteTimeUtc(arriving, entry.Modified);
        TreeModes.Set(arriving, entry.Mode);
        TreeModes.MakeReplaceable(path);
        File.Move(arriving, path, overwrite: true);
    }

    private static bool IsThere(TreeEntry entry, string path, CancellationToken cancel) =>
        entry.Sha256 is not null
        && new FileInfo(path) is { Exists: true, LinkTarget: null } there
        && there.Length == entry.Bytes
        && FileContent.TryRead(path, cancel)?.Sha256 == entry.Sha256;

    private void Act(TreeEntry entry, Action<string> act)
    {
        try
        {
            act(entry.Under(root));
        }
        catch (Exception e) when (TreeErrors.Is(e))
        {
            throw TreeErrors.NotWritable(entry.Under(root), e);
        }
    }
}
