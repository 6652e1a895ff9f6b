using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes partition functions and schemes.</summary>
internal static class PartitionText
{
    public static IReadOnlyList<string> Create(DbObject one) =>
    [
        one.Kind == SqlServerKinds.PartitionFunction
            ? $"CREATE PARTITION FUNCTION {SqlServerName.Quote(one.Name)} ({one.Facet(DbFacets.Type)}) AS RANGE {one.Facet(SqlServerFacets.Range)} FOR VALUES ({string.Join(", ", Values(one))})"
            : $"CREATE PARTITION SCHEME {SqlServerName.Quote(one.Name)} AS PARTITION {one.Facet(SqlServerFacets.Function)} TO ({one.Facet(SqlServerFacets.FileGroups)})",
        .. ExtrasText.Create(one, withOwner: false),
    ];

    public static IReadOnlyList<string> Drop(DbObject one) => [$"DROP {one.Kind.ToUpperInvariant()} {SqlServerName.Quote(one.Name)}"];

    /// <summary>
    /// A function is split and merged where its values differ; before each split every scheme is told which file group the new
    /// partition goes to. A scheme then has as many file groups as it should, and nothing is left to do for it.
    /// </summary>
    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        if (changes.Renamed || changes.Has(DbFacets.Type, SqlServerFacets.Range, SqlServerFacets.Function))
        {
            return null;
        }

        if (to.Kind == SqlServerKinds.PartitionScheme)
        {
            return changes.Has(SqlServerFacets.FileGroups) && Count(from) == Count(to) ? null : [.. ExtrasText.Alter(from, to)];
        }

        var (before, after) = (Values(from), Values(to));
        var statements = before.Except(after).Select(v => $"ALTER PARTITION FUNCTION {SqlServerName.Quote(to.Name)}() MERGE RANGE ({v})").ToList();
        foreach (var value in after.Except(before))
        {
            var place = Array.IndexOf(after, value) + (to.Facet(SqlServerFacets.Range) == "RIGHT" ? 1 : 0);
            foreach (var line in to.Facet(SqlServerFacets.Schemes)?.Split('\n') ?? [])
            {
                var cut = line.LastIndexOf(": ", StringComparison.Ordinal);
                var groups = line[(cut + 2)..].Split(", ");
                statements.Add($"ALTER PARTITION SCHEME {line[..cut]} NEXT USED {groups[Math.Min(place, groups.Length - 1)]}");
            }

            statements.Add($"ALTER PARTITION FUNCTION {SqlServerName.Quote(to.Name)}() SPLIT RANGE ({value})");
        }

        return [.. statements, .. ExtrasText.Alter(from, to)];
    }

    private static string[] Values(DbObject function) => function.Facet(SqlServerFacets.Values) is { Length: > 0 } values ? values.Split('\n') : [];

    private static int Count(DbObject scheme) => scheme.Facet(SqlServerFacets.FileGroups)?.Split(", ").Length ?? 0;
}
