using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes full-text catalogs, stop lists and indexes. SQL Server takes none of them in a transaction.</summary>
internal static class FullTextText
{
    public static IReadOnlyList<string> Create(DbObject one)
    {
        var name = SqlServerName.Quote(one.Name);
        var authorization = one.Facet(DbFacets.Owner) is { } owner ? $" AUTHORIZATION {SqlServerName.Quote(owner)}" : "";
        string[] statements = one.Kind switch
        {
            SqlServerKinds.FullTextCatalog => [$"CREATE FULLTEXT CATALOG {name} {one.Facet(SqlServerFacets.Options)}{authorization}"],
            SqlServerKinds.FullTextStoplist => [$"CREATE FULLTEXT STOPLIST {name}{authorization};", .. Words(one).Select(w => Change(one, $"ADD {w}"))],
            _ =>
            [
                $"CREATE FULLTEXT INDEX ON {SqlServerAddress.TableOf(one)} ({one.Facet(SqlServerFacets.IndexedColumns)}) KEY INDEX {one.Facet(SqlServerFacets.KeyIndex)}"
                    + $"{(one.Facet(SqlServerFacets.Catalog) is { } catalog ? $" ON {catalog}" : "")} WITH (CHANGE_TRACKING = {one.Facet(SqlServerFacets.ChangeTracking)}, STOPLIST = {one.Facet(SqlServerFacets.Stoplist)})",
                .. one.Facet(SqlServerFacets.Disabled) is null ? Array.Empty<string>() : [ChangeIndex(one, "DISABLE")],
            ],
        };
        return [.. statements, .. one.Kind == SqlServerKinds.FullTextIndex ? [] : ExtrasText.Create(one, withOwner: false)];
    }

    public static IReadOnlyList<string> Drop(DbObject one) => one.Kind switch
    {
        SqlServerKinds.FullTextCatalog => [$"DROP FULLTEXT CATALOG {SqlServerName.Quote(one.Name)}"],
        SqlServerKinds.FullTextStoplist => [$"DROP FULLTEXT STOPLIST {SqlServerName.Quote(one.Name)};"],
        _ => [$"DROP FULLTEXT INDEX ON {SqlServerAddress.TableOf(one)}"],
    };

    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        if (to.Kind == SqlServerKinds.FullTextStoplist && !changes.Renamed && changes.Only(SqlServerFacets.Words))
        {
            return [.. Words(from).Except(Words(to)).Select(w => Change(to, $"DROP {w}")), .. Words(to).Except(Words(from)).Select(w => Change(to, $"ADD {w}")), .. ExtrasText.Alter(from, to)];
        }

        if (to.Kind == SqlServerKinds.FullTextIndex && changes.Only(SqlServerFacets.ChangeTracking, SqlServerFacets.Stoplist, SqlServerFacets.Disabled))
        {
            return
            [
                .. changes.Has(SqlServerFacets.Stoplist) ? [ChangeIndex(to, $"SET STOPLIST = {to.Facet(SqlServerFacets.Stoplist)}")] : Array.Empty<string>(),
                .. changes.Has(SqlServerFacets.ChangeTracking) ? [ChangeIndex(to, $"SET CHANGE_TRACKING = {to.Facet(SqlServerFacets.ChangeTracking)}")] : Array.Empty<string>(),
                .. changes.Has(SqlServerFacets.Disabled) ? [ChangeIndex(to, to.Facet(SqlServerFacets.Disabled) is null ? "ENABLE" : "DISABLE")] : Array.Empty<string>(),
            ];
        }

        return !changes.Any && !changes.Renamed ? [.. ExtrasText.Alter(from, to)] : null;
    }

    /// <summary>The grammar wants these to end with a semicolon.</summary>
    private static string Change(DbObject list, string how) => $"ALTER FULLTEXT STOPLIST {SqlServerName.Quote(list.Name)} {how};";

    private static string ChangeIndex(DbObject index, string how) => $"ALTER FULLTEXT INDEX ON {SqlServerAddress.TableOf(index)} {how}";

    private static string[] Words(DbObject list) => list.Facet(SqlServerFacets.Words)?.Split('\n') ?? [];
}
