using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Integrity;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets;

/// <summary>
/// Verifies a plan's targets after its run, or compares two targets: one result a check. Where a check fails, that is an error too.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "MigrationIntegrity", DefaultParameterSetName = "Plan")]
[OutputType(typeof(IntegrityResult), typeof(bool), typeof(MigrationPlan))]
public sealed class TestMigrationIntegrityCommand : ConnectingCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Plan")]
    [Alias("InputObject")]
    public MigrationPlan Plan { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = "Targets")]
    [ArgumentCompleter(typeof(TargetCompleter))]
    public string Target { get; set; } = "";

    /// <summary>The target to compare with.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Targets")]
    [ArgumentCompleter(typeof(TargetCompleter))]
    public string ReferenceTarget { get; set; } = "";

    /// <summary>How much of the data is read: none, counted, or all of it.</summary>
    [Parameter]
    public SnapshotDepth Depth { get; set; } = SnapshotDepth.Checksums;

    /// <summary>Puts out only $true or $false, and no error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Puts out the plan with the evidence instead of the results.</summary>
    [Parameter(ParameterSetName = "Plan")]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Subject => ParameterSetName == "Plan" ? Plan : Target;

    protected override void ProcessRecord()
    {
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(Depth)))
        {
            WriteVerbose($"Comparing all data (-Depth {Depth}); -Depth Counts only counts rows and is quicker on large targets.");
        }

        var results = ParameterSetName == "Plan"
            ? Run((services, observer, cancel) => new IntegrityChecker(services, observer).CheckAsync(Plan, Depth, cancel))
            : Run((services, observer, cancel) => new IntegrityChecker(services, observer).CompareAsync(ResolveTarget(Target), ResolveTarget(ReferenceTarget), Depth, cancel));
        var failed = results.Where(r => !r.Passed).ToList();
        var plan = ParameterSetName == "Plan" ? Stamp(results.Count, failed.Count) : null;
        if (Quiet)
        {
            WriteObject(failed.Count == 0);
            return;
        }

        if (PassThru)
        {
            WriteObject(plan);
        }
        else
        {
            WriteObject(results, enumerateCollection: true);
        }

        if (failed.Count > 0)
        {
            WriteError(Errors.Record(new MigrationException("IntegrityFailed", ErrorKind.Failed,
                $"{failed.Count} of {results.Count} integrity checks failed: {string.Join("; ", failed.Take(5).Select(f => $"{f.Target} {f.Name} ({f.Detail})"))}.")
            {
                Offender = (object?)plan ?? Target,
                RecommendedAction = "Look at what differs before anyone relies on the target.",
            }));
        }
    }

    private MigrationPlan Stamp(int count, int failed) => Run((services, _, _) =>
    {
        var evidence = new IntegrityEvidence
        {
            PlanHash = Plan.Hash,
            At = services.Now(),
            By = services.Actor,
            Succeeded = failed == 0,
            Summary = failed == 0 ? $"{count} checks passed" : $"{failed} of {count} checks failed",
            Passed = count - failed,
            Failed = failed,
            Depth = Depth.ToString(),
        };
        new StateFolder(Plan.StatePath).Keep(evidence);
        return Task.FromResult(Plan.With(evidence));
    });
}
