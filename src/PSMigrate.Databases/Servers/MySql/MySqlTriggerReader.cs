using System.Data.Common;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Reads triggers, with which of the same moment each comes after.</summary>
internal static class MySqlTriggerReader
{
    private const string Columns = """
        SELECT trigger_name, event_object_table, action_timing, event_manipulation, action_statement, sql_mode, definer,
               character_set_client, collation_connection, database_collation
        FROM information_schema.triggers WHERE
        """;

    public static async Task<List<DbObject>> ReadAsync(ServerSession session, MySqlContext context, IReadOnlyCollection<string>? tables, CancellationToken cancel)
    {
        const string Order = " ORDER BY event_object_table, action_timing, event_manipulation, action_order";
        var triggers = new List<DbObject>();
        if (tables is null)
        {
            await session.ReadAsync($"{Columns} trigger_schema = @p1{Order}", row => Add(triggers, row), cancel, context.Database).ConfigureAwait(false);
            return triggers;
        }

        // One table's triggers are found by its name; those of a list of tables would be looked for in all of them.
        foreach (var some in tables.Chunk(MySqlShow.BatchSize))
        {
            var sql = string.Join(";\n", some.Select((_, i) => $"{Columns} event_object_schema = @p1 AND event_object_table = @p{i + 2}{Order}"));
            await session.ReadAsync(sql, row => Add(triggers, row), cancel, [context.Database, .. some]).ConfigureAwait(false);
        }

        return triggers;
    }

    private static void Add(List<DbObject> triggers, DbDataReader row)
    {
        var before = triggers.Count > 0 ? triggers[^1] : null;
        var trigger = new DbObject
        {
            Kind = DbKinds.Trigger,
            Name = row.GetString(0),
            Parent = DbObject.KeyOf(DbKinds.Table, null, "", row.GetString(1)),
            Facets =
            {
                [MySqlFacets.Timing] = row.GetString(2),
                [MySqlFacets.Event] = row.GetString(3),
                [MySqlFacets.Definition] = row.GetString(4),
                [DbFacets.Owner] = MySqlName.Account(row.GetString(6)),
            },
            Needs = [MySqlKinds.DefaultsKey],
        };
        MySqlRoutineReader.AddSettings(trigger.Facets, row.GetString(5), row.GetString(7), row.GetString(8), row.GetString(9));
        if (before is not null && before.Parent == trigger.Parent && before.Facet(MySqlFacets.Timing) == trigger.Facet(MySqlFacets.Timing)
            && before.Facet(MySqlFacets.Event) == trigger.Facet(MySqlFacets.Event))
        {
            trigger.Facets[MySqlFacets.Follows] = before.Name;
            trigger = trigger with { Needs = [.. trigger.Needs, before.Key] };
        }

        triggers.Add(trigger);
    }
}
