using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes how rows are compressed: for all partitions, or by partition.</summary>
internal static class Compressing
{
    public static IEnumerable<string> Options(DbObject one) =>
        Lines(one, SqlServerFacets.Compression).Select(l => $"DATA_COMPRESSION = {l}").Concat(Lines(one, SqlServerFacets.XmlCompression).Select(l => $"XML_COMPRESSION = {l}"));

    /// <summary>What is no longer compressed, or no longer so, is written out first: partitions that are not named stay as they are.</summary>
    public static IEnumerable<string> Rebuild(string what, DbObject from, DbObject to)
    {
        if (Lines(from, SqlServerFacets.Compression).Length > 0 && from.Facet(SqlServerFacets.Compression) != to.Facet(SqlServerFacets.Compression))
        {
            var none = to.Facet(SqlServerFacets.Method)?.EndsWith("COLUMNSTORE", StringComparison.Ordinal) == true ? "COLUMNSTORE" : "NONE";
            yield return $"{what} REBUILD PARTITION = ALL WITH (DATA_COMPRESSION = {none})";
        }

        if (Lines(from, SqlServerFacets.XmlCompression).Length > 0 && from.Facet(SqlServerFacets.XmlCompression) != to.Facet(SqlServerFacets.XmlCompression))
        {
            yield return $"{what} REBUILD PARTITION = ALL WITH (XML_COMPRESSION = OFF)";
        }

        var options = Options(to).ToList();
        if (options.Count > 0)
        {
            yield return $"{what} REBUILD PARTITION = ALL WITH ({string.Join(", ", options)})";
        }
    }

    private static string[] Lines(DbObject one, string facet) => one.Facet(facet)?.Split('\n') ?? [];
}
