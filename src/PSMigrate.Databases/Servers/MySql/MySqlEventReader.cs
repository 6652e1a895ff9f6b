using System.Data.Common;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Reads the events of the scheduler; when one ran last is not structure.</summary>
internal static class MySqlEventReader
{
    private const string Sql = """
        SELECT event_name, definer, time_zone, event_definition, event_type, CAST(execute_at AS CHAR), interval_value, interval_field,
               CAST(starts AS CHAR), CAST(ends AS CHAR), status, on_completion, event_comment, sql_mode, character_set_client,
               collation_connection, database_collation
        FROM information_schema.events WHERE event_schema = @p1
        """;

    private const string OnSourceOnly = "DISABLE ON SLAVE";

    /// <summary>The same event, made so that the server does not run it; it reads like the one that runs.</summary>
    public static DbObject HeldBack(DbObject one) => one.Facet(MySqlFacets.Status) == "ENABLE"
        ? one with { Notes = new(one.Notes, StringComparer.Ordinal) { [MySqlFacets.Status] = OnSourceOnly } } : one;

    public static Task<List<DbObject>> ReadAsync(ServerSession session, MySqlContext context, CancellationToken cancel) =>
        session.ListAsync(Sql, Read, cancel, context.Database);

    private static DbObject Read(DbDataReader row)
    {
        var one = new DbObject
        {
            Kind = MySqlKinds.Event,
            Name = row.GetString(0),
            Facets =
            {
                [DbFacets.Owner] = MySqlName.Account(row.GetString(1)),
                [MySqlFacets.TimeZone] = row.GetString(2),
                [MySqlFacets.Definition] = row.GetString(3),
                [MySqlFacets.Schedule] = ScheduleOf(row),
                [MySqlFacets.Completion] = row.GetString(11),
                [MySqlFacets.Status] = row.GetString(10).Equals("DISABLED", StringComparison.OrdinalIgnoreCase) ? "DISABLE" : "ENABLE",
            },
            Needs = [MySqlKinds.DefaultsKey],
        };
        if (row.GetString(10).Contains("SIDE", StringComparison.OrdinalIgnoreCase))
        {
            one.Notes[MySqlFacets.Status] = OnSourceOnly;
        }

        if (row.GetString(12) is { Length: > 0 } comment)
        {
            one.Facets[DbFacets.Comment] = MySqlName.Text(comment);
        }

        MySqlRoutineReader.AddSettings(one.Facets, row.GetString(13), row.GetString(14), row.GetString(15), row.GetString(16));
        return one;
    }

    private static string ScheduleOf(DbDataReader row)
    {
        if (row.GetString(4) == "ONE TIME")
        {
            return $"AT '{row.GetString(5)}'";
        }

        var field = row.GetString(7);
        var value = row.GetString(6);

        // Fields of several units, such as DAY_HOUR, have their values as a text.
        var every = field.Contains('_', StringComparison.Ordinal) ? value.StartsWith('\'') ? value : $"'{value}'" : value;
        return $"EVERY {every} {field}"
            + (row.IsDBNull(8) ? "" : $" STARTS '{row.GetString(8)}'")
            + (row.IsDBNull(9) ? "" : $" ENDS '{row.GetString(9)}'");
    }
}
