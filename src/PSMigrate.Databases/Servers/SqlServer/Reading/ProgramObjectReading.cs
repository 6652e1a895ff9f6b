using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads sequences and synonyms.</summary>
internal static class ProgramObjectReading
{
    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT o.object_id, o.name, s.name AS schema_name, p.name AS owner, o.start_value, o.increment, o.minimum_value, o.maximum_value, o.is_cycling, o.is_cached, o.cache_size,
                o.user_type_id, o.precision, o.scale, ty.name AS type_name, ts.name AS type_schema, ty.is_user_defined
            FROM sys.sequences o JOIN sys.schemas s ON s.schema_id = o.schema_id
                JOIN sys.types ty ON ty.user_type_id = o.user_type_id LEFT JOIN sys.schemas ts ON ts.schema_id = ty.schema_id
                LEFT JOIN sys.database_principals p ON p.principal_id = o.principal_id
            WHERE {SqlServerReading.OfUsers}{reading.Only("o.object_id")}
            """,
            row => reading.Add(Draft(DbKinds.Sequence, row))
                .Set(DbFacets.Owner, row.Text("owner"))
                .Set(DbFacets.Type, SqlServerTypeText.Of(row.Name("type_name"), row.Flag("is_user_defined") ? row.Name("type_schema") : null, 0, row.Id("precision"), row.Id("scale")))
                .Set(SqlServerFacets.Start, row.Text("start_value"))
                .Set(SqlServerFacets.Increment, row.Text("increment"))
                .Set(SqlServerFacets.Minimum, row.Text("minimum_value"))
                .Set(SqlServerFacets.Maximum, row.Text("maximum_value"))
                .Set(SqlServerFacets.Cycle, row.YesIf("is_cycling"))
                .Set(SqlServerFacets.Cache, !row.Flag("is_cached") ? SqlServerFacets.No : row.Text("cache_size"))
                .Need(reading.Find(SqlServerReading.Id("type", row.Id("user_type_id"))))).ConfigureAwait(false);
        if (reading.Whole)
        {
            await reading.ReadAsync(
                $"""
                SELECT o.object_id, o.name, s.name AS schema_name, p.name AS owner, o.base_object_name
                FROM sys.synonyms o JOIN sys.schemas s ON s.schema_id = o.schema_id LEFT JOIN sys.database_principals p ON p.principal_id = o.principal_id
                WHERE {SqlServerReading.OfUsers}
                """,
                row => reading.Add(Draft(SqlServerKinds.Synonym, row)).Set(DbFacets.Owner, row.Text("owner")).Set(SqlServerFacets.For, row.Text("base_object_name"))).ConfigureAwait(false);
        }
    }

    private static SqlServerDraft Draft(string kind, SqlServerRow row) =>
        new() { Kind = kind, Schema = row.Name("schema_name"), Name = row.Name("name"), Id = SqlServerReading.ObjectId(row.Id("object_id")) };
}
