using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Keys, foreign keys, checks and exclusions of tables.</summary>
internal sealed class ConstraintKind : ObjectKind
{
    public static readonly ConstraintKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        if (one.Kind == DbKinds.Check && one.Facet("inherited") is not null && of.Find(one.Parent!)?.Facet("inherits") is not null)
        {
            // It comes with the check of the table that this one inherits from.
            yield break;
        }

        var create = $"ALTER TABLE {Parent(one)} ADD CONSTRAINT {Quote(one.Name)} {Definition(one)}{(one.Facet("valid") is null ? "" : " NOT VALID")}";
        yield return one.Facet("inherited") is null ? create : Inherited.CreateConstraint(one, create);
        if (one.Facet("clustered") is not null)
        {
            yield return $"ALTER TABLE {Parent(one)} CLUSTER ON {Quote(one.Name)}";
        }

        if (one.Facet("replica identity") is not null)
        {
            yield return $"ALTER TABLE {Parent(one)} REPLICA IDENTITY USING INDEX {Quote(one.Name)}";
        }

        if (one.Facet("comment on index") is { } comment)
        {
            yield return $"COMMENT ON INDEX {Of(one.Schema, one.Name)} IS {Literal(comment)}";
        }
    }

    public override IReadOnlyList<string> Drop(DbObject one) =>
        [one.Facet("inherited") is null ? $"ALTER TABLE {Parent(one)} DROP CONSTRAINT {Quote(one.Name)}" : Inherited.DropConstraint(one)];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        if (change.Differs("definition") || change.Differs("columns") || (change.Differs("valid") && to.Facet("valid") is not null)
            || (change.Differs("deferrable") && to.Kind != DbKinds.ForeignKey))
        {
            return false;
        }

        change.Leave("inherited");
        var table = $"ALTER TABLE {Parent(to)}";
        if (from.Name != to.Name)
        {
            change.Add($"{table} RENAME CONSTRAINT {Quote(from.Name)} TO {Quote(to.Name)}");
        }

        if (change.Takes("deferrable"))
        {
            change.Add($"{table} ALTER CONSTRAINT {Quote(to.Name)} {to.Facet("deferrable") ?? "NOT DEFERRABLE"}");
        }

        if (change.Takes("valid"))
        {
            change.Add($"{table} VALIDATE CONSTRAINT {Quote(to.Name)}");
        }

        // The index of a key has the key's name.
        IndexKind.AlterIndex(change);
        if (change.Takes("comment on index"))
        {
            change.Add($"COMMENT ON INDEX {Of(to.Schema, to.Name)} IS {(to.Facet("comment on index") is { } comment ? Literal(comment) : "NULL")}");
        }

        return true;
    }

    private static string Definition(DbObject one)
    {
        var deferrable = one.Facet("deferrable") is { } when ? $" {when}" : "";
        if (one.Kind != DbKinds.ForeignKey)
        {
            var definition = one.Facet("definition")!;
            var storage = (one.Facet("options") is { } options ? $" WITH ({options})" : "") + (one.Facet("tablespace") is { } space ? $" USING INDEX TABLESPACE {space}" : "");

            // The condition of an exclusion stands after its storage.
            var condition = one.Kind == "exclusion" ? definition.IndexOf(" WHERE (", StringComparison.Ordinal) : -1;
            return condition < 0 ? $"{definition}{storage}{deferrable}" : $"{definition[..condition]}{storage}{definition[condition..]}{deferrable}";
        }

        return $"FOREIGN KEY ({List(one.Columns)}) REFERENCES {one.Facet("references")} ({List(one.ReferredColumns)})"
            + (one.Facet("match") is { } match ? $" MATCH {match}" : "")
            + (one.Facet("on update") is { } update ? $" ON UPDATE {update}" : "")
            + (one.Facet("on delete") is { } delete ? $" ON DELETE {delete}{(one.Facet("on delete of") is { } of ? $" ({of})" : "")}" : "")
            + deferrable;
    }

    private static string List(IReadOnlyList<string> columns) => string.Join(", ", columns.Select(Quote));
}
