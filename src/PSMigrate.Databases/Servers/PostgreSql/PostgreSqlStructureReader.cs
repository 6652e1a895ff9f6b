using System.Data.Common;
using PSMigrate.Databases.Servers.PostgreSql.Catalog;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Reads PostgreSQL's catalog, with one query for each kind of object of which there is any, all sent at once. The server writes expressions and definitions
/// itself; a few settings on which their text depends are set for that one batch and put back in it, so that the session and a
/// transaction that is open on it stay as they were.
/// </summary>
public sealed class PostgreSqlStructureReader : IStructureReader
{
    /// <summary>Settings on which the text of names and values depends. With an empty search path all names have their schema.</summary>
    private static readonly (string Name, string Value)[] Settings =
    [
        ("search_path", ""), ("quote_all_identifiers", "off"), ("DateStyle", "ISO, YMD"), ("IntervalStyle", "postgres"), ("TimeZone", "UTC"),
        ("extra_float_digits", "1"), ("bytea_output", "hex"), ("row_security", "on"),
        // Nothing about the text, but about the time: one plan for all, and none that is compiled.
        ("plan_cache_mode", "force_generic_plan"), ("jit", "off"),
    ];

    private static readonly string Set = $"SELECT {string.Join(", ", Settings.Select((s, i) => $"pg_catalog.set_config('{s.Name}', ${i + 1}, true)"))}";

    private static readonly string LookAtAll = Look(new CatalogScope(0, null));

    private static readonly string LookAtSome = Look(new CatalogScope(0, []));

    public async Task<DbStructure> ReadAsync(ServerSession session, IReadOnlyCollection<string>? relations, CancellationToken cancel)
    {
        var server = await LookAsync(session, relations, cancel).ConfigureAwait(false);
        if (server.Relations is { Length: 0 })
        {
            return new DbStructure([]);
        }

        var scope = new CatalogScope(server.Version, server.Relations);
        var objects = new CatalogObjects();
        CatalogNeeds? needs = null;
        CatalogNeeds Needs() => needs ??= new CatalogNeeds(objects.ById);
        var notCovered = new List<string>();
        object[] values = scope.Relations is { } oids ? [oids] : [];
        List<(string, object[], Action<DbDataReader>?)> queries = [(Set, [.. Settings.Select(s => s.Value)], null)];
        queries.AddRange(ObjectQueries(scope, server.IsPrivileged).Where((_, i) => server.Filled[i]).Select(query => (query.Sql, values, (Action<DbDataReader>?)objects.Add)));
        queries.Add((DependencyQueries.Dependencies(scope), values, row => Needs().Add(row.GetString(0), row.GetString(1), row.GetString(2))));
        if (server.Filled[^1])
        {
            queries.Add((DependencyQueries.Inheritance(scope), values, row => Needs().AddHeir(row.GetString(0), row.GetString(1))));
        }

        if (scope.IsWhole)
        {
            queries.Add((DependencyQueries.Owned, [], row => Needs().See(row.GetString(0))));
            queries.Add((DependencyQueries.Beside, [], row => notCovered.Add(row.GetString(0))));
        }

        queries.Add((Set, [.. server.Settings], null));
        await CatalogBatch.RunAsync(session, queries, cancel).ConfigureAwait(false);
        foreach (var (id, needed) in objects.Needed)
        {
            Needs().AddNamed(id, needed);
        }

        var read = Needs().Resolve().ToList();
        notCovered.AddRange(objects.Withheld);
        if (scope.IsWhole && Needs().Unknown.Count > 0)
        {
            await session.ReadAsync(DependencyQueries.Described(Needs().Unknown), row => notCovered.Add(row.GetString(0)), cancel).ConfigureAwait(false);
        }

        return new DbStructure(read, notCovered);
    }

    /// <summary>Parents before their parts. Without the whole database, only relations and what belongs to them.</summary>
    private static IEnumerable<CatalogQuery> ObjectQueries(CatalogScope scope, bool isPrivileged)
    {
        CatalogQuery[] relations =
        [
            new(RelationQueries.Tables(scope)),
            CatalogQuery.Of("pg_rewrite", RelationQueries.Views(scope)),
            CatalogQuery.Of("pg_sequence", RelationQueries.Sequences(scope), "seqrelid"),
            new(RelationQueries.Columns(scope)),
            CatalogQuery.Of("pg_inherits", RelationQueries.Partitions(scope), "inhrelid"),
            CatalogQuery.Of("pg_constraint", PartQueries.Constraints(scope)),
            CatalogQuery.Of("pg_index", PartQueries.Indexes(scope), "indexrelid"),
            CatalogQuery.Of("pg_trigger", PartQueries.Triggers(scope)),
            CatalogQuery.Of("pg_rewrite", PartQueries.Rules(scope)),
            CatalogQuery.Of("pg_policy", PartQueries.Policies(scope)),
            CatalogQuery.Of("pg_statistic_ext", TextSearchQueries.Statistics(scope)),
        ];
        return !scope.IsWhole ? relations :
        [
            .. relations,
            new(SchemaQueries.Schemas),
            new(SchemaQueries.Extensions),
            new(SchemaQueries.DefaultPrivileges, "pg_default_acl"),
            CatalogQuery.Of("pg_event_trigger", SchemaQueries.EventTriggers),
            CatalogQuery.Of("pg_type", TypeQueries.Enums, also: " AND typtype = 'e'"),
            CatalogQuery.Of("pg_class", TypeQueries.Composites, also: " AND relkind = 'c'"),
            CatalogQuery.Of("pg_type", TypeQueries.Domains, also: " AND typtype = 'd'"),
            CatalogQuery.Of("pg_constraint", TypeQueries.DomainChecks, also: " AND contypid <> 0"),
            CatalogQuery.Of("pg_range", TypeQueries.Ranges(scope), "rngtypid"),
            CatalogQuery.Of("pg_proc", RoutineQueries.Functions),
            CatalogQuery.Of("pg_proc", RoutineQueries.Aggregates, also: " AND prokind = 'a'"),
            CatalogQuery.Of("pg_language", RoutineQueries.Languages),
            CatalogQuery.Of("pg_transform", RoutineQueries.Transforms),
            CatalogQuery.Of("pg_operator", OperatorQueries.Operators),
            CatalogQuery.Of("pg_opfamily", OperatorQueries.Families),
            CatalogQuery.Of("pg_opclass", OperatorQueries.Classes),
            CatalogQuery.Of("pg_cast", OperatorQueries.Casts),
            CatalogQuery.Of("pg_conversion", OperatorQueries.Conversions),
            CatalogQuery.Of("pg_am", OperatorQueries.AccessMethods),
            CatalogQuery.Of("pg_collation", OperatorQueries.Collations),
            CatalogQuery.Of("pg_ts_config", TextSearchQueries.Configurations),
            CatalogQuery.Of("pg_ts_dict", TextSearchQueries.Dictionaries),
            CatalogQuery.Of("pg_ts_parser", TextSearchQueries.Parsers),
            CatalogQuery.Of("pg_ts_template", TextSearchQueries.Templates),
            CatalogQuery.Of("pg_foreign_data_wrapper", ForeignQueries.Wrappers),
            CatalogQuery.Of("pg_foreign_server", ForeignQueries.Servers),
            CatalogQuery.Of("pg_user_mappings", ForeignQueries.UserMappings, "umid"),
            CatalogQuery.Of("pg_publication", ForeignQueries.Publications(scope)),
            new(ForeignQueries.Subscriptions(scope, isPrivileged), "pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"),
        ];
    }

    /// <summary>
    /// What the server and the session are, of which kinds there is anything at all, and the object ids of the relations that are asked
    /// for. A dot may be part of a name, so each one can be where the schema ends.
    /// </summary>
    private static async Task<Server> LookAsync(ServerSession session, IReadOnlyCollection<string>? relations, CancellationToken cancel)
    {
        var names = relations?.SelectMany(r => r.Select((c, i) => (c, i)).Where(x => x.c == '.').Select(x => (Schema: r[..x.i], Name: r[(x.i + 1)..]))).ToList();
        object[] values = names is null ? [] : [names.Select(n => n.Schema).ToArray(), names.Select(n => n.Name).ToArray()];
        Server? server = null;
        await CatalogBatch.RunAsync(session, [(names is null ? LookAtAll : LookAtSome, values, row =>
            server = new Server(
                row.GetInt32(0), row.GetBoolean(1), row.GetFieldValue<bool[]>(2), names is null ? null : row.GetFieldValue<uint[]>(3), [.. Settings.Select((_, i) => row.GetString(i + 4))]))], cancel).ConfigureAwait(false);
        return server!;
    }

    private static string Look(CatalogScope scope)
    {
        var filled = ObjectQueries(scope, isPrivileged: false).Select(query => query.From).Append("pg_inherits").Select(from => from is null ? "true" : $"EXISTS (SELECT FROM pg_catalog.{from})");
        var oids = scope.IsWhole ? "NULL::oid[]" : """
            ARRAY(SELECT c.oid FROM unnest($1, $2) w(schema, name) JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
                WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S'))
            """;
        return $"""
            SELECT current_setting('server_version_num')::int, has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT'), ARRAY[{string.Join(", ", filled)}],
                {oids}, {string.Join(", ", Settings.Select(s => $"current_setting('{s.Name}')"))}
            """;
    }

    /// <param name="Filled">For each query of objects, and last for what inherits, whether there is anything for it to find.</param>
    /// <param name="Relations">The object ids of the relations that are asked for; null for all.</param>
    /// <param name="Settings">What <see cref="PostgreSqlStructureReader.Settings"/> are for the session.</param>
    private sealed record Server(int Version, bool IsPrivileged, IReadOnlyList<bool> Filled, uint[]? Relations, IReadOnlyList<string> Settings);
}
