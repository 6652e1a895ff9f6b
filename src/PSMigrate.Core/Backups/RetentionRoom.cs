using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Backups;

/// <summary>One target with its backups in one state folder.</summary>
internal sealed class RetentionRoom(Target target, StateFolder state, MigrationServices services, IMigrationObserver observer)
{
    /// <summary>Why the target could not be opened; null where it could.</summary>
    public MigrationException? NotOpened { get; init; }

    /// <summary>The same for every way of writing an address, where it can be read and its references can be resolved.</summary>
    public static string IdentityOf(string text, MigrationServices services)
    {
        try
        {
            return IdentityOf(TargetAddress.Parse(text), services);
        }
        catch (MigrationException)
        {
            return text;
        }
    }

    public static string IdentityOf(TargetAddress address, MigrationServices services)
    {
        try
        {
            return services.Catalog.Target(address.Scheme).Open(address.SecretIsMissing ? address : References.Resolve(address, services)).Identity;
        }
        catch (Exception e) when (e is MigrationException or ArgumentException)
        {
            return address.ToString();
        }
    }

    public async Task<IReadOnlyList<RetentionItem>> ConsiderAsync(RetentionPolicy policy, bool force, CancellationToken cancel)
    {
        var stored = OwnBackups();
        if (stored.Count == 0 && NotOpened is { } why)
        {
            throw why;
        }

        var rules = await RulesAsync(stored, force, cancel).ConfigureAwait(false);
        return
        [
            .. rules.Judge(stored, policy),
            .. policy.IncludeQuarantine ? rules.Judge(await QuarantineAsync(cancel).ConfigureAwait(false), policy) : [],
        ];
    }

    public async Task<RetentionItem> ConsiderAsync(StoredBackup one, bool force, CancellationToken cancel) =>
        (await RulesAsync([.. OwnBackups().Where(s => s.Folder != one.Folder), one], force, cancel).ConfigureAwait(false)).Judge(one);

    public async Task<RetentionItem> ConsiderAsync(QuarantineItem one, bool force, CancellationToken cancel) => NotOpened is null
        ? (await RulesAsync(OwnBackups(), force, cancel).ConfigureAwait(false)).Judge(await FindAsync(one.Name, cancel).ConfigureAwait(false))
        : throw NotOpened;

    public async Task<IReadOnlyList<RetentionItem>> RemoveLockedAsync(
        IReadOnlyList<RetentionItem> items, bool force, TimeSpan lockTimeout, List<MigrationException> failures, CancellationToken cancel)
    {
        if (NotOpened is not null)
        {
            // Nobody can be at work on it.
            return await RemoveAsync(items, force, failures, cancel).ConfigureAwait(false);
        }

        var holder = new LockHolder(services.Actor, Environment.ProcessId, "removal of backups", services.Now());
        await using var held = await target.LockAsync(holder, lockTimeout, observer, cancel).ConfigureAwait(false);
        return await RemoveAsync(items, force, failures, cancel).ConfigureAwait(false);
    }

    /// <summary>Removes what may go, after asking once more what is needed. The caller holds the target.</summary>
    public async Task<IReadOnlyList<RetentionItem>> RemoveAsync(
        IReadOnlyList<RetentionItem> items, bool force, List<MigrationException> failures, CancellationToken cancel)
    {
        if (items.All(i => i.Verdict != RetentionVerdict.Removable))
        {
            return items;
        }

        var stored = OwnBackups();
        foreach (var named in items.Where(i => i.Path is not null && stored.All(s => s.Folder != i.Path) && Directory.Exists(i.Path)))
        {
            stored.Add(BackupStore.Read(named.Path!));
        }

        var rules = await RulesAsync(stored, force, cancel).ConfigureAwait(false);
        var removed = items.Distinct().ToDictionary(i => i, i => i);
        foreach (var item in items.Where(i => i is { Kind: RetentionKind.Backup, Verdict: RetentionVerdict.Removable }))
        {
            cancel.ThrowIfCancellationRequested();
            var present = stored.FirstOrDefault(s => s.Folder == item.Path);
            var judged = present?.Backup is null ? item : rules.Judge(present);
            removed[item] = judged.Verdict == RetentionVerdict.Removable ? Remove(item, failures, observer) : judged;
        }

        await RemoveFromQuarantineAsync(items, rules, removed, cancel).ConfigureAwait(false);
        return [.. items.Select(i => removed[i])];
    }

    /// <summary>What is no backup belongs to no target, so that there is nothing to hold but its own lock.</summary>
    public static IReadOnlyList<RetentionItem> RemoveLeftovers(IReadOnlyList<RetentionItem> items, List<MigrationException> failures, IMigrationObserver observer) =>
        [.. items.Select(item => item.Verdict == RetentionVerdict.Removable && BackupStore.Read(item.Path!) is { Backup: null, State: not StoredState.BeingMade }
            ? Remove(item, failures, observer)
            : item)];

    private async Task RemoveFromQuarantineAsync(
        IReadOnlyList<RetentionItem> items, RetentionRules rules, Dictionary<RetentionItem, RetentionItem> removed, CancellationToken cancel)
    {
        var wanted = items.Where(i => i is { Kind: RetentionKind.Capture or RetentionKind.SavedRows, Verdict: RetentionVerdict.Removable }).ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        await target.RequireWritableAsync(cancel).ConfigureAwait(false);
        var present = (await QuarantineAsync(cancel).ConfigureAwait(false)).ToDictionary(q => q.Name, StringComparer.Ordinal);
        var going = new List<RetentionItem>();
        foreach (var item in wanted)
        {
            var judged = present.TryGetValue(item.Name, out var now) ? rules.Judge(now) : item;
            if (judged.Verdict == RetentionVerdict.Removable)
            {
                going.Add(item);
            }
            else
            {
                removed[item] = judged;
            }
        }

        await target.Quarantine!.RemoveAsync([.. going.Select(i => i.Name).Where(present.ContainsKey)], services.Actor, services.Now(), cancel).ConfigureAwait(false);
        foreach (var item in going)
        {
            removed[item] = item with { Removed = true };
            observer.Milestone($"{item.Name} was removed from the quarantine of {target.DisplayName}: {item.Reason}.");
        }
    }

    private static RetentionItem Remove(RetentionItem item, List<MigrationException> failures, IMigrationObserver observer)
    {
        try
        {
            if (Directory.Exists(item.Path))
            {
                BackupStore.Remove(item.Path);
            }

            observer.Milestone($"Backup {item.Name} was removed: {item.Reason}.");
            return item with { Removed = true };
        }
        catch (MigrationException e)
        {
            failures.Add(e);
            return item with { Reason = $"not removed: {e.Message}" };
        }
    }

    private List<StoredBackup> OwnBackups()
    {
        var identities = new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. BackupStore.Read(state).Where(s => s.Backup is { } backup && (backup.Target == target.Address.ToString() || IdentityOf(backup) == target.Identity))];

        string IdentityOf(Backup backup) => identities.TryGetValue(backup.Target, out var known)
            ? known
            : identities[backup.Target] = RetentionRoom.IdentityOf(backup.Target, services);
    }

    private async Task<RetentionRules> RulesAsync(IReadOnlyList<StoredBackup> stored, bool force, CancellationToken cancel) => new(
        NotOpened is { } why ? RetentionNeeds.Unknown(why) : await RetentionNeeds.ReadAsync(target, state, stored, services, cancel).ConfigureAwait(false),
        force, services.Now());

    private async Task<IReadOnlyList<QuarantineItem>> QuarantineAsync(CancellationToken cancel) =>
        NotOpened is null && target.Quarantine is { } quarantine ? await quarantine.ReadAsync(cancel).ConfigureAwait(false) : [];

    private async Task<QuarantineItem> FindAsync(string name, CancellationToken cancel) =>
        (await QuarantineAsync(cancel).ConfigureAwait(false)).FirstOrDefault(q => q.Name == name)
        ?? throw new MigrationException("QuarantineNotFound", ErrorKind.NotFound, $"There is no {name} in the quarantine of {target.DisplayName}.")
        {
            Offender = name,
            RecommendedAction = "Look at what is there with Get-MigrationHistory -Quarantine.",
        };
}
