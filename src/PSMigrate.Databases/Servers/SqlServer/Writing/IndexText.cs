using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes keys, indexes of every method, and statistics.</summary>
internal static class IndexText
{
    private static readonly string[] Settable =
    [
        SqlServerFacets.RowLocks, SqlServerFacets.PageLocks, SqlServerFacets.IgnoreDuplicates, SqlServerFacets.NoRecompute, SqlServerFacets.SequentialKey, SqlServerFacets.CompressionDelay,
    ];

    public static IReadOnlyList<string> Create(DbObject index, DbStructure of)
    {
        if (of.Find(index.Parent!) is { Kind: DbKinds.Table } table && TableText.InlineKey(table, of)?.Key == index.Key)
        {
            return [];
        }

        return
        [
            Statement(index),
            .. index.Facet(SqlServerFacets.Disabled) is null ? Array.Empty<string>() : [Change(index, "DISABLE")],
            .. ExtrasText.Create(index, withOwner: false),
        ];
    }

    public static IReadOnlyList<string> Drop(DbObject index) => index.Kind switch
    {
        DbKinds.PrimaryKey or DbKinds.UniqueKey => [$"ALTER TABLE {SqlServerAddress.TableOf(index)} DROP CONSTRAINT {SqlServerName.Quote(index.Name)}"],
        SqlServerKinds.Statistics => [$"DROP STATISTICS {SqlServerAddress.TableOf(index)}.{SqlServerName.Quote(index.Name)}"],
        _ when index.Facet(SqlServerFacets.MemoryOptimized) is not null => [$"ALTER TABLE {SqlServerAddress.TableOf(index)} DROP INDEX {SqlServerName.Quote(index.Name)}"],
        _ => [$"DROP INDEX {SqlServerName.Quote(index.Name)} ON {SqlServerAddress.TableOf(index)}"],
    };

    /// <summary>Null where it is another index. Of keys IGNORE_DUP_KEY cannot be changed, of what is off no option, and of memory-optimised tables nothing.</summary>
    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        if (changes.Shape || !changes.Only([.. Settable, SqlServerFacets.FillFactor, SqlServerFacets.Padded, SqlServerFacets.Compression, SqlServerFacets.XmlCompression, SqlServerFacets.Disabled])
            || (to.Kind != DbKinds.Index && changes.Has(SqlServerFacets.IgnoreDuplicates))
            || (to.Facet(SqlServerFacets.Disabled) is not null && changes.Has(Settable))
            || (changes.Any && (to.Kind == SqlServerKinds.Statistics || to.Facet(SqlServerFacets.MemoryOptimized) is not null)))
        {
            return null;
        }

        var statements = new List<string>();
        if (changes.Renamed)
        {
            var (old, kind) = to.Kind switch
            {
                DbKinds.Index => ($"{SqlServerAddress.TableOf(to)}.{SqlServerName.Quote(from.Name)}", "INDEX"),
                SqlServerKinds.Statistics => ($"{SqlServerAddress.TableOf(to)}.{SqlServerName.Quote(from.Name)}", "STATISTICS"),
                _ => (SqlServerName.Quote(to.Schema, from.Name), "OBJECT"),
            };
            statements.Add(Renaming.Of(old, to.Name, kind));
        }

        Rebuild(changes, statements);
        var set = SetOptions(changes).ToList();
        if (set.Count > 0)
        {
            statements.Add(Change(to, $"SET ({string.Join(", ", set)})"));
        }

        if (changes.Has(SqlServerFacets.Disabled) && to.Facet(SqlServerFacets.Disabled) is not null)
        {
            statements.Add(Change(to, "DISABLE"));
        }

        statements.AddRange(ExtrasText.Alter(from, to));
        return statements;
    }

    /// <summary>As a line of CREATE TABLE or CREATE TYPE.</summary>
    public static string Inline(DbObject index, bool named = false)
    {
        var unique = index.Facet(DbFacets.Unique) is null ? "" : "UNIQUE ";
        var head = index.Kind switch
        {
            DbKinds.PrimaryKey => $"{(named ? $"CONSTRAINT {SqlServerName.Quote(index.Name)} " : "")}PRIMARY KEY ",
            DbKinds.UniqueKey => $"{(named ? $"CONSTRAINT {SqlServerName.Quote(index.Name)} " : "")}UNIQUE ",
            _ => $"INDEX {SqlServerName.Quote(index.Name)} {unique}",
        };
        return $"{head}{index.Facet(SqlServerFacets.Method)}{KeyColumns(index)}{Tail(index)}";
    }

    private static string Statement(DbObject index)
    {
        var table = SqlServerAddress.TableOf(index);
        var name = SqlServerName.Quote(index.Name);
        if (index.Kind == SqlServerKinds.Statistics)
        {
            string[] with =
            [
                .. index.Facet(SqlServerFacets.NoRecompute) is null ? Array.Empty<string>() : ["NORECOMPUTE"],
                .. index.Facet(SqlServerFacets.Incremental) is null ? Array.Empty<string>() : ["INCREMENTAL = ON"],
            ];
            return $"CREATE STATISTICS {name} ON {table}{KeyColumns(index)}{Filter(index)}{(with.Length > 0 ? $" WITH {string.Join(", ", with)}" : "")}";
        }

        if (index.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey)
        {
            return $"ALTER TABLE {table} ADD {Inline(index, named: true)}";
        }

        var method = index.Facet(SqlServerFacets.Method);
        var unique = index.Facet(DbFacets.Unique) is null ? "" : "UNIQUE ";
        return index.Facet(SqlServerFacets.MemoryOptimized) is not null ? $"ALTER TABLE {table} ADD {Inline(index)}"
            : method == "XML" ? Xml(index, name, table)
            : method == "SPATIAL" ? Spatial(index, name, table)
            : $"CREATE {unique}{method} INDEX {name} ON {table}{KeyColumns(index)}{Tail(index)}";
    }

    private static string Xml(DbObject index, string name, string table) => index.Facet(SqlServerFacets.PrimaryXmlIndex) is { } primary
        ? $"CREATE XML INDEX {name} ON {table}{KeyColumns(index)} USING XML INDEX {primary}{With(Options(index))}"
        : $"CREATE PRIMARY XML INDEX {name} ON {table}{KeyColumns(index)}{With(Options(index))}";

    /// <summary>The grid has a list of options of its own, which the rest joins.</summary>
    private static string Spatial(DbObject index, string name, string table)
    {
        var grid = index.Facet(SqlServerFacets.Grid) ?? "";
        var options = Options(index).ToList();
        var text = options.Count == 0 ? grid : grid.EndsWith("WITH ()", StringComparison.Ordinal) ? $"{grid[..^1]}{string.Join(", ", options)})" : $"{grid[..^1]}, {string.Join(", ", options)})";
        return $"CREATE SPATIAL INDEX {name} ON {table}{KeyColumns(index)} {text.Replace(" WITH ()", "", StringComparison.Ordinal)}{On(index)}";
    }

    private static string KeyColumns(DbObject index)
    {
        if (index.Columns.Count == 0)
        {
            return "";
        }

        var descending = SqlServerName.UnquoteList(index.Facet(SqlServerFacets.Descending));
        return $" ({string.Join(", ", index.Columns.Select(c => Column(c) + (descending.Contains(c) ? " DESC" : "")))})";
    }

    /// <summary>Pseudo-columns of graph tables are no names.</summary>
    private static string Column(string name) => name is "$node_id" or "$edge_id" or "$from_id" or "$to_id" ? name : SqlServerName.Quote(name);

    private static string Tail(DbObject index) =>
        (index.Facet(SqlServerFacets.Included) is { } included ? $" INCLUDE ({included})" : "")
        + (index.Facet(SqlServerFacets.Order) is { } order ? $" ORDER ({order})" : "")
        + Filter(index)
        + With(Options(index))
        + On(index);

    private static string Filter(DbObject index) => index.Facet(DbFacets.Filter) is { } filter ? $" WHERE {filter}" : "";

    private static string On(DbObject index) => index.Facet(SqlServerFacets.DataSpace) is { } space ? $" ON {space}" : "";

    private static string With(IEnumerable<string> options) => string.Join(", ", options) is { Length: > 0 } list ? $" WITH ({list})" : "";

    private static IEnumerable<string> Options(DbObject index)
    {
        if (index.Facet(SqlServerFacets.BucketCount) is { } buckets)
        {
            yield return $"BUCKET_COUNT = {buckets}";
        }

        if (index.Facet(SqlServerFacets.Padded) is not null)
        {
            yield return "PAD_INDEX = ON";
        }

        if (index.Facet(SqlServerFacets.FillFactor) is { } fill)
        {
            yield return $"FILLFACTOR = {fill}";
        }

        foreach (var facet in Settable.Where(f => index.Facet(f) is not null))
        {
            yield return Option(index, facet);
        }

        if (index.Facet(SqlServerFacets.Incremental) is not null)
        {
            yield return "STATISTICS_INCREMENTAL = ON";
        }

        foreach (var option in Compressing.Options(index))
        {
            yield return option;
        }
    }

    private static IEnumerable<string> SetOptions(FacetChanges changes) => Settable.Where(f => changes.Has(f)).Select(f => Option(changes.To, f));

    private static string Option(DbObject index, string facet)
    {
        var value = index.Facet(facet);
        return facet switch
        {
            SqlServerFacets.RowLocks => $"ALLOW_ROW_LOCKS = {(value is null ? "ON" : "OFF")}",
            SqlServerFacets.PageLocks => $"ALLOW_PAGE_LOCKS = {(value is null ? "ON" : "OFF")}",
            SqlServerFacets.IgnoreDuplicates => $"IGNORE_DUP_KEY = {(value is null ? "OFF" : "ON")}",
            SqlServerFacets.NoRecompute => $"STATISTICS_NORECOMPUTE = {(value is null ? "OFF" : "ON")}",
            SqlServerFacets.SequentialKey => $"OPTIMIZE_FOR_SEQUENTIAL_KEY = {(value is null ? "OFF" : "ON")}",
            _ => $"COMPRESSION_DELAY = {value ?? "0"}",
        };
    }

    private static void Rebuild(FacetChanges changes, List<string> statements)
    {
        var (from, to) = (changes.From, changes.To);
        var enabled = changes.Has(SqlServerFacets.Disabled) && to.Facet(SqlServerFacets.Disabled) is null;
        if (changes.Has(SqlServerFacets.FillFactor, SqlServerFacets.Padded) || enabled)
        {
            // No fill factor and a full one are the same.
            string[] options = changes.Has(SqlServerFacets.FillFactor, SqlServerFacets.Padded)
                ? [$"PAD_INDEX = {(to.Facet(SqlServerFacets.Padded) is null ? "OFF" : "ON")}", $"FILLFACTOR = {to.Facet(SqlServerFacets.FillFactor) ?? "100"}"]
                : [];
            statements.Add(Change(to, $"REBUILD{With(options)}"));
        }

        if (changes.Has(SqlServerFacets.Compression, SqlServerFacets.XmlCompression))
        {
            statements.AddRange(Compressing.Rebuild($"ALTER INDEX {SqlServerName.Quote(to.Name)} ON {SqlServerAddress.TableOf(to)}", from, to));
        }
    }

    private static string Change(DbObject index, string how) => $"ALTER INDEX {SqlServerName.Quote(index.Name)} ON {SqlServerAddress.TableOf(index)} {how}";
}
