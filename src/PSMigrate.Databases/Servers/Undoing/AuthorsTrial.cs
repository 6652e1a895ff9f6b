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

    public async Task RunAsync(ScriptPart part, StructureCache cache, CaptureNames names, CancellationToken cancel)
    {
        if (part.IsEmpty)
        {
            return;
        }

        var script = new SqlScript { Name = entry.Step, FilePath = entry.Step, Title = entry.Step, Checksum = "" };
        var run = new PiecewiseRun(target, cache, names, script, new ScriptContent(part, null, []), context with { Begun = null, Keep = KeepAsync });
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
