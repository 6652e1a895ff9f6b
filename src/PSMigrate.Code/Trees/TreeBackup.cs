using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Code.Trees;

/// <summary>
/// A backup of a tree: its files under <c>content</c>, as they were called, and beside them the tree's manifest and the target's
/// history. Whoever needs only one file can take it from there by hand.
/// </summary>
internal static class TreeBackup
{
    private const string Content = "content";
    private const string History = "history.jsonl";

    /// <summary>How often what has changed since is copied again before that is given up.</summary>
    private const int Rounds = 5;

    private const int FlushedAtOnce = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static string ContentOf(string folder) => Path.Combine(folder, Content);

    public static async Task<BackupContent> CreateAsync(
        string root, string historyFile, string folder, string name, IMigrationObserver observer, CancellationToken cancel)
    {
        StateFolder.CreatePrivate(ContentOf(folder));
        var entries = await CopyAsync(root, ContentOf(folder), name, observer, cancel).ConfigureAwait(false);
        FlushToDisk(ContentOf(folder), entries, cancel);
        TreeManifest.Write(folder, entries);
        CopyHistory(historyFile, Path.Combine(folder, History));
        var files = entries.Where(e => e.Kind == EntryKind.File).Select(e => new BackupFile($"{Content}/{e.Path}", e.Bytes, e.Sha256!)).ToList();
        foreach (var own in new[] { TreeManifest.FileName, History })
        {
            if (FileContent.TryRead(Path.Combine(folder, own), cancel) is { } content)
            {
                files.Add(new BackupFile(own, content.Bytes, content.Sha256));
            }
        }

        return new BackupContent(files, TreeSnapshot.Of(entries));
    }

    /// <summary>The history goes back with the content: steps that the content has not had must not be taken for applied.</summary>
    public static void RestoreHistory(string folder, string historyFile)
    {
        if (File.Exists(Path.Combine(folder, History)))
        {
            CopyHistory(Path.Combine(folder, History), historyFile);
        }
        else if (File.Exists(historyFile))
        {
            File.Delete(historyFile);
        }
    }

    public static void CopyHistory(string from, string to)
    {
        if (!File.Exists(from))
        {
            return;
        }

        var arriving = to + ".arriving";
        try
        {
            StateFolder.CreatePrivate(Path.GetDirectoryName(to)!);
            using (var file = StateFolder.OpenPrivate(arriving, FileMode.Create))
            {
                FileContent.TryCopy(from, file, CancellationToken.None);
                file.Flush(flushToDisk: true);
            }

            File.Move(arriving, to, overwrite: true);
        }
        catch (Exception e) when (TreeErrors.Is(e))
        {
            throw TreeErrors.NotWritable(to, e);
        }
    }

    /// <summary>Copies until nothing has changed while it was copied: then all that was copied was there together at one moment.</summary>
    private static async Task<IReadOnlyList<TreeEntry>> CopyAsync(string root, string content, string name, IMigrationObserver observer, CancellationToken cancel)
    {
        // As it was listed, and as it was copied.
        var copied = new Dictionary<string, (TreeEntry Listed, TreeEntry Copied)>(StringComparer.Ordinal);
        var passedOver = new SortedSet<string>(StringComparer.Ordinal);
        for (var round = 1; ; round++)
        {
            var listed = TreeListing.Read(root, path => passedOver.Add(path), cancel);
            var present = listed.Select(e => e.Path).ToHashSet(StringComparer.Ordinal);
            var gone = copied.Keys.Where(path => !present.Contains(path)).ToList();
            var changed = listed.Where(e => !copied.TryGetValue(e.Path, out var known) || known.Listed != e).ToList();
            if (gone.Count + changed.Count == 0)
            {
                foreach (var path in passedOver)
                {
                    observer.Warning($"{path} is not in the backup: it is a pipe, a socket or a device, not a file.");
                }

                return [.. listed.Select(e => copied[e.Path].Copied)];
            }

            if (round > Rounds)
            {
                throw KeepChanging(name, [.. gone.Concat(changed.Select(e => e.Path)).Order(StringComparer.Ordinal)]);
            }

            if (round > 1)
            {
                observer.Decision($"{gone.Count + changed.Count} of what is in {name} has changed while it was copied, and is copied again.");
                await Task.Delay(Pause, cancel).ConfigureAwait(false);
            }

            foreach (var path in gone)
            {
                Drop(copied[path].Copied.Under(content));
                copied.Remove(path);
            }

            using var progress = new TreeProgress($"Backing up {name}", changed.Count, observer);
            foreach (var entry in changed)
            {
                cancel.ThrowIfCancellationRequested();
                progress.Next();
                if (TryCopy(entry, root, content, cancel) is { } one)
                {
                    copied[entry.Path] = (entry, one);
                }
            }
        }
    }

    /// <summary>All together once they are written: one after the other, each would wait for the disk by itself.</summary>
    private static void FlushToDisk(string content, IReadOnlyList<TreeEntry> entries, CancellationToken cancel)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = FlushedAtOnce, CancellationToken = cancel };
        try
        {
            Parallel.ForEach(entries.Where(e => e.Kind == EntryKind.File), options, entry =>
            {
                using var file = File.OpenHandle(entry.Under(content), FileMode.Open, FileAccess.ReadWrite);
                RandomAccess.FlushToDisk(file);
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.All(TreeErrors.Is))
        {
            throw TreeErrors.NotWritable(content, e.InnerExceptions[0]);
        }
    }

    /// <returns>Null where the file is gone since it was listed; the next listing settles it.</returns>
    private static TreeEntry? TryCopy(TreeEntry entry, string root, string content, CancellationToken cancel)
    {
        var to = entry.Under(content);
        try
        {
            if (entry.Kind != EntryKind.Folder || File.Exists(to))
            {
                Drop(to);
            }

            if (entry.Kind == EntryKind.Folder)
            {
                StateFolder.CreatePrivate(to);
            }

            if (entry.Kind != EntryKind.File)
            {
                return entry;
            }

            StateFolder.CreatePrivate(Path.GetDirectoryName(to)!);
            using var file = StateFolder.OpenPrivate(to, FileMode.Create);
            if (FileContent.TryCopy(entry.Under(root), file, cancel) is not { } read)
            {
                return null;
            }

            return entry with { Bytes = read.Bytes, Sha256 = read.Sha256 };
        }
        catch (Exception e) when (TreeErrors.Is(e))
        {
            throw TreeErrors.NotWritable(to, e);
        }
    }

    private static void Drop(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static MigrationException KeepChanging(string name, List<string> paths) =>
        new("FilesKeepChanging", ErrorKind.Busy, $"A backup of {name} would not be of one moment: {string.Join(", ", paths.Take(5))} keep changing while they are copied.")
        {
            Offender = paths[0],
            RecommendedAction = "Stop what writes there, or have it write elsewhere, and back up again.",
        };
}
