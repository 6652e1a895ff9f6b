using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads what consists of a text: views, procedures, functions, triggers, and the defaults and rules that stand by themselves.</summary>
internal static class ModuleReading
{
    /// <summary>The triggers that capture rows while a script runs are on the user's tables, and are no part of their structure.</summary>
    private const string NotOfCaptures = "LEFT(tr.name, 18) <> N'psmigrate_capture_'";

    /// <summary>The identity of a view and the rest, by the type that the catalog gives; what it gives to assemblies' code is not text.</summary>
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["V"] = DbKinds.View,
        ["P"] = DbKinds.Procedure,
        ["RF"] = DbKinds.Procedure,
        ["FN"] = DbKinds.Function,
        ["IF"] = DbKinds.Function,
        ["TF"] = DbKinds.Function,
        ["D"] = SqlServerKinds.BoundDefault,
        ["R"] = SqlServerKinds.BoundRule,
    };

    /// <summary>Defaults and rules are read before the columns that they are bound to, the rest when all tables are known.</summary>
    public static Task ReadBoundAsync(SqlServerReading reading) => ReadTypesAsync(reading, "o.type IN ('D', 'R') AND o.parent_object_id = 0");

    public static Task ReadViewsAsync(SqlServerReading reading) => ReadTypesAsync(reading, "o.type = 'V'" + reading.Only("o.object_id"));

    public static Task ReadProgramsAsync(SqlServerReading reading) => ReadTypesAsync(reading, "o.type IN ('P', 'RF', 'FN', 'IF', 'TF')");

    private static Task ReadTypesAsync(SqlServerReading reading, string which) => reading.ReadAsync(
        $"""
        SELECT o.object_id, o.name, o.type, s.name AS schema_name, p.name AS owner, m.definition, m.uses_ansi_nulls, m.uses_quoted_identifier, m.is_schema_bound
        FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id LEFT JOIN sys.sql_modules m ON m.object_id = o.object_id
            LEFT JOIN sys.database_principals p ON p.principal_id = o.principal_id
        WHERE {SqlServerReading.OfUsers} AND {which}
        """,
        row =>
        {
            var type = row.Name("type").Trim();
            var module = new SqlServerDraft
            {
                Kind = Kinds[type],
                Schema = row.Name("schema_name"),
                Name = row.Name("name"),
                Id = SqlServerReading.ObjectId(row.Id("object_id")),
                Outside = !reading.Whole && type is not "V",
            };
            if (Describe(reading, module, row))
            {
                reading.Add(module).Set(DbFacets.Owner, row.Text("owner")).Set(SqlServerFacets.SchemaBound, row.YesIf("is_schema_bound"))
                    .Set(SqlServerFacets.Returns, type switch { "FN" => "scalar", "IF" => "inline table", "TF" => "table", _ => null });
            }
        });

    /// <summary>False where the text is not to be had: it is encrypted, or the account may not see it.</summary>
    private static bool Describe(SqlServerReading reading, SqlServerDraft module, SqlServerRow row)
    {
        if (row.Text("definition") is not { } text)
        {
            reading.LeaveOut($"{module.Called} (its text is encrypted or may not be seen)");
            return false;
        }

        module.Set(SqlServerFacets.Text, text)
            .Set(SqlServerFacets.AnsiNulls, row.Flag("uses_ansi_nulls") ? null : SqlServerFacets.No)
            .Set(SqlServerFacets.QuotedIdentifier, row.Flag("uses_quoted_identifier") ? null : SqlServerFacets.No);
        return true;
    }

    public static async Task ReadTriggersAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT tr.object_id, tr.name, tr.parent_class, tr.parent_id, tr.type, tr.is_disabled, m.definition, m.uses_ansi_nulls, m.uses_quoted_identifier
            FROM sys.triggers tr LEFT JOIN sys.sql_modules m ON m.object_id = tr.object_id
            WHERE tr.is_ms_shipped = 0 AND {NotOfCaptures}{(reading.Whole ? "" : reading.Only("tr.parent_id"))}
            """,
            row =>
            {
                const int OfDatabase = 0;
                var ofDatabase = row.Id("parent_class") == OfDatabase;
                var table = reading.Object(row.Id("parent_id"));
                if (!ofDatabase && table is null)
                {
                    return;
                }

                var trigger = new SqlServerDraft
                {
                    Kind = ofDatabase ? SqlServerKinds.DatabaseTrigger : DbKinds.Trigger,
                    Schema = table?.Schema ?? "",
                    Name = row.Name("name"),
                    Parent = table,
                    Id = SqlServerReading.ObjectId(row.Id("object_id")),
                };
                if (Describe(reading, trigger, row))
                {
                    reading.Add(trigger).Set(SqlServerFacets.Disabled, row.YesIf("is_disabled"));
                }
            }).ConfigureAwait(false);
        var places = new Dictionary<SqlServerDraft, SortedSet<string>>();
        await reading.ReadAsync(
            "SELECT te.object_id, te.type_desc, te.is_first, te.is_last FROM sys.trigger_events te WHERE te.is_first = 1 OR te.is_last = 1",
            row =>
            {
                if (reading.Object(row.Id("object_id")) is not { } trigger)
                {
                    return;
                }

                if (!places.TryGetValue(trigger, out var lines))
                {
                    places[trigger] = lines = new SortedSet<string>(StringComparer.Ordinal);
                }

                lines.Add($"{(row.Flag("is_first") ? "FIRST" : "LAST")} {row.Text("type_desc")}");
            }).ConfigureAwait(false);
        foreach (var (trigger, lines) in places)
        {
            trigger.Set(SqlServerFacets.Fires, string.Join('\n', lines));
        }
    }
}
