using System.Data.Common;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>
/// Makes objects of the rows that the queries of the catalog give. A column of a row is a facet of the object under the column's name,
/// but for a few that say what the object is and what it belongs to.
/// </summary>
internal sealed class CatalogObjects
{
    private readonly Dictionary<string, DbObject> byId = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, DbObject> ById => byId;

    /// <summary>What rows name as needed by an object, by identity.</summary>
    public List<(string Id, string Needed)> Needed { get; } = [];

    /// <summary>Objects of which a part is kept secret.</summary>
    public List<string> Withheld { get; } = [];

    /// <summary>Parents must have been added before their parts; parts of what was not read are left out.</summary>
    public void Add(DbDataReader row)
    {
        var (id, kind, schema, name) = ("", "", "", "");
        DbObject? parent = null;
        string? needed = null;
        var isPart = false;
        IReadOnlyList<string> columns = [], referred = [];
        string? refersTo = null;
        var position = 0;
        var facets = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < row.FieldCount; i++)
        {
            if (row.IsDBNull(i))
            {
                continue;
            }

            switch (row.GetName(i))
            {
                case "id": id = row.GetString(i); break;
                case "kind": kind = row.GetString(i); break;
                case "schema": schema = row.GetString(i); break;
                case "name": name = row.GetString(i); break;
                case "parent":
                    isPart = true;
                    parent = byId.GetValueOrDefault(row.GetString(i));
                    break;
                case "position": position = row.GetInt32(i); break;
                case "columns": columns = row.GetFieldValue<string[]>(i); break;
                case "refers to": refersTo = row.GetString(i); break;
                case "referred columns": referred = row.GetFieldValue<string[]>(i); break;
                case "needs": needed = row.GetString(i); break;
                case "kind of table": facets[DbFacets.TableKind] = row.GetString(i); break;
                case var facet: facets[facet] = row.GetString(i); break;
            }
        }

        if (isPart && parent is null)
        {
            return;
        }

        var one = new DbObject
        {
            Kind = kind,
            Schema = parent?.Schema ?? schema,
            Name = name,
            Parent = parent?.Key,
            Id = id,
            Facets = facets,
            Columns = columns,
            RefersTo = refersTo is null ? null : byId.GetValueOrDefault(refersTo)?.Key ?? KeyOfOther(facets),
            ReferredColumns = referred,
            Position = position,
        };
        byId[id] = one;
        if (needed is not null)
        {
            Needed.Add((id, needed));
        }

        if (one.Facet("withheld") is { } withheld)
        {
            Withheld.Add($"{withheld} of {one}");
        }
    }

    /// <summary>The key of a referred table that is itself not read.</summary>
    private static string KeyOfOther(SortedDictionary<string, string> facets)
    {
        var (schema, name) = PostgreSqlName.Split(facets["references"]);
        return DbObject.KeyOf(DbKinds.Table, null, schema, name);
    }
}
