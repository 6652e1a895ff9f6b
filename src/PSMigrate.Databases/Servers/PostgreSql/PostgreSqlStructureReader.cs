using System.Data.Common;
using PSMigrate.Databases.Servers.PostgreSql.Catalog;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Reads PostgreSQL's catalog, with one query for each kind of object, all sent at once. The server writes expressions and definitions
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
    ];

    public async Task<DbStructure> ReadAsync(ServerSession session, IReadOnlyCollection<string>? relations, CancellationToken cancel)
    {
        var server = await ReadServerAsync(session, cancel).ConfigureAwait(false);
        string? oids = null;
        if (relations is not null)
        {
            oids = await FindAsync(session, relations, cancel).ConfigureAwait(false);
            if (oids.Length == 0)
            {
                return new DbStructure([]);
            }
        }

        var scope = new CatalogScope(server.Version, oids);
        var objects = new CatalogObjects();
        CatalogNeeds needs = null!;
        var notCovered = new List<string>();
        List<(string Sql, Action<DbDataReader> Read)> queries = [.. ObjectQueries(scope, server.IsPrivileged).Select(sql => (sql, (Action<DbDataReader>)objects.Add))];
        queries.Add((DependencyQueries.Dependencies(scope), row => needs.Add(row.GetString(0), row.GetString(1), row.GetString(2))));
        queries.Add((DependencyQueries.Inheritance(scope), row => needs.AddHeir(row.GetString(0), row.GetString(1))));
        if (scope.IsWhole)
        {
            queries.Add((DependencyQueries.Owned, row => needs.See(row.GetString(0))));
            queries.Add((DependencyQueries.Beside, row => notCovered.Add(row.GetString(0))));
        }

        var firstOfNeeds = queries.Count - (scope.IsWhole ? 4 : 2);
        await RunAsync(session, server, queries, (index) =>
        {
            if (index == firstOfNeeds)
            {
                needs = new CatalogNeeds(objects.ById);
            }
        }, cancel).ConfigureAwait(false);

        foreach (var (id, needed) in objects.Needed)
        {
            needs.AddNamed(id, needed);
        }

        var read = needs.Resolve().ToList();
        notCovered.AddRange(objects.Withheld);
        if (scope.IsWhole && needs.Unknown.Count > 0)
        {
            await session.ReadAsync(DependencyQueries.Described(needs.Unknown), row => notCovered.Add(row.GetString(0)), cancel).ConfigureAwait(false);
        }

        return new DbStructure(read, notCovered);
    }

    /// <summary>Parents before their parts. Without the whole database, only relations and what belongs to them.</summary>
    private static IEnumerable<string> ObjectQueries(CatalogScope scope, bool isPrivileged)
    {
        string[] relations =
        [
            RelationQueries.Tables(scope), RelationQueries.Views(scope), RelationQueries.Sequences(scope), RelationQueries.Columns(scope), RelationQueries.Partitions(scope),
            PartQueries.Constraints(scope), PartQueries.Indexes(scope), PartQueries.Triggers(scope), PartQueries.Rules(scope), PartQueries.Policies(scope),
            TextSearchQueries.Statistics(scope),
        ];
        return !scope.IsWhole ? relations :
        [
            .. relations,
            SchemaQueries.Schemas, SchemaQueries.Extensions, SchemaQueries.DefaultPrivileges, SchemaQueries.EventTriggers,
            TypeQueries.Enums, TypeQueries.Composites, TypeQueries.Domains, TypeQueries.DomainChecks, TypeQueries.Ranges(scope),
            RoutineQueries.Functions, RoutineQueries.Aggregates, RoutineQueries.Languages, RoutineQueries.Transforms,
            OperatorQueries.Operators, OperatorQueries.Families, OperatorQueries.Classes, OperatorQueries.Casts, OperatorQueries.Conversions, OperatorQueries.AccessMethods, OperatorQueries.Collations,
            TextSearchQueries.Configurations, TextSearchQueries.Dictionaries, TextSearchQueries.Parsers, TextSearchQueries.Templates,
            ForeignQueries.Wrappers, ForeignQueries.Servers, ForeignQueries.UserMappings, ForeignQueries.Publications(scope), ForeignQueries.Subscriptions(scope, isPrivileged),
        ];
    }

    private static async Task<Server> ReadServerAsync(ServerSession session, CancellationToken cancel)
    {
        Server? server = null;
        await session.ReadAsync(
            $"SELECT current_setting('server_version_num')::int, has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT'), {string.Join(", ", Settings.Select(s => $"current_setting('{s.Name}')"))}",
            row => server = new Server(row.GetInt32(0), row.GetBoolean(1), [.. Settings.Select((_, i) => row.GetString(i + 2))]), cancel).ConfigureAwait(false);
        return server!;
    }

    /// <summary>The object ids of relations; a dot may be part of a name, so each one can be where the schema ends.</summary>
    private static async Task<string> FindAsync(ServerSession session, IReadOnlyCollection<string> relations, CancellationToken cancel)
    {
        var names = relations.SelectMany(r => r.Select((c, i) => (c, i)).Where(x => x.c == '.').Select(x => (Schema: r[..x.i], Name: r[(x.i + 1)..]))).ToList();
        var found = await session.ListAsync(
            "SELECT c.oid::bigint FROM unnest(@p1::text[], @p2::text[]) w(schema, name) JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')",
            row => row.GetInt64(0), cancel, names.Select(n => n.Schema).ToArray(), names.Select(n => n.Name).ToArray()).ConfigureAwait(false);
        return string.Join(',', found);
    }

    /// <summary>
    /// Sends everything at once. Outside of a transaction the batch is one by itself, and settings that are local to a transaction end with it.
    /// </summary>
    private static Task RunAsync(
        ServerSession session, Server server, IReadOnlyList<(string Sql, Action<DbDataReader> Read)> queries, Action<int> beginning, CancellationToken cancel) =>
        session.TranslateAsync(async () =>
        {
            await using var batch = session.Connection.CreateBatch();
            batch.Timeout = session.StatementTimeout is { } timeout ? Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds)) : 0;
            void Append(string sql)
            {
                session.Observer.Detail(sql);
                var command = batch.CreateBatchCommand();
                command.CommandText = sql;
                batch.BatchCommands.Add(command);
            }

            Append(Set(Settings.Select(s => s.Value)));
            foreach (var (sql, _) in queries)
            {
                Append(sql);
            }

            Append(Set(server.Settings));
            await using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            for (var i = 0; await reader.NextResultAsync(cancel).ConfigureAwait(false) && i < queries.Count; i++)
            {
                beginning(i);
                while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                {
                    queries[i].Read(reader);
                }
            }

            while (await reader.NextResultAsync(cancel).ConfigureAwait(false))
            {
            }

            return true;
        }, cancel);

    private static string Set(IEnumerable<string> values) =>
        $"SELECT {string.Join(", ", Settings.Zip(values, (s, value) => $"pg_catalog.set_config('{s.Name}', {PostgreSqlName.Literal(value)}, true)"))}";

    /// <param name="Settings">What <see cref="PostgreSqlStructureReader.Settings"/> are for the session.</param>
    private sealed record Server(int Version, bool IsPrivileged, IReadOnlyList<string> Settings);
}
