using System.Runtime.ExceptionServices;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// The way back that was noted and captured while a script ran: each thing that the script did is taken back, the last first, with
/// triggers off, because what they did was noted as well. What others wrote since stays, or is saved.
/// </summary>
internal sealed class ServerInverse(
    ServerEngine engine, ServerSession session, ServerHistory history, ServerUndoRecord record, string step, SavedRows saved, UndoConflicts conflicts, IMigrationObserver observer)
{
    private const string Rows = "psmigrate_rows";

    private readonly RowSql sql = engine.Rows;
    private readonly PresentStructure structure = new(engine, session);
    private readonly KeylessTables keyless = new();
    private readonly RebornObjects reborn = new();

    /// <summary>Foreign keys that are to come back in the end.</summary>
    private readonly List<DbObject> aside = [];

    private readonly FleetingRows fleeting = new(record, engine.NameComparison);

    private IReadOnlyList<ServerOp> before = [];
    private bool standAside;
    private bool hasRoom;

    /// <summary>Where undo is no transaction: under what name it is noted how far it came.</summary>
    public required string Progress { get; init; }

    /// <summary>True when something was taken back that stays so whatever happens next.</summary>
    public bool HasActed { get; private set; }

    public async Task RunAsync(CancellationToken cancel)
    {
        var ops = record.Ops.Reverse().ToList();
        var first = await DoneAsync(cancel).ConfigureAwait(false);
        for (var i = first; i < ops.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (ops[i] is ServerOp.Rows)
            {
                // Rows of several tables refer to each other: they go back together; those of one table one capture after the other.
                var tables = new HashSet<string>(StringComparer.Ordinal);
                var group = ops.Skip(i).TakeWhile(op => op is ServerOp.Rows rows && tables.Add(rows.Image.FullName)).Cast<ServerOp.Rows>().ToList();
                var together = group.Where(rows => !fleeting.Contains(rows)).Select(reborn.Known).Cast<ServerOp.Rows>().ToList();
                IReadOnlyList<ServerOp> earlier = [.. ops.Skip(i + group.Count).Select(reborn.Known)];
                i += group.Count - 1;
                if (together.Count > 0)
                {
                    await RowsAsync([.. together.Select(r => r.Image)], earlier, i + 1, cancel).ConfigureAwait(false);
                }

                continue;
            }

            await (reborn.Known(ops[i]) switch
            {
                ServerOp.Created created => UncreateAsync(created, fleeting.Of(ops[i]), [.. ops.Skip(i + 1)], cancel),
                ServerOp.Changed changed when IsOfNoAccount(changed, ops, i) => Task.CompletedTask,
                ServerOp.Changed changed => ChangeBackAsync(changed, i, cancel),
                ServerOp.Sequences sequences => SequencesBack.RunAsync(engine, session, sequences, observer, cancel),
                _ => Task.CompletedTask,
            }).ConfigureAwait(false);
            await NoteDoneAsync(i + 1, cancel).ConfigureAwait(false);
        }

        await BringViewsBackAsync(cancel).ConfigureAwait(false);
        await BringReferencesBackAsync(first > 0, cancel).ConfigureAwait(false);
    }

    /// <summary>Views that the script dropped after what they read, and that could not be made before that was there again.</summary>
    private async Task BringViewsBackAsync(CancellationToken cancel)
    {
        if (engine.StructureIsTransactional)
        {
            return;
        }

        // What comes first in the script was what it was before.
        var views = new Dictionary<string, DbObject?>(StringComparer.Ordinal);
        foreach (var op in record.Ops)
        {
            foreach (var (key, view) in op switch
            {
                ServerOp.Changed changed => changed.Before.Where(o => o.Kind == DbKinds.View).Select(o => (o.Key, (DbObject?)o)).Concat(changed.After.Where(o => o.Kind == DbKinds.View).Select(o => (o.Key, (DbObject?)null))),
                ServerOp.Created { Kind: DbKinds.View } created => [(DbObject.KeyOf(created.Kind, null, created.Schema, created.Name), null)],
                _ => Enumerable.Empty<(string, DbObject?)>(),
            })
            {
                views.TryAdd(key, view);
            }
        }

        // Views may read each other.
        var present = views.Values.Any(v => v is not null) ? await PresentAsync(cancel).ConfigureAwait(false) : new DbStructure([]);
        for (var missing = views.Values.OfType<DbObject>().Where(v => present.Find(v.Key) is null).ToList(); missing.Count > 0;)
        {
            var made = new List<DbObject>();
            MigrationException? last = null;
            foreach (var view in missing)
            {
                try
                {
                    await RunAsync(engine.Writer.Create(view, present), cancel).ConfigureAwait(false);
                    made.Add(view);
                }
                catch (MigrationException e) when (engine.LacksWhatItReads(e))
                {
                    last = e;
                }
            }

            if (made.Count == 0)
            {
                throw new MigrationException("UndoIncomplete", ErrorKind.Failed, $"Undoing '{step}' cannot make {missing[0]} again: {last!.Message}", last)
                {
                    Offender = step,
                    RecommendedAction = "Make what the view reads, then undo again.",
                };
            }

            missing = [.. missing.Except(made)];
        }
    }

    private async Task<int> DoneAsync(CancellationToken cancel) =>
        !engine.StructureIsTransactional && await history.GetAsync(Progress, cancel).ConfigureAwait(false) is { Length: > 0 } done
            ? int.Parse(done.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) : 0;

    private Task NoteDoneAsync(int done, CancellationToken cancel) => engine.StructureIsTransactional ? Task.CompletedTask
        : history.SetAsync(Progress, done.ToString(System.Globalization.CultureInfo.InvariantCulture), cancel);

    private Task<DbStructure> PresentAsync(CancellationToken cancel) => structure.ReadAsync(cancel);

    /// <param name="before">What the script did before.</param>
    /// <param name="done">How many of the things that the script did are taken back with these.</param>
    private async Task RowsAsync(IReadOnlyList<RowImage> images, IReadOnlyList<ServerOp> before, int done, CancellationToken cancel)
    {
        this.before = before;
        var present = await PresentAsync(cancel).ConfigureAwait(false);
        var backs = new List<RowsBack>();
        foreach (var image in images)
        {
            var table = StructureDiff.SameIn(present, image.Table)
                ?? throw conflicts.Stop($"the table {image.FullName} is gone", "Restore a backup with Restore-MigrationTarget.");
            if (image.Kept.FirstOrDefault(c => !present.ColumnsOf(table.Key).Any(x => x.Name == c.Name)) is { } lost)
            {
                throw conflicts.Stop($"the column {table.FullName}.{lost.Name} is gone", "Restore a backup with Restore-MigrationTarget.");
            }

            backs.Add(new RowsBack(engine, session, image, table, present, saved, conflicts, keyless, Earlier(image, before)));
        }

        foreach (var back in backs)
        {
            await back.JudgeAsync(cancel).ConfigureAwait(false);
        }

        var pause = new TriggerPause(engine, session, history);
        await pause.BeginAsync(backs.Select(b => b.Table), present, cancel).ConfigureAwait(false);
        try
        {
            await PutBackAsync(ByReference(backs, present), done, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (!engine.CanSuspendTriggers && e.ErrorId != "ConnectionLost")
        {
            // No rollback makes them again.
            await pause.EndAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        await pause.EndAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The captures of the same table's rows that were taken earlier in the script.</summary>
    private static IReadOnlyList<RowImage> Earlier(RowImage image, IReadOnlyList<ServerOp> before) =>
    [
        .. new ServerUndoRecord { Ops = [.. before.Where(op => op is not ServerOp.Created)] }.Images.Where(other => other.Key.Count > 0 && other.Left is not null
            && (other.Table.Id.Length > 0 && image.Table.Id.Length > 0 ? other.Table.Id == image.Table.Id : other.Table.Key == image.Table.Key)
            && other.Key.Select(k => k.Facet(DbFacets.Type)).SequenceEqual(image.Key.Select(k => k.Facet(DbFacets.Type)))),
    ];

    private async Task PutBackAsync(IReadOnlyList<RowsBack> backs, int done, CancellationToken cancel)
    {
        if (engine.StructureIsTransactional)
        {
            await PutRowsBackAsync(backs, cancel).ConfigureAwait(false);
            return;
        }

        // The undo as a whole is no transaction here; the rows of one group are.
        while (!await TogetherAsync(backs, done, cancel).ConfigureAwait(false))
        {
            foreach (var back in backs)
            {
                await back.MakeRoomAsync(cancel).ConfigureAwait(false);
            }

            hasRoom = true;
        }

        if (hasRoom)
        {
            hasRoom = false;
            await saved.DropEmptyAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Puts rows back in a transaction of their own; false where rows must be saved for which there is no table yet.</summary>
    private async Task<bool> TogetherAsync(IReadOnlyList<RowsBack> backs, int done, CancellationToken cancel)
    {
        await session.ExecuteAsync(engine.BeginTransaction, cancel).ConfigureAwait(false);
        try
        {
            await PutRowsBackAsync(backs, cancel).ConfigureAwait(false);
            await NoteDoneAsync(done, cancel).ConfigureAwait(false);
            await session.ExecuteAsync(engine.Commit, CancellationToken.None).ConfigureAwait(false);
            HasActed = true;
            return true;
        }
        catch (RoomNeededException)
        {
            await session.ExecuteAsync(engine.Rollback, CancellationToken.None).ConfigureAwait(false);
            return false;
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            await session.ExecuteAsync(engine.Rollback, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task PutRowsBackAsync(IReadOnlyList<RowsBack> backs, CancellationToken cancel)
    {
        var isRemoved = true;
        await TryAsync(Rows, () => RemoveAsync(backs, (_, _) => [], cancel), _ =>
        {
            // Rows that followed a key refer to it still: they are put back before it goes.
            isRemoved = false;
            return Task.CompletedTask;
        }, cancel).ConfigureAwait(false);
        await ReturnAsync(backs, cancel).ConfigureAwait(false);
        if (!isRemoved)
        {
            await TryAsync(Rows, () => RemoveUnreferredAsync(backs, cancel),
                e => throw conflicts.Stop($"rows refer to what the undo takes away: {e.Message.TrimEnd('.')}", "Change or remove the rows in question first.", e), cancel).ConfigureAwait(false);
        }

        foreach (var back in backs)
        {
            await back.PassOnAsync(cancel).ConfigureAwait(false);
        }
    }

    private static async Task RemoveAsync(IReadOnlyList<RowsBack> backs, Func<DbObject, string, IEnumerable<string>> later, CancellationToken cancel)
    {
        foreach (var back in backs.Reverse())
        {
            await back.RemoveAsync(backs, later, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Rows that refer to each other go in an order that no foreign key allows: in circles, or because the script wrote them while keys were
    /// off. The keys between them stand aside, and must hold again when all is taken back.
    /// </summary>
    private async Task RemoveUnreferredAsync(IReadOnlyList<RowsBack> backs, CancellationToken cancel)
    {
        standAside = true;
        if (engine.ReferencePause is not { } references)
        {
            var present = await PresentAsync(cancel).ConfigureAwait(false);
            var keys = present.Objects.Where(o => o.Kind == DbKinds.ForeignKey && backs.Any(b => b.Table.Key == o.RefersTo)
                && (backs.Any(b => b.Table.Key == o.Parent) || (present.Find(o.Parent!) is { } child && GoesLater(child, "r").Any()))).ToList();
            await RunAsync(keys.SelectMany(engine.Writer.Drop), cancel).ConfigureAwait(false);
            aside.AddRange(keys);
            await RemoveAsync(backs, GoesLater, cancel).ConfigureAwait(false);
            return;
        }

        await session.ExecuteAsync(references.Off, cancel).ConfigureAwait(false);
        try
        {
            await RemoveAsync(backs, GoesLater, cancel).ConfigureAwait(false);
        }
        finally
        {
            await session.ExecuteAsync(references.On, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>What tells of a row that it goes when something is taken back that the script did before.</summary>
    private IEnumerable<string> GoesLater(DbObject table, string row)
    {
        if (before.OfType<ServerOp.Created>().Any(c => IsMadeBy(c, table)))
        {
            return ["1 = 1"];
        }

        return before.OfType<ServerOp.Rows>().Select(r => r.Image).Where(i => i.Table.Id.Length > 0 ? i.Table.Id == table.Id : i.Table.Key == table.Key)
            .Select(i => i.Key.Count == 0 ? "1 = 1" : $"EXISTS (SELECT 1 FROM {engine.Own(i.Capture)} c WHERE c.i = 0 AND {RowMatch.Of(sql, i.Key, "c", row, i.Key)})");
    }

    /// <summary>The keys that stood aside come back, where their tables are still there.</summary>
    private async Task BringReferencesBackAsync(bool isResumed, CancellationToken cancel)
    {
        if (!standAside && !isResumed)
        {
            return;
        }

        var present = await PresentAsync(cancel).ConfigureAwait(false);
        try
        {
            var back = aside.Where(key => present.Find(key.Parent!) is not null && present.Find(key.RefersTo!) is not null && present.Find(key.Key) is null).ToList();
            await RunAsync(back.SelectMany(key => engine.Writer.Create(key, new DbStructure([.. present.Objects, .. back]))), cancel).ConfigureAwait(false);
            foreach (var image in engine.ReferencePause is null ? [] : record.Images.DistinctBy(i => i.Table.Key))
            {
                if (StructureDiff.SameIn(present, image.Table) is { } table)
                {
                    await new RowsBack(engine, session, image, table, present, saved, conflicts, keyless, []).RequireReferringAsync(cancel).ConfigureAwait(false);
                }
            }
        }
        catch (MigrationException e) when (e.ErrorId == "ConstraintViolated")
        {
            throw conflicts.Stop($"rows refer to what the undo takes away: {e.Message.TrimEnd('.')}", "Change or remove the rows in question first.", e);
        }
    }

    private async Task ReturnAsync(IReadOnlyList<RowsBack> backs, CancellationToken cancel)
    {
        foreach (var back in backs)
        {
            await TryAsync(Rows, async () =>
            {
                await back.ChangeAsync(cancel).ConfigureAwait(false);
                await back.BringBackAsync(cancel).ConfigureAwait(false);
            }, _ => engine.ReferencePause is { } references ? RenewAsync(back, references, cancel) : WithoutKeysAsync(back, cancel), cancel).ConfigureAwait(false);
        }
    }

    private Task RenewAsync(RowsBack back, (string Off, string On) references, CancellationToken cancel) => TryAsync(Rows, () => back.RenewAsync(references, cancel),
        _ => hasRoom ? back.OneByOneAsync(cancel) : throw new RoomNeededException(), cancel);

    /// <summary>
    /// Rows that exchange a unique value cannot do so one after the other: the unique keys stand aside meanwhile. Where they
    /// do not come back, others have taken a value, and the rows go back one by one.
    /// </summary>
    private async Task WithoutKeysAsync(RowsBack back, CancellationToken cancel)
    {
        var present = await PresentAsync(cancel).ConfigureAwait(false);
        var unique = present.PartsOf(back.Table.Key).Where(o => o.Kind == DbKinds.UniqueKey || (o.Kind == DbKinds.Index && o.Facet(DbFacets.Unique) == "yes"))
            .Where(o => present.DependentsOf(o.Key).Count == 0).ToList();
        await TryAsync(Rows, async () =>
        {
            await RunAsync(unique.SelectMany(engine.Writer.Drop), cancel).ConfigureAwait(false);
            await back.ChangeAsync(cancel).ConfigureAwait(false);
            await back.BringBackAsync(cancel).ConfigureAwait(false);
            await RunAsync(unique.SelectMany(u => engine.Writer.Create(u, present)), cancel).ConfigureAwait(false);
        }, _ => back.OneByOneAsync(cancel), cancel).ConfigureAwait(false);
    }

    /// <param name="rows">What the script wrote to it afterwards, where that goes with it.</param>
    /// <param name="earlier">What the script did before it made this.</param>
    private async Task UncreateAsync(ServerOp.Created created, IReadOnlyList<RowImage> rows, IReadOnlyList<ServerOp> earlier, CancellationToken cancel)
    {
        var present = await PresentAsync(cancel).ConfigureAwait(false);
        var one = present.Objects.FirstOrDefault(o => o.Id.Length > 0 && o.Id == created.Id)
            ?? present.Objects.FirstOrDefault(o => IsCalled(o, created));
        if (one is null)
        {
            observer.Decision($"{created.Kind} {created.Name} is gone already.");
            return;
        }

        // Tables that the script made may refer to each other in any order, and in circles.
        var ties = one.Kind == DbKinds.Table ? present.DependentsOf(one.Key).Where(d => d.Kind == DbKinds.ForeignKey && d.RefersTo == one.Key && d.Parent != one.Key && IsMadeToo(d.Parent, present)).ToList() : [];

        // A view that finds its table by name finds the one again that bore the name before the script.
        var bereft = earlier.OfType<ServerOp.Changed>().Any(c => c.Before.Any(b => b.Key == one.Key)) ? present.DependentsOf(one.Key).Where(engine.FindsByName) : [];
        RequireNotUsed(one, present, [.. ties, .. bereft]);
        foreach (var tie in ties)
        {
            await RunAsync(engine.Writer.Drop(tie), cancel).ConfigureAwait(false);
        }

        if (one.Kind == DbKinds.Table)
        {
            await new NewRows(engine, session, saved, conflicts).SaveTableAsync(one, created, rows, present, cancel).ConfigureAwait(false);
        }

        var drop = engine.Writer.Drop(engine.WithAllItOwns(one));
        await RunAsync(drop, cancel).ConfigureAwait(false);
        List<DbObject> gone = [one, .. present.DependentsOf(one.Key), .. present.Objects.Where(o => IsPartOf(o, one))];
        if (one.Kind == DbKinds.Table && ties.Count == 0 && !engine.IsHeir(one) && engine.HeirsOf(one, present).Count == 0
            && gone.SelectMany(g => present.DependentsOf(g.Key)).All(d => gone.Contains(d)))
        {
            structure.Drop([.. gone.Distinct()], drop.Count);
        }
    }

    private bool IsCalled(DbObject one, ServerOp.Created created) =>
        (one.Kind == created.Kind || (IsKeyOrIndex(one) && created.Kind == DbKinds.Index))
        && string.Equals(one.Name, created.Name, engine.NameComparison)
        && (created.OnTable is { } table ? one.Parent?.EndsWith(" " + table, engine.NameComparison) == true : string.Equals(one.Schema, created.Schema, engine.NameComparison));

    private static bool IsKeyOrIndex(DbObject one) => one.Kind is DbKinds.Index or DbKinds.UniqueKey or DbKinds.PrimaryKey;

    /// <summary>What others have built on it since would go with it.</summary>
    private void RequireNotUsed(DbObject one, DbStructure present, IReadOnlyList<DbObject> apart)
    {
        var users = present.DependentsOf(one.Key).Where(d => d.Parent != one.Key && !IsPartOf(d, one) && !apart.Contains(d)).ToList();
        if (users.Count > 0)
        {
            throw conflicts.Stop($"{string.Join(", ", users.Take(5))} {(users.Count == 1 ? "uses" : "use")} {one}, which undo takes away", "Remove what uses it first.");
        }
    }

    /// <summary>True for a table that the script made as well, and that undo takes away later.</summary>
    private bool IsMadeToo(string? key, DbStructure present) => key is not null && present.Find(key) is { } table
        && record.Ops.OfType<ServerOp.Created>().Any(c => IsMadeBy(c, table));

    private bool IsMadeBy(ServerOp.Created created, DbObject table) => created.Kind == DbKinds.Table && (created.Id.Length > 0 ? created.Id == table.Id : IsCalled(table, created));

    private static bool IsPartOf(DbObject dependent, DbObject one) => dependent.Facet("owned by")?.StartsWith(one.FullName, StringComparison.Ordinal) == true;

    /// <summary>What was only said of things that the script had made itself goes with them.</summary>
    private bool IsOfNoAccount(ServerOp.Changed changed, List<ServerOp> ops, int at)
    {
        var made = ops.Skip(at + 1);
        return changed.Images.Count == 0 && changed.Before.Count == changed.After.Count
            && changed.Before.All(b => changed.After.FirstOrDefault(a => a.Key == b.Key) is { } after && StructureWayBack.OnlyToldOf(after, b) && made.Any(op => reborn.Known(op) switch
            {
                ServerOp.Created created => IsMadeHere(created, b),
                ServerOp.Changed earlier => earlier.After.Any(a => a.Key == b.Key) && earlier.Before.All(x => x.Key != b.Key),
                _ => false,
            }));
    }

    private bool IsMadeHere(ServerOp.Created created, DbObject one) => one.Parent is null
        ? created.OnTable is null && created.Kind == one.Kind && (created.Id.Length > 0 ? created.Id == one.Id : IsCalled(one, created))
        : created.Kind is DbKinds.Table or DbKinds.View && created.OnTable is null && one.Parent == DbObject.KeyOf(created.Kind, null, created.Schema, created.Name);

    private async Task ChangeBackAsync(ServerOp.Changed changed, int at, CancellationToken cancel)
    {
        HasActed |= await new FormerNames(engine, session, history, Progress).BringBackAsync(changed, at, cancel).ConfigureAwait(false);
        var present = await PresentAsync(cancel).ConfigureAwait(false);
        var former = new DbStructure(changed.Before.DistinctBy(o => o.Key));
        var rows = new NewRows(engine, session, saved, conflicts);
        foreach (var one in changed.After.Where(o => StructureDiff.SameIn(former, o) is null))
        {
            if (StructureDiff.SameIn(present, one) is not { } now)
            {
                continue;
            }

            if (now.Kind == DbKinds.Table)
            {
                RequireNotUsed(now, present, []);
                await rows.SaveTableAsync(now, null, [], present, cancel).ConfigureAwait(false);
            }
            else if (now is { Kind: DbKinds.Column, Parent: { } parent } && present.Find(parent) is { Kind: DbKinds.Table } table && !changed.After.Any(a => a.Key == parent && StructureDiff.SameIn(former, a) is null))
            {
                await rows.SaveColumnAsync(table, now, present, cancel).ConfigureAwait(false);
            }
        }

        var retyped = new List<(RowImage Image, RowsBack Back)>();
        foreach (var image in changed.Images.Where(i => i.Key.Count > 0 && i.Left is not null && !record.Ops.OfType<ServerOp.Rows>().Any(r => r.Image.Capture == i.Capture) && StructureDiff.SameIn(present, i.Table) is not null && IsThere(i, present)))
        {
            var table = StructureDiff.SameIn(present, image.Table)!;
            var back = new RowsBack(engine, session, image, table, present, saved, conflicts, keyless, []);
            await back.JudgeAsync(cancel).ConfigureAwait(false);
            retyped.Add((image, back));
        }

        // Rows that nothing tells apart, and whose table and columns are there still, have other values in them.
        var rewritten = changed.Images.Where(i => i.Key.Count == 0 && !record.Ops.OfType<ServerOp.Rows>().Any(r => r.Image.Capture == i.Capture) && StructureDiff.SameIn(present, i.Table) is not null && IsThere(i, present)).ToList();
        var wayBack = new StructureWayBack(engine, session, structure, step, observer)
        {
            Refill = (one, _, stop) => RefillAsync(one, changed.Images, stop),
            Orders = changed.Orders,
            GoesAnyway = (one, structure) => IsMadeToo(one.Parent, structure),
        };
        await TryAsync("psmigrate_structure", () => wayBack.RestoreAsync(changed.Before, changed.After, cancel),
            e => throw conflicts.Stop($"what is there now does not fit what was there before: {e.Message.TrimEnd('.')}", "Change or remove the rows in question first.", e), cancel).ConfigureAwait(false);
        if (!engine.StructureIsTransactional)
        {
            // An earlier try may have made a table or a column again without coming to fill it.
            await RefillAllAsync(changed, cancel).ConfigureAwait(false);
        }

        foreach (var (_, back) in retyped)
        {
            await back.ChangeAsync(cancel).ConfigureAwait(false);
        }

        foreach (var image in engine.HasIdentities ? [] : rewritten)
        {
            await RewriteAsync(image, cancel).ConfigureAwait(false);
        }

        var restored = await NoteRebornAsync([.. present.Objects, .. changed.Before], cancel).ConfigureAwait(false);
        foreach (var (key, order) in engine.CanPlaceColumns ? new Dictionary<string, IReadOnlyList<string>>() : changed.Orders)
        {
            await new ColumnOrder(engine, session, structure, wayBack, observer).PutBackAsync(key, order, cancel).ConfigureAwait(false);
            restored = await NoteRebornAsync(restored, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What was made again has another identity than the one that is noted of it.</summary>
    private async Task<IReadOnlyCollection<DbObject>> NoteRebornAsync(IReadOnlyCollection<DbObject> former, CancellationToken cancel)
    {
        if (!engine.HasIdentities)
        {
            return former;
        }

        var now = await PresentAsync(cancel).ConfigureAwait(false);
        reborn.Note(former, now);
        keyless.Follow(reborn);
        return now.Objects;
    }

    private async Task RefillAllAsync(ServerOp.Changed changed, CancellationToken cancel)
    {
        foreach (var image in changed.Images.Where(i => i.Key.Count > 0 && i.Left is null))
        {
            var present = await engine.Reader.ReadAsync(session, [image.FullName], cancel).ConfigureAwait(false);
            if (present.Find(image.Table.Key) is not { } table || image.Kept.Any(c => !present.ColumnsOf(table.Key).Any(x => x.Name == c.Name)))
            {
                continue;
            }

            var back = new RowsBack(engine, session, image, table, present, saved, conflicts, keyless, []);
            await back.JudgeAsync(cancel).ConfigureAwait(false);
            await back.ChangeAsync(cancel).ConfigureAwait(false);
            if (changed.Before.Any(o => o.Key == image.Table.Key) && changed.After.All(o => o.Kind != DbKinds.Table))
            {
                await back.BringBackAsync(cancel).ConfigureAwait(false);
            }
        }
    }

    private static bool IsThere(RowImage image, DbStructure present) => image.Kept.All(c => StructureDiff.SameIn(present, c) is not null);

    private async Task RefillAsync(DbObject made, IReadOnlyList<RowImage> images, CancellationToken cancel)
    {
        var present = await engine.Reader.ReadAsync(session, [Relation(made)], cancel).ConfigureAwait(false);
        if (made.Kind == DbKinds.Table)
        {
            if (images.FirstOrDefault(i => i.Table.Key == made.Key && i.IsWhole) is { } image && present.Find(made.Key) is { } table)
            {
                await FillAsync(image, table, present, cancel).ConfigureAwait(false);
            }

            return;
        }

        if (images.FirstOrDefault(i => i.Table.Key == made.Parent && i.Kept.Any(c => c.Name == made.Name)) is not { } values || present.Find(made.Parent!) is not { } changedTable)
        {
            return;
        }

        if (values.Key.Count == 0)
        {
            if (values.Kept.Any(c => !present.ColumnsOf(changedTable.Key).Any(x => x.Name == c.Name)))
            {
                // Another column is still to come; the rows go back with the last of them.
                return;
            }

            await ReplaceAsync(values, changedTable, present, cancel).ConfigureAwait(false);
            return;
        }

        var at = values.Kept.Select((c, i) => (c, i)).First(x => x.c.Name == made.Name).i;
        if (values.Kept[^1].Name == made.Name)
        {
            await new RowsBack(engine, session, values, changedTable, present, saved, conflicts, keyless, []).TellGoneAsync(cancel).ConfigureAwait(false);
        }

        await session.ExecuteAsync(sql.UpdateJoined(sql.RowsOf(changedTable), [(made.Name, sql.FromCapture($"c.c{at}", made))], $"{engine.Own(values.Capture)} AS c",
            RowMatch.Of(sql, values.Key, "c", "t", values.Key)), cancel).ConfigureAwait(false);
    }

    private async Task FillAsync(RowImage image, DbObject table, DbStructure present, CancellationToken cancel)
    {
        var columns = image.Kept.Select(c => present.ColumnsOf(table.Key).First(x => x.Name == c.Name)).ToList();
        var select = $"SELECT {string.Join(", ", image.Kept.Select((c, i) => sql.FromCapture($"c.c{i}", c)))} FROM {engine.Own(image.Capture)} c";
        await RunAsync(sql.InsertExactly(table, columns, select), cancel).ConfigureAwait(false);
    }

    private async Task RewriteAsync(RowImage image, CancellationToken cancel)
    {
        var present = await engine.Reader.ReadAsync(session, [image.FullName], cancel).ConfigureAwait(false);
        if (present.Find(image.Table.Key) is { } table && image.Kept.All(c => present.ColumnsOf(table.Key).Any(x => x.Name == c.Name))
            && !await new RowSealing(engine, session).IsSameAsync(image, table, cancel).ConfigureAwait(false))
        {
            await ReplaceAsync(image, table, present, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Where nothing tells rows apart, a column's values go back with all the others, if nobody wrote to the table since.</summary>
    private async Task ReplaceAsync(RowImage image, DbObject table, DbStructure present, CancellationToken cancel)
    {
        var columns = present.ColumnsOf(table.Key);
        if (present.Objects.Any(o => o.Kind == DbKinds.ForeignKey && o.RefersTo == table.Key))
        {
            throw conflicts.Stop($"other tables refer to {table.FullName}, whose rows no key tells apart", "Remove the references first.");
        }

        // Of a script that broke off it is not known how it left them.
        if (keyless.IsFirst(image.Table) && image.Left is { Count: > 0 } left
            && await new RowSealing(engine, session).SumAsync(table, [.. left.Select(c => columns.First(x => x.Name == c))], cancel).ConfigureAwait(false) != (image.LeftRows, image.LeftSum))
        {
            conflicts.Refuse($"others wrote to {table.FullName}, whose rows no key tells apart");
            await saved.SaveAsync(table, [.. columns.Select(c => (c, sql.ToCapture($"p.{sql.Quote(c.Name)}", c)))], $"{sql.RowsOf(table)} p", SavedRows.Present, cancel).ConfigureAwait(false);
        }

        await session.ExecuteAsync($"DELETE FROM {sql.RowsOf(table)}", cancel).ConfigureAwait(false);
        await FillAsync(image, table, present, cancel).ConfigureAwait(false);
    }

    private static string Relation(DbObject made) => made.Parent is { } parent ? parent[(parent.IndexOf(' ', StringComparison.Ordinal) + 1)..] : made.FullName;

    /// <summary>Tables that are referred to before those that refer to them.</summary>
    private static IReadOnlyList<RowsBack> ByReference(IReadOnlyList<RowsBack> backs, DbStructure present)
    {
        var order = new List<RowsBack>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        void Visit(DbObject table)
        {
            if (!seen.Add(table.Key))
            {
                return;
            }

            foreach (var key in present.PartsOf(table.Key).Where(o => o is { Kind: DbKinds.ForeignKey, RefersTo: not null }))
            {
                if (backs.FirstOrDefault(b => b.Table.Key == key.RefersTo) is { } parent)
                {
                    Visit(parent.Table);
                }
            }

            order.AddRange(backs.Where(b => b.Table.Key == table.Key));
        }

        foreach (var back in backs)
        {
            Visit(back.Table);
        }

        return order;
    }

    /// <summary>Tries an act, and where a constraint refuses it, takes it back and does the other.</summary>
    private async Task TryAsync(string name, Func<Task> act, Func<MigrationException, Task> otherwise, CancellationToken cancel)
    {
        if (!engine.StructureIsTransactional && name != Rows)
        {
            HasActed = true;
            // Nothing that was done here could be taken back; it is left as it is, and can be done again from there.
            try
            {
                await act().ConfigureAwait(false);
            }
            catch (MigrationException e) when (e.ErrorId is "ConstraintViolated" or "ValueDoesNotFit")
            {
                await otherwise(e).ConfigureAwait(false);
            }

            return;
        }

        await session.ExecuteAsync(engine.Savepoint(name), cancel).ConfigureAwait(false);
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId is "ConstraintViolated" or "ValueDoesNotFit")
        {
            await GoBackAsync(name, e, cancel).ConfigureAwait(false);
            await otherwise(e).ConfigureAwait(false);
        }
    }

    /// <summary>Some errors end the transaction with all its savepoints: then there is nothing to go on from, and the error is what the operator must hear.</summary>
    private async Task GoBackAsync(string name, MigrationException error, CancellationToken cancel)
    {
        try
        {
            await session.ExecuteAsync(engine.RollbackTo(name), cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            observer.Decision($"The error left no transaction to go back in: {e.Message}");
            ExceptionDispatchInfo.Throw(error);
        }
    }

    private async Task RunAsync(IEnumerable<string> statements, CancellationToken cancel)
    {
        HasActed = true;
        foreach (var statement in statements)
        {
            await session.RunAsync(statement, cancel).ConfigureAwait(false);
        }
    }
}
