using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Domains, without their checks.</summary>
internal sealed class DomainKind : ObjectKind
{
    public static readonly DomainKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
    [
        $"CREATE DOMAIN {Of(one)} AS {one.Facet("type")}"
            + (one.Facet("collation") is { } collation ? $" COLLATE {collation}" : "")
            + (one.Facet(DbFacets.Default) is { } value ? $" DEFAULT {value}" : "")
            + (one.Facet(DbFacets.Nullable) == "no" ? " NOT NULL" : ""),
    ];

    public override bool Alter(ObjectChange change)
    {
        var to = change.To;
        change.Rename("DOMAIN");
        if (change.Takes(DbFacets.Default))
        {
            change.Add($"ALTER DOMAIN {Of(to)} {(to.Facet(DbFacets.Default) is { } value ? $"SET DEFAULT {value}" : "DROP DEFAULT")}");
        }

        if (change.Takes(DbFacets.Nullable))
        {
            change.Add($"ALTER DOMAIN {Of(to)} {(to.Facet(DbFacets.Nullable) == "no" ? "SET" : "DROP")} NOT NULL");
        }

        return true;
    }
}
