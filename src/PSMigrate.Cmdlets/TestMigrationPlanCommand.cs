using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Cmdlets;

/// <summary>
/// Rehearses a plan on a copy of its target: forward, verify, undo, compare, forward again. The target itself is only read.
/// A plan whose rehearsal fails is an error and does not go on down the pipeline.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "MigrationPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(MigrationPlan))]
public sealed class TestMigrationPlanCommand : ConnectingCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("InputObject")]
    public MigrationPlan Plan { get; set; } = null!;

    /// <summary>About how many rows each table of the copy has at most, besides those that others of its rows refer to.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int SampleRows { get; set; }

    private protected override object? Subject => Plan;

    protected override void ProcessRecord()
    {
        if (!Ask(Plan.Name, $"Rehearse {Steps(Plan.PendingSteps.Count())} on a copy of {Plan.Target}", out var isWhatIf))
        {
            if (isWhatIf)
            {
                WriteObject(Plan);
            }

            return;
        }

        var result = Run((services, observer, cancel) => new Rehearsal(services, observer) { SampleRows = SampleRows > 0 ? SampleRows : null }.RunAsync(Plan, cancel));
        if (result.Failure is { } failure)
        {
            ThrowTerminatingError(Errors.Record(new MigrationException("RehearsalFailed", failure.Kind, $"The rehearsal of '{Plan.Name}' failed: {failure.Message}", failure)
            {
                Place = failure.Place,
                Offender = result.Plan,
                RecommendedAction = $"{failure.RecommendedAction} The target was not touched.",
            }));
        }

        foreach (var difference in result.Plan.Rehearsal!.Differences)
        {
            WriteWarning($"Not proved: {difference}.");
        }

        WriteObject(result.Plan);
    }
}
