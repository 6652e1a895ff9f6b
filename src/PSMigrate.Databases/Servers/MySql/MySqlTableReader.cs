using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Reads SHOW CREATE TABLE, which says more than information_schema does (periods, histories, options of storage engines) and says
/// it in the words that make the same again. The counter of AUTO_INCREMENT is content and left out.
/// </summary>
internal static class MySqlTableReader
{
    /// <returns>The table, its columns, and then its other parts.</returns>
    public static List<DbObject> Read(string text, MySqlContext context)
    {
        var cursor = new MySqlCursor(context.Unqualify(MySqlTokens.Read(text)));
        cursor.Took("CREATE");
        cursor.Took("TABLE");
        var table = new DbObject { Kind = DbKinds.Table, Name = cursor.Take().Name };
        var items = MySqlCursor.Items(cursor.TakeBrackets());
        ReadOptions(cursor, table.Facets, context);
        var collation = table.Facets.GetValueOrDefault(MySqlFacets.Collation, "");
        var parts = new List<DbObject>();
        var position = 0;
        foreach (var item in items)
        {
            if (item[0].Kind == MySqlTokenKind.Name)
            {
                parts.Add(MySqlColumnReader.Read(item, table.Key, ++position, collation, context));
                continue;
            }

            var line = new MySqlCursor(item);
            if (line.Took("PERIOD", "FOR"))
            {
                ReadPeriod(line, table.Facets);
            }
            else
            {
                parts.Add(MySqlKeyReader.Read(line, table.Key) ?? throw new FormatException($"The table {table.Name} has a part of an unknown kind: {line.Current.Text}"));
            }
        }

        // Aria's own option stays behind, without a meaning, where a table has become one of another engine.
        if (!"Aria".Equals(table.Facet(MySqlFacets.Engine), StringComparison.OrdinalIgnoreCase))
        {
            table.Facets.Remove(MySqlFacets.OptionPrefix + "PAGE_CHECKSUM");
        }

        AddKind(table.Facets);
        return Link(table, parts);
    }

    private static void ReadPeriod(MySqlCursor line, SortedDictionary<string, string> facets)
    {
        var facet = line.Took("SYSTEM_TIME") ? MySqlFacets.SystemPeriod : MySqlFacets.Period;
        facets[facet] = MySqlTokens.Join(line.TakeRest());
    }

    private static void ReadOptions(MySqlCursor cursor, SortedDictionary<string, string> facets, MySqlContext context)
    {
        while (!cursor.AtEnd)
        {
            if (cursor.Comes("PARTITION", "BY"))
            {
                facets[MySqlFacets.Partitions] = MySqlTokens.Join(cursor.TakeRest());
            }
            else if (cursor.Took("WITH", "SYSTEM", "VERSIONING"))
            {
                facets[MySqlFacets.Versioning] = "WITH SYSTEM VERSIONING";
            }
            else
            {
                ReadOption(cursor, facets, context);
            }
        }
    }

    private static void ReadOption(MySqlCursor cursor, SortedDictionary<string, string> facets, MySqlContext context)
    {
        cursor.Took("DEFAULT");
        cursor.Took(",");
        var name = cursor.Take();
        var words = name.Kind == MySqlTokenKind.Name ? name.Text : name.Text.ToUpperInvariant();
        if (words is "DATA" or "INDEX" or "CHARACTER")
        {
            words += " " + cursor.Take().Text.ToUpperInvariant();
        }

        cursor.Took("=");
        var value = cursor.Comes("(") ? $"({MySqlTokens.Join(cursor.TakeBrackets())})" : cursor.Take().Text;
        switch (words)
        {
            case "AUTO_INCREMENT":
                break;
            case "ENGINE":
                facets[MySqlFacets.Engine] = value;
                break;
            case "CHARSET" or "CHARACTER SET":
                facets.TryAdd(MySqlFacets.Collation, context.CollationOf(value));
                break;
            case "COLLATE":
                facets[MySqlFacets.Collation] = value;
                break;
            case "COMMENT":
                facets[DbFacets.Comment] = value;
                break;
            default:
                facets[MySqlFacets.OptionPrefix + words] = value;
                break;
        }
    }

    private static void AddKind(SortedDictionary<string, string> facets)
    {
        var kind = facets.ContainsKey(MySqlFacets.Versioning) ? "system-versioned"
            : facets.ContainsKey(MySqlFacets.Partitions) ? "partitioned"
            : facets.GetValueOrDefault(MySqlFacets.Engine)?.ToUpperInvariant() is "FEDERATED" or "CONNECT" or "SPIDER" or "MRG_MYISAM" or "S3" or "CSV" or "BLACKHOLE" or "MEMORY"
                ? facets[MySqlFacets.Engine].ToLowerInvariant()
                : null;
        if (kind is not null)
        {
            facets[DbFacets.TableKind] = kind;
        }
    }

    /// <summary>Says what rests on what within the table.</summary>
    private static List<DbObject> Link(DbObject table, List<DbObject> parts)
    {
        var columns = parts.Where(p => p.Kind == DbKinds.Column).ToDictionary(c => c.Key, StringComparer.OrdinalIgnoreCase);
        var counting = columns.Values.FirstOrDefault(c => c.Facets.ContainsKey(DbFacets.Identity));
        var carriers = counting is null ? [] : Carriers(parts, counting.Name);
        var linked = new List<DbObject>(parts.Count + 1) { table };
        foreach (var part in parts)
        {
            var needs = part.Needs.Concat(part.Kind == DbKinds.Column ? [] : part.Columns.Where(c => c.Length > 0).Select(c => DbObject.KeyOf(DbKinds.Column, table.Key, "", c)))
                .Where(columns.ContainsKey).Select(key => columns[key].Key).Distinct().ToList();
            if (part.Kind == DbKinds.ForeignKey && OwnKeyOf(part, parts) is { } own)
            {
                needs.Add(own.Key);
            }

            if (part.Kind == DbKinds.Column && Carriers(parts, part.Name).Count > 0)
            {
                part.Notes[MySqlFacets.KeyedNote] = "yes";
            }

            if (part.Kind == DbKinds.PrimaryKey || (carriers.Count > 0 && part == carriers[0]))
            {
                part.Notes[MySqlFacets.MadeWithTableNote] = "yes";
            }

            if (carriers.Count == 1 && part == carriers[0])
            {
                part.Notes[MySqlFacets.CountsNote] = MySqlColumnText.Definition(counting!, counts: false);
            }

            linked.Add(part with { Needs = needs });
        }

        // What a default names and is no column is a sequence.
        var prefix = DbObject.KeyOf(DbKinds.Column, table.Key, "", "");
        var sequences = parts.Where(p => p.Kind == DbKinds.Column).SelectMany(p => p.Needs).Where(n => !columns.ContainsKey(n))
            .Select(n => DbObject.KeyOf(DbKinds.Sequence, null, "", n[prefix.Length..])).Distinct().ToList();
        linked[0] = table with { Needs = sequences };
        return linked;
    }

    /// <summary>The keys that an AUTO_INCREMENT column can rest on: those that begin with it, else those that contain it; the primary key first.</summary>
    private static List<DbObject> Carriers(List<DbObject> parts, string column)
    {
        var keys = parts.Where(p => p.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index && p.Columns.Contains(column))
            .OrderBy(p => p.Kind == DbKinds.PrimaryKey ? 0 : 1).ToList();
        var leading = keys.Where(k => k.Columns[0] == column).ToList();
        return leading.Count > 0 ? leading : keys;
    }

    /// <summary>The index that the server finds a foreign key's rows by.</summary>
    private static DbObject? OwnKeyOf(DbObject foreignKey, List<DbObject> parts) =>
        parts.FirstOrDefault(p => p.Kind is DbKinds.Index or DbKinds.UniqueKey or DbKinds.PrimaryKey && BeginsWith(p.Columns, foreignKey.Columns));

    /// <summary>True when the columns are the first ones of the key, in any order.</summary>
    public static bool BeginsWith(IReadOnlyList<string> key, IReadOnlyList<string> columns) =>
        key.Count >= columns.Count && key.Take(columns.Count).ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(columns);
}
