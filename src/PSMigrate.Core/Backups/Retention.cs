using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Backups;

/// <summary>Where is cleared up.</summary>
/// <param name="State">Whose backups are meant, and whose journals are asked.</param>
/// <param name="Targets">The targets, as they can be opened.</param>
public sealed record RetentionScope(StateFolder State, IReadOnlyCollection<TargetAddress> Targets);

/// <summary>
/// Clears away old backups and what targets keep in quarantine. What a run that has not ended or could still be taken back may need
/// is never removed unless forced. Considering only reads; what is removed is looked at once more under the target's lock.
/// </summary>
public sealed class Retention(MigrationServices services, IMigrationObserver observer)
{
    /// <summary>
    /// Applies a plan's own policy after a run that succeeded and whose journal has ended. The caller holds the targets and their
    /// locks. It is housekeeping: what goes wrong is a warning, for the run's evidence too, and no failure.
    /// </summary>
    public async Task<RetentionReport> ApplyAsync(MigrationPlan plan, TargetSet targets, CancellationToken cancel)
    {
        var items = new List<RetentionItem>();
        var failures = new List<MigrationException>();
        if (plan.Retention is not { } policy)
        {
            return new RetentionReport(items, failures);
        }

        var state = new StateFolder(plan.StatePath);
        foreach (var target in targets.Distinct)
        {
            await WarnedAsync(async () =>
            {
                var room = new RetentionRoom(target, state, services, observer);
                var considered = await room.ConsiderAsync(policy, force: false, cancel).ConfigureAwait(false);
                items.AddRange(await room.RemoveAsync(considered, force: false, failures, cancel).ConfigureAwait(false));
            }).ConfigureAwait(false);
        }

        await WarnedAsync(() =>
        {
            items.AddRange(RetentionRoom.RemoveLeftovers(LeftoversIn(state, force: false), failures, observer));
            return Task.CompletedTask;
        }).ConfigureAwait(false);

        foreach (var failure in failures)
        {
            observer.Warning($"Clearing away old backups: {failure.Message}");
        }

        return new RetentionReport(items, failures);

        async Task WarnedAsync(Func<Task> work)
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            catch (MigrationException e)
            {
                failures.Add(e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failures.Add(NotLookedThrough(state, e));
            }
        }
    }

    /// <summary>
    /// What a policy would do with all backups of the targets, and with their quarantine where it is included. A target that cannot be
    /// looked at is a failure, and does not keep the others from being.
    /// </summary>
    public async Task<RetentionReport> ConsiderAsync(RetentionScope scope, RetentionPolicy policy, bool force, CancellationToken cancel)
    {
        var items = new List<RetentionItem>();
        var failures = new List<MigrationException>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var address in scope.Targets)
        {
            try
            {
                await using var target = services.NewTarget(address);
                if (seen.Add(target.Identity))
                {
                    var room = await OpenAsync(target, scope.State, cancel).ConfigureAwait(false);
                    items.AddRange(await room.ConsiderAsync(policy, force, cancel).ConfigureAwait(false));
                }
            }
            catch (MigrationException e)
            {
                failures.Add(e);
            }
        }

        items.AddRange(LeftoversIn(scope.State, force));
        return new RetentionReport(items, failures);
    }

    /// <summary>What is to become of one backup, or of what is left of one, that was named by its folder.</summary>
    /// <param name="state">Whose journals are asked; null for the state folder that the backup is in.</param>
    /// <exception cref="MigrationException">BackupNotFound, BackupRenamed, and those of the target's address.</exception>
    public async Task<(RetentionItem Item, RetentionScope Scope)> ConsiderAsync(string folder, StateFolder? state, bool force, CancellationToken cancel)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        state ??= new StateFolder(Path.GetDirectoryName(Path.GetDirectoryName(folder)) ?? folder);
        var stored = BackupStore.IsPlaceOfBackup(folder) && (File.Exists(Path.Combine(folder, BackupManifest.FileName)) || IsIn(BackupStore.Folder, folder))
            ? BackupStore.Read(folder)
            : throw NoPlaceOfBackup(folder);
        if (stored.Backup is not { } backup)
        {
            return (RetentionRules.OfNoTarget(stored, isNamed: true, force), new RetentionScope(state, []));
        }

        if (backup.Id != stored.Id)
        {
            throw new MigrationException("BackupRenamed", ErrorKind.Refused, $"{folder} holds the backup {backup.Id} under another name.")
            {
                Offender = folder,
                RecommendedAction = $"Name the folder {backup.Id} again, or remove it by hand.",
            };
        }

        var scope = new RetentionScope(state, [TargetAddress.Parse(backup.Target)]);
        return (await InRoomAsync(scope, backup.Target, room => room.ConsiderAsync(stored, force, cancel), cancel).ConfigureAwait(false), scope);
    }

    /// <summary>What is to become of one thing in a target's quarantine.</summary>
    public Task<RetentionItem> ConsiderAsync(RetentionScope scope, QuarantineItem item, bool force, CancellationToken cancel) =>
        InRoomAsync(scope, item.Target, room => room.ConsiderAsync(item, force, cancel), cancel);

    /// <summary>Removes what may go and is still not needed once its target is held. What cannot be removed does not keep the rest.</summary>
    public async Task<RetentionReport> RemoveAsync(
        RetentionScope scope, IReadOnlyList<RetentionItem> items, bool force, TimeSpan lockTimeout, CancellationToken cancel)
    {
        var done = new List<RetentionItem>();
        var failures = new List<MigrationException>();
        foreach (var group in items.GroupBy(i => i.Target, StringComparer.Ordinal))
        {
            try
            {
                done.AddRange(group.Key.Length == 0
                    ? RetentionRoom.RemoveLeftovers([.. group], failures, observer)
                    : await InRoomAsync(scope, group.Key, room => room.RemoveLockedAsync([.. group], force, lockTimeout, failures, cancel), cancel).ConfigureAwait(false));
            }
            catch (MigrationException e)
            {
                failures.Add(e);
                done.AddRange(group.Select(i => i with { Reason = $"not removed: {e.Message}" }));
            }
        }

        return new RetentionReport([.. items.Select(i => done.FirstOrDefault(d => d.Kind == i.Kind && d.Name == i.Name && d.Path == i.Path) ?? i)], failures);
    }

    private async Task<T> InRoomAsync<T>(RetentionScope scope, string address, Func<RetentionRoom, Task<T>> work, CancellationToken cancel)
    {
        var parsed = TargetAddress.Parse(address);
        await using var target = services.Catalog.Target(parsed.Scheme).Open(AsItCanBeOpened(scope, parsed));
        return await work(await OpenAsync(target, scope.State, cancel).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>A manifest keeps no secrets: the same target may have been given with them.</summary>
    private TargetAddress AsItCanBeOpened(RetentionScope scope, TargetAddress address)
    {
        var identity = RetentionRoom.IdentityOf(address, services);
        var given = scope.Targets.FirstOrDefault(t => RetentionRoom.IdentityOf(t, services) == identity);
        return References.Resolve(given ?? address, services);
    }

    /// <summary>A target that cannot be opened does not keep its backups from being listed.</summary>
    private async Task<RetentionRoom> OpenAsync(Target target, StateFolder state, CancellationToken cancel)
    {
        try
        {
            await target.OpenAsync(cancel).ConfigureAwait(false);
            return new RetentionRoom(target, state, services, observer);
        }
        catch (MigrationException e)
        {
            return new RetentionRoom(target, state, services, observer) { NotOpened = e };
        }
    }

    private static IReadOnlyList<RetentionItem> LeftoversIn(StateFolder state, bool force) =>
        [.. BackupStore.Read(state).Where(s => s.Backup is null).Select(s => RetentionRules.OfNoTarget(s, isNamed: false, force))];

    private static bool IsIn(string kind, string folder) => Path.GetFileName(Path.GetDirectoryName(folder)) == kind;

    private static MigrationException NoPlaceOfBackup(string folder) =>
        new("BackupNotFound", ErrorKind.NotFound, $"{folder} is not a backup: it has no {BackupManifest.FileName}, or is not called as a backup is.")
        {
            Offender = folder,
            RecommendedAction = "Name the folder that Backup-MigrationTarget made.",
        };

    private static MigrationException NotLookedThrough(StateFolder state, Exception e) =>
        new("BackupNotRemoved", ErrorKind.Failed, $"The backups in {state.Path} cannot be looked through: {e.Message}", e)
        {
            Offender = state.Path,
            RecommendedAction = "Look at the rights on the folder.",
        };
}
