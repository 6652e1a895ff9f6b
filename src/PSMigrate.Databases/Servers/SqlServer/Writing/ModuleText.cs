using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>
/// Writes views, procedures, functions and triggers by their own text. Two settings of the session are kept with a module when it is
/// made; sessions have both on, so that a module that was made otherwise has them set around it.
/// </summary>
internal static class ModuleText
{
    public static IReadOnlyList<string> Create(DbObject module) =>
    [
        .. Within(module, ModuleHeader.Create(module.Facet(SqlServerFacets.Text) ?? "", module.Schema, module.Name)),
        .. State(module, null),
        .. ExtrasText.Create(module, withOwner: module.Parent is null && module.Schema.Length > 0),
    ];

    public static IReadOnlyList<string> Drop(DbObject module) =>
    [
        module.Kind switch
        {
            SqlServerKinds.DatabaseTrigger => $"DROP TRIGGER {SqlServerName.Quote(module.Name)} ON DATABASE",
            _ => $"DROP {module.Kind.ToUpperInvariant()} {SqlServerAddress.Of(module)}",
        },
    ];

    /// <summary>By ALTER, which keeps permissions and properties. Defaults and rules have no such statement, triggers of the database no rename.</summary>
    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        var newText = changes.Has(SqlServerFacets.Text, SqlServerFacets.AnsiNulls, SqlServerFacets.QuotedIdentifier);
        var moved = changes.Moved && to.Parent is null;
        if (!changes.Only(SqlServerFacets.Text, SqlServerFacets.AnsiNulls, SqlServerFacets.QuotedIdentifier, SqlServerFacets.SchemaBound, SqlServerFacets.Disabled, SqlServerFacets.Fires)
            || (newText && to.Kind is SqlServerKinds.BoundDefault or SqlServerKinds.BoundRule && newText)
            || (changes.Renamed && to.Kind is SqlServerKinds.DatabaseTrigger))
        {
            return null;
        }

        var statements = new List<string>();
        if (to.Parent is null ? changes.Renamed || moved : changes.Renamed)
        {
            statements.AddRange(to.Parent is null ? Renaming.Move(changes, "OBJECT") : [Renaming.Of(SqlServerName.Quote(to.Schema, from.Name), to.Name, "OBJECT")]);
        }

        if (newText)
        {
            statements.AddRange(Within(to, ModuleHeader.Alter(to.Facet(SqlServerFacets.Text) ?? "", to.Schema, to.Name)));
        }

        statements.AddRange(State(to, newText ? @from with { Facets = WithoutOrder(from) } : from));
        statements.AddRange(ExtrasText.Alter(from, to));
        return statements;
    }

    /// <summary>ALTER TRIGGER takes the trigger from its place in the order.</summary>
    private static SortedDictionary<string, string> WithoutOrder(DbObject from)
    {
        var facets = new SortedDictionary<string, string>(from.Facets, StringComparer.Ordinal);
        facets.Remove(SqlServerFacets.Fires);
        return facets;
    }

    private static IEnumerable<string> Within(DbObject module, string text)
    {
        string[] off =
        [
            .. module.Facet(SqlServerFacets.AnsiNulls) is null ? Array.Empty<string>() : ["ANSI_NULLS"],
            .. module.Facet(SqlServerFacets.QuotedIdentifier) is null ? Array.Empty<string>() : ["QUOTED_IDENTIFIER"],
        ];
        return [.. off.Select(s => $"SET {s} OFF"), text, .. off.Select(s => $"SET {s} ON")];
    }

    /// <summary>Whether a trigger is on, and whether it comes first or last.</summary>
    private static IEnumerable<string> State(DbObject module, DbObject? before)
    {
        if (module.Kind is not (DbKinds.Trigger or SqlServerKinds.DatabaseTrigger))
        {
            yield break;
        }

        var ofDatabase = module.Kind == SqlServerKinds.DatabaseTrigger;
        var name = ofDatabase ? SqlServerName.Quote(module.Name) : SqlServerAddress.Of(module);
        if (module.Facet(SqlServerFacets.Disabled) != before?.Facet(SqlServerFacets.Disabled))
        {
            yield return $"{(module.Facet(SqlServerFacets.Disabled) is null ? "ENABLE" : "DISABLE")} TRIGGER {name} ON {(ofDatabase ? "DATABASE" : SqlServerAddress.TableOf(module))}";
        }

        var (old, wanted) = (Places(before), Places(module));
        foreach (var (statement, place) in old.Where(p => !wanted.ContainsKey(p.Key)).Select(p => (p.Key, "NONE")).Concat(wanted.Where(p => old.GetValueOrDefault(p.Key) != p.Value).Select(p => (p.Key, p.Value))))
        {
            yield return $"EXEC sys.sp_settriggerorder @triggername = {SqlServerName.Text(name)}, @order = {SqlServerName.PlainText(place)}, @stmttype = {SqlServerName.PlainText(statement)}"
                + (ofDatabase ? ", @namespace = 'DATABASE'" : "");
        }
    }

    private static SortedDictionary<string, string> Places(DbObject? trigger)
    {
        var places = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in trigger?.Facet(SqlServerFacets.Fires)?.Split('\n') ?? [])
        {
            places[line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]] = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        }

        return places;
    }
}
