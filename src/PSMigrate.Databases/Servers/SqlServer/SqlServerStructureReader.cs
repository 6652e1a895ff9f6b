using PSMigrate.Databases.Servers.SqlServer.Reading;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>
/// Reads SQL Server's catalog, from 2016 on and in Azure, by one query for each kind. What it needs to read is <c>VIEW DEFINITION</c>
/// on the database; what the account may not see does not appear at all, and texts that it may not see are said to be left out.
/// </summary>
/// <param name="readsOwn">PSMigrate's own objects as well, because they are about to be backed up or removed.</param>
public sealed class SqlServerStructureReader(bool readsOwn = false) : IStructureReader
{
    /// <summary>More names than that are not worth a condition: everything is read then, and the rest left out.</summary>
    private const int MostNames = 500;

    public async Task<DbStructure> ReadAsync(ServerSession session, IReadOnlyCollection<string>? relations, CancellationToken cancel)
    {
        var catalog = await SqlServerCatalog.OfAsync(session, cancel).ConfigureAwait(false);
        var only = relations is null ? null : await ResolveAsync(session, catalog, relations, cancel).ConfigureAwait(false);
        if (only is { Count: 0 })
        {
            return new DbStructure([]);
        }

        var reading = new SqlServerReading(session, catalog, only, readsOwn, cancel);
        if (reading.Whole)
        {
            await SettingReading.ReadAsync(reading).ConfigureAwait(false);
        }

        await ReadBeforeTablesAsync(reading).ConfigureAwait(false);
        await ReadTablesAsync(reading).ConfigureAwait(false);
        if (reading.Whole)
        {
            await ReadAfterTablesAsync(reading).ConfigureAwait(false);
        }

        await DependencyReading.ReadAsync(reading).ConfigureAwait(false);
        await ExtrasReading.ReadAsync(reading).ConfigureAwait(false);
        TableTypeReading.Fold(reading);
        return reading.ToStructure();
    }

    private static async Task ReadBeforeTablesAsync(SqlServerReading reading)
    {
        await PrincipalReading.ReadAsync(reading).ConfigureAwait(false);
        await SchemaReading.ReadAsync(reading).ConfigureAwait(false);
        await ModuleReading.ReadBoundAsync(reading).ConfigureAwait(false);
        await ExternalReading.ReadAssembliesAsync(reading).ConfigureAwait(false);
        await TypeReading.ReadAsync(reading).ConfigureAwait(false);
        await PartitionReading.ReadAsync(reading).ConfigureAwait(false);
        await SecurityReading.ReadKeysAsync(reading).ConfigureAwait(false);
        await ExternalReading.ReadSourcesAsync(reading).ConfigureAwait(false);
        await FullTextReading.ReadCatalogsAsync(reading).ConfigureAwait(false);
    }

    private static async Task ReadTablesAsync(SqlServerReading reading)
    {
        await ProgramObjectReading.ReadAsync(reading).ConfigureAwait(false);
        await TableReading.ReadAsync(reading).ConfigureAwait(false);
        await ModuleReading.ReadViewsAsync(reading).ConfigureAwait(false);
        await ColumnReading.ReadAsync(reading).ConfigureAwait(false);
        await ExternalReading.ReadTablesAsync(reading).ConfigureAwait(false);
        await IndexReading.ReadAsync(reading).ConfigureAwait(false);
        await SpecialIndexReading.ReadAsync(reading).ConfigureAwait(false);
        await FullTextReading.ReadIndexesAsync(reading).ConfigureAwait(false);
        await ConstraintReading.ReadAsync(reading).ConfigureAwait(false);
        await TableReading.RemoveSystemDefinedAsync(reading).ConfigureAwait(false);
        await TemporalReading.ReadAsync(reading).ConfigureAwait(false);
        await ModuleReading.ReadTriggersAsync(reading).ConfigureAwait(false);
    }

    private static async Task ReadAfterTablesAsync(SqlServerReading reading)
    {
        await ModuleReading.ReadProgramsAsync(reading).ConfigureAwait(false);
        await BrokerReading.ReadAsync(reading).ConfigureAwait(false);
        await SecurityReading.ReadPoliciesAsync(reading).ConfigureAwait(false);
        await UncoveredReading.ReadAsync(reading).ConfigureAwait(false);
    }

    /// <summary>The object ids of the relations, and of the history tables that belong to them.</summary>
    private static async Task<IReadOnlyList<int>> ResolveAsync(ServerSession session, SqlServerCatalog catalog, IReadOnlyCollection<string> relations, CancellationToken cancel)
    {
        var wanted = relations.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = relations.Count <= MostNames ? [.. relations] : Array.Empty<object?>();
        var which = names.Length > 0 ? $" AND CONCAT(s.name, '.', o.name) IN ({string.Join(", ", Enumerable.Range(1, names.Length).Select(i => $"@p{i}"))})" : "";
        var ids = new List<int>();
        await session.ReadAsync(
            $"""
            SELECT o.object_id, s.name, o.name
            FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
            WHERE o.type IN ('U', 'V', 'SO') AND {SqlServerReading.OfUsers}{which}
            """,
            row =>
            {
                // The server compares names by its own collation; with no condition it is done here.
                if (which.Length > 0 || wanted.Contains($"{row.GetString(1)}.{row.GetString(2)}"))
                {
                    ids.Add(row.GetInt32(0));
                }
            },
            cancel,
            names).ConfigureAwait(false);
        if (ids.Count > 0 && catalog.Has("tables", "history_table_id"))
        {
            var histories = await session.ListAsync(
                $"SELECT t.history_table_id FROM sys.tables t WHERE t.history_table_id IS NOT NULL AND t.object_id IN ({string.Join(", ", ids)})", row => row.GetInt32(0), cancel).ConfigureAwait(false);
            ids.AddRange(histories.Except(ids).ToList());
        }

        return ids;
    }
}
