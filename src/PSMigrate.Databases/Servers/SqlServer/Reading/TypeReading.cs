using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads the types that people made: aliases, those of assemblies, table types, XML schema collections.</summary>
internal static class TypeReading
{
    public static async Task ReadAsync(SqlServerReading reading)
    {
        await ReadCollectionsAsync(reading).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT ty.user_type_id, ty.name, s.name AS schema_name, p.name AS owner, ty.max_length, ty.precision, ty.scale, ty.is_nullable, ty.is_assembly_type,
                ty.default_object_id, ty.rule_object_id, b.name AS base_name
            FROM sys.types ty JOIN sys.schemas s ON s.schema_id = ty.schema_id
                LEFT JOIN sys.types b ON b.user_type_id = ty.system_type_id AND b.is_user_defined = 0
                LEFT JOIN sys.database_principals p ON p.principal_id = ty.principal_id
            WHERE ty.is_user_defined = 1 AND ty.is_table_type = 0 AND s.name NOT IN ('psmigrate', 'cdc')
            """,
            row =>
            {
                var type = reading.Add(Draft(reading, SqlServerKinds.Type, row, SqlServerReading.Id("type", row.Id("user_type_id"))));
                if (!row.Flag("is_assembly_type"))
                {
                    type.Set(DbFacets.Type, SqlServerTypeText.Of(row.Name("base_name"), null, row.Id("max_length"), row.Id("precision"), row.Id("scale")))
                        .Set(DbFacets.Nullable, row.Flag("is_nullable") ? null : SqlServerFacets.No);
                }

                Bind(reading, type, SqlServerFacets.BoundDefault, row.Id("default_object_id"));
                Bind(reading, type, SqlServerFacets.BoundRule, row.Id("rule_object_id"));
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT aty.user_type_id, aty.assembly_class, a.name AS assembly, a.assembly_id
            FROM sys.assembly_types aty JOIN sys.assemblies a ON a.assembly_id = aty.assembly_id
            """,
            row => reading.Find(SqlServerReading.Id("type", row.Id("user_type_id")))?
                .Set(SqlServerFacets.External, SqlServerName.Quote(row.Name("assembly"), row.Name("assembly_class")))
                .Need(reading.Find(SqlServerReading.Id("assembly", row.Id("assembly_id"))))).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT ty.user_type_id, ty.name, s.name AS schema_name, p.name AS owner, ty.type_table_object_id, {ty.is_memory_optimized|0}
            FROM sys.table_types ty JOIN sys.schemas s ON s.schema_id = ty.schema_id LEFT JOIN sys.database_principals p ON p.principal_id = ty.principal_id
            WHERE ty.is_user_defined = 1 AND s.name NOT IN ('psmigrate', 'cdc')
            """,
            row =>
            {
                var type = reading.Add(Draft(reading, SqlServerKinds.TableType, row, SqlServerReading.Id("type", row.Id("user_type_id"))));
                type.Set(SqlServerFacets.MemoryOptimized, row.YesIf("is_memory_optimized"));
                if (reading.Whole)
                {
                    reading.Alias(SqlServerReading.ObjectId(row.Id("type_table_object_id")), type);
                }
            }).ConfigureAwait(false);
    }

    private static SqlServerDraft Draft(SqlServerReading reading, string kind, SqlServerRow row, string id)
    {
        var draft = new SqlServerDraft { Kind = kind, Schema = row.Name("schema_name"), Name = row.Name("name"), Id = id, Outside = !reading.Whole };
        return draft.Set(DbFacets.Owner, row.Text("owner"));
    }

    private static void Bind(SqlServerReading reading, SqlServerDraft type, string facet, int id)
    {
        if (id > 0 && reading.Object(id) is { } bound)
        {
            type.Set(facet, bound.Quoted).Need(bound);
        }
    }

    private static async Task ReadCollectionsAsync(SqlServerReading reading)
    {
        const int OfServer = 1;
        await reading.ReadAsync(
            $"""
            SELECT x.xml_collection_id, x.name, s.name AS schema_name, p.name AS owner
            FROM sys.xml_schema_collections x JOIN sys.schemas s ON s.schema_id = x.schema_id LEFT JOIN sys.database_principals p ON p.principal_id = x.principal_id
            WHERE x.xml_collection_id > {OfServer} AND s.name NOT IN ('sys', 'psmigrate', 'cdc')
            """,
            row => reading.Add(Draft(reading, SqlServerKinds.XmlSchemaCollection, row, SqlServerReading.Id("xml", row.Id("xml_collection_id"))))).ConfigureAwait(false);
        if (!reading.Whole || reading.AllOf(SqlServerKinds.XmlSchemaCollection).Count == 0)
        {
            return;
        }

        await reading.ReadAsync(
            """
            SELECT x.xml_collection_id, CAST(XML_SCHEMA_NAMESPACE(s.name, x.name) AS nvarchar(max)) AS body
            FROM sys.xml_schema_collections x JOIN sys.schemas s ON s.schema_id = x.schema_id
            WHERE x.xml_collection_id > 1 AND s.name NOT IN ('sys', 'psmigrate', 'cdc')
            """,
            row => reading.Find(SqlServerReading.Id("xml", row.Id("xml_collection_id")))?.Set(SqlServerFacets.Body, row.Text("body"))).ConfigureAwait(false);
    }
}
