using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads foreign keys, checks and the edge constraints of graph tables.</summary>
internal static class ConstraintReading
{
    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT f.object_id, f.parent_object_id, f.referenced_object_id, f.key_index_id, f.name, f.is_disabled, f.is_not_for_replication, f.is_not_trusted,
                f.delete_referential_action_desc, f.update_referential_action_desc, r.name AS referred_name, s.name AS referred_schema
            FROM sys.foreign_keys f JOIN sys.objects r ON r.object_id = f.referenced_object_id JOIN sys.schemas s ON s.schema_id = r.schema_id
            WHERE f.parent_object_id > 0{reading.Only("f.parent_object_id")}
            """,
            row => AddForeignKey(reading, row)).ConfigureAwait(false);
        await reading.ReadAsync(
            $"""
            SELECT fc.constraint_object_id, fc.parent_object_id, fc.parent_column_id, fc.referenced_object_id, fc.referenced_column_id, c.name, r.name AS referred_name
            FROM sys.foreign_key_columns fc
                JOIN sys.columns c ON c.object_id = fc.parent_object_id AND c.column_id = fc.parent_column_id
                JOIN sys.columns r ON r.object_id = fc.referenced_object_id AND r.column_id = fc.referenced_column_id
            WHERE fc.parent_object_id > 0{reading.Only("fc.parent_object_id")}
            ORDER BY fc.constraint_object_id, fc.constraint_column_id
            """,
            row =>
            {
                if (reading.Object(row.Id("constraint_object_id")) is { } key)
                {
                    key.Columns.Add(row.Name("name"));
                    key.ReferredColumns.Add(row.Name("referred_name"));
                    key.Need(reading.Column(row.Id("parent_object_id"), row.Id("parent_column_id")));
                    key.Need(reading.Column(row.Id("referenced_object_id"), row.Id("referenced_column_id")));
                }
            }).ConfigureAwait(false);
        FindKeys(reading);
        await reading.ReadAsync(
            $"""
            SELECT cc.object_id, cc.parent_object_id, cc.parent_column_id, cc.name, cc.definition, cc.is_disabled, cc.is_not_for_replication, cc.is_not_trusted
            FROM sys.check_constraints cc
            WHERE cc.parent_object_id > 0{reading.Only("cc.parent_object_id")}
            """,
            row =>
            {
                if (reading.Object(row.Id("parent_object_id")) is { } table)
                {
                    Describe(reading.Add(Part(DbKinds.Check, table, row)), row)
                        .Set(SqlServerFacets.Expression, row.Text("definition"))
                        .Need(reading.Column(row.Id("parent_object_id"), row.Id("parent_column_id")));
                }
            }).ConfigureAwait(false);
        await ReadEdgeConstraintsAsync(reading).ConfigureAwait(false);
    }

    private static SqlServerDraft Part(string kind, SqlServerDraft table, SqlServerRow row) =>
        new() { Kind = kind, Schema = table.Schema, Name = row.Name("name"), Parent = table, Id = SqlServerReading.ObjectId(row.Id("object_id")) };

    /// <summary>A constraint that is off is never trusted; that is said once.</summary>
    private static SqlServerDraft Describe(SqlServerDraft constraint, SqlServerRow row) => constraint
        .Set(SqlServerFacets.Disabled, row.YesIf("is_disabled"))
        .Set(SqlServerFacets.Trusted, row.Flag("is_not_trusted") && !row.Flag("is_disabled") && !row.Flag("is_not_for_replication") ? SqlServerFacets.No : null)
        .Set(SqlServerFacets.NotForReplication, row.YesIf("is_not_for_replication"));

    private static void AddForeignKey(SqlServerReading reading, SqlServerRow row)
    {
        if (reading.Object(row.Id("parent_object_id")) is not { } table)
        {
            return;
        }

        var referredId = row.Id("referenced_object_id");
        var key = Describe(reading.Add(Part(DbKinds.ForeignKey, table, row)), row)
            .Set(SqlServerFacets.OnDelete, Action(row.Text("delete_referential_action_desc")))
            .Set(SqlServerFacets.OnUpdate, Action(row.Text("update_referential_action_desc")));
        var schema = row.Name("referred_schema");
        key.RefersTo = reading.Object(referredId)
            ?? reading.Add(new SqlServerDraft { Kind = DbKinds.Table, Schema = schema, Name = row.Name("referred_name"), Id = SqlServerReading.ObjectId(referredId), Outside = true });
        key.Set(SqlServerFacets.ReferredSchema, schema.Contains('.', StringComparison.Ordinal) ? schema : null)
            .Need(key.RefersTo)
            .Need(reading.Find(SqlServerReading.IndexId(referredId, row.Id("key_index_id"))));
    }

    /// <summary>Where the server does not say which key a foreign key rests on, it is the one over the same columns.</summary>
    private static void FindKeys(SqlServerReading reading)
    {
        var open = reading.AllOf(DbKinds.ForeignKey).Where(f => !f.Needs.Any(n => n.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index)).ToList();
        if (open.Count == 0)
        {
            return;
        }

        var keys = reading.Drafts.Where(d => d.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey || (d.Kind == DbKinds.Index && d.Facets.ContainsKey(DbFacets.Unique))).ToLookup(d => d.Parent);
        foreach (var key in open)
        {
            key.Need(keys[key.RefersTo].FirstOrDefault(k => k.Columns.Order(StringComparer.Ordinal).SequenceEqual(key.ReferredColumns.Order(StringComparer.Ordinal))));
        }
    }

    private static string? Action(string? described) => described is null or "NO_ACTION" ? null : described.Replace('_', ' ');

    private static async Task ReadEdgeConstraintsAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT e.object_id, e.parent_object_id, e.name, e.is_disabled, e.is_not_trusted, 0 AS is_not_for_replication, e.delete_referential_action_desc
            FROM sys.edge_constraints e
            WHERE e.parent_object_id > 0{reading.Only("e.parent_object_id")}
            """,
            row =>
            {
                if (reading.Object(row.Id("parent_object_id")) is { } table)
                {
                    Describe(reading.Add(Part(SqlServerKinds.EdgeConstraint, table, row)), row).Set(SqlServerFacets.OnDelete, Action(row.Text("delete_referential_action_desc")));
                }
            }).ConfigureAwait(false);
        await reading.ReadAsync(
            """
            SELECT x.object_id, x.from_object_id, x.to_object_id, fo.name AS from_name, fs.name AS from_schema, tt.name AS to_name, ts.name AS to_schema
            FROM sys.edge_constraint_clauses x
                JOIN sys.objects fo ON fo.object_id = x.from_object_id JOIN sys.schemas fs ON fs.schema_id = fo.schema_id
                JOIN sys.objects tt ON tt.object_id = x.to_object_id JOIN sys.schemas ts ON ts.schema_id = tt.schema_id
            """,
            row =>
            {
                if (reading.Object(row.Id("object_id")) is { } constraint)
                {
                    var clause = $"{SqlServerName.Quote(row.Name("from_schema"), row.Name("from_name"))} TO {SqlServerName.Quote(row.Name("to_schema"), row.Name("to_name"))}";
                    constraint.Set(SqlServerFacets.Expression, constraint.Facets.TryGetValue(SqlServerFacets.Expression, out var before) ? $"{before}, {clause}" : clause)
                        .Need(reading.Object(row.Id("from_object_id"))).Need(reading.Object(row.Id("to_object_id")));
                }
            }).ConfigureAwait(false);
    }
}
