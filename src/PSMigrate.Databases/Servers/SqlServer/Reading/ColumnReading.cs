using System.Globalization;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads the columns of tables and table types. Each subject by a query of its own: joined, the catalog's views are slow.</summary>
internal static class ColumnReading
{
    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $$"""
            SELECT c.object_id, c.column_id, c.name, c.max_length, c.precision, c.scale, c.collation_name, c.is_nullable, c.is_ansi_padded, c.is_rowguidcol,
                c.is_identity, c.is_computed, c.is_filestream, c.is_xml_document, c.is_sparse, c.is_column_set, c.user_type_id, c.default_object_id, c.rule_object_id, c.xml_collection_id,
                {c.generated_always_type|0}, {c.is_hidden|0}, {c.encryption_type_desc|NULL}, {c.encryption_algorithm_name|NULL}, {c.column_encryption_key_id|NULL},
                {c.graph_type|NULL}, ty.name AS type_name, ts.name AS type_schema, ty.is_user_defined, ty.is_assembly_type, bt.name AS base_type
            FROM sys.columns c JOIN sys.types ty ON ty.user_type_id = c.user_type_id LEFT JOIN sys.schemas ts ON ts.schema_id = ty.schema_id LEFT JOIN sys.types bt ON bt.user_type_id = c.system_type_id
            WHERE c.object_id > 0{{reading.Only("c.object_id")}}
            ORDER BY c.object_id, c.column_id
            """,
            row => AddColumn(reading, row)).ConfigureAwait(false);
        await ReadIdentitiesAsync(reading).ConfigureAwait(false);
        await reading.ReadAsync(
            $"SELECT cc.object_id, cc.column_id, cc.definition, cc.is_persisted, cc.is_nullable FROM sys.computed_columns cc WHERE cc.object_id > 0{reading.Only("cc.object_id")}",
            row => MakeComputed(reading.Column(row.Id("object_id"), row.Id("column_id")), row)).ConfigureAwait(false);
        await reading.ReadAsync(
            $"SELECT d.object_id, d.parent_object_id, d.parent_column_id, d.name, d.definition FROM sys.default_constraints d WHERE d.parent_object_id > 0{reading.Only("d.parent_object_id")}",
            row =>
            {
                if (reading.Column(row.Id("parent_object_id"), row.Id("parent_column_id")) is { } column
                    && column.Facets.GetValueOrDefault(DbFacets.WrittenByEngine) != "rowversion")
                {
                    column.Set(DbFacets.Default, row.Name("definition")).Set(SqlServerFacets.DefaultName, row.Name("name"));
                    reading.Alias(SqlServerReading.ObjectId(row.Id("object_id")), column);
                }
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            $"SELECT m.object_id, m.column_id, m.masking_function FROM sys.masked_columns m WHERE m.is_masked = 1{reading.Only("m.object_id")}",
            row => reading.Column(row.Id("object_id"), row.Id("column_id"))?.Set(SqlServerFacets.Masked, row.Text("masking_function"))).ConfigureAwait(false);
    }

    private static async Task ReadIdentitiesAsync(SqlServerReading reading)
    {
        var unknown = false;
        await reading.ReadAsync(
            $"SELECT i.object_id, i.column_id, i.seed_value, i.increment_value, i.is_not_for_replication FROM sys.identity_columns i WHERE i.object_id > 0{reading.Only("i.object_id")}",
            row =>
            {
                reading.Column(row.Id("object_id"), row.Id("column_id"))?
                    .Set(DbFacets.Identity, $"IDENTITY({row.Text("seed_value")},{row.Text("increment_value")})")
                    .Set(SqlServerFacets.NotForReplication, row.YesIf("is_not_for_replication"));
                unknown |= row.Value("seed_value") is null;
            }).ConfigureAwait(false);
        if (!unknown)
        {
            return;
        }

        // Servers that only speak the language may have the values in functions alone.
        await reading.ReadAsync(
            $"""
            SELECT i.object_id, i.column_id, IDENT_SEED(QUOTENAME(s.name) + '.' + QUOTENAME(o.name)) AS seed, IDENT_INCR(QUOTENAME(s.name) + '.' + QUOTENAME(o.name)) AS increment
            FROM sys.identity_columns i JOIN sys.objects o ON o.object_id = i.object_id JOIN sys.schemas s ON s.schema_id = o.schema_id
            WHERE i.object_id > 0{reading.Only("i.object_id")}
            """,
            row => reading.Column(row.Id("object_id"), row.Id("column_id"))?.Set(DbFacets.Identity, $"IDENTITY({row.Text("seed")},{row.Text("increment")})")).ConfigureAwait(false);
    }

    private static void AddColumn(SqlServerReading reading, SqlServerRow row)
    {
        // Graph tables keep their edges in columns that are made with them and have no stable names.
        var id = row.Id("object_id");
        if (reading.Object(id) is not { Kind: DbKinds.Table or SqlServerKinds.TableType } table || row.OptionalNumber("graph_type") is not null)
        {
            return;
        }

        var isUsers = row.Flag("is_user_defined");
        var collection = row.Id("xml_collection_id");
        var type = collection > 0
            ? $"xml({(row.Flag("is_xml_document") ? "DOCUMENT" : "CONTENT")} {reading.Find(SqlServerReading.Id("xml", collection))?.Quoted})"
            : SqlServerTypeText.Of(row.Name("type_name"), isUsers ? row.Name("type_schema") : null, row.Id("max_length"), row.Id("precision"), row.Id("scale"));
        var column = reading.Add(new SqlServerDraft
        {
            Kind = DbKinds.Column,
            Schema = table.Schema,
            Name = row.Name("name"),
            Parent = table,
            Id = SqlServerReading.ColumnId(id, row.Id("column_id")),
            Position = ++table.Position,
        });
        column
            .Set(DbFacets.Type, type)
            .Set(SqlServerFacets.Collation, isUsers ? null : row.Text("collation_name"))
            .Set(DbFacets.Nullable, row.Flag("is_nullable") ? null : SqlServerFacets.No)
            .Set(SqlServerFacets.RowGuid, row.YesIf("is_rowguidcol"))
            .Set(SqlServerFacets.FileStream, row.YesIf("is_filestream"))
            .Set(SqlServerFacets.Sparse, row.YesIf("is_sparse"))
            .Set(SqlServerFacets.ColumnSet, row.YesIf("is_column_set"))
            .Set(SqlServerFacets.Hidden, row.YesIf("is_hidden"))
            .Set(DbFacets.WrittenByEngine, WrittenByEngine(row))
            .Need(reading.Find(SqlServerReading.Id("type", row.Id("user_type_id"))))
            .Need(reading.Find(SqlServerReading.Id("xml", collection)));
        if (row.OptionalNumber("column_encryption_key_id") is { } key && reading.Find(SqlServerReading.Id("encryption key", (int)key)) is { } encryptionKey)
        {
            column.Need(encryptionKey).Set(SqlServerFacets.Encrypted,
                $"COLUMN_ENCRYPTION_KEY = {encryptionKey.Quoted}, ENCRYPTION_TYPE = {row.Text("encryption_type_desc")}, ALGORITHM = {SqlServerName.PlainText(row.Name("encryption_algorithm_name"))}");
        }

        if (isUsers && row.Text("base_type") is { } baseType)
        {
            column.Notes[SqlServerFacets.BaseType] = SqlServerTypeText.Of(baseType, null, row.Id("max_length"), row.Id("precision"), row.Id("scale"));
        }

        Bind(reading, column, SqlServerFacets.BoundDefault, row.Id("default_object_id"));
        Bind(reading, column, SqlServerFacets.BoundRule, row.Id("rule_object_id"));
        if (row.Name("type_name") is "varchar" or "char" or "varbinary" or "binary" && !row.Flag("is_ansi_padded") && !row.Flag("is_computed") && row.Number("max_length") > 0)
        {
            reading.LeaveOut($"ANSI_PADDING OFF of {column.Called}");
        }
    }

    /// <summary>Default constraints have a parent; a default that stands by itself is bound.</summary>
    private static void Bind(SqlServerReading reading, SqlServerDraft column, string facet, int id)
    {
        if (id > 0 && reading.Object(id) is { Kind: SqlServerKinds.BoundDefault or SqlServerKinds.BoundRule } bound)
        {
            column.Set(facet, bound.Quoted).Need(bound);
        }
    }

    private static string? WrittenByEngine(SqlServerRow row) => row.Number("generated_always_type") switch
    {
        1 => "ROW START",
        2 => "ROW END",
        5 => "USER_ID START",
        6 => "USER_ID END",
        7 => "TRANSACTION_ID START",
        8 => "TRANSACTION_ID END",
        9 => "SEQUENCE_NUMBER START",
        10 => "SEQUENCE_NUMBER END",
        _ => row.Name("type_name") is "timestamp" or "rowversion" ? "rowversion" : null,
    };

    /// <summary>The type of a computed column follows from its expression.</summary>
    private static void MakeComputed(SqlServerDraft? column, SqlServerRow row)
    {
        if (column is null)
        {
            return;
        }

        column.Set(DbFacets.Generated, row.Text("definition") ?? "").Set(SqlServerFacets.Persisted, row.YesIf("is_persisted"));
        column.Facets.Remove(SqlServerFacets.Collation);
        if (!row.Flag("is_persisted"))
        {
            column.Facets.Remove(DbFacets.Nullable);
        }
    }
}
