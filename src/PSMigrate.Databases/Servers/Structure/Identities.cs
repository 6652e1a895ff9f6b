using PSMigrate.Databases.Servers.Running;

namespace PSMigrate.Databases.Servers.Structure;

/// <summary>
/// Gives tables and columns something that stays the same when they are renamed, where the engine has nothing of the sort: what they
/// were called before the statement. What was renamed the statement's words tell.
/// </summary>
internal static class Identities
{
    /// <param name="renames">What tables (<c>old</c>, <c>new</c>) and columns (<c>old table.old</c>, <c>new table.new</c>) were renamed to.</param>
    /// <remarks>What was made anew in another's place has no former name.</remarks>
    public static DbStructure Give(DbStructure structure, IReadOnlyList<Renaming> renames)
    {
        var former = renames.ToDictionary(r => r.To, r => r.From, StringComparer.OrdinalIgnoreCase);
        string Table(string name) => !former.TryGetValue(name, out var was) ? name : was.Length > 0 ? was : $"{name} anew";
        string Column(string table, string column) => former.GetValueOrDefault($"{table}.{column}", $"{Table(table)}.{column}");
        return new DbStructure(structure.Objects.Select(o => o.Kind switch
        {
            DbKinds.Table => o with { Id = $"table:{Table(o.FullName)}" },
            DbKinds.Column => o with { Id = $"column:{Column(o.FullName[..^(o.Name.Length + 1)], o.Name)}" },
            _ => o,
        }), structure.NotCovered);
    }
}
