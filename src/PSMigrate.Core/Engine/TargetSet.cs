using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>A plan's targets, each opened once and closed together.</summary>
public sealed class TargetSet : IAsyncDisposable
{
    private readonly Dictionary<string, Target> byName;

    private TargetSet(Dictionary<string, Target> byName) => this.byName = byName;

    public Target this[string name] => byName[name];

    public IReadOnlyDictionary<string, Target> ByName => byName;

    /// <summary>Each target once, in a fixed order, so that locks are always taken in the same order.</summary>
    public IReadOnlyList<Target> Distinct =>
        [.. byName.Values.DistinctBy(t => t.Identity).OrderBy(t => t.Identity, StringComparer.Ordinal)];

    /// <summary>Opens the targets that the plan's steps and checks use.</summary>
    public static Task<TargetSet> OpenAsync(MigrationPlan plan, MigrationServices services, CancellationToken cancel) =>
        OpenAsync(plan.Targets, services, cancel);

    public static async Task<TargetSet> OpenAsync(
        IReadOnlyDictionary<string, TargetAddress> addresses, MigrationServices services, CancellationToken cancel)
    {
        var set = new TargetSet(new Dictionary<string, Target>(StringComparer.Ordinal));
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
    public static TargetSet Of(IReadOnlyDictionary<string, Target> targets) => new(new Dictionary<string, Target>(targets, StringComparer.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var target in byName.Values.Distinct())
        {
            await target.DisposeAsync().ConfigureAwait(false);
        }

        byName.Clear();
    }
}
