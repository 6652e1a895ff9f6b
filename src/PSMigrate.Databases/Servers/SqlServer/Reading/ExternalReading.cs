using System.Globalization;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads assemblies, and what tables outside the database rest on. Secrets of credentials are not to be had.</summary>
internal static class ExternalReading
{
    public static async Task ReadAssembliesAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            """
            SELECT a.assembly_id, a.name, p.name AS owner, a.permission_set_desc, a.is_visible
            FROM sys.assemblies a LEFT JOIN sys.database_principals p ON p.principal_id = a.principal_id
            WHERE a.is_user_defined = 1
            """,
            row => Add(reading, SqlServerKinds.Assembly, row, row.Id("assembly_id"))
                .Set(DbFacets.Owner, row.Text("owner") is { } owner and not "dbo" ? owner : null)
                .Set(SqlServerFacets.PermissionSet, row.Text("permission_set_desc") switch { "SAFE_ACCESS" => "SAFE", "UNSAFE_ACCESS" => "UNSAFE", var other => other })
                .Set(SqlServerFacets.Hidden, row.Flag("is_visible") ? null : SqlServerFacets.Yes)).ConfigureAwait(false);
        if (!reading.Whole || reading.AllOf(SqlServerKinds.Assembly).Count == 0)
        {
            return;
        }

        await reading.ReadAsync(
            "SELECT af.assembly_id, af.name, af.file_id, af.content FROM sys.assembly_files af ORDER BY af.assembly_id, af.file_id",
            row =>
            {
                if (reading.Find(SqlServerReading.Id(SqlServerKinds.Assembly, row.Id("assembly_id"))) is { } assembly && row.Value("content") is byte[] content)
                {
                    var file = $"{SqlServerName.Binary(content)} AS {SqlServerName.Text(row.Name("name"))}";
                    assembly.Set(SqlServerFacets.Files, assembly.Facets.TryGetValue(SqlServerFacets.Files, out var before) ? $"{before}\n{file}" : file);
                }
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            "SELECT ar.assembly_id, ar.referenced_assembly_id FROM sys.assembly_references ar",
            row => reading.Find(SqlServerReading.Id(SqlServerKinds.Assembly, row.Id("assembly_id")))?
                .Need(reading.Find(SqlServerReading.Id(SqlServerKinds.Assembly, row.Id("referenced_assembly_id"))))).ConfigureAwait(false);
    }

    public static async Task ReadSourcesAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            "SELECT cr.credential_id, cr.name, cr.credential_identity FROM sys.database_scoped_credentials cr",
            row =>
            {
                var credential = reading.Add(new SqlServerDraft { Kind = SqlServerKinds.Credential, Name = row.Name("name"), Id = SqlServerReading.Id("credential", row.Id("credential_id")), Outside = !reading.Whole })
                    .Set(SqlServerFacets.Value, row.Text("credential_identity"));
                if (reading.Whole)
                {
                    reading.LeaveOut($"the secret of {credential.Called}");
                }
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT es.data_source_id, es.name, es.location, es.type_desc, es.resource_manager_location, es.credential_id, es.database_name, es.shard_map_name,
                {es.connection_options|NULL}, {es.pushdown|NULL}
            FROM sys.external_data_sources es
            """,
            row =>
            {
                var credential = reading.Find(SqlServerReading.Id("credential", row.Id("credential_id")));
                string[] options =
                [
                    .. row.Text("type_desc") is "RDBMS" or "SHARD_MAP_MANAGER" or "HADOOP" or "BLOB_STORAGE" ? [$"TYPE = {row.Text("type_desc")}"] : Array.Empty<string>(),
                    .. Option("LOCATION", row.Text("location")), .. Option("RESOURCE_MANAGER_LOCATION", row.Text("resource_manager_location")),
                    .. Option("DATABASE_NAME", row.Text("database_name")), .. Option("SHARD_MAP_NAME", row.Text("shard_map_name")),
                    .. Option("CONNECTION_OPTIONS", row.Text("connection_options")),
                    .. credential is null ? Array.Empty<string>() : [$"CREDENTIAL = {credential.Quoted}"],
                    .. row.Text("pushdown") is "ON" or "OFF" ? [$"PUSHDOWN = {row.Text("pushdown")}"] : Array.Empty<string>(),
                ];
                Add(reading, SqlServerKinds.ExternalDataSource, row, row.Id("data_source_id")).Set(SqlServerFacets.Options, string.Join(", ", options)).Need(credential);
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT ef.file_format_id, ef.name, ef.format_type, ef.field_terminator, ef.string_delimiter, ef.date_format, ef.use_type_default, ef.serde_method, ef.encoding,
                ef.data_compression, {ef.first_row|NULL}
            FROM sys.external_file_formats ef
            """,
            row => Add(reading, SqlServerKinds.ExternalFileFormat, row, row.Id("file_format_id")).Set(SqlServerFacets.Options, FormatOf(row))).ConfigureAwait(false);
    }

    /// <summary>What external tables have instead of storage.</summary>
    public static Task ReadTablesAsync(SqlServerReading reading) => reading.ReadAsync(
        $$"""
        SELECT et.object_id, et.location, et.reject_type, et.reject_value, et.reject_sample_value, et.data_source_id, et.file_format_id,
            {et.remote_schema_name|NULL}, {et.remote_object_name|NULL}, {et.distribution_desc|NULL}
        FROM sys.external_tables et
        WHERE 1 = 1{{reading.Only("et.object_id")}}
        """,
        row =>
        {
            if (reading.Object(row.Id("object_id")) is not { } table)
            {
                return;
            }

            var source = reading.Find(SqlServerReading.Id(SqlServerKinds.ExternalDataSource, row.Id("data_source_id")));
            var format = reading.Find(SqlServerReading.Id(SqlServerKinds.ExternalFileFormat, row.Id("file_format_id")));
            string[] options =
            [
                .. Option("LOCATION", row.Text("location")),
                .. source is null ? Array.Empty<string>() : [$"DATA_SOURCE = {source.Quoted}"],
                .. format is null ? Array.Empty<string>() : [$"FILE_FORMAT = {format.Quoted}"],
                .. row.Text("reject_type") is { } reject && format is not null
                    ? [$"REJECT_TYPE = {reject}", $"REJECT_VALUE = {Convert.ToDouble(row.Value("reject_value"), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)}"]
                    : Array.Empty<string>(),
                .. row.Value("reject_sample_value") is { } sample && format is not null
                    ? [$"REJECT_SAMPLE_VALUE = {Convert.ToDouble(sample, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)}"]
                    : Array.Empty<string>(),
                .. Option("SCHEMA_NAME", row.Text("remote_schema_name"), national: true), .. Option("OBJECT_NAME", row.Text("remote_object_name"), national: true),
            ];
            table.Set(SqlServerFacets.External, string.Join(", ", options)).Need(source).Need(format);
        });

    private static SqlServerDraft Add(SqlServerReading reading, string kind, SqlServerRow row, int id) =>
        reading.Add(new SqlServerDraft { Kind = kind, Name = row.Name("name"), Id = SqlServerReading.Id(kind, id), Outside = !reading.Whole });

    private static string[] Option(string name, string? value, bool national = false) =>
        value is null ? [] : [$"{name} = {(national ? SqlServerName.Text(value) : SqlServerName.PlainText(value))}"];

    private static string FormatOf(SqlServerRow row)
    {
        string[] inner = row.Text("format_type") == "DELIMITEDTEXT"
            ?
            [
                .. Option("FIELD_TERMINATOR", row.Text("field_terminator")), .. Option("STRING_DELIMITER", row.Text("string_delimiter")),
                .. row.Text("first_row") is { } first and not "0" ? [$"FIRST_ROW = {first}"] : Array.Empty<string>(),
                .. Option("DATE_FORMAT", row.Text("date_format")), .. row.Value("use_type_default") is null ? [] : new[] { $"USE_TYPE_DEFAULT = {(row.Flag("use_type_default") ? "TRUE" : "FALSE")}" },
                .. Option("ENCODING", row.Text("encoding")),
            ]
            : [];
        string[] options =
        [
            $"FORMAT_TYPE = {row.Text("format_type")}",
            .. Option("SERDE_METHOD", row.Text("serde_method")),
            .. inner.Length > 0 ? [$"FORMAT_OPTIONS ({string.Join(", ", inner)})"] : Array.Empty<string>(),
            .. Option("DATA_COMPRESSION", row.Text("data_compression")),
        ];
        return string.Join(", ", options);
    }
}
