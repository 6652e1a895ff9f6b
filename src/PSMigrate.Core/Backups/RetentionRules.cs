using System.Globalization;
using PSMigrate.Journal;
using PSMigrate.Reports;
using PSMigrate.Targets;

namespace PSMigrate.Backups;

/// <summary>Decides of each thing whether it goes: first what was asked for, then what is needed, then force.</summary>
internal sealed class RetentionRules(RetentionNeeds needs, bool force, DateTimeOffset now)
{
    /// <summary>By a policy, over all backups of one target.</summary>
    public IEnumerable<RetentionItem> Judge(IReadOnlyList<StoredBackup> stored, RetentionPolicy policy)
    {
        var newest = stored.Where(s => s.State == StoredState.Good).OrderByDescending(s => s.Backup!.At).ThenByDescending(s => s.Id, StringComparer.Ordinal)
            .Take(Math.Max(policy.KeepLast ?? 0, 0)).ToHashSet();
        return stored.Select(one => newest.Contains(one) ? Kept(ItemOf(one), policy.KeepLast == 1 ? "it is the newest" : Amount("it is one of the newest ", policy.KeepLast!.Value))
            : IsTooYoung(one.Backup!.At, policy) ? Kept(ItemOf(one), NotOlder(policy))
            : Decide(ItemOf(one), needs.OfBackup(one.Folder), Matched(policy)));
    }

    /// <summary>By a policy, over a target's quarantine.</summary>
    public IEnumerable<RetentionItem> Judge(IReadOnlyList<QuarantineItem> quarantine, RetentionPolicy policy) => quarantine.Select(one =>
        policy.OlderThan is { } age
            ? one.At is null || IsTooYoung(one.At.Value, policy)
                ? Kept(ItemOf(one), one.At is null ? "nobody can tell how old it is" : NotOlder(policy))
                : Decide(ItemOf(one), needs.OfQuarantine(one), $"it is older than {DurationText.Of(age)}")
            : needs.OfQuarantine(one) is { } need ? Needed(ItemOf(one), need)
            : one is { Kind: QuarantineKind.Capture, Step: not null } ? Decide(ItemOf(one), null, "its step was undone")
            : Kept(ItemOf(one), "it goes only by its age or by its name"));

    /// <summary>What was asked for by name.</summary>
    public RetentionItem Judge(StoredBackup one) => Decide(ItemOf(one), needs.OfBackup(one.Folder), "it was named");

    public RetentionItem Judge(QuarantineItem one) => Decide(ItemOf(one), needs.OfQuarantine(one), "it was named");

    /// <summary>What is neither a backup nor becoming one is of no use to anybody; one that nobody can read goes only by name and force.</summary>
    public static RetentionItem OfNoTarget(StoredBackup one, bool isNamed, bool force) => one.State switch
    {
        StoredState.BeingMade => Kept(ItemOf(one), one.Problem!),
        StoredState.Unreadable when !(isNamed && force) => ItemOf(one) with { Verdict = RetentionVerdict.Needed, Reason = $"nobody can tell what it is: {one.Problem}" },
        StoredState.Unreadable => ItemOf(one) with { Verdict = RetentionVerdict.Removable, Reason = $"it was named, and forced: {one.Problem}" },
        _ => ItemOf(one) with { Verdict = RetentionVerdict.Removable, Reason = $"it is no backup: {one.Problem}" },
    };

    private RetentionItem Decide(RetentionItem item, RetentionNeed? need, string reason) => need switch
    {
        null => item with { Verdict = RetentionVerdict.Removable, Reason = reason },
        _ when force => item with { Verdict = RetentionVerdict.Removable, NeededByRun = need.RunId, Reason = $"{reason}, and forced: {Said(need)}" },
        _ => Needed(item, need),
    };

    private static RetentionItem Needed(RetentionItem item, RetentionNeed need) =>
        item with { Verdict = RetentionVerdict.Needed, NeededByRun = need.RunId, Reason = Said(need) };

    private static RetentionItem Kept(RetentionItem item, string reason) => item with { Verdict = RetentionVerdict.Kept, Reason = reason };

    private static string Said(RetentionNeed need) => need.RunId is { } run ? $"needed by run {run}: {need.Why}" : $"needed: {need.Why}";

    private bool IsTooYoung(DateTimeOffset at, RetentionPolicy policy) => policy.OlderThan is { } age && now - at <= age;

    private static string Matched(RetentionPolicy policy) => policy switch
    {
        { OlderThan: { } age } => $"it is older than {DurationText.Of(age)}",
        { KeepLast: 1 } => "it is not the newest",
        { KeepLast: > 0 and var count } => Amount("it is not one of the newest ", count),
        _ => "all were asked for",
    };

    private static string NotOlder(RetentionPolicy policy) => $"it is not older than {DurationText.Of(policy.OlderThan!.Value)}";

    private static string Amount(string text, int count) => text + count.ToString(CultureInfo.InvariantCulture);

    private static RetentionItem ItemOf(StoredBackup one) => one.Backup is { } backup
        ? new RetentionItem(RetentionKind.Backup, backup.Id, backup.Target) { At = backup.At, Bytes = backup.Bytes, Rows = backup.Rows, Path = one.Folder }
        : new RetentionItem(one.State == StoredState.Unreadable ? RetentionKind.Backup : RetentionKind.Leftover, one.Id, "") { At = RunId.TimeOf(one.Id), Bytes = BackupStore.BytesIn(one.Folder), Path = one.Folder };

    private static RetentionItem ItemOf(QuarantineItem one) =>
        new(one.Kind == QuarantineKind.Capture ? RetentionKind.Capture : RetentionKind.SavedRows, one.Name, one.Target) { At = one.At, Rows = one.Rows };
}
