using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets;

/// <summary>
/// Lists the steps that a target has had, oldest first, with those that were undone, or what the target keeps to undo them. Reads only.
/// </summary>
[Cmdlet(VerbsCommon.Get, "MigrationHistory", DefaultParameterSetName = "Target")]
[OutputType(typeof(HistoryEntry), typeof(QuarantineItem))]
public sealed class GetMigrationHistoryCommand : ConnectingCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Target")]
    [ArgumentCompleter(typeof(TargetCompleter))]
    public string[] Target { get; set; } = [];

    /// <summary>Lists the history of the plan's targets.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Plan")]
    [Alias("InputObject")]
    public MigrationPlan Plan { get; set; } = null!;

    /// <summary>Lists what the target keeps of what was lost instead of its steps.</summary>
    [Parameter]
    public SwitchParameter Quarantine { get; set; }

    private protected override object? Subject => ParameterSetName == "Plan" ? Plan : Target;

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Plan")
        {
            foreach (var address in Plan.Targets.Values.Distinct())
            {
                Read(() => address);
            }
        }
        else
        {
            foreach (var target in Target)
            {
                Read(() => ResolveTargetThrowing(target));
            }
        }
    }

    /// <summary>One target that cannot be read does not keep others from being read.</summary>
    private void Read(Func<TargetAddress> target)
    {
        try
        {
            var address = target();
            WriteObject(RunThrowing((services, _, cancel) => ReadAsync(address, services, cancel)), enumerateCollection: true);
        }
        catch (MigrationException e)
        {
            WriteError(Errors.Record(e, Subject));
        }
    }

    private async Task<IReadOnlyList<object>> ReadAsync(TargetAddress address, MigrationServices services, CancellationToken cancel)
    {
        await using var target = services.NewTarget(address);
        await target.OpenAsync(cancel).ConfigureAwait(false);
        if (!Quarantine)
        {
            return await new HistoryReader(services).ReadAsync(target, cancel).ConfigureAwait(false);
        }

        return target.Quarantine is { } kept ? await kept.ReadAsync(cancel).ConfigureAwait(false) : [];
    }
}
