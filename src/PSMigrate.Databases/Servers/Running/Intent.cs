using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>A statement that is about to be run by itself: what whoever comes later needs to find out whether it was.</summary>
/// <param name="Session">The server's session that runs it.</param>
/// <param name="Before">The structure that it may change, as it was; null where it changes none.</param>
/// <param name="Scope">The relations that this is about; null for all.</param>
internal sealed record Intent(string Session, IReadOnlyList<DbObject>? Before, IReadOnlyList<string>? Scope)
{
    /// <summary>What was captured for it.</summary>
    public IReadOnlyList<RowImage> Images { get; init; } = [];

    /// <summary>What was noted already.</summary>
    public IReadOnlyList<ServerOp> Ops { get; init; } = [];

    /// <summary>The tables that it drops, by full name: some servers drop them one by one.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>What it renames, old and new name: see <see cref="Identities"/>.</summary>
    public IReadOnlyList<Renaming> Renames { get; init; } = [];
}

/// <summary>A table's or column's old and new full name.</summary>
internal sealed record Renaming(string From, string To);
