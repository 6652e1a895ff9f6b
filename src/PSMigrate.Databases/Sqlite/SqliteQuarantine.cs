using System.Text.RegularExpressions;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The tables in which the database keeps what scripts were about to lose (psmigrate_capture_…) and what undos found in their way
/// (psmigrate_saved_…). Their names begin with the run's id, with _ for -.
/// </summary>
internal sealed partial class SqliteQuarantine(SqliteSession session, SqliteHistory history, string target) : IQuarantine
{
    private const string Capture = SqliteName.Prefix + "capture_";
    private const string Saved = SqliteName.Prefix + "saved_";
    private const string History = "main." + SqliteName.Prefix + "history";
    private const string Progress = SqliteName.Prefix + "progress";

    public async Task<IReadOnlyList<QuarantineItem>> ReadAsync(CancellationToken cancel)
    {
        var names = Tables();
        if (names.Count == 0)
        {
            return [];
        }

        var mentions = await MentionsAsync(cancel).ConfigureAwait(false);
        return session.Interruptible<IReadOnlyList<QuarantineItem>>(cancel, () =>
            [.. names.Select(name => Read(name, mentions.GetValueOrDefault(name) ?? [])).OrderBy(q => q.RunId, StringComparer.Ordinal)]);
    }

    public async Task RemoveAsync(IReadOnlyCollection<string> names, string by, DateTimeOffset at, CancellationToken cancel)
    {
        var unit = new SqliteUnitOfWork(session, "", history, () => { });
        await using (unit.ConfigureAwait(false))
        {
            var present = Tables().ToHashSet(StringComparer.Ordinal);
            var mentions = await MentionsAsync(cancel).ConfigureAwait(false);
            foreach (var name in names)
            {
                cancel.ThrowIfCancellationRequested();
                if (!present.Contains(name))
                {
                    throw NotThere(name);
                }

                foreach (var entry in mentions.GetValueOrDefault(name)?.Where(e => !e.IsUndone) ?? [])
                {
                    NoteRemoved(entry, name, by, at);
                }

                session.Execute($"DROP TABLE main.{SqliteName.Quote(name)}");
            }

            await unit.CommitAsync(cancel).ConfigureAwait(false);
        }
    }

    private QuarantineItem Read(string name, IReadOnlyList<HistoryEntry> mentions)
    {
        var need = mentions.FirstOrDefault(e => !e.IsUndone);
        var told = RunInName().Match(name);
        return new QuarantineItem(
            target,
            name.StartsWith(Saved, StringComparison.Ordinal) ? QuarantineKind.SavedRows : QuarantineKind.Capture,
            name,
            told.Success ? $"{told.Groups[1].Value}-{told.Groups[2].Value}" : (need ?? mentions.FirstOrDefault())?.RunId ?? "",
            session.Long($"SELECT count(*) FROM main.{SqliteName.Quote(name)}"))
        {
            Step = (need ?? mentions.FirstOrDefault())?.Step,
            NeededByRun = need?.RunId,
        };
    }

    private List<string> Tables() => session.List(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND (substr(name, 1, length(?1)) = ?1 OR substr(name, 1, length(?2)) = ?2) ORDER BY rowid",
        row => row.RequiredText(0), Capture, Saved);

    /// <summary>
    /// The history entries whose undo records name a table, by table. Whatever a record is made of, the names of its captures stand in
    /// it as texts: one too many that is kept does less harm than one that is not.
    /// </summary>
    private async Task<Dictionary<string, List<HistoryEntry>>> MentionsAsync(CancellationToken cancel)
    {
        var mentions = new Dictionary<string, List<HistoryEntry>>(StringComparer.Ordinal);
        var entries = (await history.ReadAsync(cancel).ConfigureAwait(false)).ToDictionary(e => e.Sequence);
        if (entries.Count == 0)
        {
            return mentions;
        }

        // Of a step that is only begun, what was noted so far.
        var parts = session.Long("SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1", Progress) > 0
            ? $" UNION ALL SELECT entry, undo_part FROM main.{Progress} WHERE instr(undo_part, ?1) > 0"
            : "";
        foreach (var (sequence, record) in session.List(
            $"SELECT sequence, undo_record FROM {History} WHERE instr(undo_record, ?1) > 0{parts} ORDER BY 1", row => (row.Long(0), row.RequiredText(1)), Capture))
        {
            foreach (var name in NameInRecord().Matches(record).Select(m => m.Value).Distinct(StringComparer.Ordinal))
            {
                if (!mentions.TryGetValue(name, out var naming))
                {
                    mentions.Add(name, naming = []);
                }

                naming.Add(entries[sequence]);
            }
        }

        return mentions;
    }

    /// <summary>What was proved was proved with the capture: the proof goes with it.</summary>
    private void NoteRemoved(HistoryEntry entry, string name, string by, DateTimeOffset at)
    {
        var text = session.Text($"SELECT undo_record FROM {History} WHERE sequence = ?1", entry.Sequence) ?? "";
        var record = SqliteUndoRecord.Read(text, entry.Step);
        record = record with
        {
            RemovedCaptures = [.. record.RemovedCaptures, name],
            RemovedNote = $"what it had captured was removed by {by} at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}",
        };
        session.Execute($"UPDATE {History} SET undo_record = ?1, undo_proved = 0 WHERE sequence = ?2", record.ToJson(), entry.Sequence);
    }

    private MigrationException NotThere(string name) =>
        new("QuarantineNotFound", ErrorKind.NotFound, $"There is no {name} in the quarantine of {session.File}.")
        {
            Offender = name,
            RecommendedAction = "Look at what is there with Get-MigrationHistory -Quarantine.",
        };

    [GeneratedRegex("^psmigrate_[a-z]+_([0-9]{8}T[0-9]{9}Z)_([0-9a-f]{6})_", RegexOptions.CultureInvariant)]
    private static partial Regex RunInName();

    [GeneratedRegex("psmigrate_capture_[A-Za-z0-9_]+", RegexOptions.CultureInvariant)]
    private static partial Regex NameInRecord();
}
