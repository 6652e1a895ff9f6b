using PSMigrate.Engine;

namespace PSMigrate.Code.Trees;

/// <summary>Walks a tree without following links. A folder comes before what is in it; the order is the same on every machine.</summary>
internal sealed class TreeListing
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, MatchType = MatchType.Simple };

    private readonly List<TreeEntry> entries = [];
    private readonly Action<string> passOver;
    private readonly CancellationToken cancel;

    private TreeListing(Action<string> passOver, CancellationToken cancel)
    {
        this.passOver = passOver;
        this.cancel = cancel;
    }

    public static IReadOnlyList<TreeEntry> Read(string root, IMigrationObserver observer, CancellationToken cancel) =>
        Read(root, path => observer.Decision($"{path} is passed over: it is a pipe, a socket or a device, not a file."), cancel);

    /// <param name="passOver">Hears of what is neither file nor folder nor link.</param>
    /// <exception cref="MigrationException">FileNotReadable, FileNameNotText.</exception>
    public static IReadOnlyList<TreeEntry> Read(string root, Action<string> passOver, CancellationToken cancel)
    {
        var listing = new TreeListing(passOver, cancel);
        try
        {
            listing.AddContentOf(new DirectoryInfo(root), "");
        }
        catch (Exception e) when (TreeErrors.IsGone(e))
        {
            throw TreeErrors.NotReadable(root, e);
        }

        return listing.entries;
    }

    private void AddContentOf(DirectoryInfo folder, string path)
    {
        List<FileSystemInfo> found;
        try
        {
            found = [.. folder.EnumerateFileSystemInfos("*", Everything).Where(f => !LeftOut.Is(f.Name)).OrderBy(f => f.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (TreeErrors.Is(e) && !TreeErrors.IsGone(e))
        {
            throw TreeErrors.NotReadable(folder.FullName, e);
        }

        foreach (var one in found)
        {
            cancel.ThrowIfCancellationRequested();
            Add(one, path.Length == 0 ? one.Name : $"{path}/{one.Name}");
        }
    }

    private void Add(FileSystemInfo found, string path)
    {
        var before = entries.Count;
        try
        {
            if (found.LinkTarget is { } text)
            {
                entries.Add(new TreeEntry(EntryKind.Link, path) { LinkText = text, LinkIsToFolder = found.Attributes.HasFlag(FileAttributes.Directory) });
            }
            else if (found is DirectoryInfo folder)
            {
                entries.Add(new TreeEntry(EntryKind.Folder, path) { Mode = TreeModes.Of(folder), Modified = folder.LastWriteTimeUtc });
                AddContentOf(folder, path);
            }
            else if (SpecialFile.IsOne((FileInfo)found))
            {
                passOver(found.FullName);
            }
            else
            {
                var file = (FileInfo)found;
                entries.Add(new TreeEntry(EntryKind.File, path) { Mode = TreeModes.Of(file), Modified = file.LastWriteTimeUtc, Bytes = file.Length });
            }
        }
        catch (Exception e) when (TreeErrors.IsGone(e))
        {
            // Removed since its folder was listed; or there, under bytes that do not survive becoming text.
            entries.RemoveRange(before, entries.Count - before);
            if (found.Name.Contains('\uFFFD', StringComparison.Ordinal))
            {
                throw TreeErrors.NameNotText(found.FullName);
            }
        }
        catch (Exception e) when (TreeErrors.Is(e))
        {
            throw TreeErrors.NotReadable(found.FullName, e);
        }
    }
}
