using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.PostgreSql;

/// <summary>Reading, making and comparing structures of test databases.</summary>
internal static class PostgreSqlRooms
{
    public static PostgreSqlStructureWriter Writer { get; } = new();

    public static async Task<DbStructure> ReadAsync(PostgreSqlDatabase database, params string[]? relations)
    {
        await using var session = await database.OpenSessionAsync();
        return await new PostgreSqlStructureReader().ReadAsync(session, relations is { Length: > 0 } ? relations : null, CancellationToken.None);
    }

    /// <summary>Makes an empty database like another one and compares what is read of both.</summary>
    public static async Task AssertMadeAgainAsync(PostgreSqlDatabase one, PostgreSqlDatabase other)
    {
        var there = await ReadAsync(one);
        AssertWithoutCycles(there);
        var statements = StructurePlan.Of(await ReadAsync(other), there, Writer, sameDatabase: false);
        await other.ExecuteEachAsync(statements);
        AssertSame(there, await ReadAsync(other));
    }

    /// <summary>Objects can only be made in the order of what they need where nothing needs itself.</summary>
    public static void AssertWithoutCycles(DbStructure structure)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        void Visit(string key)
        {
            if (structure.Find(key) is not { } one || done.Contains(key))
            {
                return;
            }

            Assert.False(path.Contains(key), $"A cycle: {string.Join(" → ", path.SkipWhile(k => k != key).Append(key))}");
            path.Add(key);
            foreach (var needed in one.Needs.Append(one.Parent ?? "").Append(one.RefersTo ?? ""))
            {
                Visit(needed);
            }

            path.RemoveAt(path.Count - 1);
            done.Add(key);
        }

        foreach (var one in structure.Objects)
        {
            Visit(one.Key);
        }
    }

    public static void AssertSame(DbStructure expected, DbStructure actual, string context = "")
    {
        var differences = expected.Objects.Select(o => o.Key).Union(actual.Objects.Select(o => o.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(key => (Key: key, Expected: expected.Find(key), Actual: actual.Find(key)))
            .Where(x => x.Expected is null || x.Actual is null || !x.Expected.IsLike(x.Actual))
            .Select(x => $"{x.Key}\n  expected {Indent(x.Expected)}\n  actual   {Indent(x.Actual)}")
            .ToList();
        Assert.True(differences.Count == 0, $"{context}\n{string.Join('\n', differences)}");
        Assert.Equal(expected.NotCovered, actual.NotCovered);
    }

    private static string Indent(DbObject? one) => one?.Definition.Replace("\n", "\n           ", StringComparison.Ordinal) ?? "nothing";
}
