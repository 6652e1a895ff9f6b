using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads file groups, as far as tables name them, and partition functions and schemes.</summary>
internal static class PartitionReading
{
    public static async Task ReadAsync(SqlServerReading reading)
    {
        var fileGroups = 0;
        await reading.ReadAsync(
            "SELECT ds.data_space_id, ds.name, ds.type, ds.is_default FROM sys.data_spaces ds WHERE ds.type <> 'PS'",
            row =>
            {
                // File groups are files of the server, no structure: they are named where they are used, and must be there.
                reading.Add(new SqlServerDraft { Kind = "file group", Name = row.Name("name"), Id = SqlServerReading.Id("data space", row.Id("data_space_id")), Outside = true })
                    .Set("default", row.YesIf("is_default"));
                fileGroups++;
            }).ConfigureAwait(false);
        if (fileGroups > 1)
        {
            reading.LeaveOut("file groups and their files");
        }

        await ReadFunctionsAsync(reading).ConfigureAwait(false);
        await ReadSchemesAsync(reading).ConfigureAwait(false);
    }

    private static async Task ReadFunctionsAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            """
            SELECT pf.function_id, pf.name, pf.boundary_value_on_right, pp.max_length, pp.precision, pp.scale, pp.collation_name, ty.name AS type_name
            FROM sys.partition_functions pf JOIN sys.partition_parameters pp ON pp.function_id = pf.function_id JOIN sys.types ty ON ty.user_type_id = pp.user_type_id
            WHERE pf.is_system = 0
            """,
            row => reading.Add(new SqlServerDraft
            {
                Kind = SqlServerKinds.PartitionFunction,
                Name = row.Name("name"),
                Id = SqlServerReading.Id("partition function", row.Id("function_id")),
                Outside = !reading.Whole,
            })
                .Set(DbFacets.Type, SqlServerTypeText.Of(row.Name("type_name"), null, row.Id("max_length"), row.Id("precision"), row.Id("scale"))
                    + (row.Text("collation_name") is { } collation ? $" COLLATE {collation}" : ""))
                .Set(SqlServerFacets.Range, row.Flag("boundary_value_on_right") ? "RIGHT" : "LEFT")
                .Set(SqlServerFacets.Values, "")).ConfigureAwait(false);
        await reading.ReadAsync(
            "SELECT v.function_id, v.value FROM sys.partition_range_values v ORDER BY v.function_id, v.boundary_id",
            row =>
            {
                if (reading.Find(SqlServerReading.Id("partition function", row.Id("function_id"))) is { } function)
                {
                    var value = row.Value("value") is { } known ? SqlServerName.Constant(known) : "NULL";
                    var before = function.Facets[SqlServerFacets.Values];
                    function.Set(SqlServerFacets.Values, before.Length > 0 ? $"{before}\n{value}" : value);
                }
            }).ConfigureAwait(false);
    }

    private static async Task ReadSchemesAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            "SELECT ps.data_space_id, ps.name, ps.function_id FROM sys.partition_schemes ps WHERE ps.is_system = 0",
            row =>
            {
                var function = reading.Find(SqlServerReading.Id("partition function", row.Id("function_id")));
                reading.Add(new SqlServerDraft
                {
                    Kind = SqlServerKinds.PartitionScheme,
                    Name = row.Name("name"),
                    Id = SqlServerReading.Id("data space", row.Id("data_space_id")),
                    Outside = !reading.Whole,
                })
                    .Set(SqlServerFacets.Function, function?.Quoted)
                    .Need(function);
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT dd.partition_scheme_id, dd.destination_id, ds.name, pf.fanout, pf.name AS function_name
            FROM sys.destination_data_spaces dd JOIN sys.data_spaces ds ON ds.data_space_id = dd.data_space_id
                JOIN sys.partition_schemes ps ON ps.data_space_id = dd.partition_scheme_id JOIN sys.partition_functions pf ON pf.function_id = ps.function_id
            ORDER BY dd.partition_scheme_id, dd.destination_id
            """,
            row =>
            {
                if (reading.Find(SqlServerReading.Id("data space", row.Id("partition_scheme_id"))) is not { Kind: SqlServerKinds.PartitionScheme } scheme)
                {
                    return;
                }

                // One more than there are partitions is the file group that the next one comes to.
                var name = SqlServerName.Quote(row.Name("name"));
                scheme.Set(SqlServerFacets.FileGroups, scheme.Facets.TryGetValue(SqlServerFacets.FileGroups, out var before) ? $"{before}, {name}" : name);
            }).ConfigureAwait(false);

        // A partition is split by its function, after each of its schemes was told where the new one goes.
        foreach (var scheme in reading.AllOf(SqlServerKinds.PartitionScheme).OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            if (scheme.Needs.FirstOrDefault(n => n.Kind == SqlServerKinds.PartitionFunction) is { } function)
            {
                var line = $"{scheme.Quoted}: {scheme.Facets.GetValueOrDefault(SqlServerFacets.FileGroups)}";
                function.Set(SqlServerFacets.Schemes, function.Facets.TryGetValue(SqlServerFacets.Schemes, out var before) ? $"{before}\n{line}" : line);
            }
        }
    }
}
