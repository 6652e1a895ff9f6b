using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>Evolve's info command: what is pending.</summary>
internal sealed class EvolvePlanner : IPlanner
{
    /// <inheritdoc />
    public string Name => "Evolve";

    /// <inheritdoc />
    public string LooksAt => "names of the files, its metadata table";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Versioned;

    /// <inheritdoc />
    public Task<int> PlanAsync(string folder, BenchmarkDatabase database)
    {
        using var connection = database.Connect();
        var rows = EvolveContender.Configure(connection, folder).Info();

        // Its first row is the schema, under version 0.
        return Task.FromResult(rows.Count(row => row.Category == "Pending" && row.Version != "0"));
    }
}
