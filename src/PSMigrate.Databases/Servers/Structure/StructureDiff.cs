namespace PSMigrate.Databases.Servers.Structure;

/// <summary>What differs between two readings of a structure.</summary>
/// <param name="Before">What changed or is gone, as it was.</param>
/// <param name="After">What changed or is new, as it is.</param>
internal sealed record StructureDiff(IReadOnlyList<DbObject> Before, IReadOnlyList<DbObject> After)
{
    public bool IsEmpty => Before.Count + After.Count == 0;

    public static StructureDiff Of(DbStructure before, DbStructure after)
    {
        var was = new List<DbObject>();
        var now = new List<DbObject>();
        foreach (var one in before.Objects)
        {
            var same = StillIn(after, one);
            if (same is null)
            {
                was.Add(one);
            }
            else if (!same.IsLike(one))
            {
                was.Add(one);
                now.Add(same);
            }
        }

        now.AddRange(after.Objects.Where(one => StillIn(before, one) is null));
        return new StructureDiff(was, now);
    }

    /// <summary>
    /// The same in another reading, where another table or column that was made in its place is not the same: its content is another's.
    /// </summary>
    public static DbObject? StillIn(DbStructure structure, DbObject one) =>
        SameIn(structure, one) is { } same && !(one.Kind is DbKinds.Table or DbKinds.Column && one.Id.Length > 0 && same.Id.Length > 0 && one.Id != same.Id) ? same : null;

    /// <summary>The former order of the columns of tables that lost one, or have them in another order.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Orders(DbStructure before, DbStructure after)
    {
        var orders = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var table in before.Objects.Where(o => o.Kind == DbKinds.Table && SameIn(after, o) is not null).ToList())
        {
            var columns = before.ColumnsOf(table.Key);
            var places = columns.Select(c => SameIn(after, c)?.Position ?? 0).ToList();
            if (places.Contains(0) || !places.SequenceEqual(places.Order()))
            {
                orders.Add(table.Key, [.. columns.Select(c => c.Name)]);
            }
        }

        return orders;
    }

    /// <summary>The same object in another reading, under whatever name.</summary>
    public static DbObject? SameIn(DbStructure structure, DbObject one) =>
        structure.FindById(one.Id) is { } same && same.Kind == one.Kind ? same
        : structure.Find(one.Key) is { } named && (one.Id.Length == 0 || named.Id.Length == 0 || structure.FindById(one.Id) is null) ? named
        : null;
}
