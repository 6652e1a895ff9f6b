using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes foreign keys, checks and edge constraints, and whether the server checks and trusts them.</summary>
internal static class ConstraintText
{
    public static IReadOnlyList<string> Create(DbObject constraint)
    {
        var on = !IsOff(constraint);
        var unchecked_ = !on || constraint.Facet(SqlServerFacets.Trusted) == SqlServerFacets.No;
        return
        [
            $"ALTER TABLE {SqlServerAddress.TableOf(constraint)} WITH {(unchecked_ ? "NOCHECK" : "CHECK")} ADD CONSTRAINT {SqlServerName.Quote(constraint.Name)} {Body(constraint)}",
            .. on ? Array.Empty<string>() : [Change(constraint, "NOCHECK CONSTRAINT")],
            .. ExtrasText.Create(constraint, withOwner: false),
        ];
    }

    public static IReadOnlyList<string> Drop(DbObject constraint) => [Change(constraint, "DROP CONSTRAINT")];

    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        if (changes.Shape || !changes.Only(SqlServerFacets.Disabled, SqlServerFacets.Trusted))
        {
            return null;
        }

        string[] statements =
        [
            .. changes.Renamed ? [Renaming.Of(SqlServerName.Quote(to.Schema, from.Name), to.Name, "OBJECT")] : Array.Empty<string>(),
            .. changes.Any ? Switch(from, to) : [],
        ];
        return [.. statements, .. ExtrasText.Alter(from, to)];
    }

    /// <summary>Trust is lost by switching off and won by checking every row.</summary>
    private static IEnumerable<string> Switch(DbObject from, DbObject to)
    {
        if (IsOff(to) || (!IsOff(from) && to.Facet(SqlServerFacets.Trusted) is not null))
        {
            yield return Change(to, "NOCHECK CONSTRAINT");
        }

        if (!IsOff(to))
        {
            yield return Change(to, $"WITH {(to.Facet(SqlServerFacets.Trusted) is null ? "CHECK" : "NOCHECK")} CHECK CONSTRAINT");
        }
    }

    private static bool IsOff(DbObject constraint) => constraint.Facet(SqlServerFacets.Disabled) is not null;

    private static string Body(DbObject constraint)
    {
        var forReplication = constraint.Facet(SqlServerFacets.NotForReplication) is null ? "" : "NOT FOR REPLICATION ";
        var onDelete = constraint.Facet(SqlServerFacets.OnDelete) is { } delete ? $" ON DELETE {delete}" : "";
        return constraint.Kind switch
        {
            DbKinds.Check => $"CHECK {forReplication}{constraint.Facet(SqlServerFacets.Expression)}",
            SqlServerKinds.EdgeConstraint => $"CONNECTION ({constraint.Facet(SqlServerFacets.Expression)}){onDelete}",
            _ => $"FOREIGN KEY ({SqlServerName.QuoteAll(constraint.Columns)}) REFERENCES {SqlServerAddress.ReferredTable(constraint)} ({SqlServerName.QuoteAll(constraint.ReferredColumns)})"
                + onDelete
                + (constraint.Facet(SqlServerFacets.OnUpdate) is { } update ? $" ON UPDATE {update}" : "")
                + (forReplication.Length > 0 ? " NOT FOR REPLICATION" : ""),
        };
    }

    private static string Change(DbObject constraint, string how) => $"ALTER TABLE {SqlServerAddress.TableOf(constraint)} {how} {SqlServerName.Quote(constraint.Name)}";
}
