using System.Globalization;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads what XML and spatial indexes have besides, and the statistics that people made.</summary>
internal static class SpecialIndexReading
{
    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $$"""
            SELECT x.object_id, x.index_id, x.secondary_type_desc, p.name AS primary_name, p.index_id AS primary_id, {x.xml_index_type|0}
            FROM sys.xml_indexes x LEFT JOIN sys.xml_indexes p ON p.object_id = x.object_id AND p.index_id = x.using_xml_index_id
            WHERE x.object_id > 0{{reading.Only("x.object_id")}}
            """,
            row => DescribeXml(reading, row)).ConfigureAwait(false);
        await reading.ReadAsync(
            $"""
            SELECT t.object_id, t.index_id, t.tessellation_scheme, t.bounding_box_xmin, t.bounding_box_ymin, t.bounding_box_xmax, t.bounding_box_ymax,
                t.level_1_grid_desc, t.level_2_grid_desc, t.level_3_grid_desc, t.level_4_grid_desc, t.cells_per_object
            FROM sys.spatial_index_tessellations t
            WHERE t.object_id > 0{reading.Only("t.object_id")}
            """,
            row => reading.Find(SqlServerReading.IndexId(row.Id("object_id"), row.Id("index_id")))?.Set(SqlServerFacets.Grid, GridOf(row))).ConfigureAwait(false);
        await ReadStatisticsAsync(reading).ConfigureAwait(false);
    }

    private static void DescribeXml(SqlServerReading reading, SqlServerRow row)
    {
        const int Selective = 2;
        const int SecondarySelective = 3;
        if (reading.Find(SqlServerReading.IndexId(row.Id("object_id"), row.Id("index_id"))) is not { } index)
        {
            return;
        }

        if (row.Number("xml_index_type") is Selective or SecondarySelective)
        {
            reading.LeaveOut($"selective XML {index.Called}");
            reading.Remove(index);
            return;
        }

        if (row.Text("primary_name") is { } primary)
        {
            index.Set(SqlServerFacets.PrimaryXmlIndex, $"{SqlServerName.Quote(primary)} FOR {row.Text("secondary_type_desc")}")
                .Need(reading.Find(SqlServerReading.IndexId(row.Id("object_id"), row.Id("primary_id"))));
        }
    }

    private static string GridOf(SqlServerRow row)
    {
        var options = new List<string>();
        if (row.Value("bounding_box_xmin") is not null)
        {
            var corners = new[] { "bounding_box_xmin", "bounding_box_ymin", "bounding_box_xmax", "bounding_box_ymax" }
                .Select(c => Convert.ToDouble(row.Value(c), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture));
            options.Add($"BOUNDING_BOX = ({string.Join(", ", corners)})");
        }

        if (row.Text("level_1_grid_desc") is not null)
        {
            options.Add($"GRIDS = ({string.Join(", ", Enumerable.Range(1, 4).Select(level => $"LEVEL_{level} = {row.Text($"level_{level}_grid_desc")}"))})");
        }

        if (row.Text("cells_per_object") is { } cells)
        {
            options.Add($"CELLS_PER_OBJECT = {cells}");
        }

        return $"USING {row.Text("tessellation_scheme")} WITH ({string.Join(", ", options)})";
    }

    private static async Task ReadStatisticsAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $$"""
            SELECT st.object_id, st.stats_id, st.name, st.user_created, st.no_recompute, st.filter_definition, {st.is_incremental|0}
            FROM sys.stats st
            WHERE st.object_id > 0{{reading.Only("st.object_id")}}
            """,
            row =>
            {
                var id = row.Id("object_id");
                if (reading.Find(SqlServerReading.IndexId(id, row.Id("stats_id"))) is { Kind: not DbKinds.Table } index)
                {
                    // Every index has statistics of its own, under its own number.
                    index.Set(SqlServerFacets.NoRecompute, row.YesIf("no_recompute")).Set(SqlServerFacets.Incremental, row.YesIf("is_incremental"));
                }
                else if (row.Flag("user_created") && reading.Object(id) is { Kind: DbKinds.Table or DbKinds.View } table)
                {
                    reading.Add(new SqlServerDraft { Kind = SqlServerKinds.Statistics, Schema = table.Schema, Name = row.Name("name"), Parent = table, Id = StatisticsId(id, row.Id("stats_id")) })
                        .Set(DbFacets.Filter, row.Text("filter_definition"))
                        .Set(SqlServerFacets.NoRecompute, row.YesIf("no_recompute"))
                        .Set(SqlServerFacets.Incremental, row.YesIf("is_incremental"));
                }
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            $"""
            SELECT sc.object_id, sc.stats_id, sc.column_id, c.name
            FROM sys.stats_columns sc JOIN sys.columns c ON c.object_id = sc.object_id AND c.column_id = sc.column_id
            WHERE sc.object_id > 0{reading.Only("sc.object_id")}
            ORDER BY sc.object_id, sc.stats_id, sc.stats_column_id
            """,
            row =>
            {
                if (reading.Find(StatisticsId(row.Id("object_id"), row.Id("stats_id"))) is { } statistics)
                {
                    statistics.Columns.Add(row.Name("name"));
                    statistics.Need(reading.Column(row.Id("object_id"), row.Id("column_id")));
                }
            }).ConfigureAwait(false);
    }

    private static string StatisticsId(int table, int id) => string.Create(CultureInfo.InvariantCulture, $"statistics:{table}:{id}");
}
