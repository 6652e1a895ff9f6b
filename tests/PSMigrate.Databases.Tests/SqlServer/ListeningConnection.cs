using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.SqlClient;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>A connection to nothing, whose catalog has every view that the reader asks for, and which keeps what it was asked.</summary>
internal sealed class ListeningConnection(string version, bool newest) : DbConnection
{
    private const string Views =
        "all_columns all_objects assemblies assembly_files assembly_references assembly_types asymmetric_keys certificates change_tracking_databases change_tracking_tables check_constraints column_encryption_key_values column_encryption_keys column_master_keys columns computed_columns conversation_priorities crypt_properties data_spaces database_audit_specifications database_event_sessions database_permissions database_principals database_role_members database_scoped_configurations database_scoped_credentials default_constraints destination_data_spaces edge_constraint_clauses edge_constraints event_notifications extended_properties external_data_sources external_file_formats external_languages external_libraries external_models external_streams external_tables filetable_system_defined_objects filetables foreign_key_columns foreign_keys fulltext_catalogs fulltext_index_columns fulltext_indexes fulltext_stoplists fulltext_stopwords hash_indexes identity_columns index_columns indexes key_constraints masked_columns numbered_procedures objects partition_functions partition_parameters partition_range_values partition_schemes partitions periods plan_guides registered_search_property_lists remote_service_bindings routes schemas security_policies security_predicates sensitivity_classifications sequences service_contract_message_usages service_contract_usages service_contracts service_message_types service_queues services spatial_index_tessellations sql_expression_dependencies sql_modules stats stats_columns symmetric_keys synonyms table_types tables trigger_events triggers types xml_indexes xml_schema_collections ";

    /// <summary>Columns that only later versions have.</summary>
    private const string LaterColumns =
        "allow_enclave_computations column_encryption_key_id column_store_order_ordinal compression_delay connection_options distribution_desc durability_desc encryption_algorithm_name encryption_type_desc filestream_data_space_id first_row generated_always_type graph_type history_retention_period history_retention_period_unit_desc is_edge is_external is_filetable is_hidden is_incremental is_memory_optimized is_node is_poison_message_handling_enabled is_remote_data_archive_enabled is_schema_bound ledger_type optimize_for_sequential_key pushdown remote_object_name remote_schema_name signature statistical_semantics temporal_type xml_compression xml_index_type ";

    public List<string> Heard { get; } = [];

    /// <summary>What the first value is that a query asks for; null for none.</summary>
    public Func<string, object?> FirstValue { get; init; } = _ => null;

    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "none";

    public override string DataSource => nameof(ListeningConnection);

    public override string ServerVersion => version;

    public override ConnectionState State => ConnectionState.Open;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Close()
    {
    }

    public override void Open()
    {
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new Command(this);

    private DataTable Answer(string sql)
    {
        Heard.Add(sql);
        var table = new DataTable { Locale = System.Globalization.CultureInfo.InvariantCulture };
        table.Columns.Add("view");
        table.Columns.Add("column");
        if (Heard.Count == 1)
        {
            foreach (var view in Views.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                table.Rows.Add(view, "name");
                foreach (var column in newest ? LaterColumns.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [])
                {
                    table.Rows.Add(view, column);
                }
            }
        }

        return table;
    }

    private sealed class Command(ListeningConnection connection) : DbCommand
    {
        /// <summary>Holds the parameters, which nobody looks at.</summary>
        private readonly SqlCommand values = new();

        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbParameterCollection DbParameterCollection => values.Parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery()
        {
            connection.Answer(CommandText).Dispose();
            return 0;
        }

        public override object? ExecuteScalar()
        {
            connection.Answer(CommandText).Dispose();
            return connection.FirstValue(CommandText);
        }

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => values.CreateParameter();

        protected override void Dispose(bool disposing)
        {
            values.Dispose();
            base.Dispose(disposing);
        }

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
        {
            using var answer = connection.Answer(CommandText);
            return answer.CreateDataReader();
        }
    }
}
