using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Event triggers.</summary>
internal sealed class EventTriggerKind : ObjectKind
{
    public static readonly EventTriggerKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        yield return $"CREATE EVENT TRIGGER {Quote(one.Name)} {one.Facet("definition")}";
        if (one.Facet("enabled") is not null)
        {
            yield return Enable(one);
        }
    }

    public override bool Alter(ObjectChange change)
    {
        change.Rename("EVENT TRIGGER");
        if (change.Takes("enabled"))
        {
            change.Add(Enable(change.To));
        }

        return true;
    }

    private static string Enable(DbObject one) =>
        $"ALTER EVENT TRIGGER {Quote(one.Name)} {Settings.Enabling(one)}";
}
