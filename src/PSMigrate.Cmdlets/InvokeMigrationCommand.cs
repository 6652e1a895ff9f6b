using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Cmdlets;

/// <summary>How steps are committed.</summary>
public enum TransactionScope
{
    /// <summary>Steps in a row that can be in one transaction are, together with their history.</summary>
    Group,

    /// <summary>Each step has a transaction of its own.</summary>
    Step,
}

/// <summary>Carries a plan out. A run that fails is an error; the error's target is the plan with what became of the run.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Migration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MigrationPlan))]
public sealed class InvokeMigrationCommand : ConnectingCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("InputObject")]
    public MigrationPlan Plan { get; set; } = null!;

    /// <summary>Goes on with a run of the plan that did not end, or that failed and stopped.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Opens the gates that an operator may open, such as a risk that nobody approved; each is a warning and is recorded.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long to wait for another runner.</summary>
    [Parameter]
    [WaitingTime]
    public TimeSpan LockTimeout { get; set; } = RunOptions.DefaultLockTimeout;

    [Parameter]
    public TransactionScope TransactionScope { get; set; } = TransactionScope.Group;

    private protected override object? Subject => Plan;

    protected override void ProcessRecord()
    {
        var pending = Plan.PendingSteps.ToList();
        if (!Ask(Plan.Target.ToString(), $"{(Resume ? "Go on with" : "Apply")} {Steps(pending.Count)} of the plan {Plan.Name} (risk {Plan.RiskLevel})", out var isWhatIf))
        {
            if (isWhatIf)
            {
                foreach (var change in Plan.Changes)
                {
                    WriteVerbose($"{change.Step}: {change.Description}");
                }
            }

            return;
        }

        var options = new RunOptions
        {
            Force = Force,
            Resume = Resume,
            LockTimeout = LockTimeout,
            GroupSteps = TransactionScope == TransactionScope.Group,
        };
        var result = Run((services, observer, cancel) => new MigrationRunner(services, observer).RunAsync(Plan, options, cancel));
        if (result.Failure is { } failure)
        {
            ThrowTerminatingError(Errors.Record(failure));
        }

        WriteObject(result.Plan);
    }
}
