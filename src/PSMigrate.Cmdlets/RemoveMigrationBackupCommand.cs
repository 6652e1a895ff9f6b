using System.Management.Automation;
using PSMigrate.Backups;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets;

/// <summary>
/// Removes old backups, and what targets keep in quarantine. What a run that has not ended or could still be taken back may need
/// stays unless forced, and so does the last good backup of a target.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "MigrationBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Plan")]
[OutputType(typeof(RetentionItem))]
public sealed class RemoveMigrationBackupCommand : ConnectingCmdlet
{
    /// <summary>Clears up after the plan's targets; by the plan's own retention unless something else is said.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Plan")]
    public MigrationPlan Plan { get; set; } = null!;

    /// <summary>Clears up after this target.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Target")]
    [ArgumentCompleter(typeof(TargetCompleter))]
    public string Target { get; set; } = "";

    /// <summary>The folders of backups.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    [Alias("LiteralPath", "PSPath")]
    public string[] Path { get; set; } = [];

    /// <summary>What Get-MigrationHistory -Quarantine lists.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Quarantine")]
    public QuarantineItem Quarantine { get; set; } = null!;

    /// <summary>How many of each target's good backups stay, the newest.</summary>
    [Parameter(ParameterSetName = "Plan")]
    [Parameter(ParameterSetName = "Target")]
    [ValidateRange(0, int.MaxValue)]
    public int? KeepLast { get; set; }

    /// <summary>Only what is older goes: a number of days, or a time.</summary>
    [Parameter(ParameterSetName = "Plan")]
    [Parameter(ParameterSetName = "Target")]
    [Age]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>Clears the targets' quarantine as well.</summary>
    [Parameter(ParameterSetName = "Plan")]
    [Parameter(ParameterSetName = "Target")]
    public SwitchParameter IncludeQuarantine { get; set; }

    /// <summary>The folder with the backups and the journals; .psmigrate in the current folder, or where a named backup lies, unless given.</summary>
    [Parameter(ParameterSetName = "Target")]
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "Quarantine")]
    public string? StatePath { get; set; }

    /// <summary>Removes even what is needed.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [WaitingTime]
    public TimeSpan LockTimeout { get; set; } = RunOptions.DefaultLockTimeout;

    private protected override object? Subject => ParameterSetName switch
    {
        "Plan" => Plan,
        "Target" => Target,
        "Path" => Path,
        _ => Quarantine,
    };

    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case "Plan":
                ByPolicy(new RetentionScope(new StateFolder(Plan.StatePath), [.. Plan.Targets.Values.Distinct()]), Policy(Plan.Retention));
                break;
            case "Target":
                ByPolicy(new RetentionScope(StateHere(), [ResolveTarget(Target)]), Policy(null));
                break;
            case "Path":
                foreach (var path in Path)
                {
                    ByName(path, () =>
                    {
                        var folder = ResolvePathThrowing(path);
                        var state = StatePath is null ? null : StateHere();
                        return (retention, cancel) => retention.ConsiderAsync(folder, state, Force, cancel);
                    });
                }

                break;
            default:
                ByName(Quarantine.Name, () =>
                {
                    var scope = new RetentionScope(StateHere(), [TargetAddress.Parse(Quarantine.Target)]);
                    return async (retention, cancel) => (await retention.ConsiderAsync(scope, Quarantine, Force, cancel).ConfigureAwait(false), scope);
                });
                break;
        }
    }

    private void ByPolicy(RetentionScope scope, RetentionPolicy policy)
    {
        var considered = Run((services, observer, cancel) => new Retention(services, observer).ConsiderAsync(scope, policy, Force, cancel));
        Complain(considered.Failures);
        WriteObject(Remove(scope, considered.Items), enumerateCollection: true);
    }

    /// <summary>One of several that cannot be removed does not keep the others from being.</summary>
    private void ByName(string name, Func<Consider> prepare)
    {
        try
        {
            // Paths are the pipeline's to resolve.
            var consider = prepare();
            var (item, scope) = RunThrowing((services, observer, cancel) => consider(new Retention(services, observer), cancel));
            if (item.Verdict != RetentionVerdict.Removable)
            {
                throw item.Kind == RetentionKind.Capture ? Refuse("CaptureNeeded", item) : Refuse("BackupNeeded", item);
            }

            WriteObject(Remove(scope, [item]), enumerateCollection: true);
        }
        catch (MigrationException e)
        {
            WriteError(Errors.Record(e, name));
        }
    }

    private delegate Task<(RetentionItem Item, RetentionScope Scope)> Consider(Retention retention, CancellationToken cancel);

    private static MigrationException Refuse(string errorId, RetentionItem item) =>
        new(errorId, ErrorKind.Refused, $"{item.Name} stays. {Sentence(item.Reason)}")
        {
            Offender = item.Path ?? item.Name,
            RecommendedAction = "Leave it until that is over. -Force removes what is needed, but nothing that is being made.",
        };

    private IReadOnlyList<RetentionItem> Remove(RetentionScope scope, IReadOnlyList<RetentionItem> considered)
    {
        var going = considered.Where(i => i.Verdict == RetentionVerdict.Removable && Confirmed(i)).ToList();
        if (going.Count == 0)
        {
            return considered;
        }

        var report = Run((services, observer, cancel) => new Retention(services, observer).RemoveAsync(scope, going, Force, LockTimeout, cancel));
        Complain(report.Failures);
        var done = going.Zip(report.Items).ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. considered.Select(i => done.GetValueOrDefault(i) ?? i)];
    }

    private bool Confirmed(RetentionItem item) =>
        Ask(item.Path ?? item.Target, $"Remove {Words(item.Kind)} {item.Name} ({item.Reason})", out _);

    private void Complain(IEnumerable<MigrationException> failures)
    {
        foreach (var failure in failures)
        {
            WriteError(Errors.Record(failure, Subject));
        }
    }

    private RetentionPolicy Policy(RetentionPolicy? ofPlan)
    {
        if (KeepLast is not null || OlderThan is not null)
        {
            return new RetentionPolicy { KeepLast = KeepLast, OlderThan = OlderThan, IncludeQuarantine = IncludeQuarantine };
        }

        if (ofPlan is null)
        {
            ThrowTerminatingError(Errors.Record(new MigrationException("RetentionMissing", ErrorKind.InvalidInput, "Nothing says which backups may go.")
            {
                Offender = Subject,
                RecommendedAction = "Give -KeepLast, -OlderThan or both, or write 'retention:' in the plan file.",
            }));
        }

        return ofPlan! with { IncludeQuarantine = ofPlan!.IncludeQuarantine || IncludeQuarantine };
    }

    private StateFolder StateHere() => new(StatePath is null ? System.IO.Path.Combine(CurrentFolder, StateFolder.Name) : ResolvePath(StatePath));

    private static string Words(RetentionKind kind) => kind switch
    {
        RetentionKind.Backup => "the backup",
        RetentionKind.Leftover => "what is left of the backup",
        RetentionKind.Capture => "the capture",
        _ => "the saved rows",
    };

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + (text.EndsWith('.') ? "" : ".");
}
