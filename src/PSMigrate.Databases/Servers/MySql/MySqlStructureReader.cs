using System.Data.Common;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Reads the catalog of MySQL and MariaDB. Here a schema is a database, so that names have no schema: everything is of the connected
/// database. The session may be in a transaction; its settings are as before afterwards.
/// </summary>
/// <param name="readsOwn">PSMigrate's own objects as well, because they are about to be backed up or removed.</param>
public sealed class MySqlStructureReader(bool readsOwn = false) : IStructureReader
{
    private const string OwnPrefix = "psmigrate_";

    public async Task<DbStructure> ReadAsync(ServerSession session, IReadOnlyCollection<string>? relations, CancellationToken cancel)
    {
        var mode = await session.ScalarAsync<string>("SELECT @@SESSION.sql_mode", cancel).ConfigureAwait(false);
        var limit = await session.ScalarAsync<ulong>("SELECT @@SESSION.sql_select_limit", cancel).ConfigureAwait(false);
        var quotes = await session.ScalarAsync<long>("SELECT @@SESSION.sql_quote_show_create", cancel).ConfigureAwait(false);

        // How definitions are shown depends on these.
        await session.ExecuteAsync("SET SESSION sql_mode = '', SESSION sql_select_limit = DEFAULT, SESSION sql_quote_show_create = 1", cancel).ConfigureAwait(false);
        try
        {
            return await new Reading(session, await ContextAsync(session, cancel).ConfigureAwait(false), readsOwn, cancel).ReadAsync(relations).ConfigureAwait(false);
        }
        finally
        {
            if (session.Connection.State == System.Data.ConnectionState.Open)
            {
                await session.ExecuteAsync("SET SESSION sql_mode = @p1, SESSION sql_select_limit = @p2, SESSION sql_quote_show_create = @p3", CancellationToken.None, mode, limit, quotes).ConfigureAwait(false);
            }
        }
    }

    private static async Task<MySqlContext> ContextAsync(ServerSession session, CancellationToken cancel)
    {
        var database = await session.ScalarAsync<string>("SELECT DATABASE()", cancel).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The session is connected to no database.");
        var collations = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await session.ReadAsync("SELECT character_set_name, default_collate_name FROM information_schema.character_sets",
            row => collations[row.GetString(0)] = row.GetString(1), cancel).ConfigureAwait(false);
        return new MySqlContext(await MySqlFeatures.ReadAsync(session, cancel).ConfigureAwait(false), database, collations);
    }

    /// <summary>One reading, which gathers objects of all kinds and then what they need of each other.</summary>
    private sealed class Reading(ServerSession session, MySqlContext context, bool readsOwn, CancellationToken cancel)
    {
        private readonly List<DbObject> objects = [];
        private readonly List<string> notCovered = [];

        public async Task<DbStructure> ReadAsync(IReadOnlyCollection<string>? relations)
        {
            var found = await ListRelationsAsync(relations).ConfigureAwait(false);
            await ReadRelationsAsync(found).ConfigureAwait(false);
            await ReadNextValuesAsync().ConfigureAwait(false);
            await MySqlLostCharacters.RestoreDefaultsAsync(session, objects, notCovered, cancel).ConfigureAwait(false);
            if (relations is null)
            {
                await ReadDatabaseAsync().ConfigureAwait(false);
                await ReadRoutinesAsync().ConfigureAwait(false);
                var events = (await MySqlEventReader.ReadAsync(session, context, cancel).ConfigureAwait(false)).Where(e => !IsOwn(e.Name)).ToList();
                await MySqlLostCharacters.RestoreBodiesAsync(session, events, 3, notCovered, cancel).ConfigureAwait(false);
                objects.AddRange(events);
                notCovered.AddRange(await MySqlNotCovered.ReadAsync(session, context, cancel).ConfigureAwait(false));
            }

            var tables = found.Where(r => r.Type is not ("VIEW" or "SEQUENCE")).Select(r => r.Name).ToList();
            var known = objects.Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
            var triggers = (await MySqlTriggerReader.ReadAsync(session, context, relations is null ? null : tables, cancel).ConfigureAwait(false)).Where(t => !IsOwn(t.Name) && known.Contains(t.Parent!)).ToList();
            await MySqlLostCharacters.RestoreBodiesAsync(session, triggers, 2, notCovered, cancel).ConfigureAwait(false);
            objects.AddRange(triggers);
            var permissions = await MySqlPermissionReader.ReadAsync(session, context, relations is null, notCovered, cancel).ConfigureAwait(false);
            return new DbStructure(MySqlLinks.Resolve(objects.Select(o => WithPermissions(o, permissions))), notCovered);
        }

        /// <summary>The relations of the database, or those of the list that are there.</summary>
        private async Task<List<(string Name, string Type)>> ListRelationsAsync(IReadOnlyCollection<string>? relations)
        {
            const string Sql = "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = @p1";
            var found = new List<(string Name, string Type)>();
            void Add(DbDataReader row) => found.Add((row.GetString(0), row.GetString(1)));
            if (relations is null)
            {
                await session.ReadAsync(Sql, Add, cancel, context.Database).ConfigureAwait(false);
            }
            else
            {
                // One relation is found by its name; a list would be looked for among all.
                foreach (var some in relations.Select(WithoutDatabase).Distinct().Chunk(MySqlShow.BatchSize))
                {
                    await session.ReadAsync(string.Join(";\n", some.Select((_, i) => $"{Sql} AND table_name = @p{i + 2}")), Add, cancel, [context.Database, .. some]).ConfigureAwait(false);
                }
            }

            return [.. found.Where(r => !IsOwn(r.Name) && r.Type != "TEMPORARY").DistinctBy(r => r.Name).OrderBy(r => r.Name, StringComparer.Ordinal)];
        }

        private string WithoutDatabase(string name) =>
            name.StartsWith(context.Database + ".", StringComparison.Ordinal) ? name[(context.Database.Length + 1)..] : name;

        private Task ReadRelationsAsync(List<(string Name, string Type)> found) => MySqlShow.ReadAsync(session,
            [.. found.Select(r => $"SHOW CREATE {(r.Type is "VIEW" or "SEQUENCE" ? r.Type : "TABLE")} {MySqlName.Quote(r.Name)}")],
            (at, row) => Understand($"{KindOf(found[at].Type)} {found[at].Name}", () =>
            {
                switch (found[at].Type)
                {
                    case "VIEW":
                        objects.Add(MySqlViewReader.Read(row, context));
                        break;
                    case "SEQUENCE":
                        objects.Add(MySqlSequenceReader.Read(row));
                        break;
                    case "BASE TABLE" or "SYSTEM VERSIONED":
                        objects.AddRange(MySqlTableReader.Read(row.GetString(1), context));
                        break;
                    default:
                        throw new FormatException($"the server calls it a {found[at].Type}");
                }
            }),
            (at, error) => notCovered.Add($"{KindOf(found[at].Type)} {found[at].Name} ({error.Message})"), cancel);

        private async Task ReadNextValuesAsync()
        {
            foreach (var one in objects.Where(o => o.Kind == DbKinds.Sequence).ToList())
            {
                one.Notes[MySqlFacets.NextNote] = Convert.ToString(
                    await session.ScalarAsync<object>($"SELECT next_not_cached_value FROM {MySqlName.Quote(one.Name)}", cancel).ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture)!;
            }
        }

        private async Task ReadRoutinesAsync()
        {
            var found = await session.ListAsync("SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = @p1 ORDER BY routine_type, routine_name",
                row => (Type: row.GetString(0), Name: row.GetString(1)), cancel, context.Database).ConfigureAwait(false);
            found.RemoveAll(r => IsOwn(r.Name));
            await MySqlShow.ReadAsync(session, [.. found.Select(r => $"SHOW CREATE {r.Type} {MySqlName.Quote(r.Name)}")],
                (at, row) => Understand($"{found[at].Type.ToLowerInvariant()} {found[at].Name}", () => objects.Add(
                    MySqlRoutineReader.Read(row, found[at].Type.ToLowerInvariant()) ?? throw new FormatException("this account may not read its definition"))),
                (at, error) => notCovered.Add($"{found[at].Type.ToLowerInvariant()} {found[at].Name} ({error.Message})"), cancel).ConfigureAwait(false);
        }

        private async Task ReadDatabaseAsync()
        {
            var comment = context.Features.HasDatabaseComments ? "schema_comment" : "''";
            await session.ReadAsync($"SELECT default_collation_name, {comment} FROM information_schema.schemata WHERE schema_name = @p1", row =>
            {
                var defaults = new DbObject { Kind = MySqlKinds.Database, Name = MySqlKinds.DefaultsName, Facets = { [MySqlFacets.Collation] = row.GetString(0) } };
                if (row.GetString(1) is { Length: > 0 } text)
                {
                    defaults.Facets[DbFacets.Comment] = MySqlName.Text(text);
                }

                objects.Add(defaults);
            }, cancel, context.Database).ConfigureAwait(false);
        }

        /// <summary>What is not understood is said to be not covered, and is never taken for something else.</summary>
        private void Understand(string name, Action read)
        {
            try
            {
                read();
            }
            catch (FormatException e)
            {
                notCovered.Add($"{name} ({e.Message})");
            }
        }

        private static DbObject WithPermissions(DbObject one, Dictionary<(string Kind, string Name), string> permissions)
        {
            var kind = one.Kind is DbKinds.View or DbKinds.Sequence ? DbKinds.Table : one.Kind;
            if ((one.Parent is null) && permissions.TryGetValue((kind, one.Name), out var lines))
            {
                one.Facets[DbFacets.Permissions] = lines;
            }

            return one;
        }

        private static string KindOf(string type) => type switch
        {
            "VIEW" => DbKinds.View,
            "SEQUENCE" => DbKinds.Sequence,
            _ => DbKinds.Table,
        };

        private bool IsOwn(string name) => !readsOwn && name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase);
    }
}
