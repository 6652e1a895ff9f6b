using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Tests.PostgreSql;

/// <summary>
/// The statements that make one structure of another, from what the reader and the writer say alone: a small planner that knows no
/// engine, to see whether they say enough.
/// </summary>
internal sealed class StructurePlan
{
    private static readonly string[] GoBeforeTheirTable = [DbKinds.ForeignKey, "partition"];

    private readonly DbStructure from;
    private readonly DbStructure to;
    private readonly IStructureWriter writer;
    private readonly Dictionary<string, DbObject> counterparts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> alterations = new(StringComparer.Ordinal);
    private readonly HashSet<string> gone = new(StringComparer.Ordinal);

    private StructurePlan(DbStructure from, DbStructure to, IStructureWriter writer, bool sameDatabase)
    {
        (this.from, this.to, this.writer) = (from, to, writer);
        foreach (var one in from.Objects)
        {
            if ((sameDatabase ? to.FindById(one.Id) : null) is { } same && same.Kind == one.Kind)
            {
                counterparts[one.Key] = same;
            }
        }

        var taken = counterparts.Values.Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var one in from.Objects.Where(o => !counterparts.ContainsKey(o.Key)))
        {
            if (to.Find(one.Key) is { } same && taken.Add(same.Key))
            {
                counterparts[one.Key] = same;
            }
        }
    }

    /// <param name="sameDatabase">True where an identity means the same object in both.</param>
    public static IReadOnlyList<string> Of(DbStructure from, DbStructure to, IStructureWriter writer, bool sameDatabase) =>
        new StructurePlan(from, to, writer, sameDatabase).Statements();

    /// <summary>The statements that give the first object that is called or placed otherwise its name back, whole things before their parts; null where there is none.</summary>
    public static IReadOnlyList<string>? FirstRename(DbStructure from, DbStructure to, IStructureWriter writer)
    {
        foreach (var one in from.Objects.OrderBy(o => o.Kind switch { DbKinds.Schema => 0, DbKinds.Column => 3, _ => o.Parent is null ? 1 : 2 }))
        {
            if (to.FindById(one.Id) is { } then && then.Kind == one.Kind && (then.Name != one.Name || then.Schema != one.Schema)
                && writer.Alter(one, one with { Name = then.Name, Schema = then.Schema, Parent = then.Parent }) is { Count: > 0 } statements)
            {
                return statements;
            }
        }

        return null;
    }

    private List<string> Statements()
    {
        foreach (var one in from.Objects)
        {
            if (!counterparts.TryGetValue(one.Key, out var then))
            {
                gone.Add(one.Key);
            }
            else if (!one.IsLike(then))
            {
                if (writer.Alter(one, then) is { } statements)
                {
                    alterations[one.Key] = statements;
                }
                else
                {
                    gone.Add(one.Key);
                }
            }
        }

        Spread();
        var late = gone.Where(key => !counterparts.ContainsKey(key) && from.Objects.Any(o => o.Needs.Contains(key) && !gone.Contains(o.Key))).ToHashSet(StringComparer.Ordinal);
        var result = new List<string>();
        var drops = Sorted(from).Reverse().Where(o => gone.Contains(o.Key) && !GoesWithItsWhole(o)).ToList();
        result.AddRange(drops.Where(o => !late.Contains(o.Key)).SelectMany(writer.Drop));
        var kept = counterparts.Where(c => !gone.Contains(c.Key)).ToDictionary(c => c.Value.Key, c => c.Key, StringComparer.Ordinal);
        foreach (var one in Sorted(to))
        {
            if (kept.TryGetValue(one.Key, out var before))
            {
                result.AddRange(alterations.GetValueOrDefault(before, []));
            }
            else if (!(one.Kind == DbKinds.Column && !kept.ContainsKey(one.Parent!)))
            {
                result.AddRange(writer.Create(one, to));
            }
        }

        result.AddRange(drops.Where(o => late.Contains(o.Key)).SelectMany(writer.Drop));
        return result;
    }

    /// <summary>What depends on something that goes must go as well, and come again.</summary>
    private void Spread()
    {
        for (var before = -1; before != gone.Count;)
        {
            before = gone.Count;
            foreach (var one in from.Objects.Where(o => !gone.Contains(o.Key)))
            {
                var needed = one.Needs.Append(one.Parent ?? "").Append(one.RefersTo ?? "").Where(k => k.Length > 0);
                if (needed.Any(k => (gone.Contains(k) && (k == one.Parent || counterparts.ContainsKey(k) || !alterations.ContainsKey(one.Key)))
                    || (IsRetyped(k) && writer.MustStandAside(one, from.Find(k)!))))
                {
                    gone.Add(one.Key);
                }
            }
        }
    }

    /// <summary>True for columns of another type, and for types that lose values: those are made anew.</summary>
    private bool IsRetyped(string key) => counterparts.TryGetValue(key, out var then) && from.Find(key) switch
    {
        { Kind: DbKinds.Column } column => column.Facet(DbFacets.Type) != then.Facet(DbFacets.Type) || column.Facet("collation") != then.Facet("collation"),
        { Kind: "enum" } type => (type.Facet("values") ?? "").Split('\n').Except((then.Facet("values") ?? "").Split('\n')).Any(),
        _ => false,
    };

    private bool GoesWithItsWhole(DbObject one) => one.Parent is { } parent && gone.Contains(parent) && !GoBeforeTheirTable.Contains(one.Kind);

    /// <summary>What is needed comes before what needs it.</summary>
    private static IEnumerable<DbObject> Sorted(DbStructure structure)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var sorted = new List<DbObject>();
        void Visit(DbObject one)
        {
            if (seen.Add(one.Key))
            {
                foreach (var needed in one.Needs.Append(one.Parent ?? "").Append(one.RefersTo ?? ""))
                {
                    if (structure.Find(needed) is { } found)
                    {
                        Visit(found);
                    }
                }

                sorted.Add(one);
            }
        }

        foreach (var one in structure.Objects)
        {
            Visit(one);
        }

        return sorted;
    }
}
