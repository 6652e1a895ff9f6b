using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes the kinds that are one statement each: Service Broker, external sources, encryption keys, assemblies, security policies, settings.</summary>
internal static class RestText
{
    private const string ChangeTracking = "CHANGE_TRACKING";

    public static IReadOnlyList<string> Create(DbObject one)
    {
        var name = SqlServerAddress.Of(one);
        var options = one.Facet(SqlServerFacets.Options);
        var body = one.Facet(SqlServerFacets.Body);
        var authorization = one.Facet(DbFacets.Owner) is { } owner ? $" AUTHORIZATION {SqlServerName.Quote(owner)}" : "";
        string[] statements = one.Kind switch
        {
            SqlServerKinds.Setting => [.. Settings(null, one)],
            SqlServerKinds.MessageType => [$"CREATE MESSAGE TYPE {name}{authorization} {options}"],
            SqlServerKinds.Contract => [$"CREATE CONTRACT {name}{authorization} ({body})"],
            SqlServerKinds.Queue => [$"CREATE QUEUE {name} WITH {options}"],
            SqlServerKinds.Service => [$"CREATE SERVICE {name}{authorization} ON QUEUE {one.Facet(SqlServerFacets.For)}{(body is null ? "" : $" ({body})")}"],
            SqlServerKinds.Route => [$"CREATE ROUTE {name}{authorization} WITH {options}"],
            SqlServerKinds.Credential => [$"CREATE DATABASE SCOPED CREDENTIAL {name} WITH IDENTITY = {SqlServerName.PlainText(one.Facet(SqlServerFacets.Value) ?? "")}"],
            SqlServerKinds.EncryptionKey => [$"CREATE COLUMN ENCRYPTION KEY {name} WITH VALUES {one.Facet(SqlServerFacets.Values)}"],
            SqlServerKinds.Assembly => [.. Assembly(one, name, authorization)],
            SqlServerKinds.SecurityPolicy =>
            [
                $"CREATE SECURITY POLICY {name}\n{one.Facet(SqlServerFacets.Predicates)}\nWITH (STATE = {one.Facet(SqlServerFacets.State)}, SCHEMABINDING = {(one.Facet(SqlServerFacets.SchemaBound) is null ? "ON" : "OFF")})"
                    + (one.Facet(SqlServerFacets.NotForReplication) is null ? "" : " NOT FOR REPLICATION"),
            ],
            _ => [$"CREATE {one.Kind.ToUpperInvariant()} {name} WITH ({options})"],
        };
        return [.. statements, .. one.Kind is SqlServerKinds.Setting ? [] : ExtrasText.Create(one, withOwner: one.Kind == SqlServerKinds.Queue)];
    }

    public static IReadOnlyList<string> Drop(DbObject one) => one.Kind switch
    {
        // A configuration is never missing, so that there is nothing to take away.
        SqlServerKinds.Setting => one.Name == ChangeTracking ? ["ALTER DATABASE CURRENT SET CHANGE_TRACKING = OFF"] : [],
        _ => [$"DROP {one.Kind.ToUpperInvariant()} {SqlServerAddress.Of(one)}"],
    };

    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        if (changes.Renamed || changes.Moved)
        {
            return null;
        }

        IEnumerable<string>? statements = !changes.Any ? [] : to.Kind switch
        {
            SqlServerKinds.Setting => Settings(from, to),
            SqlServerKinds.SecurityPolicy when changes.Only(SqlServerFacets.State) => [$"ALTER SECURITY POLICY {SqlServerAddress.Of(to)} WITH (STATE = {to.Facet(SqlServerFacets.State)})"],
            SqlServerKinds.MessageType => [$"ALTER MESSAGE TYPE {SqlServerAddress.Of(to)} {to.Facet(SqlServerFacets.Options)}"],
            SqlServerKinds.Queue => AlterQueue(to),
            SqlServerKinds.Credential => [$"ALTER DATABASE SCOPED CREDENTIAL {SqlServerAddress.Of(to)} WITH IDENTITY = {SqlServerName.PlainText(to.Facet(SqlServerFacets.Value) ?? "")}"],
            SqlServerKinds.Assembly when changes.Only(SqlServerFacets.PermissionSet, SqlServerFacets.Hidden) =>
                [$"ALTER ASSEMBLY {SqlServerAddress.Of(to)} WITH PERMISSION_SET = {to.Facet(SqlServerFacets.PermissionSet)}, VISIBILITY = {(to.Facet(SqlServerFacets.Hidden) is null ? "ON" : "OFF")}"],
            _ => null,
        };
        return statements is null ? null : [.. statements, .. ExtrasText.Alter(from, to)];
    }

    private static IEnumerable<string> AlterQueue(DbObject queue)
    {
        var options = queue.Facet(SqlServerFacets.Options) ?? "";
        yield return $"ALTER QUEUE {SqlServerAddress.Of(queue)} WITH {options}{(options.Contains("ACTIVATION (", StringComparison.Ordinal) ? "" : ", ACTIVATION (DROP)")}";
    }

    private static IEnumerable<string> Settings(DbObject? from, DbObject setting)
    {
        if (setting.Name == ChangeTracking)
        {
            // What is on takes other values by being set without ON.
            yield return $"ALTER DATABASE CURRENT SET CHANGE_TRACKING{(from is null ? " = ON" : "")} ({setting.Facet(SqlServerFacets.Value)})";
            yield break;
        }

        if (setting.Facet(SqlServerFacets.Value) is { } value && value != from?.Facet(SqlServerFacets.Value))
        {
            yield return $"ALTER DATABASE SCOPED CONFIGURATION SET {setting.Name} = {Written(setting.Name, value)}";
        }

        if (setting.Facet(SqlServerFacets.SecondaryValue) is var secondary && secondary != from?.Facet(SqlServerFacets.SecondaryValue))
        {
            yield return $"ALTER DATABASE SCOPED CONFIGURATION FOR SECONDARY SET {setting.Name} = {(secondary is null ? "PRIMARY" : Written(setting.Name, secondary))}";
        }
    }

    /// <summary>The catalog has switches as 1 and 0, which the statement wants as words; three configurations are numbers.</summary>
    private static string Written(string name, string value) => (name, value) switch
    {
        ("MAXDOP" or "PAUSED_RESUMABLE_INDEX_ABORT_DURATION_MINUTES" or "MAX_DURATION", _) => value,
        (_, "0") => "OFF",
        (_, "1") => "ON",
        _ => value,
    };

    private static IEnumerable<string> Assembly(DbObject one, string name, string authorization)
    {
        var files = one.Facet(SqlServerFacets.Files)?.Split('\n') ?? [];
        var first = files.Length > 0 ? files[0][..files[0].IndexOf(' ', StringComparison.Ordinal)] : "0x";
        yield return $"CREATE ASSEMBLY {name}{authorization} FROM {first} WITH PERMISSION_SET = {one.Facet(SqlServerFacets.PermissionSet)}";
        foreach (var file in files.Skip(1))
        {
            yield return $"ALTER ASSEMBLY {name} ADD FILE FROM {file}";
        }

        if (one.Facet(SqlServerFacets.Hidden) is not null)
        {
            yield return $"ALTER ASSEMBLY {name} WITH VISIBILITY = OFF";
        }
    }
}
