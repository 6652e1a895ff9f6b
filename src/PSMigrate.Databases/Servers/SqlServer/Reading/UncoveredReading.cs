namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Names what is there and was not read, so that nobody takes a comparison for more than it is.</summary>
internal static class UncoveredReading
{
    /// <summary>What is said of a catalog view that is not there: nothing can be of its kind.</summary>
    public const string Lacks = "which this server lacks";

    /// <summary>The types of <c>sys.objects</c> that are parts of others, or tables of the server's own.</summary>
    private const string Parts = "'PK','UQ','F','C','D','EC','TR','TT','IT','S'";

    /// <summary>Kinds that are no objects of a schema: what they are called, and the views that have them, without the server's own.</summary>
    private static readonly (string What, string View, string Name, string Condition)[] Others =
    [
        ("certificate", "certificates", "name", "x.name NOT LIKE '##%'"),
        ("asymmetric key", "asymmetric_keys", "name", "x.name NOT LIKE '##%'"),
        ("symmetric key", "symmetric_keys", "name", "x.name NOT LIKE '##%'"),
        ("plan guide", "plan_guides", "name", "1 = 1"),
        ("event notification", "event_notifications", "name", "x.parent_class = 0"),
        ("database audit specification", "database_audit_specifications", "name", "1 = 1"),
        ("search property list", "registered_search_property_lists", "name", "1 = 1"),
        ("remote service binding", "remote_service_bindings", "name", "1 = 1"),
        ("broker priority", "conversation_priorities", "name", "1 = 1"),
        ("external library", "external_libraries", "name", "1 = 1"),
        ("external language", "external_languages", "language", "x.language NOT IN ('R', 'Python')"),
        ("external stream", "external_streams", "name", "1 = 1"),
        ("external model", "external_models", "name", "1 = 1"),
        ("database event session", "database_event_sessions", "name", "1 = 1"),
    ];

    private static readonly (string What, string View, string Condition)[] Counted =
    [
        ("signatures of modules", "crypt_properties", "1 = 1"),
        ("sensitivity classifications", "sensitivity_classifications", "1 = 1"),
        ("numbered procedures", "numbered_procedures", "1 = 1"),
    ];

    /// <summary>Views that every version has since 2016: a server without them is another product, of which less can be said.</summary>
    private static readonly string[] Essential = ["periods", "masked_columns", "stats_columns", "security_policies", "assemblies", "service_queues", "database_scoped_configurations", "column_master_keys"];

    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT o.object_id, o.name, s.name AS schema_name, o.type_desc
            FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
            WHERE {SqlServerReading.OfUsers} AND o.type NOT IN ({Parts})
            """,
            row =>
            {
                var name = $"{row.Text("schema_name")}.{row.Text("name")}";
                if (reading.Object(row.Id("object_id")) is null && !reading.NotCovered.Any(n => n.Contains(name, StringComparison.Ordinal)))
                {
                    reading.LeaveOut($"{Words(row.Name("type_desc"))} {name}");
                }
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            $"SELECT s.name FROM sys.schemas s WHERE s.name = '{SqlServerReading.ChangeDataCapture}'",
            _ => reading.LeaveOut("what change data capture keeps in the schema cdc")).ConfigureAwait(false);
        foreach (var (what, view, name, condition) in Others)
        {
            await reading.ReadAsync($"SELECT x.{name} AS name FROM sys.{view} x WHERE {condition}", row => reading.LeaveOut($"{what} {row.Text("name")}")).ConfigureAwait(false);
        }

        foreach (var (what, view, condition) in Counted)
        {
            await reading.ReadAsync($"SELECT COUNT(*) AS number FROM sys.{view} x WHERE {condition}", row =>
            {
                if (row.Number("number") is var number and > 0)
                {
                    reading.LeaveOut($"{number} {what}");
                }
            }).ConfigureAwait(false);
        }

        foreach (var view in Essential.Where(v => !reading.Catalog.Has(v)))
        {
            reading.LeaveOut($"what sys.{view} would tell, {Lacks}");
        }
    }

    private static string Words(string described) => described.Replace('_', ' ').ToLowerInvariant();
}
