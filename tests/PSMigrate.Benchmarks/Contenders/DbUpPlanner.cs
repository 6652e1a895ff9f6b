using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>DbUp's list of scripts to execute.</summary>
internal sealed class DbUpPlanner : IPlanner
{
    /// <inheritdoc />
    public string Name => "DbUp";

    /// <inheritdoc />
    public string LooksAt => "text of each file, its journal";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Plain;

    /// <inheritdoc />
    public Task<int> PlanAsync(string folder, BenchmarkDatabase database) =>
        Task.FromResult(DbUpContender.Configure(folder, database).Build().GetScriptsToExecute().Count);
}
