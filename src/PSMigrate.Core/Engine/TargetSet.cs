using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>A plan's targets, each opened once and closed together.</summary>
public sealed class TargetSet : IAsyncDisposable
{
    private readonly Dictionary<string, Target> byName;
    private readonly IReadOnlySet<string> onlyRead;

    private TargetSet(Dictionary<string, Target> byName, IReadOnlySet<string> onlyRead)
    {
        this.byName = byName;
        this.onlyRead = onlyRead;
    }

    public Target this[string name] => byName[name];

    public IReadOnlyDictionary<string, Target> ByName => byName;

    /// <summary>
    /// Each target that may be changed once, in a fixed order, so that locks are always taken in the same order. What is only read is locked
    /// by nobody, and keeps no history.
    /// </summary>
    public IReadOnlyList<Target> Distinct =>
        [.. byName.Where(t => !onlyRead.Contains(t.Key)).Select(t => t.Value).DistinctBy(t => t.Identity).OrderBy(t => t.Identity, StringComparer.Ordinal)];

    /// <summary>Opens the targets that the plan's steps and checks use.</summary>
    public static Task<TargetSet> OpenAsync(MigrationPlan plan, MigrationServices services, CancellationToken cancel) =>
        OpenAsync(plan.Targets, plan.OnlyRead, services, cancel);

    public static Task<TargetSet> OpenAsync(IReadOnlyDictionary<string, TargetAddress> addresses, MigrationServices services, CancellationToken cancel) =>
        OpenAsync(addresses, new HashSet<string>(), services, cancel);

    /// <param name="onlyRead">The names of targets that nothing of the plan changes.</param>
    private static async Task<TargetSet> OpenAsync(
        IReadOnlyDictionary<string, TargetAddress> addresses, IReadOnlySet<string> onlyRead, MigrationServices services, CancellationToken cancel)
    {
        var set = new TargetSet(new Dictionary<string, Target>(StringComparer.Ordinal), onlyRead);
        var byIdentity = new Dictionary<string, Target>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, address) in addresses)
            {
                var target = services.NewTarget(address);
                if (byIdentity.TryGetValue(target.Identity, out var opened))
                {
                    set.byName.Add(name, opened);
                    await target.DisposeAsync().ConfigureAwait(false);
                }
                else
                {
                    byIdentity.Add(target.Identity, target);
                    set.byName.Add(name, target);
                    await target.OpenAsync(cancel).ConfigureAwait(false);
                }
            }

            return set;
        }
        catch
        {
            await set.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The same names over other targets: the copies of a rehearsal.</summary>
    public TargetSet Over(IReadOnlyDictionary<string, Target> targets) => new(new Dictionary<string, Target>(targets, StringComparer.Ordinal), onlyRead);

    /// <summary>True for a target that nothing of the plan changes, whatever its name.</summary>
    public bool IsOnlyRead(Target target) => !byName.Any(t => t.Value == target && !onlyRead.Contains(t.Key));

    public async ValueTask DisposeAsync()
    {
        foreach (var target in byName.Values.Distinct())
        {
            await target.DisposeAsync().ConfigureAwait(false);
        }

        byName.Clear();
    }
}
