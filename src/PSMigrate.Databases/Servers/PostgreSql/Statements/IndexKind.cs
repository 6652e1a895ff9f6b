using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Indexes that are not a key's.</summary>
internal sealed class IndexKind : ObjectKind
{
    public static readonly IndexKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        // On a partitioned table, an index that is not valid lacks some of its partitions.
        var only = one.Facet("valid") is not null && of.Find(one.Parent!)?.Facet(DbFacets.TableKind)?.StartsWith("partitioned", StringComparison.Ordinal) == true ? "ONLY " : "";
        var create = $"CREATE {(one.Facet(DbFacets.Unique) is null ? "" : "UNIQUE ")}INDEX {Quote(one.Name)} ON {only}{Parent(one)} USING {Definition(one)}";
        yield return one.Facet("inherited") is null ? create : Inherited.CreateIndex(one, create);
        if (only.Length > 0)
        {
            foreach (var part in of.Objects.Where(o => o.Kind == DbKinds.Index && o.Facet("inherited") is { } whole && Split(whole) == (one.Schema, one.Name)))
            {
                yield return $"ALTER INDEX {Of(one)} ATTACH PARTITION {Of(part)}";
            }
        }

        foreach (var (column, target) in Statistics(one))
        {
            yield return $"ALTER INDEX {Of(one.Schema, one.Name)} ALTER COLUMN {column} SET STATISTICS {target}";
        }

        if (one.Facet("clustered") is not null)
        {
            yield return $"ALTER {Words(one)} {Parent(one)} CLUSTER ON {Quote(one.Name)}";
        }

        if (one.Facet("replica identity") is not null)
        {
            yield return $"ALTER {Words(one)} {Parent(one)} REPLICA IDENTITY USING INDEX {Quote(one.Name)}";
        }
    }

    public override IReadOnlyList<string> Drop(DbObject one) => [one.Facet("inherited") is null ? $"DROP INDEX {Of(one)}" : Inherited.DropIndex(one)];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);

        // The condition is part of the definition.
        change.Leave("inherited", DbFacets.Filter);
        if (change.Differs("definition") || change.Differs("columns") || change.Differs(DbFacets.Unique) || (change.Differs("valid") && to.Facet("valid") is not null))
        {
            return false;
        }

        if (from.Name != to.Name)
        {
            change.Add($"ALTER INDEX {Of(to.Schema, from.Name)} RENAME TO {Quote(to.Name)}");
        }

        if (change.Takes("valid"))
        {
            change.Add($"REINDEX INDEX {Of(to)}");
        }

        AlterIndex(change);
        return true;
    }

    /// <summary>What an index and the index of a key have in common.</summary>
    public static void AlterIndex(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        var index = $"ALTER INDEX {Of(to.Schema, to.Name)}";
        Options.Alter(change, index, "options", "");
        if (change.Takes("tablespace"))
        {
            change.Add($"{index} SET TABLESPACE {to.Facet("tablespace") ?? "pg_default"}");
        }

        if (change.Takes("clustered"))
        {
            change.Add(to.Facet("clustered") is null ? WithoutCluster(to) : $"ALTER {Words(to)} {Parent(to)} CLUSTER ON {Quote(to.Name)}");
        }

        if (change.Takes("replica identity"))
        {
            change.Add($"ALTER {Words(to)} {Parent(to)} REPLICA IDENTITY {(to.Facet("replica identity") is null ? "DEFAULT" : $"USING INDEX {Quote(to.Name)}")}");
        }

        if (change.Takes("statistics"))
        {
            foreach (var (column, target) in Statistics(to).Concat(Statistics(from).Where(s => Statistics(to).All(t => t.Column != s.Column)).Select(s => (s.Column, Target: "-1"))))
            {
                change.Add($"{index} ALTER COLUMN {column} SET STATISTICS {target}");
            }
        }
    }

    private static string Definition(DbObject one)
    {
        var definition = one.Facet("definition")!;
        if (one.Facet("options") is null && one.Facet("tablespace") is null)
        {
            return definition;
        }

        // Both stand before the condition, which ends the definition.
        var condition = one.Facet(DbFacets.Filter) is { } filter ? $" WHERE {filter}" : "";
        return definition[..^condition.Length] + (one.Facet("options") is { } options ? $" WITH ({options})" : "") + (one.Facet("tablespace") is { } space ? $" TABLESPACE {space}" : "") + condition;
    }

    private static string WithoutCluster(DbObject one) => $"ALTER {Words(one)} {Parent(one)} SET WITHOUT CLUSTER";

    private static string Words(DbObject one) => ParentKind(one).ToUpperInvariant();

    private static IEnumerable<(string Column, string Target)> Statistics(DbObject one) =>
        one.Facet("statistics")?.Split(", ").Select(s => s.Split(": ")).Select(s => (s[0], s[1])) ?? [];
}
