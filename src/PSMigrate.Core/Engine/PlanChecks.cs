using PSMigrate.Plans;
using PSMigrate.Steps;

namespace PSMigrate.Engine;

/// <summary>A plan's checks after its steps, in a run and in its rehearsal alike.</summary>
internal static class PlanChecks
{
    /// <exception cref="MigrationException">CheckFailed: the first that does not hold.</exception>
    public static async Task RequireAsync(
        MigrationPlan plan, TargetSet targets, PlanScope scope, IMigrationObserver observer, CancellationToken cancel)
    {
        foreach (var check in plan.Checks)
        {
            observer.Progress(new ProgressReport("Checking", check.Name, 0, -1));
            var result = await scope.Services.Catalog.Check(check.Kind).RunAsync(check, targets[check.Target], scope, cancel).ConfigureAwait(false);
            if (!result.Passed)
            {
                throw new MigrationException("CheckFailed", ErrorKind.Failed, $"The check '{result.Name}' failed: {result.Detail}")
                {
                    Offender = check.Name,
                    RecommendedAction = "Look at the data that the check names, and mend it, the steps or the check.",
                };
            }

            observer.Milestone($"Check passed: {result.Name}");
        }

        observer.Progress(new ProgressReport("Checking", "Done", 0, 100, Completed: true));
    }
}
