using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>PSMigrate's plan: every change with before and after, findings, the way back, and the estimate.</summary>
internal sealed class PSMigratePlanner : IPlanner
{
    /// <inheritdoc />
    public string Name => "PSMigrate";

    /// <inheritdoc />
    public string LooksAt => "each script run on the bare structure";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Template;

    /// <inheritdoc />
    public async Task<int> PlanAsync(string folder, BenchmarkDatabase database) =>
        (await PSMigrateContender.PlanAsync(folder, database)).PendingSteps.Count();
}
