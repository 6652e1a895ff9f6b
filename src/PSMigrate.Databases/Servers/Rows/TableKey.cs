using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Rows;

/// <summary>Which columns tell a table's rows apart: the primary key, or a unique key or index over columns that cannot be NULL.</summary>
internal static class TableKey
{
    /// <summary>The columns in order; empty where nothing tells the rows apart.</summary>
    /// <param name="without">Columns that go, so that they cannot tell rows apart afterwards.</param>
    public static IReadOnlyList<DbObject> Of(DbObject table, DbStructure structure, RowSql sql, IReadOnlySet<string>? without = null)
    {
        var columns = structure.ColumnsOf(table.Key).ToDictionary(c => c.Name, StringComparer.Ordinal);
        var candidates = structure.PartsOf(table.Key)
            .Where(IsKey)
            .OrderBy(o => o.Kind == DbKinds.PrimaryKey ? 0 : 1).ThenBy(o => o.Columns.Count).ThenBy(o => o.Name, StringComparer.Ordinal);
        foreach (var key in candidates)
        {
            if (key.Columns.All(c => columns.ContainsKey(c) && without?.Contains(c) != true)
                && key.Columns.Select(c => columns[c]).ToList() is var found
                && found.All(c => sql.CanBeKey(c) && (key.Kind == DbKinds.PrimaryKey || c.Facet(DbFacets.Nullable) == "no")))
            {
                return found;
            }
        }

        return [];
    }

    /// <summary>The columns whose values are stored, and not computed.</summary>
    public static IReadOnlyList<DbObject> Stored(DbObject table, DbStructure structure) =>
        [.. structure.ColumnsOf(table.Key).Where(c => c.Facet(DbFacets.Generated) is null && c.Facet(DbFacets.WrittenByEngine) is null)];

    private static bool IsKey(DbObject part) => part.Columns.Count > 0 && part.Columns.All(c => c.Length > 0)
        && (part.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey
            || (part.Kind == DbKinds.Index && part.Facet(DbFacets.Unique) == "yes" && part.Facet(DbFacets.Filter) is null && part.Facet("prefix") is null))
        && part.Facet("deferrable") is null;
}
