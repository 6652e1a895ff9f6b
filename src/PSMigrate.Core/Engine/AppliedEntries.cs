using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>Finds history entries to undo, newest first.</summary>
internal static class AppliedEntries
{
    public static async Task<IReadOnlyList<(Target Target, HistoryEntry Entry)>> ReadAsync(TargetSet targets, CancellationToken cancel)
    {
        var found = new List<(Target, HistoryEntry)>();
        foreach (var target in targets.Distinct)
        {
            found.AddRange((await target.History.ReadAsync(cancel).ConfigureAwait(false)).Where(e => e.IsApplied).Select(e => (target, e)));
        }

        return [.. found.OrderByDescending(f => f.Item2.AppliedAt).ThenByDescending(f => f.Item2.Sequence)];
    }

    public static async Task<IReadOnlyList<(Target Target, HistoryEntry Entry)>> OfRunAsync(TargetSet targets, string runId, CancellationToken cancel) =>
        [.. (await ReadAsync(targets, cancel).ConfigureAwait(false)).Where(f => f.Entry.RunId == runId)];
}
