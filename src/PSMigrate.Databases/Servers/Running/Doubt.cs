using System.Globalization;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>
/// Settles what became of a statement that commits by itself, and whose runner died or lost its connection: the session that ran it is
/// waited for, then the structure is compared with what was announced.
/// </summary>
internal sealed class Doubt(ServerTarget target)
{
    private readonly ServerEngine engine = target.Engine;

    /// <summary>What a script that was only begun has done so far.</summary>
    public async Task<ServerUndoRecord> SettleAsync(HistoryEntry begun, CancellationToken cancel)
    {
        var parts = begun.Progress.Select(p => (p.At, Record: ServerUndoRecord.Parse(p.UndoPart, begun.Step))).ToList();
        var record = ServerUndoRecord.Merge(
            [ServerUndoRecord.Parse(begun.UndoRecord, begun.Step), .. parts.Where(p => p.Record.Intent is null).Select(p => p.Record)]);
        if (parts.LastOrDefault() is not { Record.Intent: { } intent } last)
        {
            return record;
        }

        await WaitAsync(intent.Session, cancel).ConfigureAwait(false);
        var at = int.Parse(last.At, CultureInfo.InvariantCulture);
        if (await DifferenceAsync(intent, cancel).ConfigureAwait(false) is not { } diff)
        {
            target.Observer.Decision($"Statement {at + 1} of '{begun.Step}' was announced and has not changed the structure: it is taken as not done.");
            return ServerUndoRecord.Merge([record, new ServerUndoRecord { Ops = [.. intent.Ops.Where(op => op is not ServerOp.Created)] }]) with { DoneStatements = at };
        }

        target.Observer.Decision($"Statement {at + 1} of '{begun.Step}' was announced, and the structure shows that it was done.");
        // A table that was made in another's place is taken back by itself, before the other comes back.
        var anew = diff.After.Where(o => o.Kind == DbKinds.Table && diff.Before.Any(b => b.Key == o.Key && b.Id.Length > 0 && o.Id.Length > 0 && b.Id != o.Id && diff.After.All(a => a.Id != b.Id))).ToList();
        var done = new ServerUndoRecord
        {
            Ops =
            [
                .. intent.Ops,
                new ServerOp.Changed(diff.Before, [.. diff.After.Where(o => !anew.Any(t => o.Key == t.Key || o.Parent == t.Key))])
                {
                    Images = intent.Images,
                    Orders = await OrdersAsync(intent, cancel).ConfigureAwait(false),
                },
                .. anew.Select(t => new ServerOp.Created(DbKinds.Table, t.Schema, t.Name, null) { Id = t.Id }),
            ],
        };
        return ServerUndoRecord.Merge([record, done]) with { DoneStatements = at + 1 };
    }

    /// <summary>
    /// What the statement changed; null where it changed nothing, or came only half of the way: then what it left half made is removed,
    /// and what it left half dropped stays for the statement to be run again.
    /// </summary>
    private async Task<StructureDiff?> DifferenceAsync(Intent intent, CancellationToken cancel)
    {
        if (intent.Before is null)
        {
            return null;
        }

        var present = await PresentAsync(intent, cancel).ConfigureAwait(false);
        var before = new DbStructure(intent.Before);
        var diff = StructureDiff.Of(before, present);
        if (diff.IsEmpty)
        {
            return null;
        }

        if (await FinishDropAsync(intent, present, cancel).ConfigureAwait(false))
        {
            return StructureDiff.Of(new DbStructure(intent.Before), await PresentAsync(intent, cancel).ConfigureAwait(false));
        }

        var half = diff.After.Where(engine.IsHalfDone).ToList();
        foreach (var one in half.Where(o => StructureDiff.StillIn(before, o) is null))
        {
            target.Observer.Decision($"{one} was left half made: it is removed, to be made again.");
            foreach (var statement in engine.Writer.Drop(one))
            {
                await target.Session.RunAsync(statement, cancel).ConfigureAwait(false);
            }
        }

        return half.Count > 0 ? null : diff;
    }

    /// <summary>Where a statement has dropped some of its tables only, the others are dropped as well: it could not be sent again.</summary>
    private async Task<bool> FinishDropAsync(Intent intent, DbStructure present, CancellationToken cancel)
    {
        var left = intent.Dropped.Select(name => present.Objects.FirstOrDefault(o => o.Kind == DbKinds.Table && o.Parent is null && o.FullName == name)).OfType<Structure.DbObject>().ToList();
        if (left.Count == 0 || left.Count == intent.Dropped.Count)
        {
            return false;
        }

        target.Observer.Decision($"Of the tables that a statement was to drop, {string.Join(", ", left.Select(t => t.FullName))} {(left.Count == 1 ? "is" : "are")} still there: dropped now.");
        List<string> statements = [.. left.SelectMany(engine.Writer.Drop)];
        if (engine.ReferencePause is { } references)
        {
            statements = [references.Off, .. statements, references.On];
        }

        foreach (var statement in statements)
        {
            await target.Session.RunAsync(statement, cancel).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> OrdersAsync(Intent intent, CancellationToken cancel) =>
        StructureDiff.Orders(new DbStructure(intent.Before ?? []), await PresentAsync(intent, cancel).ConfigureAwait(false));

    private async Task<DbStructure> PresentAsync(Intent intent, CancellationToken cancel)
    {
        var present = await engine.Reader.ReadAsync(target.Session, intent.Scope, cancel).ConfigureAwait(false);
        if (engine.HasIdentities)
        {
            return present;
        }

        // Where all is called and shaped as it was, nothing was done, also where names were to be exchanged.
        return Identities.Give(present, StructureDiff.Of(Nameless(intent.Before ?? []), present).IsEmpty ? [] : intent.Renames);
    }

    private static DbStructure Nameless(IReadOnlyList<Structure.DbObject> objects) => new(objects.Select(o => o with { Id = "" }));

    /// <exception cref="MigrationException">SessionStillAtWork.</exception>
    private async Task WaitAsync(string session, CancellationToken cancel)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromMinutes(2);
        while (session != target.SessionId && await engine.DescribeSessionAsync(target.Session, session, cancel).ConfigureAwait(false) is { } doing)
        {
            if (DateTime.UtcNow >= deadline)
            {
                throw new MigrationException("SessionStillAtWork", ErrorKind.Busy, $"The server still works on what an earlier run sent: {doing}.")
                {
                    Offender = target.DisplayName,
                    RecommendedAction = "Wait until it has ended, or end that session on the server; then run again with -Resume.",
                };
            }

            target.Observer.Progress(new Engine.ProgressReport("Waiting for the server", $"an earlier run's session is still at work: {doing}", 0, -1));
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel).ConfigureAwait(false);
        }
    }
}
