namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>One query of the catalog. Most databases have nothing of most kinds, so that a look beforehand spares most of the queries.</summary>
/// <param name="Sql">One object a row.</param>
/// <param name="From">Where something must be for the query to find anything, as it stands behind FROM; null where it is always sent.</param>
internal sealed record CatalogQuery(string Sql, string? From = null)
{
    /// <summary>A query about what users have made of the kind that a catalog holds.</summary>
    /// <param name="oid">The name of the catalog's object id.</param>
    public static CatalogQuery Of(string catalog, string sql, string oid = "oid", string also = "") => new(sql, $"{catalog} WHERE {oid} >= {CatalogScope.FirstOfUsers}{also}");
}
