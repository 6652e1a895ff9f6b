using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Makes a table like another in one ALTER TABLE. The server carries it out wholly or not at all and copies the table at most once, and
/// what cannot be without each other (a counting column and its key, a period and its columns) comes and goes together.
/// </summary>
internal sealed class MySqlTableAlteration
{
    private readonly DbObject from;
    private readonly DbObject to;
    private readonly IReadOnlyList<DbObject> fromParts;
    private readonly IReadOnlyList<DbObject> toParts;
    private readonly IReadOnlyDictionary<string, string> renamed;
    private readonly MySqlFeatures features;

    /// <param name="renamed">Columns that go by another name in the table wanted, by their name now.</param>
    public MySqlTableAlteration(DbObject from, DbStructure now, DbObject to, DbStructure wanted, IReadOnlyDictionary<string, string>? renamed, MySqlFeatures features)
    {
        this.from = from;
        this.to = to;
        fromParts = now.PartsOf(from.Key);
        toParts = wanted.PartsOf(to.Key);
        this.renamed = renamed ?? new Dictionary<string, string>();
        this.features = features;
    }

    public IReadOnlyList<string> Statements()
    {
        var table = MySqlName.Quote(to.Name);
        var rename = from.Name == to.Name ? Array.Empty<string>() : [$"RENAME TABLE {MySqlName.Quote(from.Name)} TO {table}"];
        var partitions = from.Facet(MySqlFacets.Partitions) == to.Facet(MySqlFacets.Partitions) ? "" : to.Facet(MySqlFacets.Partitions) ?? "REMOVE PARTITIONING";
        List<string> clauses = [.. Drops(), .. Columns(), .. Additions(), .. MySqlTableWriter.Clauses(from, to)];

        // A table with history is not taken from one engine to another: history begins and ends in a statement of its own then.
        var first = from.Facet(MySqlFacets.Engine) != to.Facet(MySqlFacets.Engine) && clauses.Remove(MySqlTableWriter.DropVersioning) ? MySqlTableWriter.DropVersioning : "";
        var last = from.Facet(MySqlFacets.Engine) != to.Facet(MySqlFacets.Engine) && clauses.Remove(MySqlTableWriter.AddVersioning) ? MySqlTableWriter.AddVersioning : "";
        string[] statements = [first, $"{string.Join(", ", clauses)} {partitions}".Trim(), last];
        return [.. rename, .. MySqlSettings.ForTables([.. statements.Where(s => s.Length > 0).Select(s => $"ALTER TABLE {table} {s}")], features, numbersRows: CountsAnew())];
    }

    /// <summary>A column that is new and counts numbers the rows that are there.</summary>
    private bool CountsAnew() => toParts.Any(p => p.Facet(DbFacets.Identity) is not null && p.Kind == DbKinds.Column && Before(p) is null);

    private IEnumerable<string> Drops() =>
        fromParts.Where(p => IsKeyOrCheck(p) && !Stays(p)).Select(p => MySqlPartWriter.DropWords(p, features))
            .Concat(fromParts.Where(p => p.Kind == DbKinds.Column && !toParts.Any(t => t.Kind == DbKinds.Column && Before(t) == p)).Select(p => $"DROP COLUMN {MySqlName.Quote(p.Name)}"));

    private IEnumerable<string> Additions() => toParts.Where(IsKeyOrCheck).SelectMany(part => Twin(part, fromParts) switch
    {
        null => [$"ADD {MySqlKeyText.Definition(part)}"],
        var twin when !Stays(twin) => [$"ADD {MySqlKeyText.Definition(part)}"],
        var twin when IsSame(twin, part) => Array.Empty<string>(),
        var twin => [.. MySqlPartWriter.InPlace(twin, part, features)!],
    });

    private IEnumerable<string> Columns()
    {
        var wanted = toParts.Where(p => p.Kind == DbKinds.Column).ToList();
        var staying = InOrder(wanted);
        for (var i = 0; i < wanted.Count; i++)
        {
            var column = wanted[i];
            var place = i == 0 ? " FIRST" : $" AFTER {MySqlName.Quote(wanted[i - 1].Name)}";
            var definition = MySqlColumnText.Definition(column, counts: true);
            if (Before(column) is not { } before)
            {
                yield return $"ADD COLUMN {definition}{place}";
            }
            else if (before.Name != column.Name)
            {
                yield return $"CHANGE COLUMN {MySqlName.Quote(before.Name)} {definition}{(staying.Contains(column) ? "" : place)}";
            }
            else if (!staying.Contains(column) || before.Definition != column.Definition)
            {
                yield return $"MODIFY COLUMN {definition}{(staying.Contains(column) ? "" : place)}";
            }

            if (column.Facet(MySqlFacets.NoDefault) is not null && Before(column)?.Facet(MySqlFacets.NoDefault) is null)
            {
                yield return MySqlTableWriter.DropDefault(column.Name);
            }
        }
    }

    /// <summary>The most columns that already stand in the right order among themselves: the others are put in between.</summary>
    private HashSet<DbObject> InOrder(List<DbObject> wanted)
    {
        var kept = wanted.Select(c => (Column: c, Before: Before(c))).Where(c => c.Before is not null).ToList();
        var length = new int[kept.Count];
        var previous = new int[kept.Count];
        var last = -1;
        for (var i = 0; i < kept.Count; i++)
        {
            previous[i] = -1;
            for (var j = 0; j < i; j++)
            {
                if (kept[j].Before!.Position < kept[i].Before!.Position && length[j] + 1 > length[i])
                {
                    length[i] = length[j] + 1;
                    previous[i] = j;
                }
            }

            last = last < 0 || length[i] > length[last] ? i : last;
        }

        var found = new HashSet<DbObject>(ReferenceEqualityComparer.Instance);
        for (; last >= 0; last = previous[last])
        {
            found.Add(kept[last].Column);
        }

        return found;
    }

    /// <summary>The column as it is now; null where it has to be made, also in the place of another that cannot become it.</summary>
    private DbObject? Before(DbObject column) =>
        fromParts.FirstOrDefault(p => p.Kind == DbKinds.Column && renamed.GetValueOrDefault(p.Name, p.Name) == column.Name && MySqlPartWriter.CanBecome(p, column));

    private bool Stays(DbObject part) => Twin(part, toParts) is { } twin && (IsSame(part, twin) || MySqlPartWriter.InPlace(part, twin, features) is not null);

    /// <summary>Keys and checks on a column that is made anew go with the old one.</summary>
    private bool IsSame(DbObject part, DbObject twin) => part.IsLike(twin with { Parent = part.Parent })
        && part.Columns.Where(c => c.Length > 0).All(c => toParts.Any(t => t.Kind == DbKinds.Column && t.Name == c && Before(t)?.Name == c));

    private static DbObject? Twin(DbObject part, IReadOnlyList<DbObject> among) => among.FirstOrDefault(p => p.Kind == part.Kind && p.Name == part.Name);

    private static bool IsKeyOrCheck(DbObject part) => part.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index or DbKinds.Check;
}
