using PSMigrate.Plans;

namespace PSMigrate.Engine;

/// <summary>A file that exists while a plan runs, such as app_offline.htm. A flag that was there before is left as it was.</summary>
internal sealed class MaintenanceFlag : IDisposable
{
    private readonly string? file;

    private MaintenanceFlag(string? file) => this.file = file;

    public static MaintenanceFlag Raise(MigrationPlan plan, IMigrationObserver observer)
    {
        if (plan.MaintenanceFlag is null)
        {
            return new MaintenanceFlag(null);
        }

        var file = Path.Combine(plan.BaseFolder, plan.MaintenanceFlag);
        if (File.Exists(file))
        {
            observer.Decision($"Maintenance was on already ({file}), and stays on.");
            return new MaintenanceFlag(null);
        }

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
        return new MaintenanceFlag(file);
    }

    public void Dispose()
    {
        if (file is not null)
        {
            File.Delete(file);
        }
    }
}
