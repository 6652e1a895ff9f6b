using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Backups;

/// <summary>
/// What must stay, because a run that has not ended or could still be taken back may need it. Where that cannot be found out,
/// everything must.
/// </summary>
internal sealed class RetentionNeeds
{
    private readonly Dictionary<string, RetentionNeed> backups = new(StringComparer.Ordinal);
    private readonly HashSet<string> openRuns = new(StringComparer.Ordinal);
    private readonly RetentionNeed? everything;

    private RetentionNeeds(RetentionNeed? everything) => this.everything = everything;

    /// <summary>For a target that cannot be read.</summary>
    public static RetentionNeeds Unknown(MigrationException why) =>
        new(new RetentionNeed(null, $"nobody can tell what needs it, because the target cannot be read: {why.Message}"));

    /// <param name="stored">The target's own backups.</param>
    public static async Task<RetentionNeeds> ReadAsync(
        Target target, StateFolder state, IReadOnlyList<StoredBackup> stored, MigrationServices services, CancellationToken cancel)
    {
        var needs = new RetentionNeeds(null);
        var good = stored.Where(s => s.State == StoredState.Good).Select(s => s.Backup!).OrderByDescending(b => b.At).ThenByDescending(b => b.Id, StringComparer.Ordinal).ToList();
        var entries = await target.History.ReadAsync(cancel).ConfigureAwait(false);
        var states = StatesOf(state, entries);
        foreach (var open in states.SelectMany(s => OpenRun.On(target, s)).DistinctBy(o => o.RunId))
        {
            needs.openRuns.Add(open.RunId);
            needs.Add(WayBack(good, states, open.PlanHash, null, RunId.TimeOf(open.RunId)),
                open.RunId, open.Damage is null ? "it did not end" : "its journal cannot be read");
        }

        var reader = new HistoryReader(services);
        foreach (var run in entries.Where(e => !e.IsUndone).GroupBy(e => e.RunId))
        {
            if (await WhyNotCertainAsync(run, target, reader, cancel).ConfigureAwait(false) is { } why)
            {
                var first = run.First();
                needs.Add(WayBack(good, states, first.PlanHash, first.PlanName, RunId.TimeOf(first.RunId) ?? run.Min(e => e.AppliedAt)), first.RunId, why);
            }
        }

        if (good.Count > 0)
        {
            needs.backups.TryAdd(good[0].Path, new RetentionNeed(null, "it is the last good backup of its target"));
        }

        return needs;
    }

    public RetentionNeed? OfBackup(string folder) => everything ?? backups.GetValueOrDefault(folder);

    public RetentionNeed? OfQuarantine(QuarantineItem item) => item switch
    {
        { Kind: QuarantineKind.SavedRows } => null,
        { NeededByRun: { } run } => new RetentionNeed(run, $"'{item.Step}' is still applied, and this is its way back"),
        _ when openRuns.Contains(item.RunId) => new RetentionNeed(item.RunId, "it did not end"),
        _ => everything,
    };

    private void Add(Backup? backup, string runId, string why)
    {
        if (backup is not null)
        {
            backups.TryAdd(backup.Path, new RetentionNeed(runId, why));
        }
    }

    /// <summary>Why a run may not be taken back by undoing its steps; null where each undo was proved.</summary>
    private static async Task<string?> WhyNotCertainAsync(IEnumerable<HistoryEntry> run, Target target, HistoryReader reader, CancellationToken cancel)
    {
        foreach (var entry in run)
        {
            if (await reader.CannotUndoBecauseAsync(target, entry, cancel).ConfigureAwait(false) is { } because)
            {
                return $"'{entry.Step}' is still applied and cannot be undone: {because}";
            }

            if (!entry.UndoProved)
            {
                return $"'{entry.Step}' is still applied, and its undo was not proved";
            }
        }

        return null;
    }

    /// <summary>
    /// The backup that leads back to before a run: the newest that was made for its plan; else the newest of all. What was made
    /// after the run began may hold half of it.
    /// </summary>
    private static Backup? WayBack(
        IReadOnlyList<Backup> good, IReadOnlyList<StateFolder> states, string? planHash, string? planName, DateTimeOffset? began)
    {
        var before = good.Where(b => began is null || b.At <= began).ToList();
        var made = planHash is not { Length: > 0 } ? [] : states
            .SelectMany(s => s.EvidenceFor(planHash).OfType<BackupEvidence>())
            .SelectMany(e => e.Folders.Values).Select(Path.GetFullPath)
            .ToHashSet(StringComparer.Ordinal);
        return before.FirstOrDefault(b => made.Contains(b.Path))
            ?? (planName is { Length: > 0 } ? before.FirstOrDefault(b => b.Manifest.PlanName == planName) : null)
            ?? before.FirstOrDefault();
    }

    /// <summary>A target may have had runs whose state is kept elsewhere: its history says where.</summary>
    private static List<StateFolder> StatesOf(StateFolder state, IEnumerable<HistoryEntry> entries) =>
        [.. entries.Select(e => e.StatePath).Where(p => p.Length > 0).Prepend(state.Path).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Select(p => new StateFolder(p))];
}
