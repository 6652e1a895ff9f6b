using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>
/// Chooses rows of each table, spread over it in the order of its key so that the same data gives the same rows, and to these every row
/// that one of them refers to, and so on until nothing is missing. The keys of what is chosen are held in memory; the rows are not.
/// </summary>
/// <param name="session">Sees one moment, at which the rows are read as well.</param>
/// <param name="structure">With PSMigrate's own objects, whose rows are taken whole.</param>
/// <param name="most">How many rows of a table are chosen at most, before what others refer to.</param>
internal sealed class RowSampler(ServerEngine engine, ServerSession session, DbStructure structure, int most, IMigrationObserver observer)
{
    private const int KeysAtOnce = 1000;

    /// <summary>Keys of several columns make long conditions, which servers bear less well.</summary>
    private const int WideKeysAtOnce = 200;

    private const string Number = "psmigrate_n";

    private readonly RowSql sql = engine.Rows;
    private readonly Dictionary<string, KeyedTable> keyed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> keyless = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Rows, long Of)> counts = new(StringComparer.Ordinal);
    private readonly Queue<(DbObject Table, IReadOnlyList<string> Sources)> fresh = new();
    private readonly HashSet<(string Key, string Parent, string Values)> asked = [];

    private IReadOnlyList<DbObject> References { get; } = [.. structure.Objects.Where(o => o.Kind == DbKinds.ForeignKey && o.Parent is not null && o.RefersTo is not null)];

    public async Task<RowSample> ChooseAsync(CancellationToken cancel)
    {
        var tables = structure.Objects.Where(o => o.Kind == DbKinds.Table && ServerSnapshot.HasContent(o)).ToList();
        for (var i = 0; i < tables.Count; i++)
        {
            observer.Progress(new ProgressReport("Choosing rows", tables[i].FullName, 1, i * 100 / tables.Count));
            await ChooseAsync(tables[i], cancel).ConfigureAwait(false);
        }

        while (fresh.TryDequeue(out var next))
        {
            foreach (var reference in References.Where(r => Holders(r.Parent!).Contains(next.Table)))
            {
                foreach (var source in next.Sources)
                {
                    await FollowAsync(reference, source, cancel).ConfigureAwait(false);
                }
            }
        }

        observer.Progress(new ProgressReport("Choosing rows", "Done", 1, 100, Completed: true));
        var sources = keyed.Values.ToDictionary(k => k.Table.Key, k => SourcesOf(k.Table, k.Key, [.. k.Chosen]), StringComparer.Ordinal);
        foreach (var (table, source) in keyless)
        {
            sources[table] = source;
        }

        return new RowSample(sources, [.. keyed.Values.Select(k => new SampledTable(k.Table.FullName, k.Chosen.Count, counts[k.Table.Key].Of))
            .Concat(keyless.Keys.Select(k => new SampledTable(structure.Find(k)!.FullName, counts[k].Rows, counts[k].Of))).Where(t => t.Rows < t.Of).OrderBy(t => t.Table, StringComparer.Ordinal)]);
    }

    private async Task ChooseAsync(DbObject table, CancellationToken cancel)
    {
        var whole = sql.Only(table);
        var all = await session.ScalarAsync<long>($"SELECT count(*) FROM {whole}", cancel).ConfigureAwait(false);
        if (all <= most || IsOwn(table))
        {
            fresh.Enqueue((table, [whole]));
            return;
        }

        var stride = (all + most - 1) / most;
        if (TableKey.Of(table, structure, sql) is { Count: > 0 } key)
        {
            var chosen = new KeyedTable(table, key);
            keyed.Add(table.Key, chosen);
            counts[table.Key] = (0, all);
            var order = string.Join(", ", key.Select(c => sql.Quote(c.Name)));
            var added = await ReadAsync(key, $"(SELECT {order}, ROW_NUMBER() OVER (ORDER BY {order}) AS {Number} FROM {whole}) AS s WHERE ({Number} - 1) % {stride} = 0", cancel).ConfigureAwait(false);
            Add(chosen, added);
        }
        else if (References.Any(r => Holders(r.RefersTo!).Contains(table)))
        {
            observer.Decision($"All rows of {table.FullName} are taken: others refer to it, and it has no key without NULL by which they could be told apart.");
            fresh.Enqueue((table, [whole]));
        }
        else
        {
            // Rows that nothing tells apart, in the order of their content's hash: equal rows may stand for each other.
            var hash = sql.Hash([.. TableKey.Stored(table, structure).Select(c => (sql.Quote(c.Name), c))]);
            IReadOnlyList<string> source = [$"(SELECT t.*, ROW_NUMBER() OVER (ORDER BY {hash}) AS {Number} FROM {whole} AS t) AS s WHERE ({Number} - 1) % {stride} = 0"];
            keyless.Add(table.Key, source);
            counts[table.Key] = ((all + stride - 1) / stride, all);
            fresh.Enqueue((table, source));
        }
    }

    /// <summary>Chooses the rows that those of a source refer to, where only some of that table are chosen.</summary>
    private async Task FollowAsync(DbObject reference, string source, CancellationToken cancel)
    {
        var parents = Holders(reference.RefersTo!).Select(p => keyed.GetValueOrDefault(p.Key)).OfType<KeyedTable>().ToList();
        if (parents.Count == 0)
        {
            return;
        }

        var columns = Columns(reference.Parent!, reference.Columns);
        var names = string.Join(", ", columns.Select(c => sql.Quote(c.Name)));
        var values = await ReadAsync(columns, $"(SELECT DISTINCT {names} FROM {source}) AS r WHERE {string.Join(" AND ", columns.Select(c => $"{sql.Quote(c.Name)} IS NOT NULL"))}", cancel).ConfigureAwait(false);
        foreach (var parent in parents)
        {
            var referred = Columns(parent.Table.Key, reference.ReferredColumns);
            var open = values.Where(v => asked.Add((reference.Key, parent.Table.Key, v.Text))).ToList();
            foreach (var some in open.Chunk(AtOnce(referred)))
            {
                Add(parent, await ReadAsync(parent.Key, $"{sql.Only(parent.Table)} WHERE {Match(referred, some)}", cancel).ConfigureAwait(false));
            }
        }
    }

    private void Add(KeyedTable table, IReadOnlyList<RowValues> keys)
    {
        var added = keys.Where(table.Chosen.Add).ToList();
        if (added.Count > 0)
        {
            fresh.Enqueue((table.Table, SourcesOf(table.Table, table.Key, added)));
        }
    }

    /// <summary>The values of some columns as literals, of each row of a source.</summary>
    private Task<List<RowValues>> ReadAsync(IReadOnlyList<DbObject> columns, string source, CancellationToken cancel) => session.ListAsync(
        $"SELECT {string.Join(", ", columns.Select((c, i) => $"{sql.LiteralOf(sql.Quote(c.Name), c)} AS v{i}"))} FROM {source}",
        row => new RowValues([.. columns.Select((_, i) => row.GetString(i))]), cancel);

    private IReadOnlyList<string> SourcesOf(DbObject table, IReadOnlyList<DbObject> key, IReadOnlyList<RowValues> keys) =>
        [.. keys.Chunk(AtOnce(key)).Select(some => $"{sql.Only(table)} WHERE {Match(key, some)}")];

    private static int AtOnce(IReadOnlyList<DbObject> columns) => columns.Count == 1 ? KeysAtOnce : WideKeysAtOnce;

    private string Match(IReadOnlyList<DbObject> columns, IReadOnlyList<RowValues> values) => columns is [var only]
        ? $"{sql.Quote(only.Name)} IN ({string.Join(", ", values.Select(v => v.Literals[0]))})"
        : string.Join(" OR ", values.Select(v => $"({string.Join(" AND ", columns.Select((c, i) => $"{sql.Quote(c.Name)} = {v.Literals[i]}"))})"));

    private IReadOnlyList<DbObject> Columns(string table, IReadOnlyList<string> names)
    {
        var columns = structure.ColumnsOf(table);
        return [.. names.Select(n => columns.First(c => c.Name == n))];
    }

    /// <summary>The tables that hold the rows of a table: itself, or its partitions.</summary>
    private IReadOnlyList<DbObject> Holders(string key) => structure.Find(key) is not { } table ? []
        : ServerSnapshot.HasContent(table) ? [table]
        : [.. structure.Objects.Where(o => o.Kind == DbKinds.Table && ServerSnapshot.HasContent(o) && engine.WrittenThrough(o, structure).Any(w => w.Key == key))];

    private bool IsOwn(DbObject table) => engine.OwnSchema is { } schema ? table.Schema == schema : table.Name.StartsWith(engine.OwnName(""), StringComparison.OrdinalIgnoreCase);

    /// <summary>A table of which only some rows are chosen, by their keys.</summary>
    private sealed record KeyedTable(DbObject Table, IReadOnlyList<DbObject> Key)
    {
        public HashSet<RowValues> Chosen { get; } = [];
    }

    /// <summary>Values of a row as the engine's literals; the same where their text is.</summary>
    private sealed class RowValues(IReadOnlyList<string> literals) : IEquatable<RowValues>
    {
        public IReadOnlyList<string> Literals => literals;

        public string Text { get; } = string.Join(", ", literals);

        public bool Equals(RowValues? other) => other?.Text == Text;

        public override bool Equals(object? obj) => Equals(obj as RowValues);

        public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
    }
}
