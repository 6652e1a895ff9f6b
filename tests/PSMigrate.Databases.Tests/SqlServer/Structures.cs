using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>Reads a test database, and makes what was read again in another.</summary>
internal static class Structures
{
    public static async Task<DbStructure> ReadAsync(SqlServerDatabase database, params string[] relations)
    {
        await using var session = await database.OpenSessionAsync();
        return await new SqlServerStructureReader().ReadAsync(session, relations.Length > 0 ? relations : null, CancellationToken.None);
    }

    /// <summary>All that makes a structure, each object after those that it needs. Columns come with their tables.</summary>
    public static IReadOnlyList<string> Create(DbStructure structure)
    {
        var writer = new SqlServerStructureWriter();
        return [.. InOrder(structure).Where(o => o.Kind != DbKinds.Column).SelectMany(o => writer.Create(o, structure))];
    }

    public static IReadOnlyList<string> Drop(DbStructure structure)
    {
        var writer = new SqlServerStructureWriter();
        return [.. InOrder(structure).Reverse().Where(o => o.Kind != DbKinds.Column).SelectMany(writer.Drop)];
    }

    /// <summary>Of circles there must be none: they are errors of the reader.</summary>
    public static IReadOnlyList<DbObject> InOrder(DbStructure structure)
    {
        var ordered = new List<DbObject>();
        var state = new Dictionary<string, bool>(StringComparer.Ordinal);
        void Visit(DbObject one)
        {
            if (state.TryGetValue(one.Key, out var done))
            {
                if (!done)
                {
                    throw new InvalidOperationException($"{one} needs itself.");
                }

                return;
            }

            state[one.Key] = false;
            foreach (var needed in (one.Parent is { } parent ? one.Needs.Append(parent) : one.Needs).Select(structure.Find).OfType<DbObject>())
            {
                Visit(needed);
            }

            state[one.Key] = true;
            ordered.Add(one);
        }

        foreach (var one in structure.Objects.OrderBy(o => o.Kind == DbKinds.Table ? 0 : 1))
        {
            Visit(one);
        }

        return ordered;
    }

    /// <summary>In what two structures differ; empty where they are the same.</summary>
    public static string Differences(DbStructure one, DbStructure other) => string.Join("\n\n", one.Objects.Select(o => o.Key).Union(other.Objects.Select(o => o.Key))
        .Where(key => one.Find(key) is not { } a || other.Find(key) is not { } b || !a.IsLike(b))
        .Select(key => $"{key}\n--\n{one.Find(key)?.Definition ?? "(missing)"}\n--\n{other.Find(key)?.Definition ?? "(missing)"}"));

    /// <summary>
    /// Babelfish makes names of its own for defaults and indexes, new ones each time. Without them what it reads can be compared; of a
    /// real server nothing is taken away.
    /// </summary>
    public static async Task<DbStructure> ReadComparableAsync(SqlServerDatabase database)
    {
        var structure = await ReadAsync(database);
        return await database.Server.IsRealAsync() ? structure : new DbStructure(structure.Objects.Select(WithoutInventedNames));
    }

    private static DbObject WithoutInventedNames(DbObject one)
    {
        var facets = new SortedDictionary<string, string>(one.Facets, StringComparer.Ordinal);
        facets.Remove("default name");
        return one.Kind == DbKinds.Index ? one with { Name = string.Join('_', one.Columns), Facets = facets } : one with { Facets = facets };
    }
}
