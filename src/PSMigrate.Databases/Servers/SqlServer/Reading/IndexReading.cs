using System.Globalization;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads keys and indexes of tables and views: a key is a constraint and the index beneath it in one.</summary>
internal static class IndexReading
{
    private const int Heap = 0;
    private const int Xml = 3;
    private const int Spatial = 4;
    private const int ClusteredColumnstore = 5;
    private const int NonclusteredColumnstore = 6;
    private const int Hash = 7;

    public static async Task ReadAsync(SqlServerReading reading)
    {
        // A key and its index have one name.
        var constraints = new Dictionary<(int Table, string Name), int>();
        await reading.ReadAsync(
            $"SELECT k.object_id, k.parent_object_id, k.name FROM sys.key_constraints k WHERE k.parent_object_id > 0{reading.Only("k.parent_object_id")}",
            row => constraints[(row.Id("parent_object_id"), row.Name("name"))] = row.Id("object_id")).ConfigureAwait(false);
        await reading.ReadAsync(
            $$"""
            SELECT i.object_id, i.index_id, i.name, i.type, i.is_unique, i.is_primary_key, i.is_unique_constraint, i.data_space_id, i.ignore_dup_key, i.fill_factor,
                i.is_padded, i.is_disabled, i.allow_row_locks, i.allow_page_locks, i.filter_definition, {i.optimize_for_sequential_key|0}, {i.compression_delay|NULL}
            FROM sys.indexes i
            WHERE i.is_hypothetical = 0 AND i.object_id > 0{{reading.Only("i.object_id")}}
            """,
            row => AddIndex(reading, row, constraints)).ConfigureAwait(false);
        await ReadColumnsAsync(reading).ConfigureAwait(false);
        await reading.ReadAsync(
            $"SELECT h.object_id, h.index_id, h.bucket_count FROM sys.hash_indexes h WHERE h.type = {Hash}{reading.Only("h.object_id")}",
            row => Index(reading, row)?.Set(SqlServerFacets.BucketCount, row.Text("bucket_count"))).ConfigureAwait(false);
        await ReadStorageAsync(reading).ConfigureAwait(false);
    }

    private static SqlServerDraft? Index(SqlServerReading reading, SqlServerRow row) =>
        reading.Find(SqlServerReading.IndexId(row.Id("object_id"), row.Id("index_id")));

    private static void AddIndex(SqlServerReading reading, SqlServerRow row, Dictionary<(int Table, string Name), int> constraints)
    {
        var (tableId, indexId) = (row.Id("object_id"), row.Id("index_id"));
        if (reading.Object(tableId) is not { } table)
        {
            return;
        }

        var space = DataSpace(reading, row.Id("data_space_id"));
        if (row.Id("type") == Heap)
        {
            reading.Alias(SqlServerReading.IndexId(tableId, Heap), table);
            table.Set(SqlServerFacets.DataSpace, space?.Facet).Need(space?.Scheme);
            return;
        }

        if (row.Text("name") is not { } name || name.StartsWith("GRAPH_UNIQUE_INDEX_", StringComparison.Ordinal))
        {
            return;
        }

        var id = SqlServerReading.IndexId(tableId, indexId);
        var isConstraint = constraints.TryGetValue((tableId, name), out var constraint);
        var index = reading.Add(
            new SqlServerDraft
            {
                Kind = row.Flag("is_primary_key") ? DbKinds.PrimaryKey : row.Flag("is_unique_constraint") ? DbKinds.UniqueKey : DbKinds.Index,
                Schema = table.Schema,
                Name = name,
                Parent = table,
                Id = isConstraint ? SqlServerReading.ObjectId(constraint) : id,
            },
            isConstraint ? id : null);
        index
            .Set(SqlServerFacets.Method, MethodOf(row.Id("type")))
            .Set(SqlServerFacets.MemoryOptimized, IsMemoryOptimized(table) && table.Kind == DbKinds.Table ? SqlServerFacets.Yes : null)
            .Set(DbFacets.Unique, index.Kind == DbKinds.Index ? row.YesIf("is_unique") : null)
            .Set(DbFacets.Filter, row.Text("filter_definition"))
            .Set(SqlServerFacets.FillFactor, row.Number("fill_factor") is var fill and > 0 and < 100 ? fill.ToString(CultureInfo.InvariantCulture) : null)
            .Set(SqlServerFacets.Padded, row.YesIf("is_padded"))
            .Set(SqlServerFacets.IgnoreDuplicates, row.YesIf("ignore_dup_key"))
            .Set(SqlServerFacets.SequentialKey, row.YesIf("optimize_for_sequential_key"))
            .Set(SqlServerFacets.Disabled, row.YesIf("is_disabled"))
            .Set(SqlServerFacets.CompressionDelay, row.Number("compression_delay") is var delay and > 0 ? delay.ToString(CultureInfo.InvariantCulture) : null)
            .Set(SqlServerFacets.DataSpace, space?.Facet)
            .Need(space?.Scheme);
        if (row.Id("type") is not (ClusteredColumnstore or NonclusteredColumnstore or Hash) && !IsMemoryOptimized(table))
        {
            index
                .Set(SqlServerFacets.RowLocks, row.Flag("allow_row_locks") ? null : SqlServerFacets.No)
                .Set(SqlServerFacets.PageLocks, row.Flag("allow_page_locks") ? null : SqlServerFacets.No);
        }
    }

    public static bool IsMemoryOptimized(SqlServerDraft table) =>
        table.Facets.GetValueOrDefault(DbFacets.TableKind)?.Contains("memory-optimized", StringComparison.Ordinal) == true || table.Facets.ContainsKey(SqlServerFacets.MemoryOptimized);

    private static string MethodOf(int type) => type switch
    {
        1 => "CLUSTERED",
        2 => "NONCLUSTERED",
        Xml => "XML",
        Spatial => "SPATIAL",
        ClusteredColumnstore => "CLUSTERED COLUMNSTORE",
        NonclusteredColumnstore => "NONCLUSTERED COLUMNSTORE",
        Hash => "NONCLUSTERED HASH",
        _ => string.Create(CultureInfo.InvariantCulture, $"type {type}"),
    };

    /// <summary>The default file group is left out: every database has one, whatever it is called.</summary>
    private static (string? Facet, SqlServerDraft? Scheme)? DataSpace(SqlServerReading reading, int id) =>
        reading.Find(SqlServerReading.Id("data space", id)) is not { } space ? null
        : space.Kind == SqlServerKinds.PartitionScheme ? (space.Quoted, space)
        : (space.Facets.ContainsKey("default") ? null : space.Quoted, null);

    private static async Task ReadColumnsAsync(SqlServerReading reading)
    {
        var included = new Dictionary<SqlServerDraft, List<string>>();
        var ordered = new Dictionary<SqlServerDraft, List<string>>();
        await reading.ReadAsync(
            $$"""
            SELECT ic.object_id, ic.index_id, ic.column_id, ic.key_ordinal, ic.partition_ordinal, ic.is_descending_key, ic.is_included_column, c.name, {c.graph_type|NULL},
                {ic.column_store_order_ordinal|0}
            FROM sys.index_columns ic JOIN sys.columns c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
            WHERE ic.object_id > 0{{reading.Only("ic.object_id")}}
            ORDER BY ic.object_id, ic.index_id, ic.key_ordinal, ic.index_column_id
            """,
            row =>
            {
                if (Index(reading, row) is not { } index)
                {
                    return;
                }

                var name = NameOf(row);
                if (row.Number("partition_ordinal") > 0 && index.Facets.TryGetValue(SqlServerFacets.DataSpace, out var space))
                {
                    index.Facets[SqlServerFacets.DataSpace] = $"{space}({SqlServerName.Quote(name)})";
                }

                if (index.Kind == DbKinds.Table)
                {
                    return;
                }

                var columnstore = index.Facets[SqlServerFacets.Method].EndsWith("COLUMNSTORE", StringComparison.Ordinal);
                if (row.Number("column_store_order_ordinal") > 0)
                {
                    Listed(ordered, index).Add(SqlServerName.Quote(name));
                }

                if (columnstore ? index.Facets[SqlServerFacets.Method].StartsWith('N') && (row.Flag("is_included_column") || row.Number("key_ordinal") > 0) : row.Number("key_ordinal") > 0)
                {
                    if (!index.Columns.Contains(name))
                    {
                        index.Columns.Add(name);
                    }

                    if (row.Flag("is_descending_key"))
                    {
                        index.Set(SqlServerFacets.Descending, index.Facets.TryGetValue(SqlServerFacets.Descending, out var before) ? $"{before}, {SqlServerName.Quote(name)}" : SqlServerName.Quote(name));
                    }
                }
                else if (row.Flag("is_included_column") && !columnstore)
                {
                    Listed(included, index).Add(SqlServerName.Quote(name));
                }
                else
                {
                    return;
                }

                index.Need(reading.Column(row.Id("object_id"), row.Id("column_id")));
            }).ConfigureAwait(false);
        foreach (var (index, names) in included)
        {
            index.Set(SqlServerFacets.Included, string.Join(", ", names));
        }

        foreach (var (index, names) in ordered)
        {
            index.Set(SqlServerFacets.Order, string.Join(", ", names));
        }
    }

    /// <summary>The inner columns of graph tables are named by their pseudo-columns.</summary>
    private static string NameOf(SqlServerRow row) => row.OptionalNumber("graph_type") switch
    {
        1 or 2 => "$node_id",
        3 or 4 or 5 => "$from_id",
        6 or 7 or 8 => "$to_id",
        _ => row.Name("name"),
    };

    private static List<string> Listed(Dictionary<SqlServerDraft, List<string>> lists, SqlServerDraft index) =>
        lists.TryGetValue(index, out var list) ? list : lists[index] = [];

    /// <summary>How rows are compressed, by partition where there is more than one.</summary>
    private static async Task ReadStorageAsync(SqlServerReading reading)
    {
        var compressed = new SortedDictionary<(string Index, string Facet, string How), List<string>>();
        await reading.ReadAsync(
            $$"""
            SELECT p.object_id, p.index_id, p.partition_number, p.data_compression_desc, {p.xml_compression|0}
            FROM sys.partitions p
            WHERE p.object_id > 0{{reading.Only("p.object_id")}}
            ORDER BY p.object_id, p.index_id, p.partition_number
            """,
            row =>
            {
                if (Index(reading, row) is not { } index)
                {
                    return;
                }

                void Note(string facet, string how)
                {
                    var key = (SqlServerReading.IndexId(row.Id("object_id"), row.Id("index_id")), facet, how);
                    if (!compressed.TryGetValue(key, out var partitions))
                    {
                        compressed[key] = partitions = [];
                    }

                    partitions.Add(row.Name("partition_number"));
                }

                if (row.Text("data_compression_desc") is "ROW" or "PAGE" or "COLUMNSTORE_ARCHIVE")
                {
                    Note(SqlServerFacets.Compression, row.Name("data_compression_desc"));
                }

                if (row.Flag("xml_compression"))
                {
                    Note(SqlServerFacets.XmlCompression, "ON");
                }
            }).ConfigureAwait(false);
        foreach (var ((id, facet, how), partitions) in compressed)
        {
            var index = reading.Find(id)!;
            var isPartitioned = index.Facets.GetValueOrDefault(SqlServerFacets.DataSpace)?.EndsWith(')') == true;
            var text = isPartitioned ? $"{how} ON PARTITIONS ({string.Join(", ", partitions)})" : how;
            index.Set(facet, index.Facets.TryGetValue(facet, out var others) ? $"{others}\n{text}" : text);
        }
    }
}
