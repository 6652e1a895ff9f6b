using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads the objects of Service Broker; those below 65536 are the server's own.</summary>
internal static class BrokerReading
{
    private const int FirstOfUsers = 65536;

    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT mt.message_type_id, mt.name, p.name AS owner, mt.validation, mt.xml_collection_id
            FROM sys.service_message_types mt LEFT JOIN sys.database_principals p ON p.principal_id = mt.principal_id
            WHERE mt.message_type_id >= {FirstOfUsers}
            """,
            row =>
            {
                var collection = reading.Find(SqlServerReading.Id("xml", row.Id("xml_collection_id")));
                Add(reading, SqlServerKinds.MessageType, row, row.Id("message_type_id"))
                    .Set(SqlServerFacets.Options, "VALIDATION = " + row.Name("validation").Trim() switch
                    {
                        "E" => "EMPTY",
                        "X" when collection is not null => $"VALID_XML WITH SCHEMA COLLECTION {collection.Quoted}",
                        "X" => "WELL_FORMED_XML",
                        _ => "NONE",
                    })
                    .Need(collection);
            }).ConfigureAwait(false);
        await ReadContractsAsync(reading).ConfigureAwait(false);
        await ReadQueuesAsync(reading).ConfigureAwait(false);
        await ReadServicesAsync(reading).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT rt.route_id, rt.name, p.name AS owner, rt.remote_service_name, rt.broker_instance, rt.lifetime, rt.address, rt.mirror_address
            FROM sys.routes rt LEFT JOIN sys.database_principals p ON p.principal_id = rt.principal_id
            WHERE rt.name <> 'AutoCreatedLocal'
            """,
            row =>
            {
                string[] options =
                [
                    .. Option("SERVICE_NAME", row.Text("remote_service_name")), .. Option("BROKER_INSTANCE", row.Text("broker_instance")),
                    .. Option("ADDRESS", row.Text("address")), .. Option("MIRROR_ADDRESS", row.Text("mirror_address")),
                ];
                Add(reading, SqlServerKinds.Route, row, row.Id("route_id")).Set(SqlServerFacets.Options, string.Join(", ", options));
                if (row.Value("lifetime") is not null)
                {
                    reading.LeaveOut($"the lifetime of route {row.Name("name")}");
                }
            }).ConfigureAwait(false);
    }

    private static string[] Option(string name, string? value) => value is null ? [] : [$"{name} = {SqlServerName.PlainText(value)}"];

    private static SqlServerDraft Add(SqlServerReading reading, string kind, SqlServerRow row, int id) =>
        reading.Add(new SqlServerDraft { Kind = kind, Name = row.Name("name"), Id = SqlServerReading.Id(kind, id) })
            .Set(DbFacets.Owner, row.Text("owner") is { } owner and not "dbo" ? owner : null);

    private static async Task ReadContractsAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT sc.service_contract_id, sc.name, p.name AS owner
            FROM sys.service_contracts sc LEFT JOIN sys.database_principals p ON p.principal_id = sc.principal_id
            WHERE sc.service_contract_id >= {FirstOfUsers}
            """,
            row => Add(reading, SqlServerKinds.Contract, row, row.Id("service_contract_id"))).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT cu.service_contract_id, cu.message_type_id, mt.name, cu.is_sent_by_initiator, cu.is_sent_by_target
            FROM sys.service_contract_message_usages cu JOIN sys.service_message_types mt ON mt.message_type_id = cu.message_type_id
            ORDER BY cu.service_contract_id, mt.name
            """,
            row =>
            {
                if (reading.Find(SqlServerReading.Id(SqlServerKinds.Contract, row.Id("service_contract_id"))) is { } contract)
                {
                    var by = (row.Flag("is_sent_by_initiator"), row.Flag("is_sent_by_target")) switch { (true, true) => "ANY", (true, false) => "INITIATOR", _ => "TARGET" };
                    Append(contract, $"{SqlServerName.Quote(row.Name("name"))} SENT BY {by}");
                    contract.Need(reading.Find(SqlServerReading.Id(SqlServerKinds.MessageType, row.Id("message_type_id"))));
                }
            }).ConfigureAwait(false);
    }

    private static Task ReadQueuesAsync(SqlServerReading reading) => reading.ReadAsync(
        $$"""
        SELECT o.object_id, o.name, s.name AS schema_name, p.name AS owner, o.max_readers, o.activation_procedure, o.execute_as_principal_id, o.is_activation_enabled,
            o.is_receive_enabled, o.is_enqueue_enabled, o.is_retention_enabled, {o.is_poison_message_handling_enabled|1}, e.name AS executor
        FROM sys.service_queues o JOIN sys.schemas s ON s.schema_id = o.schema_id LEFT JOIN sys.database_principals p ON p.principal_id = o.principal_id
            LEFT JOIN sys.database_principals e ON e.principal_id = o.execute_as_principal_id
        WHERE {{SqlServerReading.OfUsers}}
        """,
        row =>
        {
            const int Owner = -2;
            var queue = reading.Add(new SqlServerDraft { Kind = SqlServerKinds.Queue, Schema = row.Name("schema_name"), Name = row.Name("name"), Id = SqlServerReading.ObjectId(row.Id("object_id")) })
                .Set(DbFacets.Owner, row.Text("owner"));
            var activation = row.Text("activation_procedure") is not { } procedure ? ""
                : $", ACTIVATION (STATUS = {OnOff(row.Flag("is_activation_enabled"))}, PROCEDURE_NAME = {procedure}, MAX_QUEUE_READERS = {row.Id("max_readers")}, EXECUTE AS "
                    + $"{(row.OptionalNumber("execute_as_principal_id") is Owner ? "OWNER" : row.Text("executor") is { } executor ? SqlServerName.PlainText(executor) : "SELF")})";
            queue.Set(SqlServerFacets.Options, $"STATUS = {OnOff(row.Flag("is_receive_enabled") && row.Flag("is_enqueue_enabled"))}, RETENTION = {OnOff(row.Flag("is_retention_enabled"))}"
                + $"{activation}, POISON_MESSAGE_HANDLING (STATUS = {OnOff(row.Flag("is_poison_message_handling_enabled"))})");
            if (row.Text("activation_procedure") is { } named)
            {
                queue.Need(reading.Drafts.FirstOrDefault(d => d.Kind == DbKinds.Procedure && d.Quoted == named));
            }
        });

    private static async Task ReadServicesAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT sv.service_id, sv.name, p.name AS owner, sv.service_queue_id, q.name AS queue_name, s.name AS queue_schema
            FROM sys.services sv JOIN sys.service_queues q ON q.object_id = sv.service_queue_id JOIN sys.schemas s ON s.schema_id = q.schema_id
                LEFT JOIN sys.database_principals p ON p.principal_id = sv.principal_id
            WHERE sv.service_id >= {FirstOfUsers}
            """,
            row => Add(reading, SqlServerKinds.Service, row, row.Id("service_id"))
                .Set(SqlServerFacets.For, SqlServerName.Quote(row.Name("queue_schema"), row.Name("queue_name")))
                .Need(reading.Object(row.Id("service_queue_id")))).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT su.service_id, su.service_contract_id, sc.name
            FROM sys.service_contract_usages su JOIN sys.service_contracts sc ON sc.service_contract_id = su.service_contract_id
            ORDER BY su.service_id, sc.name
            """,
            row =>
            {
                if (reading.Find(SqlServerReading.Id(SqlServerKinds.Service, row.Id("service_id"))) is { } service)
                {
                    Append(service, SqlServerName.Quote(row.Name("name")));
                    service.Need(reading.Find(SqlServerReading.Id(SqlServerKinds.Contract, row.Id("service_contract_id"))));
                }
            }).ConfigureAwait(false);
    }

    private static string OnOff(bool on) => on ? "ON" : "OFF";

    private static void Append(SqlServerDraft draft, string entry) =>
        draft.Set(SqlServerFacets.Body, draft.Facets.TryGetValue(SqlServerFacets.Body, out var before) ? $"{before}, {entry}" : entry);
}
