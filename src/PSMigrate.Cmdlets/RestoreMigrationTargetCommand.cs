using System.Management.Automation;
using PSMigrate.Backups;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets;

/// <summary>
/// Puts a backup in the place of what a target holds now, after making sure that the backup is unaltered, and compares the
/// result with the backup's manifest.
/// </summary>
[Cmdlet(VerbsData.Restore, "MigrationTarget", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Plan")]
[OutputType(typeof(Backup))]
public sealed class RestoreMigrationTargetCommand : ConnectingCmdlet
{
    /// <summary>Restores the latest backup of the plan.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Plan")]
    public MigrationPlan Plan { get; set; } = null!;

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Backup")]
    public Backup Backup { get; set; } = null!;

    /// <summary>The folder of a backup.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [Alias("LiteralPath")]
    public string Path { get; set; } = "";

    /// <summary>Restores over this target instead of the one that was backed up.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "Backup")]
    [ArgumentCompleter(typeof(TargetCompleter))]
    public string? Target { get; set; }

    [Parameter]
    [WaitingTime]
    public TimeSpan LockTimeout { get; set; } = RunOptions.DefaultLockTimeout;

    private protected override object? Subject => ParameterSetName switch
    {
        "Plan" => Plan,
        "Backup" => Backup,
        _ => Path,
    };

    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case "Plan":
                if (Plan.Backup is not { } evidence)
                {
                    ThrowTerminatingError(Errors.Record(new MigrationException("BackupNotFound", ErrorKind.NotFound, $"The plan '{Plan.Name}' has no backup for its hash.")
                    {
                        Offender = Plan,
                        RecommendedAction = "Name the folder of a backup with -Path.",
                    }));
                    return;
                }

                foreach (var (name, folder) in evidence.Folders)
                {
                    Restore(folder, Plan.Targets[name]);
                }

                break;
            case "Backup":
                Restore(Backup.Path, Target is null ? null : ResolveTarget(Target));
                break;
            default:
                Restore(ResolvePath(Path), Target is null ? null : ResolveTarget(Target));
                break;
        }
    }

    private void Restore(string folder, TargetAddress? over)
    {
        var backup = Run((_, _, _) => Task.FromResult(Backups.Backup.Read(folder)));
        var address = over ?? ResolveTarget(backup.Target);
        if (!Ask(address.ToString(), $"Restore the backup {backup.Id} over all that is there now", out _))
        {
            return;
        }

        WriteObject(Run(async (services, observer, cancel) =>
        {
            // Before anything is opened: an altered backup must not change anything.
            await BackupKeeper.RequireUnalteredAsync(backup, cancel).ConfigureAwait(false);
            await using var target = services.NewTarget(address);
            await target.OpenForRestoreAsync(cancel).ConfigureAwait(false);
            await new BackupKeeper(services, observer).RestoreAsync(backup, target, LockTimeout, cancel).ConfigureAwait(false);
            return backup;
        }));
    }
}
