using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads full-text catalogs, stop lists and indexes.</summary>
internal static class FullTextReading
{
    public static async Task ReadCatalogsAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            """
            SELECT fc.fulltext_catalog_id, fc.name, fc.is_accent_sensitivity_on, fc.is_default, p.name AS owner
            FROM sys.fulltext_catalogs fc LEFT JOIN sys.database_principals p ON p.principal_id = fc.principal_id
            """,
            row => reading.Add(Draft(reading, SqlServerKinds.FullTextCatalog, row, row.Id("fulltext_catalog_id")))
                .Set(SqlServerFacets.Options, $"WITH ACCENT_SENSITIVITY = {(row.Flag("is_accent_sensitivity_on") ? "ON" : "OFF")}{(row.Flag("is_default") ? " AS DEFAULT" : "")}")).ConfigureAwait(false);
        await reading.ReadAsync(
            "SELECT fs.stoplist_id, fs.name, p.name AS owner FROM sys.fulltext_stoplists fs LEFT JOIN sys.database_principals p ON p.principal_id = fs.principal_id",
            row => reading.Add(Draft(reading, SqlServerKinds.FullTextStoplist, row, row.Id("stoplist_id")))).ConfigureAwait(false);
        await reading.ReadAsync(
            "SELECT fw.stoplist_id, fw.stopword, fw.language_id FROM sys.fulltext_stopwords fw ORDER BY fw.stoplist_id, fw.language_id, fw.stopword",
            row =>
            {
                if (reading.Find(SqlServerReading.Id("full-text stoplist", row.Id("stoplist_id"))) is { } list)
                {
                    var word = $"{SqlServerName.Text(row.Name("stopword"))} LANGUAGE {row.Id("language_id")}";
                    list.Set(SqlServerFacets.Words, list.Facets.TryGetValue(SqlServerFacets.Words, out var before) ? $"{before}\n{word}" : word);
                }
            }).ConfigureAwait(false);
    }

    public static async Task ReadIndexesAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT fi.object_id, fi.unique_index_id, fi.fulltext_catalog_id, fi.is_enabled, fi.change_tracking_state_desc, fi.stoplist_id, fi.property_list_id
            FROM sys.fulltext_indexes fi
            WHERE fi.object_id > 0{reading.Only("fi.object_id")}
            """,
            row => AddIndex(reading, row)).ConfigureAwait(false);
        await reading.ReadAsync(
            $$"""
            SELECT fx.object_id, fx.column_id, fx.language_id, c.name, t.name AS type_name, {fx.statistical_semantics|0}
            FROM sys.fulltext_index_columns fx JOIN sys.columns c ON c.object_id = fx.object_id AND c.column_id = fx.column_id
                LEFT JOIN sys.columns t ON t.object_id = fx.object_id AND t.column_id = fx.type_column_id
            WHERE fx.object_id > 0{{reading.Only("fx.object_id")}}
            ORDER BY fx.object_id, fx.column_id
            """,
            row =>
            {
                if (reading.Find(SqlServerReading.Id("full-text index", row.Id("object_id"))) is not { } index)
                {
                    return;
                }

                var column = SqlServerName.Quote(row.Name("name"))
                    + (row.Text("type_name") is { } type ? $" TYPE COLUMN {SqlServerName.Quote(type)}" : "")
                    + $" LANGUAGE {row.Id("language_id")}"
                    + (row.Flag("statistical_semantics") ? " STATISTICAL_SEMANTICS" : "");
                index.Set(SqlServerFacets.IndexedColumns, index.Facets.TryGetValue(SqlServerFacets.IndexedColumns, out var before) ? $"{before}, {column}" : column)
                    .Need(reading.Column(row.Id("object_id"), row.Id("column_id")));
            }).ConfigureAwait(false);
    }

    private static void AddIndex(SqlServerReading reading, SqlServerRow row)
    {
        var id = row.Id("object_id");
        if (reading.Object(id) is not { } table)
        {
            return;
        }

        var index = reading.Add(new SqlServerDraft { Kind = SqlServerKinds.FullTextIndex, Schema = table.Schema, Name = "FULLTEXT", Parent = table, Id = SqlServerReading.Id("full-text index", id) });
        var key = reading.Find(SqlServerReading.IndexId(id, row.Id("unique_index_id")));
        var catalog = reading.Find(SqlServerReading.Id("full-text catalog", row.Id("fulltext_catalog_id")));
        var stoplist = row.OptionalNumber("stoplist_id") is { } list ? reading.Find(SqlServerReading.Id("full-text stoplist", (int)list)) : null;
        index
            .Set(SqlServerFacets.KeyIndex, key is null ? null : SqlServerName.Quote(key.Name))
            .Set(SqlServerFacets.Catalog, catalog?.Quoted)
            .Set(SqlServerFacets.ChangeTracking, row.Text("change_tracking_state_desc"))
            .Set(SqlServerFacets.Stoplist, row.OptionalNumber("stoplist_id") switch { null => "OFF", 0 => "SYSTEM", _ => stoplist?.Quoted })
            .Set(SqlServerFacets.Disabled, row.Flag("is_enabled") ? null : SqlServerFacets.Yes)
            .Need(key).Need(catalog).Need(stoplist);
        if (row.OptionalNumber("property_list_id") is > 0)
        {
            reading.LeaveOut($"the search property list of {index.Called}");
        }
    }

    private static SqlServerDraft Draft(SqlServerReading reading, string kind, SqlServerRow row, int id)
    {
        var draft = new SqlServerDraft { Kind = kind, Name = row.Name("name"), Id = SqlServerReading.Id(kind, id), Outside = !reading.Whole };
        return draft.Set(DbFacets.Owner, row.Text("owner") is { } owner and not "dbo" ? owner : null);
    }
}
