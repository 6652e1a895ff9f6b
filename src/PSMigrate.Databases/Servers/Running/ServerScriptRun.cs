using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>
/// Runs a script's statements one by one. What a statement's words say that it will destroy is captured before it; what it did to the
/// structure is read from the catalog after it, and what it wrote is asked of the server at the end. Where that shows a loss that was
/// not captured, the script is run again from its beginning with what is needed: see <see cref="Demand"/>.
/// </summary>
internal sealed partial class ServerScriptRun(
    ServerEngine engine, ServerSession session, StructureCache cache, EffectReader effects, CaptureNames names, Demand demand, IMigrationObserver observer)
{
    private readonly List<ServerOp> ops = [];
    private readonly Dictionary<string, RowCapture> open = new(StringComparer.Ordinal);
    private readonly HashSet<string> createdHere = new(StringComparer.Ordinal);
    private readonly SortedSet<string> touched = new(StringComparer.OrdinalIgnoreCase);
    private readonly RowSealing sealing = new(engine, session);
    private readonly Dictionary<string, long> seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> addedTo = new(StringComparer.Ordinal);
    private readonly SortedSet<string> missed = new(StringComparer.Ordinal);
    private readonly HashSet<string> rewritten = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> formerNames = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, long>? writesSoFar;
    private IReadOnlyDictionary<string, long>? writesBefore;
    private IReadOnlyDictionary<string, long>? writesAtStart;
    private IReadOnlyDictionary<string, long>? writesAtEnd;
    private IReadOnlyList<StatementEffect> current = [];
    private SequenceWatch? sequences;
    private DbStructure? before;
    private HashSet<string>? scope;
    private List<RowImage> images = [];
    private bool wrote;
    private bool isSent;
    private int at = -1;

    public IReadOnlyList<ServerOp> Ops => ops;

    public long RowsChanged { get; private set; }

    public IReadOnlyCollection<string> Touched => touched;

    /// <summary>Captures that the script's statements are watched for from its beginning.</summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        (writesSoFar, session.WritesSoFar) = (session.WritesSoFar, null);
        if (demand.Rows.Count > 0)
        {
            await BeginWatchingAsync(cancel).ConfigureAwait(false);
            await WatchDemandedAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <exception cref="MigrationException">StatementFailed, with file, line, column and the statement.</exception>
    /// <exception cref="CaptureNeededException">Something was lost that was not captured.</exception>
    public async Task RunAsync(SqlStatement statement, Func<SqlStatement, CancellationToken, Task<long>> send, CancellationToken cancel)
    {
        await PrepareAsync(statement, commitsByItself: false, cancel).ConfigureAwait(false);
        await SendAsync(statement, send, cancel).ConfigureAwait(false);
    }

    /// <summary>Captures what the statement's words say that it will destroy, and reads what it may change.</summary>
    /// <param name="commitsByItself">Whoever comes later must then be able to see whether it did.</param>
    public async Task PrepareAsync(SqlStatement statement, bool commitsByItself, CancellationToken cancel)
    {
        at++;
        current = await effects.OfAsync(statement, cancel).ConfigureAwait(false);
        foreach (var effect in current)
        {
            await PrepareAsync(effect, cancel).ConfigureAwait(false);
        }

        await WatchReachedAsync(statement, cancel).ConfigureAwait(false);

        var changes = current.OfType<StatementEffect.Changes>().ToList();
        var creates = current.OfType<StatementEffect.Creates>().ToList();
        before = null;
        scope = null;
        if (current.OfType<StatementEffect.Anything>().Any())
        {
            before = await CopyAsync(cancel).ConfigureAwait(false);
        }
        else if (changes.Count > 0)
        {
            scope = await ScopeAsync(changes, cancel).ConfigureAwait(false);
            before = await engine.Reader.ReadAsync(session, scope, cancel).ConfigureAwait(false);
        }
        else if (creates.Count > 0 && commitsByItself)
        {
            scope = await ScopeAsync([.. creates.Select(c => new StatementEffect.Changes([c.OnTable ?? new RelationName(c.Schema, c.Name)]))], cancel).ConfigureAwait(false);
            before = await engine.Reader.ReadAsync(session, scope, cancel).ConfigureAwait(false);
        }

        if (before is not null && !engine.HasIdentities)
        {
            before = Identities.Give(before, []);
        }

        images = await TakeImagesAsync(changes, before, cancel).ConfigureAwait(false);
        sequences = before is not null || SequenceWatch.Sets(statement) ? await SequenceWatch.BeginAsync(engine, session, statement, cancel).ConfigureAwait(false) : null;
        writesAtStart = before is not null && scope is null && open.Count > 0 ? await engine.WritesAsync(session, cancel).ConfigureAwait(false) : null;
    }

    /// <summary>Runs the statement that was prepared.</summary>
    public async Task SendAsync(SqlStatement statement, Func<SqlStatement, CancellationToken, Task<long>> send, CancellationToken cancel)
    {
        observer.Detail(statement.Shown);
        try
        {
            RowsChanged += await send(statement, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "StatementFailed" && scope is null && before is not null && open.Count > 0 && demand.CanRunAgain)
        {
            // It may have changed a table that is watched, so that it was our watching that failed.
            observer.Decision("A statement failed that may have changed tables while they were watched: the script is run again with them captured as a whole.");
            throw new CaptureNeededException(demand.WithImages(open.Keys.Select(table => (at, table, (IReadOnlyList<string>?)null))));
        }

        isSent = true;
        await NoteAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Notes what the statement did, now that it is done.</summary>
    public async Task NoteAsync(CancellationToken cancel)
    {
        // What is made on a table can take the place of something that the engine made for itself, where that commits by itself: it is read off.
        var isReadOff = before is not null && !engine.StructureIsTransactional && current.OfType<StatementEffect.Creates>().All(c => c.OnTable is not null);
        foreach (var created in isReadOff ? [] : current.OfType<StatementEffect.Creates>())
        {
            await NoteCreatedAsync(created, cancel).ConfigureAwait(false);
        }

        if (current.OfType<StatementEffect.MovesSearchPath>().Any())
        {
            cache.ForgetSearchPath();
        }

        if (sequences is not null && await sequences.EndAsync(cancel).ConfigureAwait(false) is { } moved)
        {
            // Before what changed the structure, so that undo comes to it when its sequences are there again.
            ops.Add(moved);
        }

        if (before is not null && (isReadOff || !current.OfType<StatementEffect.Creates>().Any()))
        {
            await NoteChangesAsync(before, scope, images, cancel).ConfigureAwait(false);
        }

        await WatchDemandedAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>What the statement that was prepared last may change, as it was; null where it changes no structure.</summary>
    public IReadOnlyList<DbObject>? Before => before is null ? null : [.. before.Objects];

    /// <summary>The relations that this is about; null for all.</summary>
    public IReadOnlyCollection<string>? Scope => scope;

    public IReadOnlyList<RowImage> PreparedImages => images;

    /// <summary>Ends the captures, asks the server what else was written, and notes what the script left.</summary>
    /// <exception cref="CaptureNeededException">Rows were written that were not captured.</exception>
    public async Task EndAsync(CancellationToken cancel)
    {
        await EndRowsAsync(null, cancel).ConfigureAwait(false);
        await SealAsync(cancel).ConfigureAwait(false);
        session.WritesSoFar = writesAtEnd;
    }

    /// <summary>The same while triggers still watch, which are removed by <see cref="AbandonAsync"/>.</summary>
    public async Task SealAsync(CancellationToken cancel)
    {
        await RequireSeenAsync(cancel).ConfigureAwait(false);
        if (!wrote && !ops.Any(Keeps))
        {
            return;
        }

        await using var settings = await engine.HashSettingsAsync(session, cancel).ConfigureAwait(false);
        await NoteNewRowsAsync(cancel).ConfigureAwait(false);
        await NoteAddedAsync(cancel).ConfigureAwait(false);
        for (var i = 0; i < ops.Count; i++)
        {
            if (ops[i] is ServerOp.Rows rows && ops.OfType<ServerOp.NotCaptured>().Any() && !await engine.HasOwnAsync(session, rows.Image.Capture, cancel).ConfigureAwait(false))
            {
                // A savepoint that the script went back to took the capture with it.
                ops[i] = new ServerOp.NotCaptured($"rows of {rows.Image.FullName}", "their capture was rolled back by the script");
            }
            else if (Keeps(ops[i]))
            {
                ops[i] = await sealing.SealAsync(ops[i], await cache.AllAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes what watches tables, where no rollback does.</summary>
    public async Task AbandonAsync(CancellationToken cancel)
    {
        foreach (var capture in open.Values)
        {
            await capture.EndTriggersAsync(cancel).ConfigureAwait(false);
        }

        open.Clear();
    }

    private async Task PrepareAsync(StatementEffect effect, CancellationToken cancel)
    {
        switch (effect)
        {
            case StatementEffect.Writes writes:
                await PrepareWritesAsync(writes, cancel).ConfigureAwait(false);
                break;
            case StatementEffect.Anything { LeavesRowsAlone: false }:
                await BeginWatchingAsync(cancel).ConfigureAwait(false);
                break;
            case StatementEffect.Creates { HasRows: true }:
                await BeginWatchingAsync(cancel).ConfigureAwait(false);
                break;
            case StatementEffect.Untold untold:
                ops.Add(new ServerOp.NotCaptured(untold.What, untold.Why));
                break;
        }
    }

    private async Task PrepareWritesAsync(StatementEffect.Writes writes, CancellationToken cancel)
    {
        await BeginWatchingAsync(cancel).ConfigureAwait(false);
        var name = await FullNameAsync(writes.Table, cancel).ConfigureAwait(false);
        if (name is not null && createdHere.Contains(name))
        {
            touched.Add(name);
            return;
        }

        if (await FindTableAsync(writes.Table.ToString(), writes.Table, cancel).ConfigureAwait(false) is not { } table)
        {
            return;
        }

        await PrepareWritesAsync(table, writes, cancel).ConfigureAwait(false);
        if (writes.Kinds.Any(kind => kind != "insert"))
        {
            foreach (var heir in engine.HeirsOf(table, await cache.AllAsync(cancel).ConfigureAwait(false)).Where(h => !createdHere.Contains(h.FullName)))
            {
                await PrepareWritesAsync(heir, writes, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task PrepareWritesAsync(DbObject table, StatementEffect.Writes writes, CancellationToken cancel)
    {
        touched.Add(table.FullName);
        await OpenAsync(table, writes.Kinds, writes.Unseen, cancel, writes.ReturnsRows && engine.WatchingRefusesReturning).ConfigureAwait(false);
        if (writes.AddsUnseen)
        {
            addedTo.Add(table.FullName);
        }

        foreach (var (child, kinds) in await CascadesAsync(table, writes.Kinds, writes.AlsoReferring, cancel).ConfigureAwait(false))
        {
            touched.Add(child.FullName);
            if (!engine.CascadesFireTriggers && await KeyFollowsAsync(child, cancel).ConfigureAwait(false))
            {
                addedTo.Add(child.FullName);
            }

            await OpenAsync(child, kinds, writes.AlsoReferring || !engine.CascadesFireTriggers, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Where the server does not tell what was written, whatever the statement's views and routines, and the triggers of the tables that it
    /// writes, are known to name is watched as well.
    /// </summary>
    private async Task WatchReachedAsync(SqlStatement statement, CancellationToken cancel)
    {
        if (!wrote || writesBefore is not null || !engine.StructureIsTransactional)
        {
            return;
        }

        var structure = await cache.AllAsync(cancel).ConfigureAwait(false);
        var names = effects.Words(statement.Text);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var tables = new List<DbObject>();
        void Visit(DbObject one)
        {
            if (!reached.Add(one.Key))
            {
                return;
            }

            if (one.Kind == DbKinds.Table)
            {
                tables.Add(one);
            }

            foreach (var next in one.Kind == DbKinds.Table ? structure.PartsOf(one.Key).Where(p => p.Kind == DbKinds.Trigger)
                : one.Needs.Select(structure.Find).OfType<DbObject>().Concat(structure.PartsOf(one.Key).Where(p => p.Kind == DbKinds.Trigger)).Concat(NamedIn(one, structure)))
            {
                Visit(next);
            }
        }

        var isOpaque = current.Any(e => e is StatementEffect.Anything { LeavesRowsAlone: false });
        foreach (var start in structure.Objects.Where(o => isOpaque && (o.Kind is DbKinds.Procedure or DbKinds.Function) && names.Contains(o.Name.Split('(')[0])).ToList())
        {
            Visit(start);
        }

        foreach (var write in current.OfType<StatementEffect.Writes>())
        {
            if (await cache.FindAsync(write.Table.Schema, write.Table.Name, cancel).ConfigureAwait(false) is { } written)
            {
                Visit(written);
            }
        }

        foreach (var table in tables.Where(t => !open.ContainsKey(t.FullName) && !createdHere.Contains(t.FullName)))
        {
            await OpenAsync(table, ["delete", "insert", "update"], unseen: false, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The tables, views and routines whose names are among the words of a text, also in what it puts together to run: catalogs know only
    /// of what was there, and named outright, when the text was made.
    /// </summary>
    private List<DbObject> NamedIn(DbObject one, DbStructure structure)
    {
        if (engine.CodeOf(one) is not { } code)
        {
            return [];
        }

        var words = effects.Words(code);
        words.UnionWith(Word().Matches(code).Select(m => m.Value));
        return [.. structure.Objects.Where(o => o.Parent is null && o.Key != one.Key && (StructureCache.IsRelation(o) || o.Kind is DbKinds.Procedure or DbKinds.Function) && words.Contains(o.Name.Split('(')[0]))];
    }

    [GeneratedRegex(@"[\p{L}_@#$][\p{L}\p{Nd}_@#$]*")]
    private static partial Regex Word();

    /// <summary>The tables whose rows go or change because rows that they refer to do.</summary>
    private async Task<IReadOnlyList<(DbObject Table, IReadOnlyList<string> Kinds)>> CascadesAsync(
        DbObject table, IReadOnlyList<string> kinds, bool all, CancellationToken cancel)
    {
        if (!kinds.Contains("delete") && !kinds.Contains("update"))
        {
            return [];
        }

        var structure = await cache.AllAsync(cancel).ConfigureAwait(false);
        var found = new Dictionary<string, (DbObject, IReadOnlyList<string>)>(StringComparer.Ordinal);
        void Visit(DbObject parent)
        {
            foreach (var key in structure.Objects.Where(o => o.Kind == DbKinds.ForeignKey && o.RefersTo == parent.Key && (all || Acts(o))).ToList())
            {
                if (key.Parent is { } at && structure.Find(at) is { } child && !createdHere.Contains(child.FullName) && found.TryAdd(child.Key, (child, ["update", "delete"])))
                {
                    Visit(child);
                }
            }
        }

        Visit(table);
        return [.. found.Values];

        static bool Acts(DbObject key) => IsAction(key.Facet("on delete")) || IsAction(key.Facet("on update"));

        static bool IsAction(string? action) => action is not null && !action.Equals("NO ACTION", StringComparison.OrdinalIgnoreCase) && !action.Equals("RESTRICT", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>True where the rows of a table get another key when those do that they refer to.</summary>
    private async Task<bool> KeyFollowsAsync(DbObject table, CancellationToken cancel)
    {
        var structure = await cache.AllAsync(cancel).ConfigureAwait(false);
        var key = TableKey.Of(table, structure, engine.Rows).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return structure.PartsOf(table.Key).Any(o => o.Kind == DbKinds.ForeignKey && o.Facet("on update") is not null && o.Columns.Any(key.Contains));
    }

    /// <param name="unseen">Rows may go that triggers do not see.</param>
    /// <param name="unwatched">No trigger may be on the table: all rows are captured before, and new ones are found afterwards.</param>
    private async Task OpenAsync(DbObject table, IReadOnlyList<string> kinds, bool unseen, CancellationToken cancel, bool unwatched = false)
    {
        if (unwatched && open.TryGetValue(table.FullName, out var watching) && watching.IsWatching)
        {
            await EndRowsAsync(new HashSet<string>(StringComparer.Ordinal) { table.FullName }, cancel).ConfigureAwait(false);
        }

        if (open.TryGetValue(table.FullName, out var capture))
        {
            if (unseen)
            {
                await capture.TakeAllAsync(create: false, cancel).ConfigureAwait(false);
            }
        }
        else
        {
            var structure = await cache.AllAsync(cancel).ConfigureAwait(false);
            if (table.Kind != DbKinds.Table || table.Facet(DbFacets.TableKind)?.Contains("foreign", StringComparison.Ordinal) == true)
            {
                if (table.Kind != DbKinds.View && !ops.OfType<ServerOp.NotCaptured>().Any(n => n.What == $"rows of {table.FullName}"))
                {
                    ops.Add(new ServerOp.NotCaptured($"rows of {table.FullName}", $"it is a {table.Facet(DbFacets.TableKind) ?? table.Kind}"));
                }

                return;
            }

            if ((TableKey.Stored(table, structure).Count == 0 ? "it has no columns" : engine.CannotWatchBecause(table, structure)) is { } why)
            {
                if (!ops.OfType<ServerOp.NotCaptured>().Any(n => n.What == $"rows of {table.FullName}"))
                {
                    ops.Add(new ServerOp.NotCaptured($"rows of {table.FullName}", why));
                }

                return;
            }

            await RequireNoneMissedAsync(table.FullName, cancel).ConfigureAwait(false);
            capture = new RowCapture(engine, session, table, structure, names.Next());
            if (!capture.HasKey || unwatched)
            {
                await capture.TakeAllAsync(create: true, cancel).ConfigureAwait(false);
            }
            else
            {
                await capture.BeginRowsAsync(cancel).ConfigureAwait(false);
                if (unseen || capture.NeedsImageFirst)
                {
                    await capture.TakeAllAsync(create: false, cancel).ConfigureAwait(false);
                }
            }

            open.Add(table.FullName, capture);
            ops.Add(new ServerOp.Rows(capture.Image, []));
        }

        var index = ops.FindIndex(op => op is ServerOp.Rows rows && rows.Image.Capture == capture.Image.Capture);
        var noted = (ServerOp.Rows)ops[index];
        ops[index] = noted with { Image = capture.Image, Kinds = [.. noted.Kinds.Union(kinds).Order(StringComparer.Ordinal)] };
    }

    /// <summary>Ends the captures of some tables, or of all; what is written afterwards is another capture's.</summary>
    /// <param name="after">The structure in which tables may be called otherwise than when their captures began; null where they are not.</param>
    private async Task EndRowsAsync(IReadOnlySet<string>? tables, CancellationToken cancel, DbStructure? after = null)
    {
        var ending = open.Where(o => tables is null || tables.Contains(o.Key)).ToList();
        if (ending.Count == 0)
        {
            return;
        }

        var writes = await engine.WritesAsync(session, cancel).ConfigureAwait(false);
        foreach (var (name, capture) in ending)
        {
            var now = after is null ? name : StructureDiff.StillIn(after, capture.Image.Table)?.FullName ?? name;
            seen[name] = writes?.GetValueOrDefault(now) ?? 0;
            if (capture is { HasKey: true, IsWatching: false } && (after ?? await cache.AllAsync(cancel).ConfigureAwait(false)) is var structure && StructureDiff.StillIn(structure, capture.Image.Table) is { } table)
            {
                await RowCapture.NoteAddedAsync(engine, session, capture.Image, table, structure, cancel).ConfigureAwait(false);
            }

            await capture.EndTriggersAsync(cancel).ConfigureAwait(false);
            open.Remove(name);
        }
    }

    private async Task BeginWatchingAsync(CancellationToken cancel)
    {
        if (!wrote)
        {
            wrote = true;
            writesBefore = writesSoFar ?? await engine.WritesAsync(session, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The tables that a former run was seen to write without saying so are watched all the time.</summary>
    private async Task WatchDemandedAsync(CancellationToken cancel)
    {
        foreach (var table in demand.Rows.Where(t => !open.ContainsKey(t) && !createdHere.Contains(t)).ToList())
        {
            if (await FindTableAsync(table, cancel).ConfigureAwait(false) is { } found)
            {
                await OpenAsync(found, ["insert", "update", "delete"], unseen: false, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What was written to a table before it is watched nobody has seen.</summary>
    private async Task RequireNoneMissedAsync(string table, CancellationToken cancel)
    {
        if (isSent && wrote && await engine.WritesAsync(session, cancel).ConfigureAwait(false) is { } writes && writes.GetValueOrDefault(table) > Accounted(table))
        {
            missed.Add(table);
        }
    }

    /// <summary>How many writes of a table are known: those before the script, and those that a capture saw.</summary>
    private long Accounted(string table) => Math.Max(writesBefore?.GetValueOrDefault(table) ?? 0, seen.GetValueOrDefault(table));

    /// <summary>What the server counts as written must have been captured, or be the script's own.</summary>
    private async Task RequireSeenAsync(CancellationToken cancel)
    {
        if (!wrote || await engine.WritesAsync(session, cancel).ConfigureAwait(false) is not { } after)
        {
            return;
        }

        writesAtEnd = after;
        var unseen = after.Where(w => w.Key.Length > 0 && !open.ContainsKey(w.Key) && !createdHere.Contains(w.Key) && w.Value > Accounted(w.Key)).Select(w => w.Key)
            .Union(missed).Where(table => !ops.OfType<ServerOp.NotCaptured>().Any(n => n.What == $"rows of {table}")).ToList();
        if (unseen.Count == 0)
        {
            return;
        }

        unseen = [.. unseen.Select(table => formerNames.GetValueOrDefault(table, table)).Distinct(StringComparer.Ordinal)];
        if (unseen.Any(table => !demand.Rows.Contains(table)) && demand.CanRunAgain)
        {
            var structure = await cache.AllAsync(cancel).ConfigureAwait(false);
            unseen = [.. unseen.Concat(unseen.Select(table => structure.Objects.FirstOrDefault(o => o.Kind == DbKinds.Table && o.FullName == table)).OfType<DbObject>()
                .SelectMany(table => engine.WrittenThrough(table, structure)).Select(whole => whole.FullName)).Distinct(StringComparer.Ordinal)];
            observer.Decision($"The script writes {string.Join(", ", unseen)} as well, which its words do not say: it is run again with that captured.");
            throw new CaptureNeededException(demand.WithRows(unseen));
        }

        ops.AddRange(unseen.Select(table => new ServerOp.NotCaptured($"rows of {table}", "they were written in a way that could not be watched")));
    }

    /// <summary>The names whose structure a statement may change: what it names, what refers to that, and what it is called afterwards.</summary>
    private async Task<HashSet<string>> ScopeAsync(IReadOnlyList<StatementEffect.Changes> changes, CancellationToken cancel)
    {
        var scope = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in changes.SelectMany(c => c.Relations.Concat(c.DroppedTables).Concat(c.LostColumns.Select(l => l.Table))))
        {
            if (await FullNameAsync(name, cancel).ConfigureAwait(false) is not { } full)
            {
                scope.Add(await cache.NameOfNewAsync(name.Schema, name.Name, cancel).ConfigureAwait(false));
                continue;
            }

            scope.Add(full);
            var structure = await cache.AllAsync(cancel).ConfigureAwait(false);
            foreach (var one in structure.Relations(full).ToList())
            {
                scope.UnionWith(structure.DependentsOf(one.Key)
                    .Select(o => o.Parent is { } parent ? structure.Find(parent) : o).OfType<DbObject>().Where(StructureCache.IsRelation).Select(o => o.FullName));
                scope.UnionWith(SequencesOf(one, structure).Select(o => o.FullName));
            }
        }

        foreach (var name in changes.SelectMany(c => c.NewNames))
        {
            scope.Add(await cache.NameOfNewAsync(name.Schema, name.Name, cancel).ConfigureAwait(false));
        }

        return scope;
    }

    /// <summary>The sequences that come and go with a table.</summary>
    private static IEnumerable<DbObject> SequencesOf(DbObject table, DbStructure structure) =>
        structure.ColumnsOf(table.Key).SelectMany(c => c.Needs).Select(structure.Find).OfType<DbObject>().Where(o => o.Kind == DbKinds.Sequence && o.Facet("owned by") is not null);

    private async Task<List<RowImage>> TakeImagesAsync(IReadOnlyList<StatementEffect.Changes> changes, DbStructure? before, CancellationToken cancel)
    {
        var images = new List<RowImage>();
        if (before is null)
        {
            return images;
        }

        var tables = new Dictionary<string, HashSet<string>?>(StringComparer.Ordinal);
        foreach (var name in changes.SelectMany(c => c.DroppedTables))
        {
            if (await FullNameAsync(name, cancel).ConfigureAwait(false) is { } full)
            {
                tables[full] = null;
            }
        }

        foreach (var name in changes.SelectMany(c => c.Rewritten))
        {
            if (await FindTableAsync(name.ToString(), name, cancel).ConfigureAwait(false) is { Kind: DbKinds.Table } table)
            {
                var key = TableKey.Of(table, before, engine.Rows).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
                tables.TryAdd(table.FullName, [.. TableKey.Stored(table, before).Select(c => c.Name).Where(c => !key.Contains(c))]);
            }
        }

        foreach (var (name, column) in changes.SelectMany(c => c.LostColumns))
        {
            if (await FullNameAsync(name, cancel).ConfigureAwait(false) is { } full && tables.GetValueOrDefault(full, []) is { } columns)
            {
                columns.Add(column);
                tables[full] = columns;
            }
        }

        rewritten.Clear();
        foreach (var name in scope is null ? changes.SelectMany(c => c.Relations).Intersect(current.OfType<StatementEffect.Writes>().Select(w => w.Table)) : [])
        {
            // Rows of a table that changes meanwhile have values of both shapes.
            if (await FullNameAsync(name, cancel).ConfigureAwait(false) is { } full)
            {
                tables[full] = null;
                rewritten.Add(full);
            }
        }

        foreach (var (table, columns) in demand.Images.Where(i => i.Statement == at).Select(i => (i.Table, i.Columns)))
        {
            tables[table] = columns is null || tables.GetValueOrDefault(table, []) is not { } known ? null : [.. known, .. columns];
        }

        // What may do anything may write as well: the tables stay watched, but for those that are captured as a whole.
        await EndRowsAsync(scope is null ? tables.Where(t => t.Value is null).Select(t => t.Key).ToHashSet(StringComparer.Ordinal)
            : before.Objects.Where(o => o.Kind == DbKinds.Table).Select(o => o.FullName).ToHashSet(StringComparer.Ordinal), cancel).ConfigureAwait(false);
        foreach (var (name, columns) in tables.Where(t => !createdHere.Contains(t.Key)))
        {
            if (before.Objects.FirstOrDefault(o => o.Kind == DbKinds.Table && o.FullName == name) is { } table && (columns is not null || engine.HoldsRows(table)))
            {
                images.AddRange(await TakeImageAsync(table, columns, before, cancel).ConfigureAwait(false));
            }
        }

        return images;
    }

    private async Task<IReadOnlyList<RowImage>> TakeImageAsync(DbObject table, HashSet<string>? columns, DbStructure before, CancellationToken cancel)
    {
        var stored = TableKey.Stored(table, before);
        var kept = columns is null ? stored : [.. stored.Where(c => columns.Contains(c.Name))];
        if (kept.Count == 0)
        {
            return [];
        }

        var capture = new RowCapture(engine, session, table, before, names.Next(), kept, columns);
        if (columns is not null && !capture.HasKey)
        {
            // Nothing tells the rows apart, so that only all of them can be put back.
            capture = new RowCapture(engine, session, table, before, capture.Image.Capture, stored, columns);
        }

        await capture.TakeAllAsync(create: true, cancel).ConfigureAwait(false);
        return [capture.Image];
    }

    private async Task NoteCreatedAsync(StatementEffect.Creates created, CancellationToken cancel)
    {
        var full = created.OnTable is null
            ? await cache.NameOfNewAsync(created.Schema, created.Name, cancel).ConfigureAwait(false)
            : await FullNameAsync(created.OnTable, cancel).ConfigureAwait(false)
                ?? await cache.NameOfNewAsync(created.OnTable.Schema, created.OnTable.Name, cancel).ConfigureAwait(false);
        var schema = created.OnTable is null && full.Length > created.Name.Length ? full[..^(created.Name.Length + 1)] : "";
        cache.Made(full);
        touched.Add(full);
        if (created.Kind == DbKinds.Table)
        {
            createdHere.Add(full);
        }
        else if (created.OnTable is not null && createdHere.Contains(full) && !ops.OfType<ServerOp.Changed>().Any(c => c.Before.Any(o => o.Kind == created.Kind && o.Name == created.Name)))
        {
            // It goes with its table, unless it stands in the place of one that must come back before the table goes.
            return;
        }

        ops.Add(new ServerOp.Created(created.Kind, schema, created.Name, created.OnTable is null ? null : full));
    }

    private async Task NoteChangesAsync(DbStructure before, HashSet<string>? scope, List<RowImage> images, CancellationToken cancel)
    {
        DbStructure after;
        if (scope is null)
        {
            after = await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
            cache.Take(after);
            after = await CopyAsync(cancel).ConfigureAwait(false);
        }
        else
        {
            after = await engine.Reader.ReadAsync(session, scope, cancel).ConfigureAwait(false);
            await cache.RefreshAsync(scope, cancel).ConfigureAwait(false);
        }

        if (!engine.HasIdentities)
        {
            after = Identities.Give(after, Renames());
        }

        var diff = StructureDiff.Of(before, after);
        RequireImages(diff, before, after, images);
        foreach (var one in diff.Before.Concat(diff.After))
        {
            touched.Add(one.Parent is { } parent ? parent[(parent.IndexOf(' ', StringComparison.Ordinal) + 1)..] : one.FullName);
        }

        if (scope is null)
        {
            await RequireNotWrittenInAnotherShapeAsync(diff, before, after, cancel).ConfigureAwait(false);
            await EndRowsAsync(diff.Before.Select(o => o.Kind == DbKinds.Table ? o : o.Parent is { } parent ? before.Find(parent) : null).OfType<DbObject>().Select(o => o.FullName).ToHashSet(StringComparer.Ordinal), cancel, after).ConfigureAwait(false);
        }

        var renamed = diff.Before.Where(o => o.Kind == DbKinds.Table).Select(o => (Was: o.FullName, Now: StructureDiff.StillIn(after, o)?.FullName, Accounted: Accounted(o.FullName), IsOurs: createdHere.Remove(o.FullName))).ToList();
        foreach (var (was, now, accounted, isOurs) in renamed)
        {
            if (now is not null && isOurs)
            {
                createdHere.Add(now);
            }

            if (now is not null && now != was)
            {
                seen[now] = accounted;
                formerNames[now] = formerNames.GetValueOrDefault(was, was);
            }
        }

        if (scope is null)
        {
            await NoteWrittenMeanwhileAsync(after, images, cancel).ConfigureAwait(false);
        }

        NoteDifference(diff, before, after, images);
    }

    /// <summary>A table that a statement made without saying so is taken back by itself, after what depends on it and before what it stands in the place of.</summary>
    private void NoteDifference(StructureDiff diff, DbStructure before, DbStructure after, List<RowImage> images)
    {
        var made = diff.After.Where(o => o.Kind == DbKinds.Table && StructureDiff.StillIn(before, o) is null).ToList();
        var parts = made.SelectMany(table => after.PartsOf(table.Key).Concat(SequencesOf(table, after)).Append(table)).Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
        var users = made.SelectMany(table => after.DependentsOf(table.Key)).Select(o => o.Key).Where(key => !parts.Contains(key)).ToHashSet(StringComparer.Ordinal);
        var orders = StructureDiff.Orders(before, after);
        List<DbObject> left = [.. diff.After.Where(o => !parts.Contains(o.Key) && !(users.Contains(o.Key) && StructureDiff.SameIn(before, o) is null))];
        if (diff.Before.Count + left.Count + images.Count + orders.Count > 0)
        {
            ops.Add(new ServerOp.Changed(diff.Before, left)
            {
                Images = images,
                Orders = orders,
            });
        }

        foreach (var table in made)
        {
            createdHere.Add(table.FullName);
            ops.Add(new ServerOp.Created(DbKinds.Table, table.Schema, table.Name, null) { Id = table.Id });
        }

        List<DbObject> onMade = [.. diff.After.Where(o => users.Contains(o.Key) && StructureDiff.SameIn(before, o) is null)];
        if (onMade.Count > 0)
        {
            ops.Add(new ServerOp.Changed([], onMade));
        }
    }

    /// <summary>A capture that saw rows while their columns changed has values of both shapes: the table is captured as a whole instead.</summary>
    private async Task RequireNotWrittenInAnotherShapeAsync(StructureDiff diff, DbStructure before, DbStructure after, CancellationToken cancel)
    {
        if (writesAtStart is null || !demand.CanRunAgain || await engine.WritesAsync(session, cancel).ConfigureAwait(false) is not { } writes)
        {
            return;
        }

        var reshaped = diff.Before.Concat(diff.After).Where(o => o.Kind == DbKinds.Column).Select(o => before.Find(o.Parent!) ?? after.Find(o.Parent!)).OfType<DbObject>().Where(t => t.Kind == DbKinds.Table)
            .Select(t => before.FindById(t.Id) ?? t).DistinctBy(t => t.FullName)
            .Where(t => open.ContainsKey(t.FullName) && writes.GetValueOrDefault(StructureDiff.StillIn(after, t)?.FullName ?? t.FullName) > writesAtStart.GetValueOrDefault(t.FullName)).ToList();
        if (reshaped.Count > 0)
        {
            observer.Decision($"A statement changes columns of {string.Join(", ", reshaped.Select(t => t.FullName))} and rows as well: the script is run again with them captured as a whole.");
            throw new CaptureNeededException(demand.WithImages(reshaped.Select(t => (at, t.FullName, (IReadOnlyList<string>?)null))));
        }
    }

    /// <summary>Tables that a statement which may do anything could write, and that were captured as a whole because of it.</summary>
    private async Task NoteWrittenMeanwhileAsync(DbStructure after, List<RowImage> images, CancellationToken cancel)
    {
        foreach (var image in images.Where(i => i.IsWhole))
        {
            if (StructureDiff.StillIn(after, image.Table) is { } now && (rewritten.Contains(image.FullName) || demand.Images.Any(i => i.Statement == at && i.Table == image.FullName && i.Columns is null)))
            {
                if (await RowCapture.NoteAddedAsync(engine, session, image, now, after, cancel).ConfigureAwait(false))
                {
                    ops.Add(new ServerOp.Rows(image, ["delete", "insert", "update"]));
                    seen[now.FullName] = (await engine.WritesAsync(session, cancel).ConfigureAwait(false))?.GetValueOrDefault(now.FullName) ?? 0;
                }
                else
                {
                    ops.Add(new ServerOp.NotCaptured($"rows of {now.FullName}", "its key went while its rows were written"));
                }
            }
        }
    }

    /// <summary>The tables that the statement that was prepared last drops.</summary>
    public IReadOnlyList<string> Dropped => [.. current.OfType<StatementEffect.Changes>().Where(c => c.Replaced.Count == 0).SelectMany(c => c.DroppedTables)
        .Select(d => before?.Objects.FirstOrDefault(o => o.Kind == DbKinds.Table && o.Parent is null && string.Equals(o.Name, d.Name, engine.NameComparison) && (d.Schema is null || o.Schema == d.Schema))?.FullName).OfType<string>()];

    /// <summary>What the statement that was prepared last renames.</summary>
    public IReadOnlyList<Renaming> Renames() =>
    [
        .. current.OfType<StatementEffect.Changes>().SelectMany(c => c.Replaced).Select(r => new Renaming("", r.Name)),
        .. current.OfType<StatementEffect.Changes>().SelectMany(c => c.Renames).Select(r => new Renaming(r.From.Name, r.To.Name)),
        .. current.OfType<StatementEffect.Changes>().SelectMany(c => c.ColumnRenames.Select(r => new Renaming(Former(c, r.Table) + "." + r.From, r.Table.Name + "." + r.To))),
    ];

    private static string Former(StatementEffect.Changes changes, RelationName table) =>
        changes.Renames.FirstOrDefault(r => r.To == table).From?.Name ?? table.Name;

    /// <summary>Whatever tables and columns are gone, or changed their type, must have been captured.</summary>
    private void RequireImages(StructureDiff diff, DbStructure before, DbStructure after, List<RowImage> images)
    {
        var needed = new List<(int Statement, string Table, IReadOnlyList<string>? Columns)>();
        foreach (var gone in diff.Before.Where(o => StructureDiff.StillIn(after, o) is not { } same || IsRetyped(o, same)))
        {
            if (gone.Kind == DbKinds.Table && engine.HoldsRows(gone) && !createdHere.Contains(gone.FullName) && !images.Any(i => i.FullName == gone.FullName && i.IsWhole && i.Kept.Count == TableKey.Stored(gone, before).Count))
            {
                needed.Add((at, gone.FullName, null));
            }
            else if (gone.Kind == DbKinds.Column && gone.Facet(DbFacets.Generated) is null && gone.Facet(DbFacets.WrittenByEngine) is null
                && before.Find(gone.Parent!) is { Kind: DbKinds.Table } table && !createdHere.Contains(table.FullName)
                && StructureDiff.StillIn(after, table) is not null
                && !images.Any(i => i.FullName == table.FullName && i.Kept.Any(c => c.Name == gone.Name)))
            {
                needed.Add((at, table.FullName, [gone.Name]));
            }
        }

        if (needed.Count == 0)
        {
            return;
        }

        if (demand.CanRunAgain && needed.Any(n => !demand.Images.Any(i => i.Statement == n.Statement && i.Table == n.Table)))
        {
            observer.Decision($"A statement takes {string.Join(", ", needed.Select(n => n.Table))} away, which its words do not say: the script is run again with that captured.");
            throw new CaptureNeededException(demand.WithImages(needed));
        }

        ops.AddRange(needed.Select(n => new ServerOp.NotCaptured(n.Columns is null ? $"table {n.Table}" : $"column {n.Table}.{n.Columns[0]}", "its rows could not be kept before it went")));
    }

    private static bool Keeps(ServerOp op) => op is ServerOp.Rows or ServerOp.Created { Left: not null } or ServerOp.Changed { Images.Count: > 0 };

    private static bool IsRetyped(DbObject was, DbObject now) => was.Kind == DbKinds.Column && was.Facet(DbFacets.Type) != now.Facet(DbFacets.Type);

    /// <summary>Notes rows that came without any trigger seeing them.</summary>
    private async Task NoteAddedAsync(CancellationToken cancel)
    {
        foreach (var rows in ops.OfType<ServerOp.Rows>().Where(r => r.Image is { IsWhole: true, Key.Count: > 0 } && addedTo.Contains(r.Image.FullName)).ToList())
        {
            var present = await cache.AllAsync(cancel).ConfigureAwait(false);
            if (StructureDiff.SameIn(present, rows.Image.Table) is { } now)
            {
                await RowCapture.NoteAddedAsync(engine, session, rows.Image, now, present, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What the script left in the tables that it made: what others write there later is told by it.</summary>
    private async Task NoteNewRowsAsync(CancellationToken cancel)
    {
        if (!wrote)
        {
            return;
        }

        for (var i = 0; i < ops.Count; i++)
        {
            if (ops[i] is ServerOp.Created { Kind: DbKinds.Table } created && NowOf(created) is { } now)
            {
                ops[i] = await engine.NewRowsAsync(session, now, cancel).ConfigureAwait(false) is { } known
                    ? created with { Few = known.Few, Id = known.Id }
                    : await NoteNewRowsAsync(created, now, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<ServerOp.Created> NoteNewRowsAsync(ServerOp.Created created, string now, CancellationToken cancel)
    {
        var structure = await cache.AllAsync(cancel).ConfigureAwait(false);
        if (structure.Relations(now).FirstOrDefault(o => o.Kind == DbKinds.Table) is not { } table)
        {
            return created;
        }

        var (stored, key) = (TableKey.Stored(table, structure), TableKey.Of(table, structure, engine.Rows));
        var hashes = await sealing.HashesAsync(table, stored, key, FewRows.Most + 1, cancel).ConfigureAwait(false);
        if (hashes.Count <= FewRows.Most)
        {
            return hashes.Count == 0 ? created : created with { Few = FewRows.Of([.. stored.Select(c => c.Name)], [.. key.Select(c => c.Name)], hashes), Id = table.Id };
        }

        var capture = new RowCapture(engine, session, table, structure, names.Next(), []);
        await capture.NoteNewAsync(stored, cancel).ConfigureAwait(false);
        return created with { Left = capture.Image, Id = table.Id };
    }

    /// <summary>What a table that the script made is called in the end; null where it is gone.</summary>
    private string? NowOf(ServerOp.Created created)
    {
        var made = created.Schema.Length > 0 ? $"{created.Schema}.{created.Name}" : created.Name;
        return createdHere.FirstOrDefault(name => formerNames.GetValueOrDefault(name, name) == made);
    }

    /// <summary>The whole structure as it is now, which what follows does not change.</summary>
    private async Task<DbStructure> CopyAsync(CancellationToken cancel)
    {
        var all = await cache.AllAsync(cancel).ConfigureAwait(false);
        return new DbStructure(all.Objects, all.NotCovered);
    }

    private async Task<string?> FullNameAsync(RelationName name, CancellationToken cancel)
    {
        // What the script made itself is known without reading the catalog.
        var own = await cache.NameOfNewAsync(name.Schema, name.Name, cancel).ConfigureAwait(false);
        return createdHere.Contains(own) ? own : (await cache.FindAsync(name.Schema, name.Name, cancel).ConfigureAwait(false))?.FullName;
    }

    private Task<DbObject?> FindTableAsync(string fullName, CancellationToken cancel)
    {
        var dot = fullName.IndexOf('.', StringComparison.Ordinal);
        return FindTableAsync(fullName, dot < 0 || engine.OwnSchema is null ? new RelationName(null, fullName) : new RelationName(fullName[..dot], fullName[(dot + 1)..]), cancel);
    }

    private async Task<DbObject?> FindTableAsync(string shown, RelationName name, CancellationToken cancel)
    {
        var found = await cache.FindAsync(name.Schema, name.Name, cancel).ConfigureAwait(false);
        if (found is null)
        {
            observer.Decision($"{shown} is not among the tables and views of the database: nothing of it is captured.");
        }

        return found;
    }
}
