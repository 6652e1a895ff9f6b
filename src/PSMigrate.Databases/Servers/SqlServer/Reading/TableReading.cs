using System.Globalization;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads tables and what makes them more than ordinary ones.</summary>
internal static class TableReading
{
    private const int HistoryTable = 1;
    private const int LedgerHistory = 1;

    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $$"""
            SELECT o.object_id, o.name, s.name AS schema_name, p.name AS owner, o.lock_escalation_desc, o.text_in_row_limit, o.large_value_types_out_of_row,
                o.is_tracked_by_cdc, {o.is_memory_optimized|0}, {o.durability_desc|NULL}, {o.temporal_type|0}, {o.is_filetable|0}, {o.is_external|0},
                {o.is_node|0}, {o.is_edge|0}, {o.ledger_type|0}, {o.is_remote_data_archive_enabled|0},
                o.lob_data_space_id, {o.filestream_data_space_id|NULL}
            FROM sys.tables o JOIN sys.schemas s ON s.schema_id = o.schema_id LEFT JOIN sys.database_principals p ON p.principal_id = o.principal_id
            WHERE {{SqlServerReading.OfUsers}}{{reading.Only("o.object_id")}}
            """,
            row => AddTable(reading, row)).ConfigureAwait(false);
        await ReadLedgerViewsAsync(reading).ConfigureAwait(false);
        await ReadFileTablesAsync(reading).ConfigureAwait(false);
    }

    private static void AddTable(SqlServerReading reading, SqlServerRow row)
    {
        var table = new SqlServerDraft { Kind = DbKinds.Table, Schema = row.Name("schema_name"), Name = row.Name("name"), Id = SqlServerReading.ObjectId(row.Id("object_id")) };
        if (row.Number("ledger_type") == LedgerHistory)
        {
            // It is made, changed and dropped with its ledger table.
            return;
        }

        reading.Add(table)
            .Set(DbFacets.Owner, row.Text("owner"))
            .Set(DbFacets.TableKind, KindOf(row))
            .Set(SqlServerFacets.Durability, row.Flag("is_memory_optimized") ? row.Text("durability_desc") : null)
            .Set(SqlServerFacets.LockEscalation, row.Text("lock_escalation_desc") is { } escalation and not "TABLE" ? escalation : null)
            .Set(SqlServerFacets.TextInRow, row.Number("text_in_row_limit") is var limit and > 0 ? limit.ToString(CultureInfo.InvariantCulture) : null)
            .Set(SqlServerFacets.LargeValuesOutOfRow, row.YesIf("large_value_types_out_of_row"));
        table.Set(SqlServerFacets.LobDataSpace, DataSpace(reading, row, "lob_data_space_id")).Set(SqlServerFacets.FileStreamDataSpace, DataSpace(reading, row, "filestream_data_space_id"));
        if (row.Flag("is_tracked_by_cdc"))
        {
            reading.LeaveOut($"change data capture of {table.Called}");
        }

        if (row.Flag("is_remote_data_archive_enabled"))
        {
            reading.LeaveOut($"Stretch Database of {table.Called}");
        }
    }

    private static string? DataSpace(SqlServerReading reading, SqlServerRow row, string column) =>
        reading.Find(SqlServerReading.Id("data space", row.Id(column))) is { } space && space.Kind != SqlServerKinds.PartitionScheme && !space.Facets.ContainsKey("default") ? space.Quoted : null;

    private static string? KindOf(SqlServerRow row)
    {
        string[] words =
        [
            row.Flag("is_memory_optimized") ? "memory-optimized" : "",
            row.Number("temporal_type") == HistoryTable ? "history" : "",
            row.Flag("is_filetable") ? "file table" : "",
            row.Flag("is_external") ? "external" : "",
            row.Flag("is_node") ? "node" : "",
            row.Flag("is_edge") ? "edge" : "",
            row.Number("ledger_type") switch { 2 => "updatable ledger", 3 => "append-only ledger", _ => "" },
        ];
        var kind = string.Join(", ", words.Where(w => w.Length > 0));
        return kind.Length > 0 ? kind : null;
    }

    private static Task ReadLedgerViewsAsync(SqlServerReading reading) => !reading.Catalog.Has("tables", "ledger_view_id") ? Task.CompletedTask : reading.ReadAsync(
        $"""
        SELECT o.object_id, v.name AS view_name, s.name AS view_schema, h.name AS history_name, hs.name AS history_schema
        FROM sys.tables o JOIN sys.objects v ON v.object_id = o.ledger_view_id JOIN sys.schemas s ON s.schema_id = v.schema_id
            LEFT JOIN sys.tables h ON h.object_id = o.history_table_id LEFT JOIN sys.schemas hs ON hs.schema_id = h.schema_id
        WHERE 1 = 1{reading.Only("o.object_id")}
        """,
        row => reading.Object(row.Id("object_id"))?
            .Set(SqlServerFacets.LedgerView, SqlServerName.Quote(row.Name("view_schema"), row.Name("view_name")))
            .Set(SqlServerFacets.HistoryTable, row.Text("history_name") is { } history ? SqlServerName.Quote(row.Name("history_schema"), history) : null));

    /// <summary>File tables come with keys and checks of the server's own.</summary>
    public static async Task RemoveSystemDefinedAsync(SqlServerReading reading)
    {
        var defined = new HashSet<string>(StringComparer.Ordinal);
        await reading.ReadAsync(
            $"SELECT fd.object_id FROM sys.filetable_system_defined_objects fd WHERE 1 = 1{reading.Only("fd.parent_object_id")}",
            row => defined.Add(SqlServerReading.ObjectId(row.Id("object_id")))).ConfigureAwait(false);
        if (defined.Count > 0)
        {
            reading.RemoveAll(d => d.Kind != DbKinds.Column && defined.Contains(d.Id));
        }
    }

    private static Task ReadFileTablesAsync(SqlServerReading reading) => reading.ReadAsync(
        $"SELECT f.object_id, f.directory_name, f.filename_collation_name FROM sys.filetables f WHERE 1 = 1{reading.Only("f.object_id")}",
        row => reading.Object(row.Id("object_id"))?
            .Set(SqlServerFacets.Directory, row.Text("directory_name"))
            .Set(SqlServerFacets.Collation, row.Text("filename_collation_name")));
}
