using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql.Backups;

/// <summary>
/// What mariadb-dump and mysqldump do not give back as it was. A database that has any of it is
/// backed up without them.
/// </summary>
internal static class MySqlDumpLosses
{
    /// <returns>The first of it, for people; null where a dump gives everything back.</returns>
    public static string? FirstIn(DbStructure structure) => structure.Objects.Select(o => Of(o, structure)).FirstOrDefault(loss => loss is not null);

    private static string? Of(DbObject one, DbStructure structure) => one.Kind switch
    {
        // Stand-ins are made for all views first and then replaced by name; on a stand-in there can be no check.
        DbKinds.View when one.Facet(MySqlFacets.CheckOption) is not null && one.Needs.Any(n => structure.Find(n)?.Kind == DbKinds.View) =>
            $"the view {one.Name} has a check option and rests on another view, which a dump does not restore",

        // A float is written as it is shown, with six digits.
        DbKinds.Column when one.Facet(DbFacets.Type)?.StartsWith("float", StringComparison.OrdinalIgnoreCase) == true =>
            $"the column {one.FullName} is a float, of which a dump has six digits only",

        // The sequence is named with its database, and would be that of the original.
        DbKinds.Column when one.Facet(DbFacets.Default)?.Contains("nextval(", StringComparison.OrdinalIgnoreCase) == true =>
            $"the column {one.FullName} takes its default from a sequence, which a dump names with its database",

        // Definitions are shown in three-byte characters.
        DbKinds.Column when one.Facets.Values.Any(value => value.Any(char.IsSurrogate)) =>
            $"the definition of {one.FullName} has characters that a dump loses",
        _ => null,
    };
}
