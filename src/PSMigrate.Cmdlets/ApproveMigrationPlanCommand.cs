using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Cmdlets;

/// <summary>Signs a plan off, for exactly its hash: any later change of the plan or its files voids it.</summary>
[Cmdlet(VerbsLifecycle.Approve, "MigrationPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(MigrationPlan))]
public sealed class ApproveMigrationPlanCommand : MigrationCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("InputObject")]
    public MigrationPlan Plan { get; set; } = null!;

    /// <summary>Why it may run, or why not.</summary>
    [Parameter]
    public string Reason { get; set; } = "";

    /// <summary>The hash that was reviewed, or its first twelve characters or more; another plan is then not approved.</summary>
    [Parameter]
    [ValidateLength(12, 64)]
    public string? Hash { get; set; }

    /// <summary>Records a refusal instead.</summary>
    [Parameter]
    public SwitchParameter Refuse { get; set; }

    private protected override object? Subject => Plan;

    protected override void ProcessRecord()
    {
        if (Hash is not null && !Plan.Hash.StartsWith(Hash, StringComparison.OrdinalIgnoreCase))
        {
            ThrowTerminatingError(Errors.Record(new MigrationException("HashDiffers", ErrorKind.Refused,
                $"The plan '{Plan.Name}' has the hash {Plan.Hash[..12]}…, not {Hash}: it is not the plan that was reviewed.")
            {
                Offender = Plan,
                RecommendedAction = "Review the plan as it is now.",
            }));
        }

        if (!Ask(Plan.Name, $"{(Refuse ? "Refuse" : "Approve")} the plan with the hash {Plan.Hash[..12]}", out var isWhatIf))
        {
            if (isWhatIf)
            {
                WriteObject(Plan);
            }

            return;
        }

        WriteObject(Run((services, _, _) =>
        {
            var evidence = new ApprovalEvidence
            {
                PlanHash = Plan.Hash,
                At = services.Now(),
                By = services.Actor,
                Succeeded = !Refuse,
                Summary = (Refuse ? "Refused" : "Approved") + (Reason.Length > 0 ? $": {Reason}" : ""),
                Reason = Reason,
            };
            new StateFolder(Plan.StatePath).Keep(evidence);
            return Task.FromResult(Plan.With(evidence));
        }));
    }
}
