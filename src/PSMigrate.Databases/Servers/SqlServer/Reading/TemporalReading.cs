using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads the periods of tables and what ties a temporal table to its history.</summary>
internal static class TemporalReading
{
    private const int Forever = -1;

    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"SELECT p.object_id, p.name, p.start_column_id, p.end_column_id FROM sys.periods p WHERE 1 = 1{reading.Only("p.object_id")}",
            row =>
            {
                var id = row.Id("object_id");
                if (reading.Object(id) is not { } table || IsLedger(table))
                {
                    return;
                }

                var period = reading.Add(new SqlServerDraft { Kind = SqlServerKinds.Period, Schema = table.Schema, Name = row.Name("name"), Parent = table, Id = $"period:{id}" });
                foreach (var column in new[] { reading.Column(id, row.Id("start_column_id")), reading.Column(id, row.Id("end_column_id")) }.OfType<SqlServerDraft>())
                {
                    period.Columns.Add(column.Name);
                    period.Need(column);
                }
            }).ConfigureAwait(false);
        var parts = reading.Drafts.Where(d => d.Parent is not null).ToLookup(d => d.Parent!);
        await reading.ReadAsync(
            $$"""
            SELECT o.object_id, o.history_table_id, h.name AS history_name, s.name AS history_schema, {o.history_retention_period|-1}, {o.history_retention_period_unit_desc|NULL}
            FROM sys.tables o JOIN sys.tables h ON h.object_id = o.history_table_id JOIN sys.schemas s ON s.schema_id = h.schema_id
            WHERE o.temporal_type = 2{{reading.Only("o.object_id")}}
            """,
            row => AddVersioning(reading, parts, row)).ConfigureAwait(false);
        await reading.ReadAsync(
            $"SELECT c.object_id, c.is_track_columns_updated_on FROM sys.change_tracking_tables c WHERE 1 = 1{reading.Only("c.object_id")}",
            row =>
            {
                var id = row.Id("object_id");
                if (reading.Object(id) is { } table)
                {
                    reading.Add(new SqlServerDraft { Kind = SqlServerKinds.ChangeTracking, Schema = table.Schema, Name = "CHANGE_TRACKING", Parent = table, Id = $"change tracking:{id}" })
                        .Set(SqlServerFacets.Value, $"TRACK_COLUMNS_UPDATED = {(row.Flag("is_track_columns_updated_on") ? "ON" : "OFF")}")
                        .Need(reading.Find("setting:change tracking"))
                        .Need(parts[table].FirstOrDefault(p => p.Kind == DbKinds.PrimaryKey));
                }
            }).ConfigureAwait(false);
    }

    private static void AddVersioning(SqlServerReading reading, ILookup<SqlServerDraft, SqlServerDraft> parts, SqlServerRow row)
    {
        var id = row.Id("object_id");
        if (reading.Object(id) is not { } table || IsLedger(table))
        {
            return;
        }

        var period = row.OptionalNumber("history_retention_period") ?? Forever;
        var versioning = reading.Add(new SqlServerDraft { Kind = SqlServerKinds.SystemVersioning, Schema = table.Schema, Name = "SYSTEM_VERSIONING", Parent = table, Id = $"versioning:{id}" })
            .Set(SqlServerFacets.HistoryTable, SqlServerName.Quote(row.Name("history_schema"), row.Name("history_name")))
            .Set(SqlServerFacets.Retention, period == Forever ? null : $"{period} {row.Text("history_retention_period_unit_desc")}{(period == 1 ? "" : "S")}")
            .Need(reading.Object(row.Id("history_table_id")));
        foreach (var part in parts[table].Where(p => p.Kind is DbKinds.Column or DbKinds.PrimaryKey or SqlServerKinds.Period))
        {
            versioning.Need(part);
        }

        // It has the names of the columns, so that it is seen to differ, and is taken off, when one is added: the server would
        // otherwise add it to the history table as well.
        versioning.Columns.AddRange(parts[table].Where(p => p.Kind == DbKinds.Column).Select(d => d.Name).Order(StringComparer.Ordinal));
    }

    private static bool IsLedger(SqlServerDraft table) => table.Facets.GetValueOrDefault(DbFacets.TableKind)?.Contains("ledger", StringComparison.Ordinal) == true;
}
