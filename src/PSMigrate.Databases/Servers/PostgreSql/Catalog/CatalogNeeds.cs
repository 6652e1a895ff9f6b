using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>
/// Turns the catalog's dependencies into what objects need. The catalog knows more and smaller things than there are objects: defaults,
/// row types, the indexes of keys, the rules of views. What depends on such a thing depends on what it is part of.
/// </summary>
internal sealed class CatalogNeeds(IReadOnlyDictionary<string, DbObject> objects)
{
    private readonly Dictionary<string, string> partOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> needs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DbObject> byKey = objects.Values.ToDictionary(o => o.Key, StringComparer.Ordinal);
    private readonly ILookup<string, DbObject> parts = objects.Values.Where(o => o.Parent is not null).ToLookup(o => o.Parent!, StringComparer.Ordinal);
    private readonly List<(string One, string Needed, string How)> rows = [];
    private readonly HashSet<string> copies = new(StringComparer.Ordinal);
    private readonly HashSet<string> unknown = new(StringComparer.Ordinal);

    /// <param name="how">The catalog's word: n normal, a automatic, i internal, P and S of a partition, e of an extension.</param>
    public void Add(string one, string needed, string how)
    {
        if (how is "P" or "S")
        {
            // What a partition has of its table is made with it; where it is an object that was read, it is named as an heir.
            copies.Add(one);
            return;
        }

        rows.Add((one, needed, how));
        if (!objects.ContainsKey(one) && (how is "i" or "e" || one.StartsWith("attrdef:", StringComparison.Ordinal)
            || (one.StartsWith("publication_", StringComparison.Ordinal) && needed.StartsWith("publication:", StringComparison.Ordinal))
            || (one.StartsWith("am", StringComparison.Ordinal) && needed.StartsWith("op", StringComparison.Ordinal) && how == "a" && !needed.StartsWith("operator:", StringComparison.Ordinal))))
        {
            // Defaults and the members of families depend on several things, and are part of the one whose they are.
            if (!partOf.ContainsKey(one) || how is "i" or "e")
            {
                partOf[one] = needed;
            }
        }
    }

    /// <summary>A column, index or constraint that comes and goes with that of the table which its own table inherits from or is a partition of.</summary>
    public void AddHeir(string whole, string part)
    {
        if (Find(whole) is { } needed && Find(part) is { } one && one.Key != needed.Key && !(needed.Kind == DbKinds.Index && needed.Facet("valid") is not null))
        {
            Of(one).Add(needed.Key);
        }
    }

    /// <summary>A need that a query named itself; a partition also needs what its table must have before it can belong to another.</summary>
    public void AddNamed(string id, string needed)
    {
        if (!objects.TryGetValue(id, out var one))
        {
            return;
        }

        if (Find(needed) is { } other)
        {
            Of(one).Add(other.Key);

            // An index that is not valid lacks some partitions, and would be given them if it were there when they are attached.
            foreach (var lacking in parts[other.Key].Where(o => o.Kind == DbKinds.Index && o.Facet("valid") is not null))
            {
                Of(lacking).Add(one.Key);
            }
        }

        foreach (var part in parts[one.Parent!].Where(o => o.Kind != DbKinds.Column && o.Facet("inherited") is not null))
        {
            Of(one).Add(part.Key);
        }
    }

    /// <summary>Notes what was seen, whether or not anything depends on it.</summary>
    public void See(string id)
    {
        if (Find(id) is null)
        {
            unknown.Add(id);
        }
    }

    /// <summary>Objects that are no object of ours nor part of one.</summary>
    public IReadOnlyCollection<string> Unknown => unknown;

    /// <summary>The objects with what they need.</summary>
    public IEnumerable<DbObject> Resolve()
    {
        foreach (var (id, neededId, how) in rows)
        {
            var one = Find(id);
            var needed = Find(neededId);
            if (one is null)
            {
                // Of what is part of something else, that is named.
                if (how != "e" && !copies.Contains(id) && !partOf.ContainsKey(id) && !partOf.ContainsKey(Whole(neededId)))
                {
                    unknown.Add(Whole(id));
                }

                continue;
            }

            if (needed is null || one.Key == needed.Key || needed.Key == one.Parent || needed.Parent == one.Key)
            {
                continue;
            }

            if (one.Kind == DbKinds.Table && needed.Kind == DbKinds.Table && how == "a")
            {
                // A partition stands by itself; that it belongs to its table is an object of its own.
                continue;
            }

            if (one.Kind == DbKinds.Sequence && needed.Kind == DbKinds.Column && how == "a")
            {
                // The column says which sequences it owns.
                (one, needed) = (needed, one);
            }

            Note(one, needed);
        }

        return objects.Values.Select(o => needs.TryGetValue(o.Key, out var found) ? o with { Needs = [.. found] } : o);
    }

    private void Note(DbObject one, DbObject needed)
    {
        Of(one).Add(needed.Key);

        // What needs a column needs its table, and what a column needs, its table needs, as both are made at once.
        if (needed.Parent is { } whole && whole != one.Parent && whole != one.Key)
        {
            Of(one).Add(whole);
        }

        if (one.Kind == DbKinds.Column && byKey.TryGetValue(one.Parent!, out var table) && needed.Parent != table.Key)
        {
            Note(table, needed);
        }
    }

    private SortedSet<string> Of(DbObject one) => needs.TryGetValue(one.Key, out var found) ? found : needs[one.Key] = new SortedSet<string>(StringComparer.Ordinal);

    private DbObject? Find(string id)
    {
        for (var depth = 0; depth < 8; depth++)
        {
            if (objects.TryGetValue(id, out var found))
            {
                return found;
            }

            if (partOf.TryGetValue(id, out var next) || partOf.TryGetValue(Whole(id), out next))
            {
                id = next;
            }
            else if (Whole(id) is var whole && whole != id)
            {
                id = whole;
            }
            else
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The object without the number of its column.</summary>
    private static string Whole(string id) => id.IndexOf(':', id.IndexOf(':', StringComparison.Ordinal) + 1) is var second and > 0 ? id[..second] : id;
}
