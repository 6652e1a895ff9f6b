using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>Finds history entries to undo, the last first: of steps that are applied, and of those that were only begun.</summary>
internal static class AppliedEntries
{
    /// <summary>
    /// On one target the order of the history is the order of application, whatever its clock said. Over several targets, steps of
    /// one run go by their place in it, and runs by time.
    /// </summary>
    public static async Task<IReadOnlyList<(Target Target, HistoryEntry Entry)>> ReadAsync(TargetSet targets, CancellationToken cancel)
    {
        var histories = new List<(Target Target, Stack<HistoryEntry> Entries)>();
        foreach (var target in targets.Distinct)
        {
            histories.Add((target, new Stack<HistoryEntry>((await target.History.ReadAsync(cancel).ConfigureAwait(false)).Where(e => !e.IsUndone))));
        }

        var found = new List<(Target, HistoryEntry)>();
        while (histories.Where(h => h.Entries.Count > 0).ToList() is { Count: > 0 } rest)
        {
            var (target, entries) = rest.Aggregate((a, b) => IsLater(b.Entries.Peek(), a.Entries.Peek()) ? b : a);
            found.Add((target, entries.Pop()));
        }

        return found;
    }

    public static async Task<IReadOnlyList<(Target Target, HistoryEntry Entry)>> OfRunAsync(TargetSet targets, string runId, CancellationToken cancel) =>
        [.. (await ReadAsync(targets, cancel).ConfigureAwait(false)).Where(f => f.Entry.RunId == runId)];

    private static bool IsLater(HistoryEntry a, HistoryEntry b) => a.RunId == b.RunId ? a.Position > b.Position : a.AppliedAt > b.AppliedAt;
}
