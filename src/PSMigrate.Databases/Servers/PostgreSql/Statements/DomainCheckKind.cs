using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Checks of domains.</summary>
internal sealed class DomainCheckKind : ObjectKind
{
    public static readonly DomainCheckKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
        [$"ALTER DOMAIN {Parent(one)} ADD CONSTRAINT {Quote(one.Name)} {one.Facet("definition")}{(one.Facet("valid") is null ? "" : " NOT VALID")}"];

    public override IReadOnlyList<string> Drop(DbObject one) => [$"ALTER DOMAIN {Parent(one)} DROP CONSTRAINT {Quote(one.Name)}"];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        if (change.Differs("valid") && to.Facet("valid") is not null)
        {
            return false;
        }

        if (from.Name != to.Name)
        {
            change.Add($"ALTER DOMAIN {Parent(to)} RENAME CONSTRAINT {Quote(from.Name)} TO {Quote(to.Name)}");
        }

        if (change.Takes("valid"))
        {
            change.Add($"ALTER DOMAIN {Parent(to)} VALIDATE CONSTRAINT {Quote(to.Name)}");
        }

        return true;
    }
}
