namespace PSMigrate.Databases.Servers.Structure;

/// <summary>The structure of a database, or of some of its tables, at a moment. PSMigrate's own objects are left out.</summary>
public sealed class DbStructure
{
    private readonly SortedDictionary<string, DbObject> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DbObject> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DbObject>> byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<DbObject>> parts = new(StringComparer.Ordinal);

    public DbStructure(IEnumerable<DbObject> objects, IReadOnlyList<string>? notCovered = null)
    {
        foreach (var one in objects)
        {
            Add(one);
        }

        NotCovered = notCovered ?? [];
    }

    public IReadOnlyCollection<DbObject> Objects => byKey.Values;

    /// <summary>Objects of kinds that are not read, each as people call it: what is said of this structure is not said of them.</summary>
    public IReadOnlyList<string> NotCovered { get; }

    public DbObject? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>What is part of nothing else and is called this, in upper or lower case, in whatever schema.</summary>
    public IReadOnlyList<DbObject> Named(string name) => byName.TryGetValue(name, out var list) ? list : [];

    /// <summary>The tables, views, sequences and the like of a full name; a dot may be part of a name as well.</summary>
    public IEnumerable<DbObject> Relations(string fullName) => fullName.Select((c, i) => (c, i)).Where(x => x.c == '.').Select(x => fullName[(x.i + 1)..]).Prepend(fullName)
        .SelectMany(Named).Where(o => StructureCache.IsRelation(o) && o.FullName == fullName);

    /// <summary>The object that has this identity now, under whatever name.</summary>
    public DbObject? FindById(string id) => id.Length == 0 ? null : byId.GetValueOrDefault(id);

    /// <summary>What belongs to an object and goes with it; columns in their order, before everything else.</summary>
    public IReadOnlyList<DbObject> PartsOf(string key) =>
        parts.TryGetValue(key, out var list) ? [.. list.OrderBy(o => o.Kind == DbKinds.Column ? 0 : 1).ThenBy(o => o.Position)] : [];

    public IReadOnlyList<DbObject> ColumnsOf(string key) => [.. PartsOf(key).Where(o => o.Kind == DbKinds.Column)];

    /// <summary>Makes some objects what they are now: those of the first list go, then those of the second come.</summary>
    public void Replace(IEnumerable<DbObject> gone, IEnumerable<DbObject> now)
    {
        foreach (var one in gone.ToList())
        {
            if (byKey.Remove(one.Key))
            {
                byId.Remove(one.Id);
                if ((one.Parent is { } parent ? parts.GetValueOrDefault(parent) : byName.GetValueOrDefault(one.Name)) is { } list)
                {
                    list.RemoveAll(o => o.Key == one.Key);
                }
            }
        }

        foreach (var one in now)
        {
            Add(one);
        }
    }

    /// <summary>Everything that cannot be there without the object, itself left out, in an order in which it could be dropped.</summary>
    public IReadOnlyList<DbObject> DependentsOf(string key)
    {
        var found = new List<DbObject>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { key };
        void Visit(string needed)
        {
            foreach (var one in byKey.Values.Where(o => (o.Needs.Contains(needed) || o.Parent == needed || o.RefersTo == needed) && !seen.Contains(o.Key)).ToList())
            {
                if (seen.Add(one.Key))
                {
                    Visit(one.Key);
                    found.Add(one);
                }
            }
        }

        Visit(key);
        return found;
    }

    private void Add(DbObject one)
    {
        byKey.Add(one.Key, one);
        if (one.Id.Length > 0)
        {
            byId[one.Id] = one;
        }

        var (lists, of) = one.Parent is { } parent ? (parts, parent) : (byName, one.Name);
        if (!lists.TryGetValue(of, out var list))
        {
            lists[of] = list = [];
        }

        list.Add(one);
    }
}
