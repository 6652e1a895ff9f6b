using PSMigrate.Databases.Servers.SqlServer.Writing;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>
/// A table type cannot be changed, and its parts have no lives of their own: once all are read they become one text of the type.
/// </summary>
internal static class TableTypeReading
{
    public static void Fold(SqlServerReading reading)
    {
        var types = reading.AllOf(SqlServerKinds.TableType);
        if (types.Count == 0)
        {
            return;
        }

        var parts = reading.Drafts.Where(d => d.Parent?.Kind == SqlServerKinds.TableType).ToLookup(d => d.Parent!);
        foreach (var type in types.Where(t => parts.Contains(t)))
        {
            var lines = parts[type].OrderBy(PlaceOf).ThenBy(p => p.Position).ThenBy(p => string.Join(',', p.Columns), StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal);
            type.Set(SqlServerFacets.Body, string.Join(",\n", lines.Select(p => "    " + LineOf(p.ToObject()))));
            foreach (var needed in parts[type].SelectMany(p => p.Needs).Where(n => n.Parent != type))
            {
                type.Need(needed);
            }
        }

        reading.RemoveAll(d => d.Parent?.Kind == SqlServerKinds.TableType);
    }

    private static int PlaceOf(SqlServerDraft part) => part.Kind switch
    {
        DbKinds.Column => 0,
        DbKinds.PrimaryKey => 1,
        DbKinds.UniqueKey => 2,
        DbKinds.Check => 3,
        _ => 4,
    };

    /// <summary>Constraints of types have no names of their own.</summary>
    private static string LineOf(DbObject part) => part.Kind switch
    {
        DbKinds.Column => ColumnText.Unnamed(part),
        DbKinds.Check => $"CHECK {part.Facet(SqlServerFacets.Expression)}",
        _ => IndexText.Inline(part),
    };
}
