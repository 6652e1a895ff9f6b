using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Extensions. What belongs to one comes and goes with it.</summary>
internal sealed class ExtensionKind : ObjectKind
{
    public static readonly ExtensionKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
        [$"CREATE EXTENSION {Quote(one.Name)} SCHEMA {one.Facet("in schema")} VERSION {Quote(one.Facet("version")!)}"];

    public override bool Alter(ObjectChange change)
    {
        var to = change.To;
        if (change.Takes("version"))
        {
            // The server refuses where there is no way from one version to the other.
            change.Add($"ALTER EXTENSION {Quote(to.Name)} UPDATE TO {Quote(to.Facet("version")!)}");
            change.Leave("relocatable");
        }

        if (change.Takes("in schema"))
        {
            change.Add($"ALTER EXTENSION {Quote(to.Name)} SET SCHEMA {to.Facet("in schema")}");
        }

        return change.From.Name == to.Name;
    }
}
