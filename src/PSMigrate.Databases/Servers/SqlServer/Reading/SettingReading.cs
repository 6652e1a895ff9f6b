using System.Globalization;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads settings that belong to the database and go with it: scoped configurations and change tracking.</summary>
internal static class SettingReading
{
    public const string ChangeTracking = "CHANGE_TRACKING";

    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            "SELECT cf.configuration_id, cf.name, cf.value, cf.value_for_secondary FROM sys.database_scoped_configurations cf",
            row => reading.Add(new SqlServerDraft { Kind = SqlServerKinds.Setting, Name = row.Name("name"), Id = SqlServerReading.Id("setting", row.Id("configuration_id")) })
                .Set(SqlServerFacets.Value, ValueOf(row.Value("value")))
                .Set(SqlServerFacets.SecondaryValue, ValueOf(row.Value("value_for_secondary")))).ConfigureAwait(false);
        await reading.ReadAsync(
            "SELECT cd.is_auto_cleanup_on, cd.retention_period, cd.retention_period_units_desc FROM sys.change_tracking_databases cd WHERE cd.database_id = DB_ID()",
            row => reading.Add(new SqlServerDraft { Kind = SqlServerKinds.Setting, Name = ChangeTracking, Id = "setting:change tracking" })
                .Set(SqlServerFacets.Value, $"CHANGE_RETENTION = {row.Text("retention_period")} {row.Text("retention_period_units_desc")}, AUTO_CLEANUP = {(row.Flag("is_auto_cleanup_on") ? "ON" : "OFF")}")).ConfigureAwait(false);
    }

    private static string? ValueOf(object? value) => value switch
    {
        null => null,
        string text => text,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
