using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Writes views, procedures, functions, packages, triggers and events, with who defined them and under what settings.</summary>
internal static class MySqlCodeWriter
{
    public static IReadOnlyList<string> Create(DbObject one, DbStructure? of) => MySqlSettings.ForCode([Statement(one, orReplace: false)], one, of);

    public static IReadOnlyList<string> Drop(DbObject one)
    {
        var statement = $"DROP {one.Kind.ToUpperInvariant()} {MySqlName.Quote(one.Name)}";

        // MariaDB knows of packages only in the mode that they are written in.
        return one.Kind is MySqlKinds.Package or MySqlKinds.PackageBody ? MySqlSettings.ForCode([statement], one, null) : [statement];
    }

    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to, MySqlFeatures features) => to.Kind switch
    {
        DbKinds.View =>
        [
            .. from.Name == to.Name ? Array.Empty<string>() : [$"RENAME TABLE {MySqlName.Quote(from.Name)} TO {MySqlName.Quote(to.Name)}"],
            .. MySqlSettings.ForCode([Statement(to, orReplace: true)], to, null),
        ],
        MySqlKinds.Event when from.Name != to.Name || !features.ReplacesRoutines =>
            HasEnd(from) && !HasEnd(to) ? null : MySqlSettings.ForCode([AlterEvent(from, to)], to, null),
        DbKinds.Procedure or DbKinds.Function or MySqlKinds.PackageBody or MySqlKinds.Event when features.ReplacesRoutines && from.Name == to.Name
            && from.Facet(MySqlFacets.DatabaseCollation) == to.Facet(MySqlFacets.DatabaseCollation) => MySqlSettings.ForCode([Statement(to, orReplace: true)], to, null),
        _ => null,
    };

    private static string Statement(DbObject one, bool orReplace)
    {
        var start = $"CREATE {(orReplace ? "OR REPLACE " : "")}";
        var definer = one.Facet(DbFacets.Owner) is { Length: > 0 } owner ? $"DEFINER={owner} " : "";
        var definition = one.Facet(MySqlFacets.Definition);
        return one.Kind switch
        {
            DbKinds.View => $"{start}ALGORITHM={one.Facet(MySqlFacets.Algorithm)} {definer}SQL SECURITY {one.Facet(MySqlFacets.Security)} VIEW {MySqlName.Quote(one.Name)} AS {definition}"
                + (one.Facet(MySqlFacets.CheckOption) is { } option ? $" WITH {option} CHECK OPTION" : ""),
            DbKinds.Trigger => $"{start}{definer}TRIGGER {MySqlName.Quote(one.Name)} {one.Facet(MySqlFacets.Timing)} {one.Facet(MySqlFacets.Event)} ON {MySqlName.Quote(MySqlFacets.TableOf(one))} FOR EACH ROW "
                + (one.Facet(MySqlFacets.Follows) is { } before ? $"FOLLOWS {MySqlName.Quote(before)} " : "") + definition,
            MySqlKinds.Event => $"{start}{definer}EVENT {MySqlName.Quote(one.Name)} {EventRest(one)}",
            _ => $"{start}{definer}{definition}",
        };
    }

    /// <summary>An event keeps its end unless it is given another one.</summary>
    private static bool HasEnd(DbObject one) => one.Facet(MySqlFacets.Schedule)!.Contains(" ENDS ", StringComparison.Ordinal);

    private static string AlterEvent(DbObject from, DbObject to)
    {
        var rename = from.Name == to.Name ? "" : $"RENAME TO {MySqlName.Quote(to.Name)} ";
        return $"ALTER DEFINER={to.Facet(DbFacets.Owner)} EVENT {MySqlName.Quote(from.Name)} {EventRest(to, rename)}";
    }

    private static string EventRest(DbObject one, string rename = "") =>
        $"ON SCHEDULE {one.Facet(MySqlFacets.Schedule)} ON COMPLETION {one.Facet(MySqlFacets.Completion)} {rename}{one.Notes.GetValueOrDefault(MySqlFacets.Status) ?? one.Facet(MySqlFacets.Status)} "
        + $"COMMENT {one.Facet(DbFacets.Comment) ?? "''"} DO {one.Facet(MySqlFacets.Definition)}";
}
