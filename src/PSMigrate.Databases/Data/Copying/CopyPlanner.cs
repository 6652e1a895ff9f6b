using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>Finds out which tables a copy is about, and how each of their columns gets to its own. Reads only.</summary>
internal sealed class CopyPlanner(string step, CopyDefinition definition, DataDoor from, DbStructure source, DataDoor to, DbStructure target)
{
    private readonly List<string> notExamined = [];

    /// <summary>Says of a table that is missing whether it will be there by then; null where it must be there now.</summary>
    public Func<string, string, bool>? WillBeThere { get; init; }

    /// <summary>Tables of the target that will only be made by then.</summary>
    public IReadOnlyList<string> NotExamined => notExamined;

    /// <summary>The tables in an order in which what is referred to comes before what refers to it.</summary>
    /// <param name="made">Tables of the target that an earlier attempt has made, by full name: they count as to be made.</param>
    /// <exception cref="MigrationException">CopyTableNotFound, CopyTableMissing, CopyColumnNotFound, CopyColumnMissing, CopyColumnsNone, ColumnTypeUnknown.</exception>
    public IReadOnlyList<TableCopy> Plan(IReadOnlySet<string> made)
    {
        var tables = Tables();
        foreach (var name in definition.Map.Keys.Where(name => !tables.Any(t => Is(t, name))))
        {
            throw NotFound("CopyTableNotFound", $"'{step}' maps the table '{name}', which is none of those that are copied.", name, tables.Select(t => t.FullName));
        }

        var places = tables.ToDictionary(t => t.Key, Place, StringComparer.Ordinal);
        foreach (var same in places.GroupBy(p => p.Value).Where(g => g.Count() > 1))
        {
            throw new MigrationException("CopyTableTwice", ErrorKind.InvalidInput, $"'{step}' copies {string.Join(" and ", same.Select(s => source.Find(s.Key)!.FullName))} into the same table, {same.Key.Name}.")
            {
                Offender = step,
                RecommendedAction = "Map one of them to another table, or copy them in steps of their own.",
            };
        }

        var copies = tables.Select(t => Copy(t, places, made)).OfType<TableCopy>().ToList();
        return InOrder(copies);
    }

    private List<DbObject> Tables()
    {
        var all = source.Objects.Where(o => o.Kind == DbKinds.Table && from.HoldsRows(o)).ToList();
        var wanted = new List<DbObject>();
        foreach (var pattern in definition.Tables)
        {
            var found = all.Where(t => Matches(t, pattern)).ToList();
            if (found.Count == 0)
            {
                throw NotFound("CopyTableNotFound", $"'{step}' copies '{pattern}', and {definition.From} has no such table.", pattern, all.Select(t => t.FullName));
            }

            wanted.AddRange(found.Where(t => !wanted.Contains(t)));
        }

        return [.. wanted.Where(t => !definition.Exclude.Any(e => Matches(t, e))).OrderBy(t => t.FullName, StringComparer.Ordinal)];
    }

    private static bool Matches(DbObject table, string pattern)
    {
        var regex = new Regex($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        return regex.IsMatch(table.Name) || regex.IsMatch(table.FullName);
    }

    private static bool Is(DbObject table, string name) => name.Equals(table.Name, StringComparison.OrdinalIgnoreCase) || name.Equals(table.FullName, StringComparison.OrdinalIgnoreCase);

    private TableMap MapOf(DbObject table) => definition.Map.FirstOrDefault(m => Is(table, m.Key)).Value ?? new TableMap();

    /// <summary>Where a table goes: where the map says, else the same name in the schema that is asked for.</summary>
    private (string Schema, string Name) Place(DbObject table)
    {
        var name = MapOf(table).To ?? table.Name;
        var schema = definition.Into ?? to.DefaultSchema;
        if (to.DefaultSchema.Length > 0 && name.Split('.') is [var first, var rest] && MapOf(table).To is not null)
        {
            (schema, name) = (first, rest);
        }

        // A table that is there under the same name in other letters is the same.
        var there = target.Objects.FirstOrDefault(o => o.Kind == DbKinds.Table && o.Schema == schema && o.Name == name)
            ?? target.Objects.FirstOrDefault(o => o.Kind == DbKinds.Table && o.Schema.Equals(schema, StringComparison.OrdinalIgnoreCase) && o.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return there is null ? (schema, name) : (there.Schema, there.Name);
    }

    private TableCopy? Copy(DbObject table, IReadOnlyDictionary<string, (string Schema, string Name)> places, IReadOnlySet<string> made)
    {
        var (schema, name) = places[table.Key];
        var map = MapOf(table);
        var there = target.Find(DbObject.KeyOf(DbKinds.Table, null, schema, name));
        var columns = source.ColumnsOf(table.Key);
        foreach (var unknown in map.Columns.Where(m => m.Value.Expression is null && !columns.Any(c => c.Name.Equals(m.Key, StringComparison.OrdinalIgnoreCase))))
        {
            throw NotFound("CopyColumnNotFound", $"'{step}' maps the column '{unknown.Key}', which {table.FullName} does not have.", unknown.Key, columns.Select(c => c.Name));
        }

        var wanted = columns.Where(c => c.Facet(DbFacets.WrittenByEngine) is null)
            .Select(c => (Column: c, Map: map.Columns.FirstOrDefault(m => m.Key.Equals(c.Name, StringComparison.OrdinalIgnoreCase)).Value ?? new ColumnMap()))
            .Where(c => !c.Map.Skip).Select(c => (c.Column, Name: c.Map.To ?? c.Column.Name, c.Map.Expression)).ToList();
        if (there is null || made.Contains(there.FullName))
        {
            if (there is null && WillBeThere?.Invoke(schema, name) == true)
            {
                notExamined.Add(name);
                return null;
            }

            if (!definition.Create)
            {
                throw new MigrationException("CopyTableMissing", ErrorKind.NotFound, $"'{step}' copies {table.FullName} into {name}, which is not there.")
                {
                    Offender = step,
                    RecommendedAction = "Make the table in a step before it, or write 'create: true'.",
                };
            }

            var design = new TableDesigner(from, source, to).Design(table, schema, name, [.. wanted.Select(w => (w.Column, w.Name))], key => places.TryGetValue(key, out var place) ? place : null);
            return Made(table, map, wanted, design);
        }

        return Existing(table, map, wanted, there);
    }

    private TableCopy Made(DbObject table, TableMap map, List<(DbObject Column, string Name, string? Expression)> wanted, TableDesign design)
    {
        var one = new DbObject { Kind = DbKinds.Table, Schema = design.Schema, Name = design.Name };
        var described = new DbStructure([one, .. design.Columns.Select((c, i) => Described(one, c, i))]);
        var columns = Ways([.. described.ColumnsOf(one.Key).Zip(wanted, (column, w) => (w.Column, w.Expression, column))], described);
        return new TableCopy(table, from.KeyOf(table, source), columns, one)
        {
            Where = map.Where,
            Design = design,
            TargetKey = design.Key,
            Numbered = [.. design.Columns.Where(c => c.IsIdentity).Select(c => c.Name)],
            RefersTo = [.. design.ForeignKeys.Select(k => DbObject.KeyOf(DbKinds.Table, null, k.ReferredSchema, k.ReferredTable))],
        };
    }

    private TableCopy Existing(DbObject table, TableMap map, List<(DbObject Column, string Name, string? Expression)> wanted, DbObject there)
    {
        var theirs = target.ColumnsOf(there.Key);
        var columns = new List<(DbObject Column, string? Expression, DbObject Other)>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (column, name, expression) in wanted)
        {
            var other = theirs.FirstOrDefault(c => c.Name == name) ?? theirs.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (other is null)
            {
                throw NotFound("CopyColumnMissing", $"'{step}' copies {table.FullName}.{column.Name}, and {there.FullName} has no column '{name}'.", name, theirs.Select(c => c.Name));
            }

            if (other.Facet(DbFacets.Generated) is null && other.Facet(DbFacets.WrittenByEngine) is null && taken.Add(other.Name))
            {
                columns.Add((column, expression, other));
            }
        }

        if (columns.Count == 0)
        {
            throw new MigrationException("CopyColumnsNone", ErrorKind.InvalidInput, $"'{step}' copies nothing of {table.FullName}: no column is left.")
            {
                Offender = step,
                RecommendedAction = "Leave the table out, or fewer of its columns.",
            };
        }

        return new TableCopy(table, from.KeyOf(table, source), Ways(columns, target), there)
        {
            Where = map.Where,
            TargetKey = TargetKey(there, taken),
            Numbered = [.. theirs.Where(c => taken.Contains(c.Name) && (c.Facet(DbFacets.Identity) is not null || c.Facet(DbFacets.Default)?.StartsWith("nextval(", StringComparison.Ordinal) == true)).Select(c => c.Name)],
            ForeignKeys = [.. target.PartsOf(there.Key).Where(p => p.Kind == DbKinds.ForeignKey)],
            RefersTo = [.. target.PartsOf(there.Key).Where(p => p.Kind == DbKinds.ForeignKey).Select(p => p.RefersTo!)],
        };
    }

    private IReadOnlyList<string> TargetKey(DbObject table, HashSet<string> written)
    {
        IReadOnlyList<string> own = [.. to.KeyOf(table, target).Select(k => k.Name)];
        return own.All(written.Contains) ? own
            : target.PartsOf(table.Key).FirstOrDefault(p => p.Kind == DbKinds.PrimaryKey && p.Columns.All(written.Contains))?.Columns ?? [];
    }

    private List<ColumnCopy> Ways(IReadOnlyList<(DbObject Column, string? Expression, DbObject Other)> columns, DbStructure of)
    {
        var reads = from.TypesFor([.. columns.Select(c => c.Column)], source, to);
        var writes = to.TypesFor([.. columns.Select(c => c.Other)], of, from);
        // What only passes through passes into the very same type; and where one column cannot, the rows are none that pass.
        var pass = columns.Select((c, i) => reads[i].Form == writes[i].Form && reads[i].Native == writes[i].Native && c.Expression is null);
        if (pass.Where((p, i) => !p && (reads[i].Form == DataForm.Native || writes[i].Form == DataForm.Native)).Any())
        {
            (reads, writes) = ([.. columns.Select(c => from.TypeOf(c.Column, source))], [.. columns.Select(c => to.TypeOf(c.Other, of))]);
        }

        return [.. columns.Select((c, i) =>
            new ColumnCopy(new ReadColumn(c.Column.Name, reads[i], c.Expression is null ? null : $"({c.Expression})"), new WrittenColumn(c.Other.Name, writes[i]), c.Expression is null && IsStraight(reads[i], writes[i]) ? FieldRoute.Straight : FieldRoute.Between(reads[i], writes[i], to.Limits)))];
    }

    /// <summary>True for the very same type of the same engine: it holds whatever the other does.</summary>
    private bool IsStraight(DataType read, DataType write) =>
        from.GetType() == to.GetType() && read.Native == write.Native && read.Form == write.Form && read.Encoding == write.Encoding;

    private static DbObject Described(DbObject table, ColumnDesign column, int at)
    {
        var one = new DbObject { Kind = DbKinds.Column, Name = column.Name, Parent = table.Key, Position = at + 1 };
        one.Facets[DbFacets.Type] = column.Type;
        return one;
    }

    private static IReadOnlyList<TableCopy> InOrder(IReadOnlyList<TableCopy> copies)
    {
        var byKey = copies.ToDictionary(c => c.Target.Key, StringComparer.Ordinal);
        var sorted = new List<TableCopy>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        void Visit(TableCopy copy)
        {
            if (!seen.Add(copy.Target.Key))
            {
                return;
            }

            foreach (var referred in copy.RefersTo)
            {
                if (byKey.TryGetValue(referred, out var other))
                {
                    Visit(other);
                }
            }

            sorted.Add(copy);
        }

        foreach (var copy in copies)
        {
            Visit(copy);
        }

        return sorted;
    }

    private MigrationException NotFound(string errorId, string message, string name, IEnumerable<string> known) => new(errorId, ErrorKind.NotFound, message)
    {
        Offender = step,
        RecommendedAction = Nearest.Suggest(name, known),
    };
}
