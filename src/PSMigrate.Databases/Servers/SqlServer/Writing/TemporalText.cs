using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes periods, system versioning and change tracking: what is put on a table that is there, and taken off again.</summary>
internal static class TemporalText
{
    public static IReadOnlyList<string> Create(DbObject one, DbStructure of) => one.Kind switch
    {
        SqlServerKinds.Period =>
        [
            $"ALTER TABLE {SqlServerAddress.TableOf(one)} ADD PERIOD FOR {one.Name} ({SqlServerName.QuoteAll(one.Columns)})",
            .. of.ColumnsOf(one.Parent!).Where(c => one.Columns.Contains(c.Name) && c.Facet(SqlServerFacets.Hidden) is not null)
                .Select(c => $"ALTER TABLE {SqlServerAddress.TableOf(one)} ALTER COLUMN {SqlServerName.Quote(c.Name)} ADD HIDDEN"),
        ],
        SqlServerKinds.SystemVersioning => [$"ALTER TABLE {SqlServerAddress.TableOf(one)} SET (SYSTEM_VERSIONING = ON (HISTORY_TABLE = {one.Facet(SqlServerFacets.HistoryTable)}{Retention(one)}))"],
        _ => [$"ALTER TABLE {SqlServerAddress.TableOf(one)} ENABLE CHANGE_TRACKING WITH ({one.Facet(SqlServerFacets.Value)})"],
    };

    public static IReadOnlyList<string> Drop(DbObject one) => one.Kind switch
    {
        SqlServerKinds.Period => [$"ALTER TABLE {SqlServerAddress.TableOf(one)} DROP PERIOD FOR {one.Name}"],
        SqlServerKinds.SystemVersioning => [$"ALTER TABLE {SqlServerAddress.TableOf(one)} SET (SYSTEM_VERSIONING = OFF)"],
        _ => [$"ALTER TABLE {SqlServerAddress.TableOf(one)} DISABLE CHANGE_TRACKING"],
    };

    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        if (!changes.Any && !changes.Shape)
        {
            return [];
        }

        return to.Kind == SqlServerKinds.SystemVersioning && !changes.Shape && changes.Only(SqlServerFacets.Retention)
            ? [$"ALTER TABLE {SqlServerAddress.TableOf(to)} SET (SYSTEM_VERSIONING = ON (HISTORY_RETENTION_PERIOD = {to.Facet(SqlServerFacets.Retention) ?? "INFINITE"}))"]
            : null;
    }

    private static string Retention(DbObject one) => one.Facet(SqlServerFacets.Retention) is { } retention ? $", HISTORY_RETENTION_PERIOD = {retention}" : "";
}
