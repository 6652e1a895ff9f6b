using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>A small planner: the statements that make one structure of another, and nothing cleverer than the order of what needs what.</summary>
internal static class StructureChange
{
    /// <summary>The statements that make all of a structure in an empty database.</summary>
    public static List<string> Creation(DbStructure of, IStructureWriter writer) => Plan(new DbStructure([]), of, writer);

    public static List<string> Plan(DbStructure now, DbStructure wanted, IStructureWriter writer)
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        var altered = new List<(DbObject From, DbObject To)>();
        var whole = WholeTables(now, wanted, writer);
        var changed = whole.SelectMany(w => ChangedParts(w.From, now, wanted)).ToList();
        foreach (var one in now.Objects)
        {
            if (IsOfWhole(one, whole))
            {
                continue;
            }

            var to = wanted.Find(one.Key);
            if (to is null || (!one.IsLike(to) && writer.Alter(one, to) is null))
            {
                Remove(one, now, gone);
            }
            else if (!one.IsLike(to))
            {
                altered.Add((one, to));
            }
        }

        // What the server does not let be changed under something else makes that go meanwhile.
        for (var before = -1; before != gone.Count;)
        {
            before = gone.Count;
            foreach (var one in altered.Select(a => a.From).Concat(changed).Concat(gone.Select(k => now.Find(k)!)).ToList())
            {
                foreach (var dependent in now.DependentsOf(one.Key).Where(d => !gone.Contains(d.Key) && writer.MustStandAside(d, one)))
                {
                    Remove(dependent, now, gone);
                }
            }
        }

        var drops = Ordered(now.Objects.Where(o => gone.Contains(o.Key) && !(o.Parent is { } parent && gone.Contains(parent) && o.Kind != DbKinds.ForeignKey))).AsEnumerable().Reverse();
        var making = wanted.Objects.Where(o => !IsOfWhole(o, whole) && (gone.Contains(o.Key) || now.Find(o.Key) is null)).Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
        var creates = Ordered(wanted.Objects.Where(o => making.Contains(o.Key) && !(o.Parent is { } parent && making.Contains(parent) && writer.IsMadeWithParent(o))));
        return
        [
            .. drops.SelectMany(writer.Drop),
            .. altered.Where(a => !gone.Contains(a.From.Key)).OrderBy(a => a.To.Kind == DbKinds.Table ? 0 : a.To.Kind == DbKinds.Column ? 1 : 2).SelectMany(a => writer.Alter(a.From, a.To)!),
            .. creates.Where(o => o.Parent is null && o.Kind is DbKinds.Sequence).SelectMany(o => writer.Create(o, wanted)),
            .. whole.SelectMany(w => writer.AlterWhole(w.From, now, w.To, wanted, null)!),
            .. creates.Where(o => !(o.Parent is null && o.Kind is DbKinds.Sequence)).SelectMany(o => writer.Create(o, wanted)),
        ];
    }

    /// <summary>Tables that stay, and that the engine changes with all of their parts at once.</summary>
    private static List<(DbObject From, DbObject To)> WholeTables(DbStructure now, DbStructure wanted, IStructureWriter writer) =>
    [
        .. now.Objects.Where(o => o.Kind == DbKinds.Table && wanted.Find(o.Key) is not null).Select(o => (From: o, To: wanted.Find(o.Key)!))
            .Where(t => writer.AlterWhole(t.From, now, t.To, wanted, null) is not null),
    ];

    private static bool IsOfWhole(DbObject one, List<(DbObject From, DbObject To)> whole) =>
        one.Kind is not (DbKinds.ForeignKey or DbKinds.Trigger) && whole.Exists(w => w.From.Key == one.Key || w.From.Key == one.Parent);

    private static IEnumerable<DbObject> ChangedParts(DbObject table, DbStructure now, DbStructure wanted) =>
        now.PartsOf(table.Key).Where(p => wanted.Find(p.Key) is not { } to || !p.IsLike(to));

    private static void Remove(DbObject one, DbStructure now, HashSet<string> gone)
    {
        gone.Add(one.Key);
        foreach (var dependent in now.DependentsOf(one.Key).Where(d => d.Parent == one.Key || d.RefersTo == one.Key || d.Kind is not (DbKinds.View or DbKinds.Table)))
        {
            gone.Add(dependent.Key);
        }
    }

    /// <summary>What is needed comes first; where things need each other, the one that comes first by name does.</summary>
    private static List<DbObject> Ordered(IEnumerable<DbObject> objects)
    {
        var byKey = objects.ToDictionary(o => o.Key, StringComparer.Ordinal);
        var ordered = new List<DbObject>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        void Visit(DbObject one)
        {
            if (seen.Add(one.Key))
            {
                foreach (var needed in one.Needs.Concat([one.Parent ?? "", one.RefersTo ?? ""]).Where(byKey.ContainsKey))
                {
                    Visit(byKey[needed]);
                }

                ordered.Add(one);
            }
        }

        foreach (var one in byKey.Values.OrderBy(o => o.Kind == DbKinds.Column ? 0 : 1).ThenBy(o => o.Position))
        {
            Visit(one);
        }

        return ordered;
    }
}
