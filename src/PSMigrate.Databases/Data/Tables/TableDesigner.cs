using System.Globalization;
using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Data;

/// <summary>Designs tables for one database after those of another: the same columns, keys, indexes and foreign keys, in types that hold every value.</summary>
/// <param name="from">Whose tables they are.</param>
/// <param name="structure">The tables.</param>
/// <param name="to">Where they are to be made.</param>
internal sealed partial class TableDesigner(DataDoor from, DbStructure structure, DataDoor to)
{
    /// <summary>Designs a table.</summary>
    /// <param name="columns">The columns that come with it, each with its name in the new table.</param>
    /// <param name="nameOf">Where another table of the structure goes, by its key; null where it does not go along.</param>
    /// <exception cref="MigrationException">ColumnTypeUnknown.</exception>
    public TableDesign Design(DbObject table, string schema, string name, IReadOnlyList<(DbObject Column, string Name)> columns, Func<string, (string Schema, string Name)?> nameOf)
    {
        var names = columns.ToDictionary(c => c.Column.Name, c => c.Name, StringComparer.Ordinal);
        var notMade = new List<string>();
        var parts = structure.PartsOf(table.Key);
        var key = parts.FirstOrDefault(p => p.Kind == DbKinds.PrimaryKey && p.Columns.All(names.ContainsKey));
        IReadOnlyList<string> Renamed(DbObject part) => [.. part.Columns.Select(c => names[c])];
        var keyColumns = key is null ? [] : Renamed(key);
        var indexed = parts.Where(p => p.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index or DbKinds.ForeignKey).SelectMany(p => p.Columns)
            .Concat(structure.Objects.Where(o => o.RefersTo == table.Key).SelectMany(o => o.ReferredColumns)).ToHashSet(StringComparer.Ordinal);
        var made = columns.Select(c => Column(c.Column, c.Name, indexed.Contains(c.Column.Name), keyColumns.Contains(c.Name), notMade)).ToList();
        var indexes = new List<IndexDesign>();
        foreach (var part in parts.Where(p => p.Kind is DbKinds.UniqueKey or DbKinds.Index))
        {
            if (parts.Any(p => p.Kind == DbKinds.ForeignKey && p.Name == part.Name && p.Columns.SequenceEqual(part.Columns)))
            {
                // MySQL makes an index for each foreign key that has none: it is no one's wish.
                continue;
            }

            if (part.Columns.Any(c => !names.ContainsKey(c)) || part.Columns.Count == 0 || part.Facet(DbFacets.Filter) is not null || IsSpecial(part))
            {
                notMade.Add($"{part.Kind} {part.Name}");
                continue;
            }

            indexes.Add(new IndexDesign(IndexName(part, name), Renamed(part), part.Kind == DbKinds.UniqueKey || part.Facet(DbFacets.Unique) == "yes", part.Kind == DbKinds.UniqueKey && !from.HasUniqueIndexesOnly)
            {
                Descending = part.Columns.Where(c => IsDescending(part, c)).Select(c => names[c]).ToHashSet(StringComparer.Ordinal),
            });
        }

        var foreignKeys = new List<ForeignKeyDesign>();
        foreach (var part in parts.Where(p => p.Kind == DbKinds.ForeignKey))
        {
            if (part.Columns.All(names.ContainsKey) && nameOf(part.RefersTo!) is { } referred)
            {
                foreignKeys.Add(new ForeignKeyDesign(part.Name, Renamed(part), referred.Schema, referred.Name, part.ReferredColumns, Action(part, "delete"), Action(part, "update")));
            }
            else
            {
                notMade.Add($"foreign key {part.Name}");
            }
        }

        notMade.AddRange(parts.Where(p => p.Kind is not (DbKinds.Column or DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index or DbKinds.ForeignKey)).Select(p => $"{p.Kind} {p.Name}"));
        return new TableDesign(schema, name) { Columns = made, Key = keyColumns, Indexes = indexes, ForeignKeys = foreignKeys, NotMade = notMade };
    }

    private ColumnDesign Column(DbObject column, string name, bool isIndexed, bool isKey, List<string> notMade)
    {
        var type = from.TypeOf(column, structure);
        var declared = (from.GetType() == to.GetType() && type.Native.Length > 0 ? type.Native : null) ?? (isIndexed ? to.DeclareIndexed(type) : to.Declare(type))
            ?? throw new MigrationException("ColumnTypeUnknown", ErrorKind.NotSupported, $"{column.FullName} is '{type.Native}' in {from.Engine}, for which {to.Engine} has no type that holds every value.")
            {
                Offender = column.FullName,
                RecommendedAction = "Make the table yourself with the type that you want, or leave the column out.",
            };
        var value = column.Facet(DbFacets.Default);
        var portable = value is null || column.Facet(DbFacets.Identity) is not null ? null : Portable(value, type);
        if (value is not null && portable is null && column.Facet(DbFacets.Identity) is null && !value.StartsWith("nextval(", StringComparison.Ordinal))
        {
            notMade.Add($"default {value} of {name}");
        }

        if (column.Facet(DbFacets.Generated) is not null)
        {
            notMade.Add($"expression of {name}, which becomes an ordinary column");
        }

        return new ColumnDesign(name, declared, column.Facet(DbFacets.Nullable) != "no" && !isKey, portable,
            column.Facet(DbFacets.Identity) is not null || value?.StartsWith("nextval(", StringComparison.Ordinal) == true);
    }

    /// <summary>A default that is a number, a text without escapes, NULL or the present moment; null for whatever else it may be.</summary>
    private string? Portable(string value, DataType type)
    {
        var text = value.Trim();
        while (text.StartsWith('(') && text.EndsWith(')'))
        {
            text = text[1..^1].Trim();
        }

        text = Cast().Replace(text, "");
        text = text.StartsWith("N'", StringComparison.Ordinal) ? text[1..] : text;
        if (type.Kind == DataKind.Boolean)
        {
            return text.ToLowerInvariant() switch { "true" or "1" => to.BooleanText(true), "false" or "0" => to.BooleanText(false), _ => null };
        }

        return PlainNumber().IsMatch(text) || PlainText().IsMatch(text) ? text
            : text.Equals("NULL", StringComparison.OrdinalIgnoreCase) ? null
            : IsNow(text) && type.Kind is DataKind.Timestamp or DataKind.Moment or DataKind.OffsetTimestamp ? "CURRENT_TIMESTAMP"
            : null;
    }

    private static bool IsNow(string text) => text.ToLowerInvariant() is "current_timestamp" or "now()" or "current_timestamp()" or "getdate()" or "sysdatetime()";

    /// <summary>Names of indexes are the whole schema's in some engines: what the engine itself made up is given one with its table's name.</summary>
    private static string IndexName(DbObject part, string table) => part.Name.Contains(table, StringComparison.OrdinalIgnoreCase) || part.Kind == DbKinds.Index ? part.Name : $"{table}_{part.Name}";

    /// <summary>Some engines say it in a list of their own, others in the words of the index's definition.</summary>
    private bool IsDescending(DbObject index, string column) => (index.Facet("descending")?.Split(", ") ?? []).Contains(column)
        || index.Facets.Values.Any(v => v.Contains($"{from.Quote(column)} DESC", StringComparison.Ordinal) || Regex.IsMatch(v, $@"\b{Regex.Escape(column)} DESC\b", RegexOptions.CultureInvariant));

    /// <summary>Kinds of indexes that only one engine has.</summary>
    private static bool IsSpecial(DbObject part) => (part.Facet("type") is { } type && type is not ("UNIQUE" or "" or "BTREE"))
        || (part.Facet("method") is { } method && !method.Contains("btree", StringComparison.OrdinalIgnoreCase) && !method.Contains("clustered", StringComparison.OrdinalIgnoreCase))
        || part.Facet("prefix") is not null;

    private static string Action(DbObject key, string when)
    {
        if (key.Facet($"on {when}") is { } action)
        {
            return action.ToUpperInvariant();
        }

        var found = Regex.Match(key.Facet("definition") ?? "", $@"ON {when} (CASCADE|RESTRICT|SET NULL|SET DEFAULT|NO ACTION)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        return found.Success ? found.Groups[1].Value.ToUpper(CultureInfo.InvariantCulture) : "NO ACTION";
    }

    [GeneratedRegex(@"::[\w .]+(\([0-9, ]+\))?(\[\])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Cast();

    [GeneratedRegex(@"^[+-]?\d+(\.\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainNumber();

    [GeneratedRegex(@"^'([^'\\]|'')*'$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();
}
