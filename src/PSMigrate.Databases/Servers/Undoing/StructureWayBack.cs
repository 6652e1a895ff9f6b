using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// Makes a structure what it was: looks at what is there now, changes what differs, and looks again until nothing does. So it does not
/// matter how far an earlier try came, and what others made that does not stand in the way stays.
/// </summary>
internal sealed class StructureWayBack(ServerEngine engine, ServerSession session, PresentStructure structure, string step, IMigrationObserver observer)
{
    private const int MostPasses = 8;

    /// <summary>What was made in another's place: never taken for that.</summary>
    private HashSet<string> intruders = [];

    /// <summary>Views that were there without what they read, and can only be made when that is there again.</summary>
    private readonly HashSet<string> waiting = new(StringComparer.Ordinal);

    /// <summary>Asked when a table or a column was made again and is still bare: it is filled before anything else depends on it.</summary>
    public Func<DbObject, DbStructure, CancellationToken, Task> Refill { get; init; } = (_, _, _) => Task.CompletedTask;

    /// <summary>True for what goes with a table that the script made, and so must not come back meanwhile.</summary>
    public Func<DbObject, DbStructure, bool> GoesAnyway { get; init; } = (_, _) => false;

    /// <summary>The former order of columns, by the table's key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Orders { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <param name="wanted">What must be there, as it was.</param>
    /// <param name="unwanted">What must not be there, unless it is wanted under another name.</param>
    /// <exception cref="MigrationException">UndoIncomplete: something is still not as it was.</exception>
    public async Task RestoreAsync(IReadOnlyList<DbObject> wanted, IReadOnlyList<DbObject> unwanted, CancellationToken cancel)
    {
        var wantedIds = wanted.Select(w => w.Id).ToHashSet(StringComparer.Ordinal);
        intruders = unwanted.Where(u => u.Kind is DbKinds.Table or DbKinds.Column && u.Id.Length > 0 && !wantedIds.Contains(u.Id)).Select(u => u.Id).ToHashSet(StringComparer.Ordinal);
        var aside = new List<DbObject>();
        var former = new DbStructure(wanted.DistinctBy(w => w.Key));
        for (var pass = 0; ; pass++)
        {
            cancel.ThrowIfCancellationRequested();
            var present = await structure.ReadAsync(cancel).ConfigureAwait(false);
            if (!await PassAsync(present, former, unwanted, aside, cancel).ConfigureAwait(false))
            {
                return;
            }

            if (pass == MostPasses)
            {
                var wrong = wanted.Where(w => Now(present, w, unwanted)?.IsLike(w) != true).Select(w => w.ToString()).Take(5);
                throw new MigrationException("UndoIncomplete", ErrorKind.Failed, $"Undoing '{step}' would not give back the structure of {string.Join(", ", wrong)}.")
                {
                    Offender = step,
                    RecommendedAction = "Somebody may have changed the structure since. Restore a backup with Restore-MigrationTarget.",
                };
            }
        }
    }

    /// <summary>
    /// What an object is now, under whatever name. Where the engine keeps no identities, what it was called when the script ended leads to it.
    /// </summary>
    private DbObject? Now(DbStructure present, DbObject former, IReadOnlyList<DbObject> left) =>
        StructureDiff.SameIn(present, former) is { } same ? (engine.HasIdentities && intruders.Contains(same.Id) ? null : same)
        : (former.Id.Length > 0 && left.FirstOrDefault(l => l.Id == former.Id && l.Kind == former.Kind) is { } last && present.Find(last.Key) is { Id.Length: 0 } now ? now : null);

    /// <summary>One look and what follows from it; false when there was nothing to do.</summary>
    private async Task<bool> PassAsync(DbStructure present, DbStructure former, IReadOnlyList<DbObject> unwanted, List<DbObject> aside, CancellationToken cancel)
    {
        // Names first: what is called otherwise cannot be compared.
        foreach (var one in former.Objects.Where(o => o.Kind != DbKinds.Column || engine.HasIdentities))
        {
            if (Now(present, one, unwanted) is { } now && now.Key != one.Key && engine.Writer.Alter(now, Named(now, one)) is { Count: > 0 } rename)
            {
                await RunAsync(rename, cancel).ConfigureAwait(false);
                return true;
            }
        }

        var kept = former.Objects.Select(w => Now(present, w, unwanted)?.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var goes = unwanted.Where(u => StructureDiff.SameIn(former, u) is null || (engine.HasIdentities && intruders.Contains(u.Id))).Select(u => StructureDiff.SameIn(present, u)).OfType<DbObject>()
            .Where(p => !kept.Contains(p.Key)).DistinctBy(p => p.Key).ToList();
        if (await AlterWholeAsync(present, former, unwanted, goes, aside, cancel).ConfigureAwait(false))
        {
            return true;
        }

        var changes = former.Objects.Select(w => (Wanted: w, Now: Now(present, w, unwanted)))
            .Where(c => c.Now is not null && !c.Now.IsLike(c.Wanted)).Select(c => (c.Wanted, Now: c.Now!, Statements: engine.Writer.Alter(c.Now!, c.Wanted))).ToList();
        var missing = former.Objects.Concat(aside.Where(a => former.Find(a.Key) is not null || !unwanted.Any(u => u.Key == a.Key))).DistinctBy(o => o.Key).Where(w => Now(present, w, unwanted) is null && HasRoom(w, present, former) && !waiting.Contains(w.Key)).ToList();
        // A view that lost what it reads is mended when that is there again.
        changes.RemoveAll(c => c.Wanted.Kind == DbKinds.View && c.Wanted.Needs.Any(needed => missing.Any(m => m.Key == needed)));
        // What only follows something else changes with that.
        var follows = changes.RemoveAll(c => c.Statements is { Count: 0 }) > 0;
        goes.AddRange(changes.Where(c => c.Statements is null).Select(c => c.Now));
        if (goes.Count > 0 || changes.Count > 0)
        {
            if (await StandAsideAsync(present, goes, [.. changes.Where(c => !OnlyToldOf(c.Now, c.Wanted)).Select(c => c.Now)], former, aside, cancel).ConfigureAwait(false))
            {
                return true;
            }

            // A type or a sequence goes when nothing is of it any more.
            var last = goes.Where(g => g.Kind is not (DbKinds.Table or DbKinds.Column) && present.DependentsOf(g.Key).Any(HasContent)).ToList();
            foreach (var one in DropOrder([.. goes.Except(last)], present))
            {
                await RunAsync(engine.Writer.Drop(one), cancel).ConfigureAwait(false);
            }

            // Types and sequences first: what is of them follows.
            foreach (var (_, _, statements) in changes.Where(c => c.Statements is not null).OrderBy(c => c.Now.Kind is DbKinds.Table or DbKinds.Column || !present.DependentsOf(c.Now.Key).Any(HasContent) ? 1 : 0))
            {
                await RunAsync(statements!, cancel).ConfigureAwait(false);
            }

            foreach (var one in DropOrder(last, present))
            {
                await RunAsync(engine.Writer.Drop(one), cancel).ConfigureAwait(false);
            }

            return true;
        }

        if (missing.Count == 0)
        {
            return follows;
        }

        foreach (var one in CreateOrder(missing, former))
        {
            await CreateAsync(one, former, present, cancel).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>A table that is there and differs in its parts is changed at once, where the engine does so.</summary>
    private async Task<bool> AlterWholeAsync(
        DbStructure present, DbStructure former, IReadOnlyList<DbObject> unwanted, List<DbObject> goes, List<DbObject> aside, CancellationToken cancel)
    {
        var acted = false;
        foreach (var table in present.Objects.Where(o => o.Kind == DbKinds.Table && !goes.Contains(o)).ToList())
        {
            var renamed = former.Objects.Where(o => o.Kind == DbKinds.Column && o.Parent == table.Key)
                .Select(w => (Wanted: w, Now: Now(present, w, unwanted))).Where(c => c.Now is not null && c.Now.Name != c.Wanted.Name).ToDictionary(c => c.Now!.Name, c => c.Wanted.Name, StringComparer.Ordinal);
            var gone = goes.Where(g => g.Parent == table.Key && IsInline(g)).ToList();
            var wanted = former.Objects.Where(o => o.Parent == table.Key && IsInline(o) && Now(present, o, unwanted)?.IsLike(o) != true).ToList();
            var itself = former.Find(table.Key) ?? table;
            var moved = Orders.TryGetValue(itself.Key, out var order)
                && !present.ColumnsOf(table.Key).Select(c => c.Name).Where(order.Contains).SequenceEqual(order.Where(n => present.ColumnsOf(table.Key).Any(c => c.Name == n)));
            if (gone.Count + wanted.Count + renamed.Count == 0 && itself.IsLike(table) && !moved)
            {
                continue;
            }

            // What a column must have, and keys over it, come when it has its values.
            var bare = wanted.Where(w => w.Kind == DbKinds.Column && Now(present, w, unwanted) is null).ToList();
            var later = wanted.Where(w => IsUnique(w) && w.Columns.Any(name => bare.Any(b => b.Name == name))).ToList();
            var shape = Shape(table, itself, present, former, gone, renamed, later, bare);
            if (engine.Writer.AlterWhole(table, present, itself, shape, renamed) is not { } statements)
            {
                return false;
            }

            if (await StandAsideAsync(present, gone, [.. wanted.Select(w => Now(present, w, unwanted)).OfType<DbObject>()], former, aside, cancel).ConfigureAwait(false))
            {
                return true;
            }

            await RunAsync(statements, cancel).ConfigureAwait(false);
            acted = true;
            foreach (var column in bare)
            {
                await Refill(column, present, cancel).ConfigureAwait(false);
            }
        }

        return acted;
    }

    /// <summary>The table as it is to be: what it has now, without what goes, and with what was there.</summary>
    private DbStructure Shape(DbObject table, DbObject itself, DbStructure present, DbStructure former, List<DbObject> gone, Dictionary<string, string> renamed, List<DbObject> later, List<DbObject> bare)
    {
        var ours = former.PartsOf(table.Key).Where(p => IsInline(p) && !later.Contains(p))
            .Select(p => bare.Contains(p) ? Bare(p, later.Any(l => l.Columns.Contains(p.Name))) : p).ToList();
        var parts = present.PartsOf(table.Key).Where(p => !gone.Contains(p) && !ours.Any(f => f.Key == p.Key) && !(p.Kind == DbKinds.Column && renamed.ContainsKey(p.Name)))
            .Concat(ours).ToList();
        var columns = parts.Where(p => p.Kind == DbKinds.Column).OrderBy(c => c.Position).ToList();
        if (Orders.TryGetValue(table.Key, out var order))
        {
            columns = [.. columns.OrderBy(c => order.ToList().IndexOf(c.Name) is var at and >= 0 ? at : int.MaxValue).ThenBy(c => c.Position)];
        }

        return new DbStructure([itself, .. columns.Select((c, i) => c with { Position = i + 1 }), .. parts.Where(p => p.Kind != DbKinds.Column)]);
    }

    /// <summary>A column as it can be added where there are rows: without what it must have and gets no value for yet.</summary>
    /// <param name="isKeyLater">A key of its own comes later, without which it cannot be numbered everywhere.</param>
    private DbObject Bare(DbObject column, bool isKeyLater) => column.Facet(DbFacets.Nullable) != "no" || column.Facet(DbFacets.Generated) is not null
        || (column.Facet(DbFacets.Identity) is null ? column.Facet(DbFacets.Default) is not null : !isKeyLater && engine.Rows.CanBeSet(column)) ? column : column with
    {
        Facets = new SortedDictionary<string, string>(column.Facets.Where(f => f.Key is not (DbFacets.Nullable or DbFacets.Identity)).ToDictionary(f => f.Key, f => f.Value), StringComparer.Ordinal),
    };

    private static bool IsUnique(DbObject part) => part.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey || (part.Kind == DbKinds.Index && part.Facet(DbFacets.Unique) == "yes");

    /// <summary>What belongs to the table's own definition.</summary>
    private static bool IsInline(DbObject part) => part.Kind is DbKinds.Column or DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index or DbKinds.Check;

    private static bool HasContent(DbObject one) => one.Kind == DbKinds.Table
        || (one.Kind == DbKinds.Column && one.Facet(DbFacets.Generated) is null && one.Parent?.StartsWith(DbKinds.Table + " ", StringComparison.Ordinal) == true);

    /// <summary>Whose it is, who may use it and what is said of it: that changes under whatever depends on it.</summary>
    public static bool OnlyToldOf(DbObject now, DbObject wanted) => Without(now).IsLike(Without(wanted));

    private static DbObject Without(DbObject one) => one with
    {
        Facets = new(one.Facets.Where(f => f.Key is not (DbFacets.Owner or DbFacets.Permissions or DbFacets.Comment)).ToDictionary(f => f.Key, f => f.Value), StringComparer.Ordinal),
    };

    /// <summary>Takes down what stands in the way of a change; it is put up again when the change is done.</summary>
    private async Task<bool> StandAsideAsync(DbStructure present, List<DbObject> goes, List<DbObject> changes, DbStructure former, List<DbObject> aside, CancellationToken cancel)
    {
        var stand = changes.Concat(goes).SelectMany(c => present.DependentsOf(c.Key).Where(d => engine.Writer.MustStandAside(d, c)))
            .Where(d => !goes.Any(g => g.Key == d.Key || d.Parent == g.Key)).DistinctBy(d => d.Key).ToList();
        if (stand.FirstOrDefault(HasContent) is { } full)
        {
            throw new MigrationException("UndoIncomplete", ErrorKind.Failed, $"Undoing '{step}' would have to take {full} away with what is in it.")
            {
                Offender = step,
                RecommendedAction = "Somebody may have changed the structure since. Restore a backup with Restore-MigrationTarget.",
            };
        }

        // A foreign key finds another index.
        var forGood = goes.Where(g => former.Find(g.Key) is null).SelectMany(g => present.DependentsOf(g.Key).Select(d => (g, d.Key))).DistinctBy(x => x.Key).ToDictionary(x => x.Key, x => x.g, StringComparer.Ordinal);
        foreach (var one in DropOrder(stand, present))
        {
            if (one.Kind != DbKinds.ForeignKey && forGood.TryGetValue(one.Key, out var lost))
            {
                if (!GoesAnyway(one, present))
                {
                    throw new MigrationException("ConstraintViolated", ErrorKind.Conflict, $"{one} uses {lost}, which undo takes away.");
                }

                await RunAsync(engine.Writer.Drop(one), cancel).ConfigureAwait(false);
                continue;
            }

            observer.Decision($"{one} stands aside while what it depends on is put back.");
            await RunAsync(engine.Writer.Drop(one), cancel).ConfigureAwait(false);
            aside.Add(one);
            aside.AddRange(present.PartsOf(one.Key));
        }

        return stand.Count > 0;
    }

    private async Task CreateAsync(DbObject one, DbStructure former, DbStructure present, CancellationToken cancel)
    {
        // Rows that are there already have no value yet for a column that must have one, and the engine would not take theirs for its own.
        try
        {
            await RunAsync(engine.Writer.Create(one.Kind == DbKinds.Column ? Bare(one, isKeyLater: false) : one, former), cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (one.Kind == DbKinds.View && engine.LacksWhatItReads(e))
        {
            observer.Decision($"{one} comes back in the end: what it reads is not there yet.");
            waiting.Add(one.Key);
        }

        if (one.Kind is DbKinds.Table or DbKinds.Column)
        {
            await Refill(one, present, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>A part can be made when what it belongs to is there, or comes with it.</summary>
    private static bool HasRoom(DbObject wanted, DbStructure present, DbStructure former) =>
        wanted.Parent is not { } parent || (wanted.Kind == DbKinds.Column ? present.Find(parent) is not null : present.Find(parent) is not null || former.Find(parent) is not null);

    /// <summary>The same object as it is, under the name that it had.</summary>
    private static DbObject Named(DbObject now, DbObject former) => now with { Schema = former.Schema, Name = former.Name, Parent = former.Parent };

    /// <summary>What depends on others before what it depends on.</summary>
    private static IEnumerable<DbObject> DropOrder(IReadOnlyList<DbObject> objects, DbStructure present)
    {
        var keys = objects.Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
        // What belongs to something that goes needs no dropping of its own.
        var own = objects.Where(o => o.Parent is null || !keys.Contains(o.Parent)).ToList();
        return Ordered(own, present).Reverse();
    }

    private IEnumerable<DbObject> CreateOrder(IReadOnlyList<DbObject> objects, DbStructure former)
    {
        var made = objects.Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
        return Ordered([.. objects.Where(o => o.Parent is null || !made.Contains(o.Parent) || !engine.Writer.IsMadeWithParent(o))], former);
    }

    /// <summary>Each after what it needs.</summary>
    private static IEnumerable<DbObject> Ordered(IReadOnlyList<DbObject> objects, DbStructure structure)
    {
        var byKey = objects.ToDictionary(o => o.Key, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var order = new List<DbObject>();
        void Visit(DbObject one)
        {
            if (!done.Add(one.Key))
            {
                return;
            }

            foreach (var needed in one.Needs.Append(one.Parent).Append(one.RefersTo).OfType<string>())
            {
                // A need may be of a part of something, such as a column of a table that is made as a whole.
                if (byKey.TryGetValue(needed, out var other) || (structure.Find(needed)?.Parent is { } parent && byKey.TryGetValue(parent, out other)))
                {
                    Visit(other);
                }
            }

            order.Add(one);
        }

        foreach (var one in objects.OrderBy(Rank).ThenBy(o => o.Position).ThenBy(o => o.Key, StringComparer.Ordinal))
        {
            Visit(one);
        }

        return order;
    }

    private static int Rank(DbObject one) => one.Kind switch
    {
        DbKinds.Schema => 0,
        DbKinds.Sequence => 1,
        DbKinds.Table => 2,
        DbKinds.Column => 3,
        DbKinds.PrimaryKey or DbKinds.UniqueKey => 4,
        DbKinds.Index => 5,
        DbKinds.Check => 6,
        DbKinds.ForeignKey => 8,
        DbKinds.Trigger => 9,
        _ => 7,
    };

    private async Task RunAsync(IReadOnlyList<string> statements, CancellationToken cancel)
    {
        foreach (var statement in statements)
        {
            await session.RunAsync(statement, cancel).ConfigureAwait(false);
        }
    }
}
