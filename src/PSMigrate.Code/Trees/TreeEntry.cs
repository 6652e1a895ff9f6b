using System.Text.Json.Serialization;

namespace PSMigrate.Code.Trees;

internal enum EntryKind { Folder, File, Link }

/// <summary>One thing in a tree.</summary>
/// <param name="Path">Relative to the tree's root, with '/' on every system.</param>
internal sealed record TreeEntry(EntryKind Kind, string Path)
{
    /// <summary>Null where the system has no such modes, and for links.</summary>
    public UnixFileMode? Mode { get; init; }

    public DateTime Modified { get; init; }

    public long Bytes { get; init; }

    /// <summary>Known once a file has been read.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where a link points, as it is written in the link.</summary>
    public string? LinkText { get; init; }

    /// <summary>Windows has two sorts of links.</summary>
    public bool LinkIsToFolder { get; init; }

    [JsonIgnore]
    public string ModeText => Mode is { } mode ? Convert.ToString((int)mode, 8) : "";

    /// <summary>The entry's place under a root.</summary>
    public string Under(string root) => System.IO.Path.Combine(root, Path.Replace('/', System.IO.Path.DirectorySeparatorChar));
}
