using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Code.Trees;

/// <summary>Documents a tree: one object for each file, folder and link.</summary>
internal static class TreeSnapshot
{
    public static TargetSnapshot Read(string root, string name, IMigrationObserver observer, CancellationToken cancel)
    {
        var listed = TreeListing.Read(root, observer, cancel);
        using var progress = new TreeProgress($"Reading {name}", listed.Count, observer);
        var entries = new List<TreeEntry>(listed.Count);
        foreach (var entry in listed)
        {
            cancel.ThrowIfCancellationRequested();
            progress.Next();
            if (entry.Kind != EntryKind.File)
            {
                entries.Add(entry);
            }
            else if (FileContent.TryRead(entry.Under(root), cancel) is { } content)
            {
                entries.Add(entry with { Bytes = content.Bytes, Sha256 = content.Sha256 });
            }
        }

        return Of(entries);
    }

    public static TargetSnapshot Of(IEnumerable<TreeEntry> entries) =>
        new(DateTimeOffset.UtcNow, [.. entries.OrderBy(e => e.Path, StringComparer.Ordinal).Select(Object)], []);

    public static IReadOnlyList<ContentFingerprint> Fingerprints(
        string root, IReadOnlyCollection<string> names, IMigrationObserver observer, CancellationToken cancel)
    {
        var wanted = names.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. TreeListing.Read(root, observer, cancel)
                .Where(entry => entry.Kind == EntryKind.File && wanted.Contains(entry.Path))
                .Select(entry => (entry.Path, Content: FileContent.TryRead(entry.Under(root), cancel)))
                .Where(read => read.Content is not null)
                .Select(read => new ContentFingerprint(read.Path, read.Content!.Bytes, read.Content.Sha256)),
        ];
    }

    private static StructureObject Object(TreeEntry entry)
    {
        var mode = entry.Mode is null ? "" : $"mode {entry.ModeText}";
        return entry.Kind switch
        {
            EntryKind.File => new("file", entry.Path, Fingerprint.OfText([entry.Sha256!, entry.ModeText]), entry.Mode is null ? $"{entry.Bytes} bytes" : $"{entry.Bytes} bytes, {mode}"),
            EntryKind.Link => new("link", entry.Path, Fingerprint.OfText(entry.LinkText!), $"-> {entry.LinkText}"),
            _ => new("folder", entry.Path, Fingerprint.OfText(entry.ModeText), mode),
        };
    }
}
