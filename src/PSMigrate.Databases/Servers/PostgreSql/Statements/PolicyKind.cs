using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Row security policies.</summary>
internal sealed class PolicyKind : ObjectKind
{
    public static readonly PolicyKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
    [
        $"CREATE POLICY {Quote(one.Name)} ON {Parent(one)} AS {(one.Facet("permissive") is null ? "PERMISSIVE" : "RESTRICTIVE")} FOR {one.Facet("command")}{Rest(one)}",
    ];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        if (change.Differs("permissive") || change.Differs("command")
            || (from.Facet("using") is not null && to.Facet("using") is null) || (from.Facet("with check") is not null && to.Facet("with check") is null))
        {
            return false;
        }

        if (from.Name != to.Name)
        {
            change.Add($"ALTER POLICY {Quote(from.Name)} ON {Parent(to)} RENAME TO {Quote(to.Name)}");
        }

        if (change.Takes("roles") | change.Takes("using") | change.Takes("with check"))
        {
            change.Add($"ALTER POLICY {Quote(to.Name)} ON {Parent(to)}{Rest(to)}");
        }

        return true;
    }

    private static string Rest(DbObject one) =>
        $" TO {one.Facet("roles")}"
        + (one.Facet("using") is { } condition ? $" USING ({condition})" : "")
        + (one.Facet("with check") is { } check ? $" WITH CHECK ({check})" : "");
}
