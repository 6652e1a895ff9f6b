using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// The tables in which a database keeps what scripts were about to lose (capture_…) and what undos found in their way (saved_…), among
/// PSMigrate's own. Their names have the run's id in them, in lower case and with _ for -.
/// </summary>
internal sealed partial class ServerQuarantine(ServerEngine engine, ServerSession session, ServerHistory history, string target) : IQuarantine
{
    public async Task<IReadOnlyList<QuarantineItem>> ReadAsync(CancellationToken cancel)
    {
        var names = await TablesAsync(cancel).ConfigureAwait(false);
        if (names.Count == 0)
        {
            return [];
        }

        var mentions = await MentionsAsync(cancel).ConfigureAwait(false);
        var items = new List<QuarantineItem>();
        foreach (var name in names)
        {
            var naming = mentions.GetValueOrDefault(name) ?? [];
            var need = naming.FirstOrDefault(e => !e.IsUndone);
            var told = RunInName().Match(name);
            items.Add(new QuarantineItem(
                target,
                name.StartsWith(CaptureNames.Saved, StringComparison.Ordinal) ? QuarantineKind.SavedRows : QuarantineKind.Capture,
                name,
                told.Success ? $"{told.Groups[1].Value.ToUpperInvariant()}-{told.Groups[2].Value}" : (need ?? naming.FirstOrDefault())?.RunId ?? "",
                await session.ScalarAsync<long>($"SELECT count(*) FROM {engine.Own(name)}", cancel).ConfigureAwait(false))
            {
                Step = (need ?? naming.FirstOrDefault())?.Step,
                NeededByRun = need?.RunId,
            });
        }

        return [.. items.OrderBy(q => q.RunId, StringComparer.Ordinal)];
    }

    public async Task RemoveAsync(IReadOnlyCollection<string> names, string by, DateTimeOffset at, CancellationToken cancel)
    {
        var present = (await TablesAsync(cancel).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        if (names.FirstOrDefault(name => !present.Contains(name)) is { } missing)
        {
            throw new MigrationException("QuarantineNotFound", ErrorKind.NotFound, $"There is no {missing} in the quarantine of {target}.")
            {
                Offender = missing,
                RecommendedAction = "Look at what is there with Get-MigrationHistory -Quarantine.",
            };
        }

        var mentions = await MentionsAsync(cancel).ConfigureAwait(false);
        await session.ExecuteAsync(engine.BeginTransaction, cancel).ConfigureAwait(false);
        try
        {
            foreach (var name in names)
            {
                foreach (var entry in mentions.GetValueOrDefault(name)?.Where(e => !e.IsUndone) ?? [])
                {
                    await NoteRemovedAsync(entry, name, by, at, cancel).ConfigureAwait(false);
                }
            }

            if (!engine.StructureIsTransactional)
            {
                // What was noted first may name a capture that is still there; the other way round something would be missing unsaid.
                await session.ExecuteAsync(engine.Commit, cancel).ConfigureAwait(false);
            }

            foreach (var name in names)
            {
                await session.ExecuteAsync(engine.Rows.DropTable(engine.Own(name)), cancel).ConfigureAwait(false);
            }

            if (engine.StructureIsTransactional)
            {
                await session.ExecuteAsync(engine.Commit, cancel).ConfigureAwait(false);
            }
        }
        catch
        {
            await session.ExecuteAsync(engine.Rollback, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<List<string>> TablesAsync(CancellationToken cancel) =>
    [
        .. await engine.ListOwnAsync(session, CaptureNames.Capture, cancel).ConfigureAwait(false),
        .. await engine.ListOwnAsync(session, CaptureNames.Saved, cancel).ConfigureAwait(false),
    ];

    /// <summary>
    /// The history entries whose undo records name a table, by table. Whatever a record is made of, the names of its captures stand in
    /// it as texts: one too many that is kept does less harm than one that is not.
    /// </summary>
    private async Task<Dictionary<string, List<HistoryEntry>>> MentionsAsync(CancellationToken cancel)
    {
        var mentions = new Dictionary<string, List<HistoryEntry>>(StringComparer.Ordinal);
        foreach (var entry in await history.ReadAsync(cancel).ConfigureAwait(false))
        {
            var whole = await history.ReadUndoRecordAsync(entry, cancel).ConfigureAwait(false);
            foreach (var name in whole.Progress.Select(p => p.UndoPart).Append(whole.UndoRecord)
                .SelectMany(text => NameInRecord().Matches(text).Select(m => m.Value)).Distinct(StringComparer.Ordinal))
            {
                if (!mentions.TryGetValue(name, out var naming))
                {
                    mentions.Add(name, naming = []);
                }

                naming.Add(entry);
            }
        }

        return mentions;
    }

    /// <summary>What was proved was proved with the capture: the proof goes with it.</summary>
    private async Task NoteRemovedAsync(HistoryEntry entry, string name, string by, DateTimeOffset at, CancellationToken cancel)
    {
        var whole = await history.ReadUndoRecordAsync(entry, cancel).ConfigureAwait(false);
        var record = ServerUndoRecord.Read(whole.UndoRecord, entry.Step);
        record = record with
        {
            RemovedCaptures = [.. record.RemovedCaptures, name],
            RemovedNote = $"what it had captured was removed by {by} at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}",
        };
        await history.RecordAsync(whole with { UndoRecord = record.ToJson(), UndoProved = false }, cancel).ConfigureAwait(false);
    }

    [GeneratedRegex("^[a-z]+_([0-9]{8}t[0-9]{9}z)_([0-9a-f]{6})_", RegexOptions.CultureInvariant)]
    private static partial Regex RunInName();

    [GeneratedRegex("capture_[a-z0-9_]+", RegexOptions.CultureInvariant)]
    private static partial Regex NameInRecord();
}
