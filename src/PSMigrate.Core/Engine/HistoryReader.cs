using PSMigrate.Journal;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>Reads a target's history with what is known of the way back of each step. Reads only.</summary>
public sealed class HistoryReader(MigrationServices services)
{
    /// <summary>All entries, oldest first: whether they can still be undone, and what the target keeps for that.</summary>
    public async Task<IReadOnlyList<HistoryEntry>> ReadAsync(Target target, CancellationToken cancel)
    {
        var entries = await target.History.ReadAsync(cancel).ConfigureAwait(false);
        var kept = target.Quarantine is { } quarantine ? await quarantine.ReadAsync(cancel).ConfigureAwait(false) : [];
        var byStep = kept.Where(q => q.Step is not null).ToLookup(q => (q.RunId, q.Step!));
        var read = new List<HistoryEntry>(entries.Count);
        foreach (var entry in entries)
        {
            var because = !entry.IsUndone ? await CannotUndoBecauseAsync(target, entry, cancel).ConfigureAwait(false) : null;
            read.Add(entry with
            {
                CanUndo = !entry.IsUndone && because is null,
                CannotUndoBecause = because,
                Quarantine = [.. byStep[(entry.RunId, entry.Step)]],
            });
        }

        return read;
    }

    /// <summary>Why a step that is applied or begun cannot be undone, or null where it can.</summary>
    public async Task<string?> CannotUndoBecauseAsync(Target target, HistoryEntry found, CancellationToken cancel)
    {
        var entry = await target.History.ReadUndoRecordAsync(found, cancel).ConfigureAwait(false);
        try
        {
            var scope = new PlanScope(Path.Combine(new StateFolder(entry.StatePath).Folder("runs", entry.RunId), "files"), services);
            return services.Catalog.Step(entry.Kind).CreateForUndo(entry, target, scope).CannotUndoBecause(entry);
        }
        catch (MigrationException e)
        {
            return e.Message;
        }
    }
}
