using PSMigrate.Benchmarks.Scripts;
using PSMigrate.Databases;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>PSMigrate, from the folder to the ended run: plan, gate, lock, journal, captures, history, and the structure afterwards.</summary>
internal sealed class PSMigrateContender(Grouping grouping) : IContender
{
    /// <inheritdoc />
    public string Name => grouping == Grouping.EachScript ? "PSMigrate, one by one" : "PSMigrate";

    /// <inheritdoc />
    public string Transactions => grouping == Grouping.EachScript ? grouping.Describe() : "groups of scripts";

    /// <inheritdoc />
    public string Rechecks => "checksums";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Template;

    /// <inheritdoc />
    public string HistoryCountSql => "SELECT count(*) FROM psmigrate_history";

    /// <summary>A plan for a folder's scripts on a database that may not exist yet.</summary>
    public static async Task<(MigrationPlan Plan, MigrationServices Services)> PlanAsync(string folder, string databasePath)
    {
        var services = new MigrationServices
        {
            Catalog = new MigrationCatalog().Add(new SqliteTargetKind()).Add(new SqlStepKind()),
        };
        var draft = FolderDrafts.OfFolder(folder) with
        {
            Targets = new Dictionary<string, TargetAddress>
            {
                [MigrationPlan.DefaultTargetName] = TargetAddress.Parse($"sqlite:Data Source={databasePath};Mode=ReadWriteCreate"),
            },
        };
        var state = Path.Combine(Path.GetDirectoryName(databasePath)!, "state");
        return (await new PlanBuilder(services, SilentObserver.Instance).BuildAsync(draft, state, null, CancellationToken.None), services);
    }

    /// <inheritdoc />
    public async Task ApplyAsync(string folder, string databasePath)
    {
        var (plan, services) = await PlanAsync(folder, databasePath);
        var options = new RunOptions { GroupSteps = grouping == Grouping.AllScripts };
        var result = await new MigrationRunner(services, SilentObserver.Instance).RunAsync(plan, options, CancellationToken.None);
        if (result.Failure is { } failure)
        {
            throw new BenchmarkException($"PSMigrate failed: {failure.Message}");
        }
    }
}
