using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Engine;

/// <summary>
/// A file that exists while a plan runs, such as app_offline.htm. A flag that an operator had raised before is left as it was; one that
/// a run raised which then died is this run's to take down.
/// </summary>
internal sealed class MaintenanceFlag : IDisposable
{
    private readonly IReadOnlyList<string> files;

    private MaintenanceFlag(IReadOnlyList<string> files) => this.files = files;

    /// <param name="leftBehind">The flags of runs that did not end.</param>
    /// <exception cref="MigrationException">MaintenanceNotSet.</exception>
    public static MaintenanceFlag Raise(MigrationPlan plan, RunJournal journal, IReadOnlyList<string> leftBehind, IMigrationObserver observer)
    {
        var ours = leftBehind.ToList();
        if (plan.MaintenanceFlag is not null && Path.GetFullPath(plan.MaintenanceFlag, plan.BaseFolder) is var file && !ours.Contains(file))
        {
            if (File.Exists(file))
            {
                observer.Decision($"Maintenance was on already ({file}), and stays on.");
            }
            else
            {
                ours.Add(file);
            }
        }

        foreach (var flag in ours)
        {
            // Also of those that are taken over: the journal that knows of them is about to be ended.
            journal.Maintenance(flag);
            Raise(flag, observer);
        }

        return new MaintenanceFlag(ours);
    }

    /// <exception cref="MigrationException">MaintenanceNotEnded.</exception>
    public void Dispose()
    {
        foreach (var file in files)
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new MigrationException("MaintenanceNotEnded", ErrorKind.Failed, $"The maintenance flag {file} cannot be removed: {e.Message}", e)
                {
                    Offender = file,
                    RecommendedAction = "Remove it by hand: until then the application stays off.",
                };
            }
        }
    }

    private static void Raise(string file, IMigrationObserver observer)
    {
        try
        {
            File.WriteAllText(file, "Down for maintenance.\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrationException("MaintenanceNotSet", ErrorKind.Failed, $"The maintenance flag {file} cannot be written: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "Make its folder writable, or change 'maintenance' in the plan.",
            };
        }

        observer.Milestone($"Maintenance on: {file}");
    }
}
