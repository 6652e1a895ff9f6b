using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>In what one object differs from another; owners, permissions, comments and properties are looked at elsewhere.</summary>
internal sealed class FacetChanges
{
    private readonly HashSet<string> names;

    public FacetChanges(DbObject from, DbObject to)
    {
        (From, To) = (from, to);
        names = [.. from.Facets.Keys.Union(to.Facets.Keys).Where(n => !ExtrasText.Covers(n) && from.Facet(n) != to.Facet(n))];
    }

    public DbObject From { get; }

    public DbObject To { get; }

    public bool Any => names.Count > 0;

    /// <summary>The columns, or what a foreign key refers to.</summary>
    public bool Shape => !From.Columns.SequenceEqual(To.Columns) || !From.ReferredColumns.SequenceEqual(To.ReferredColumns) || From.RefersTo != To.RefersTo;

    public bool Renamed => From.Name != To.Name;

    public bool Moved => From.Schema != To.Schema;

    public bool Has(params ReadOnlySpan<string> some)
    {
        foreach (var one in some)
        {
            if (names.Contains(one))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when nothing but these differs.</summary>
    public bool Only(params string[] allowed) => names.IsSubsetOf(allowed);
}
