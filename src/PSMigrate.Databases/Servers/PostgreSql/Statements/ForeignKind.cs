using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Foreign data wrappers, servers and user mappings. Secret options are not known and are left as they are.</summary>
internal sealed class ForeignKind : ObjectKind
{
    public static readonly ForeignKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
    [
        $"CREATE {Settings.Named(one)}"
            + (one.Facet("type") is { } type ? $" TYPE {type}" : "")
            + (one.Facet("version") is { } version ? $" VERSION {version}" : "")
            + (one.Facet("wrapper") is { } wrapper ? $" FOREIGN DATA WRAPPER {wrapper}" : "")
            + (one.Facet("handler") is { } handler ? $" HANDLER {handler}" : "")
            + (one.Facet("validator") is { } validator ? $" VALIDATOR {validator}" : "")
            + (one.Facet("foreign options") is { } options ? $" OPTIONS ({options})" : ""),
    ];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        if (to.Kind == "user mapping" && from.Name != to.Name)
        {
            return false;
        }

        change.Rename(Settings.Words(to));
        change.Leave("withheld");
        var alter = $"ALTER {Settings.Named(to)}";
        if (to.Kind == "server" && to.Facet("version") is { } version && change.Takes("version"))
        {
            change.Add($"{alter} VERSION {version}");
        }

        if (change.Takes("handler"))
        {
            change.Add($"{alter} {(to.Facet("handler") is { } handler ? $"HANDLER {handler}" : "NO HANDLER")}");
        }

        if (change.Takes("validator"))
        {
            change.Add($"{alter} {(to.Facet("validator") is { } validator ? $"VALIDATOR {validator}" : "NO VALIDATOR")}");
        }

        Options.AlterForeign(change, alter);
        return true;
    }
}
