using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// The tables without a key that an undo has come to. Whether others wrote to one is told by all its rows together, as the script left
/// them: only the first look can tell, for after it they are what the undo has made of them.
/// </summary>
internal sealed class KeylessTables
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    public bool IsFirst(DbObject table) => seen.Add(table.Id.Length > 0 ? table.Id : table.Key);

    /// <summary>What was made again is known under its new identity as well.</summary>
    public void Follow(RebornObjects reborn) => seen.UnionWith(seen.Select(reborn.Known).ToList());
}
