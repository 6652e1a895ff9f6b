using System.Management.Automation;
using PSMigrate.Backups;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets;

/// <summary>Backs targets up, while others may go on writing, and restores each backup elsewhere to prove that it does.</summary>
[Cmdlet(VerbsData.Backup, "MigrationTarget", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, DefaultParameterSetName = "Plan")]
[OutputType(typeof(MigrationPlan), ParameterSetName = ["Plan"])]
[OutputType(typeof(Backup), ParameterSetName = ["Target"])]
public sealed class BackupMigrationTargetCommand : ConnectingCmdlet
{
    /// <summary>Backs up every target of the plan that its steps change.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Plan")]
    [Alias("InputObject")]
    public MigrationPlan Plan { get; set; } = null!;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Target")]
    [ArgumentCompleter(typeof(TargetCompleter))]
    public string Target { get; set; } = "";

    /// <summary>Where the backup is kept; .psmigrate in the current folder unless given.</summary>
    [Parameter(ParameterSetName = "Target")]
    public string? StatePath { get; set; }

    private protected override object? Subject => ParameterSetName == "Plan" ? Plan : Target;

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Target")
        {
            BackupTarget();
            return;
        }

        if (!Ask(string.Join(", ", Plan.Targets.Values.Distinct()), "Back up", out var isWhatIf))
        {
            if (isWhatIf)
            {
                WriteObject(Plan);
            }

            return;
        }

        WriteObject(Run((services, observer, cancel) => BackupPlanAsync(services, observer, cancel)));
    }

    private void BackupTarget()
    {
        var address = ResolveTarget(Target);
        if (!Ask(address.ToString(), "Back up", out _))
        {
            return;
        }

        var state = new StateFolder(StatePath is null ? Path.Combine(CurrentFolder, StateFolder.Name) : ResolvePath(StatePath));
        WriteObject(Run(async (services, observer, cancel) =>
        {
            await using var target = services.NewTarget(address);
            await target.OpenAsync(cancel).ConfigureAwait(false);
            return await new BackupKeeper(services, observer).BackupAsync(target, state, "", cancel).ConfigureAwait(false);
        }));
    }

    private async Task<MigrationPlan> BackupPlanAsync(MigrationServices services, IMigrationObserver observer, CancellationToken cancel)
    {
        await using var targets = await TargetSet.OpenAsync(Plan, services, cancel).ConfigureAwait(false);
        var keeper = new BackupKeeper(services, observer);
        var state = new StateFolder(Plan.StatePath);
        var changed = Plan.Steps.Select(s => s.Definition.Target).Distinct().Order(StringComparer.Ordinal);
        var folders = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var done = new Dictionary<Target, Backup>();
        foreach (var name in changed)
        {
            if (!done.TryGetValue(targets[name], out var backup))
            {
                done[targets[name]] = backup = await keeper.BackupAsync(targets[name], state, Plan.Name, cancel).ConfigureAwait(false);
            }

            folders[name] = backup.Path;
        }

        var bytes = done.Values.Sum(b => b.Bytes);
        var evidence = new BackupEvidence
        {
            PlanHash = Plan.Hash,
            At = services.Now(),
            By = services.Actor,
            Succeeded = true,
            Summary = $"{done.Count} target(s), {done.Values.Sum(b => b.Rows)} rows, {bytes} bytes, restore-tested",
            Folders = folders,
            RestoreTested = true,
            Bytes = bytes,
        };
        state.Keep(evidence);
        return Plan.With(evidence);
    }
}
