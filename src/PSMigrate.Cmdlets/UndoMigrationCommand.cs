using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Cmdlets;

/// <summary>
/// Takes applied steps back, the last first: of the last run, of a run by id, or all after a step or a moment. Structure and data
/// return; rows that others wrote since stay as they are, or are saved first, and are listed.
/// </summary>
[Cmdlet(VerbsCommon.Undo, "Migration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Plan")]
[OutputType(typeof(MigrationPlan))]
public sealed class UndoMigrationCommand : ConnectingCmdlet
{
    /// <summary>Undoes the plan's latest run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Plan")]
    [Alias("InputObject")]
    public MigrationPlan Plan { get; set; } = null!;

    /// <summary>Undoes on this target, from its own history.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Target")]
    [ArgumentCompleter(typeof(TargetCompleter))]
    public string Target { get; set; } = "";

    [Parameter]
    public string? RunId { get; set; }

    /// <summary>Undoes the last run; it is what happens anyway when nothing else is asked for.</summary>
    [Parameter]
    public SwitchParameter Last { get; set; }

    /// <summary>Undoes all that was applied after this step, or after this moment: a date, or a text in ISO 8601, in UTC unless it says otherwise.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? To { get; set; }

    /// <summary>Takes the captured rows where others changed them since, and goes on where a step cannot tell whether it was applied.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Where this undo is journaled; where the run is kept unless given.</summary>
    [Parameter]
    public string? StatePath { get; set; }

    [Parameter]
    [WaitingTime]
    public TimeSpan LockTimeout { get; set; } = RunOptions.DefaultLockTimeout;

    private protected override object? Subject => ParameterSetName == "Plan" ? Plan : Target;

    protected override void ProcessRecord()
    {
        var selection = Selection();
        var statePath = StatePath is null ? null : ResolvePath(StatePath);
        var plan = ParameterSetName == "Plan"
            ? statePath is null ? Plan : Plan with { StatePath = statePath }
            : Run((services, _, cancel) => HistoryPlan.FindAsync(ResolveTarget(Target), selection.RunId, statePath, CurrentFolder, services, cancel));
        var entries = Run((services, observer, cancel) => new UndoRunner(services, observer).PreviewAsync(plan, selection, cancel));
        var steps = entries.Count == 0 ? "a run that did not end and has done nothing" : string.Join(", ", entries.Select(e => e.Step).Take(10)) + (entries.Count > 10 ? $" and {entries.Count - 10} more" : "");
        if (!Ask(plan.Target.ToString(), $"Undo {Steps(entries.Count)} ({steps})", out _))
        {
            return;
        }

        var options = new RunOptions { Force = Force, LockTimeout = LockTimeout };
        var result = Run((services, observer, cancel) => new UndoRunner(services, observer).UndoAsync(plan, selection, options, cancel));
        if (result.Failure is { } failure)
        {
            ThrowTerminatingError(Errors.Record(new MigrationException(failure.ErrorId, failure.Kind, failure.Message, failure)
            {
                Place = failure.Place,
                Offender = result.Plan,
                RecommendedAction = failure.RecommendedAction,
            }));
        }

        WriteObject(result.Plan);
    }

    private UndoSelection Selection()
    {
        RequireOneSelection();
        return To switch
        {
            null => new UndoSelection { RunId = RunId ?? (ParameterSetName == "Plan" ? AppliedRun() : null), PlanName = ParameterSetName == "Plan" ? Plan.Name : null },
            _ when UndoMoment.Find(To) is { } time => new UndoSelection { ToTime = time },
            _ => new UndoSelection { ToStep = LanguagePrimitives.ConvertTo<string>(To) },
        };
    }

    /// <summary>Of two ways to say what is undone, one would be passed over without a word.</summary>
    private void RequireOneSelection()
    {
        var given = new[] { nameof(RunId), nameof(Last), nameof(To) }.Where(MyInvocation.BoundParameters.ContainsKey).Select(name => "-" + name).ToList();
        if (given.Count > 1)
        {
            ThrowTerminatingError(Errors.Record(new MigrationException("SelectionAmbiguous", ErrorKind.InvalidInput,
                $"{string.Join(" and ", given)} cannot be used together: each says by itself what is undone.")
            {
                Offender = string.Join(" ", given),
                RecommendedAction = "Use one of them.",
            }));
        }
    }

    private string? AppliedRun() => Plan.Run is { Outcome: RunOutcome.Succeeded or RunOutcome.FailedAndStopped, RunId.Length: > 0 } run ? run.RunId : null;
}
