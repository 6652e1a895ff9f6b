using System.Data.Common;
using MySqlConnector;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A database on the private MariaDB server; its structure is what SHOW CREATE says.</summary>
internal sealed class MariaDbTestDatabase : TestDatabase
{
    private readonly MariaDbDatabase database;

    public MariaDbTestDatabase(MariaDbServer server) => database = server.CreateDatabaseAsync().GetAwaiter().GetResult();

    public override string Target => $"mysql:{database.ConnectionString}";

    public override ITargetKind Kind => new ServerTargetKind(() => new MySqlEngine());

    public override string Name => database.Name;

    public override bool StructureIsTransactional => false;

    public override string DuplicateSaid => "Duplicate entry";

    public override DbConnection Connect() => database.OpenAsync().GetAwaiter().GetResult();

    public override DatabaseImage Image()
    {
        using var connection = database.OpenAsync().GetAwaiter().GetResult();
        var lines = new List<string>();
        foreach (var table in Rows(connection, "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'psmigrate\\_%' ORDER BY 1"))
        {
            var shown = Rows(connection, $"SHOW CREATE {(table[1] == "VIEW" ? "VIEW" : "TABLE")} `{table[0]}`")[0][1]!;
            lines.Add(System.Text.RegularExpressions.Regex.Replace(shown, " AUTO_INCREMENT=[0-9]+", ""));
            if (table[1] == "SEQUENCE")
            {
                lines.Add($"{table[0]}: {Rows(connection, $"SELECT next_not_cached_value FROM `{table[0]}`")[0][0]}");
            }
            else if (table[1] != "VIEW")
            {
                lines.AddRange(Rows(connection, $"SELECT * FROM `{table[0]}`").Select(r => $"{table[0]}: {string.Join(" | ", r.Select(v => v ?? "NULL"))}").Order(StringComparer.Ordinal));
            }
        }

        lines.AddRange(Rows(connection, "SELECT trigger_name, event_object_table, action_timing, event_manipulation, action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1").Select(r => "trigger " + string.Join(" | ", r)));
        lines.AddRange(Rows(connection, "SELECT routine_type, routine_name, dtd_identifier, routine_definition FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 1, 2").Select(r => string.Join(" | ", r)));
        lines.AddRange(Rows(connection, "SELECT 'parameter', specific_name, ordinal_position, parameter_mode, parameter_name, dtd_identifier FROM information_schema.parameters WHERE specific_schema = DATABASE() ORDER BY 2, 3").Select(r => string.Join(" | ", r)));
        lines.AddRange(Rows(connection, "SELECT 'event', event_name, event_type, interval_value, interval_field, status, on_completion, event_comment, event_definition FROM information_schema.events WHERE event_schema = DATABASE() ORDER BY 2").Select(r => string.Join(" | ", r)));
        return new DatabaseImage(lines);
    }

    public override IReadOnlyList<string> OwnTables() => Rows("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'psmigrate\\_%'");

    public override void Delete() => Dispose();

    public override void Dispose() => database.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static List<string?[]> Rows(MySqlConnection connection, string sql)
    {
        using var command = new MySqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string?[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : Shown(reader.GetValue(i)))]);
        }

        return rows;
    }

    private static string? Shown(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        MySqlDateTime { IsValidDateTime: false } date => $"{date.Year}-{date.Month}-{date.Day} {date.Hour}:{date.Minute}:{date.Second}.{date.Microsecond}",
        MySqlDateTime date => date.GetDateTime().ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        DateTime date => date.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}
