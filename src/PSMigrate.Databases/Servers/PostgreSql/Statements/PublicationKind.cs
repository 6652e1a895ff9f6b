using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Publications of logical replication.</summary>
internal sealed class PublicationKind : ObjectKind
{
    public static readonly PublicationKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
    [
        $"CREATE PUBLICATION {Quote(one.Name)}"
            + (one.Facet("all tables") is not null ? " FOR ALL TABLES" : Members(one) is { Length: > 0 } members ? $" FOR {members}" : "")
            + $" WITH ({one.Facet("options")})",
    ];

    public override bool Alter(ObjectChange change)
    {
        var to = change.To;
        if (change.Differs("all tables") || ((change.Differs("tables") || change.Differs("schemas")) && Members(to).Length == 0))
        {
            return false;
        }

        change.Rename("PUBLICATION");
        if (change.Takes("tables") | change.Takes("schemas"))
        {
            change.Add($"ALTER PUBLICATION {Quote(to.Name)} SET {Members(to)}");
        }

        if (change.Takes("options"))
        {
            change.Add($"ALTER PUBLICATION {Quote(to.Name)} SET ({to.Facet("options")})");
        }

        return true;
    }

    private static string Members(DbObject one) => string.Join(", ", new[]
    {
        one.Facet("tables") is { } tables ? $"TABLE {tables}" : null,
        one.Facet("schemas") is { } schemas ? $"TABLES IN SCHEMA {schemas}" : null,
    }.OfType<string>());
}
