using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Sequences. Which column one belongs to is said by the column; where it stands is content.</summary>
internal sealed class SequenceKind : ObjectKind
{
    public static readonly SequenceKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
        [$"CREATE {(one.Facet("persistence") is { } persistence ? persistence + " " : "")}SEQUENCE {Of(one)} {one.Facet("options")}"];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        if (from.Facet("owned by") is not null && to.Facet("owned by") is not null)
        {
            // It follows its table to another schema and owner.
            change.Leave(DbFacets.Owner);
        }

        change.Rename("SEQUENCE");
        if (from.Facet("owned by") is not null && to.Facet("owned by") is null)
        {
            change.Add($"ALTER SEQUENCE {Of(to)} OWNED BY NONE");
        }

        change.Leave("owned by");
        if (change.Takes("persistence"))
        {
            change.Add($"ALTER SEQUENCE {Of(to)} SET {to.Facet("persistence") ?? "LOGGED"}");
        }

        if (change.Takes("options"))
        {
            change.Add($"ALTER SEQUENCE {Of(to)} {to.Facet("options")}");
        }

        return true;
    }
}
