using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads row-level security, and the keys of Always Encrypted, of which the catalog has only the enveloped ones.</summary>
internal static class SecurityReading
{
    public static async Task ReadKeysAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            """
            SELECT mk.column_master_key_id, mk.name, mk.key_store_provider_name, mk.key_path, {mk.allow_enclave_computations|0}, {mk.signature|NULL}
            FROM sys.column_master_keys mk
            """,
            row => Add(reading, SqlServerKinds.MasterKey, row, "master key", row.Id("column_master_key_id"))
                .Set(SqlServerFacets.Options, $"KEY_STORE_PROVIDER_NAME = {SqlServerName.Text(row.Name("key_store_provider_name"))}, KEY_PATH = {SqlServerName.Text(row.Name("key_path"))}"
                    + (row.Flag("allow_enclave_computations") && row.Value("signature") is byte[] signature ? $", ENCLAVE_COMPUTATIONS (SIGNATURE = {SqlServerName.Binary(signature)})" : ""))).ConfigureAwait(false);
        await reading.ReadAsync(
            "SELECT ck.column_encryption_key_id, ck.name FROM sys.column_encryption_keys ck",
            row => Add(reading, SqlServerKinds.EncryptionKey, row, "encryption key", row.Id("column_encryption_key_id"))).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT kv.column_encryption_key_id, kv.column_master_key_id, kv.encrypted_value, kv.encryption_algorithm_name
            FROM sys.column_encryption_key_values kv
            ORDER BY kv.column_encryption_key_id, kv.column_master_key_id
            """,
            row =>
            {
                if (reading.Find(SqlServerReading.Id("encryption key", row.Id("column_encryption_key_id"))) is { } key
                    && reading.Find(SqlServerReading.Id("master key", row.Id("column_master_key_id"))) is { } master && row.Value("encrypted_value") is byte[] value)
                {
                    var text = $"(COLUMN_MASTER_KEY = {master.Quoted}, ALGORITHM = {SqlServerName.PlainText(row.Name("encryption_algorithm_name"))}, ENCRYPTED_VALUE = {SqlServerName.Binary(value)})";
                    key.Set(SqlServerFacets.Values, key.Facets.TryGetValue(SqlServerFacets.Values, out var before) ? $"{before}, {text}" : text).Need(master);
                }
            }).ConfigureAwait(false);
    }

    public static async Task ReadPoliciesAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $$"""
            SELECT o.object_id, o.name, s.name AS schema_name, o.is_enabled, o.is_not_for_replication, {o.is_schema_bound|1}
            FROM sys.security_policies o JOIN sys.schemas s ON s.schema_id = o.schema_id
            WHERE {{SqlServerReading.OfUsers}}
            """,
            row => reading.Add(new SqlServerDraft { Kind = SqlServerKinds.SecurityPolicy, Schema = row.Name("schema_name"), Name = row.Name("name"), Id = SqlServerReading.ObjectId(row.Id("object_id")) })
                .Set(SqlServerFacets.State, row.Flag("is_enabled") ? "ON" : "OFF")
                .Set(SqlServerFacets.SchemaBound, row.Flag("is_schema_bound") ? null : SqlServerFacets.No)
                .Set(SqlServerFacets.NotForReplication, row.YesIf("is_not_for_replication"))).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT pr.object_id, pr.security_predicate_id, pr.target_object_id, pr.predicate_definition, pr.predicate_type_desc, pr.operation_desc, t.name AS table_name, s.name AS table_schema
            FROM sys.security_predicates pr JOIN sys.objects t ON t.object_id = pr.target_object_id JOIN sys.schemas s ON s.schema_id = t.schema_id
            ORDER BY pr.object_id, pr.security_predicate_id
            """,
            row =>
            {
                if (reading.Object(row.Id("object_id")) is { } policy)
                {
                    var operation = row.Text("operation_desc") is { } when ? $" {when}" : "";
                    var line = $"ADD {row.Text("predicate_type_desc")} PREDICATE {Bare(row.Name("predicate_definition"))} ON {SqlServerName.Quote(row.Name("table_schema"), row.Name("table_name"))}{operation}";
                    policy.Set(SqlServerFacets.Predicates, policy.Facets.TryGetValue(SqlServerFacets.Predicates, out var before) ? $"{before},\n{line}" : line)
                        .Need(reading.Object(row.Id("target_object_id")));
                }
            }).ConfigureAwait(false);
    }

    /// <summary>The catalog puts parentheses around the call of the function, which the grammar does not take.</summary>
    private static string Bare(string definition) => definition.StartsWith('(') && definition.EndsWith(')') ? definition[1..^1] : definition;

    private static SqlServerDraft Add(SqlServerReading reading, string kind, SqlServerRow row, string what, int id) =>
        reading.Add(new SqlServerDraft { Kind = kind, Name = row.Name("name"), Id = SqlServerReading.Id(what, id), Outside = !reading.Whole });
}
