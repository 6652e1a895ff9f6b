using System.Text.Json;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// An author's rollback where changes of structure cannot be rolled back: it is run as a script of its own, noted and captured as any
/// other, so that it can be taken back where it turns out not to give back what was there. What it did is kept beside the history, for
/// whoever comes after a process that died in the middle of it.
/// </summary>
internal sealed class AuthorsTrial(ServerTarget target, ServerHistory history, HistoryEntry entry, StepContext context)
{
    private readonly List<StepProgress> kept = [];

    /// <summary>What the rollback failed with; null where it came to its end.</summary>
    public MigrationException? Failure { get; private set; }

    private string Name => ServerHistory.AuthorsOf(entry.Sequence);

    private string Undone => $"undone of {Name}";

    public async Task RunAsync(ScriptPart part, CaptureNames names, CancellationToken cancel)
    {
        if (part.IsEmpty)
        {
            return;
        }

        var script = new SqlScript { Name = entry.Step, FilePath = entry.Step, Title = entry.Step, Checksum = "" };
        var run = new PiecewiseRun(target, entry.Step, names, script, new ScriptContent(part, null, []), context with { Begun = null, Keep = KeepAsync }) { IsInHistory = false };
        try
        {
            await run.RunAsync(cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            Failure = e;
        }

        target.Forget();
    }

    /// <summary>What the rollback did to rows of a table that the script had left alone; null where it did nothing of the kind.</summary>
    public async Task<string?> WroteElsewhereAsync(ServerUndoRecord script, CancellationToken cancel)
    {
        var known = script.Images.Select(i => i.FullName).Concat(script.Ops.OfType<ServerOp.Created>().Select(c => c.Schema.Length > 0 ? $"{c.Schema}.{c.Name}" : c.Name)).ToHashSet(StringComparer.Ordinal);
        var written = (await RecordAsync(cancel).ConfigureAwait(false))?.Ops.OfType<ServerOp.Rows>().Select(r => r.Image).Where(i => !known.Contains(i.FullName)) ?? [];
        foreach (var image in written)
        {
            if (await target.Session.ScalarAsync<int?>(target.Engine.Rows.Limit($"SELECT 1 FROM {target.Engine.Own(image.Capture)}", 1), cancel).ConfigureAwait(false) is not null)
            {
                return $"rows of {image.FullName} are not what they were";
            }
        }

        return null;
    }

    /// <summary>The rollback stays: what was captured of what it changed is not needed any more.</summary>
    public async Task ForgetAsync(CancellationToken cancel)
    {
        if (await RecordAsync(cancel).ConfigureAwait(false) is { } record)
        {
            await EndAsync(record, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes back what the rollback did, in this undo or in one that did not come to its end.</summary>
    public async Task TakeBackAsync(CancellationToken cancel)
    {
        if (await RecordAsync(cancel).ConfigureAwait(false) is not { } record)
        {
            return;
        }

        var (engine, session) = (target.Engine, target.Session);
        await new TriggerPause(engine, session, history).BringBackAsync(cancel).ConfigureAwait(false);
        await using var settings = await engine.HashSettingsAsync(session, cancel).ConfigureAwait(false);
        var saved = new SavedRows(engine, session, context.RunId);
        var conflicts = new UndoConflicts(entry.Step, force: true, context.Observer);
        await new ServerInverse(engine, session, history, record, entry.Step, saved, conflicts, context.Observer) { Progress = Undone }.RunAsync(cancel).ConfigureAwait(false);
        await EndAsync(record, cancel).ConfigureAwait(false);
    }

    private async Task KeepAsync(StepProgress progress, CancellationToken cancel)
    {
        kept.Add(progress);
        await history.SetAsync(Name, JsonSerializer.Serialize(kept, PlanDocument.LineOptions), cancel).ConfigureAwait(false);
    }

    /// <summary>What the rollback did so far; null where it has done nothing.</summary>
    private async Task<ServerUndoRecord?> RecordAsync(CancellationToken cancel) =>
        await history.GetAsync(Name, cancel).ConfigureAwait(false) is { Length: > 0 } text
            ? await new Doubt(target).SettleAsync(entry with { UndoRecord = "", Progress = JsonSerializer.Deserialize<List<StepProgress>>(text, PlanDocument.LineOptions)! }, cancel).ConfigureAwait(false)
            : null;

    private async Task EndAsync(ServerUndoRecord record, CancellationToken cancel)
    {
        foreach (var image in record.Images)
        {
            await target.Session.ExecuteAsync(target.Engine.Rows.DropTable(target.Engine.Own(image.Capture)), cancel).ConfigureAwait(false);
        }

        kept.Clear();
        await history.SetAsync(Undone, "", cancel).ConfigureAwait(false);
        await history.SetAsync(Name, "", cancel).ConfigureAwait(false);
    }
}
