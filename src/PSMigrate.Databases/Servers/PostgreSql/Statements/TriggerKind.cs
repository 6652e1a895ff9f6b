using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Triggers of tables and views.</summary>
internal sealed class TriggerKind : ObjectKind
{
    public static readonly TriggerKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        yield return $"CREATE {(one.Facet("constraint") is null ? "" : "CONSTRAINT ")}TRIGGER {Quote(one.Name)} {one.Facet("fires")} ON {Parent(one)} {one.Facet("does")}";
        if (one.Facet("enabled") is not null)
        {
            yield return Enable(one);
        }
    }

    public override bool Alter(ObjectChange change)
    {
        if (change.From.Name != change.To.Name)
        {
            change.Add($"ALTER TRIGGER {Quote(change.From.Name)} ON {Parent(change.To)} RENAME TO {Quote(change.To.Name)}");
        }

        if (change.Takes("enabled"))
        {
            change.Add(Enable(change.To));
        }

        return true;
    }

    private static string Enable(DbObject one) =>
        $"ALTER TABLE {Parent(one)} {Settings.Enabling(one)} TRIGGER {Quote(one.Name)}";
}
