using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>
/// Reads which expressions and texts name which objects. Views, functions that are one query, and whatever is bound to a schema must
/// find what they name; procedures, triggers and other functions are made without it, so that circles among them do no harm: of what
/// they name, they need only what leads back to them by no way.
/// </summary>
internal static class DependencyReading
{
    private const int OfObject = 1;
    private const int OfType = 6;
    private const int OfIndex = 7;
    private const int OfXmlCollection = 10;

    public static async Task ReadAsync(SqlServerReading reading)
    {
        var soft = new List<(SqlServerDraft From, SqlServerDraft To)>();
        var types = new Dictionary<int, string>();
        await reading.ReadAsync(
            "SELECT o.object_id, o.type FROM sys.objects o WHERE o.type IN ('FN', 'TF', 'IF')",
            row => types[row.Id("object_id")] = row.Name("type").Trim()).ConfigureAwait(false);
        var names = NamesOf(reading);
        var ofThese = reading.Whole ? "" : $"WHERE d.referencing_id IN (SELECT o.object_id FROM sys.objects o WHERE 1 = 1{reading.Only("o.parent_object_id")}) OR 1 = 1{reading.Only("d.referencing_id")}";
        await reading.ReadAsync(
            $"""
            SELECT d.referencing_id, d.referencing_minor_id, d.referencing_class, d.referenced_class, d.referenced_id, d.referenced_minor_id, d.referenced_schema_name,
                d.referenced_entity_name, d.referenced_database_name, d.referenced_server_name, d.is_schema_bound_reference
            FROM sys.sql_expression_dependencies d
            {ofThese}
            """,
            row =>
            {
                if (row.Value("referenced_database_name") is not null || row.Value("referenced_server_name") is not null
                    || From(reading, row) is not { } from || To(reading, names, row) is not { } to || to == from || from.Parent == to)
                {
                    return;
                }

                var isSoft = !row.Flag("is_schema_bound_reference") && (from.Kind is DbKinds.Procedure or DbKinds.Trigger or SqlServerKinds.DatabaseTrigger
                    || (from.Kind == DbKinds.Function && types.GetValueOrDefault(row.Id("referencing_id")) != "IF"));
                if (isSoft && to.Kind is not (SqlServerKinds.Type or SqlServerKinds.TableType or SqlServerKinds.XmlSchemaCollection))
                {
                    soft.Add((from, to));
                }
                else
                {
                    from.Need(to);
                }
            }).ConfigureAwait(false);
        ReadTablesFromColumns(reading);
        foreach (var (from, to) in soft.OrderBy(e => e.From.Id, StringComparer.Ordinal).ThenBy(e => e.To.Id, StringComparer.Ordinal))
        {
            if (!LeadsTo(to, from))
            {
                from.Need(to);
            }
        }
    }

    /// <summary>A table is made with its columns, and needs what they need.</summary>
    private static void ReadTablesFromColumns(SqlServerReading reading)
    {
        foreach (var column in reading.AllOf(DbKinds.Column))
        {
            foreach (var needed in column.Needs.Where(n => n.Parent != column.Parent))
            {
                column.Parent?.Need(needed);
            }
        }
    }

    private static SqlServerDraft? From(SqlServerReading reading, SqlServerRow row)
    {
        var (id, minor) = (row.Id("referencing_id"), row.Id("referencing_minor_id"));
        return row.Id("referencing_class") == OfIndex ? reading.Find(SqlServerReading.IndexId(id, minor))
            : minor > 0 && reading.Column(id, minor) is { } column ? column
            : reading.Object(id) is { Outside: false } one ? one : null;
    }

    private static SqlServerDraft? To(SqlServerReading reading, Dictionary<string, SqlServerDraft> names, SqlServerRow row)
    {
        var kind = row.Id("referenced_class");
        if (row.OptionalNumber("referenced_id") is not { } id)
        {
            // Names that stand for the caller's schema at run time mean dbo for almost everyone.
            var name = row.Text("referenced_entity_name");
            return kind == OfObject && name is not null ? names.GetValueOrDefault(SqlServerName.Quote(row.Text("referenced_schema_name") ?? "dbo", name)) : null;
        }

        return kind switch
        {
            OfObject when row.Id("referenced_minor_id") is var minor and > 0 && reading.Column((int)id, minor) is { } column => column,
            OfObject => reading.Object((int)id),
            OfType => reading.Find(SqlServerReading.Id("type", (int)id)),
            OfXmlCollection => reading.Find(SqlServerReading.Id("xml", (int)id)),
            _ => null,
        };
    }

    private static Dictionary<string, SqlServerDraft> NamesOf(SqlServerReading reading)
    {
        var names = new Dictionary<string, SqlServerDraft>(StringComparer.OrdinalIgnoreCase);
        foreach (var draft in reading.Drafts.Where(d => d.Parent is null && d.Id.StartsWith("object:", StringComparison.Ordinal)))
        {
            names[draft.Quoted] = draft;
        }

        return names;
    }

    /// <summary>True where one needs the other, by whatever way: the other must not need it then.</summary>
    public static bool LeadsTo(SqlServerDraft start, SqlServerDraft end)
    {
        var seen = new HashSet<SqlServerDraft> { start };
        var open = new Stack<SqlServerDraft>(seen);
        while (open.TryPop(out var at))
        {
            if (at == end)
            {
                return true;
            }

            foreach (var next in at.Parent is { } parent ? at.Needs.Append(parent) : at.Needs)
            {
                if (seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }
}
