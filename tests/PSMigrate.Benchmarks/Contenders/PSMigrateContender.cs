using PSMigrate.Benchmarks.Scripts;
using PSMigrate.Databases;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>
/// PSMigrate's run: lock, gate with every file's checksum, journal, captures, history, and the structure afterwards. The plan is
/// made before, as by another cmdlet, and is timed with it only where that is asked for.
/// </summary>
internal sealed class PSMigrateContender(Grouping grouping, bool withPlanning) : IPreparedContender
{
    private MigrationPlan? prepared;

    /// <inheritdoc />
    public string Name => "PSMigrate" + (grouping == Grouping.EachScript ? ", one by one" : "") + (withPlanning ? ", with planning" : "");

    /// <inheritdoc />
    public string Transactions => grouping == Grouping.EachScript ? grouping.Describe() : "groups of scripts";

    /// <inheritdoc />
    public string Rechecks => "checksums";

    /// <inheritdoc />
    public ScriptForm Form => ScriptForm.Template;

    /// <inheritdoc />
    public string HistoryCountSql(BenchmarkDatabase database) => $"SELECT count(*) FROM {database.OwnHistory}";

    /// <summary>A plan for a folder's scripts on a database that may not exist yet.</summary>
    public static Task<MigrationPlan> PlanAsync(string folder, BenchmarkDatabase database)
    {
        var services = NewServices();
        var draft = FolderDrafts.OfFolder(folder) with
        {
            Targets = new Dictionary<string, TargetAddress>
            {
                [MigrationPlan.DefaultTargetName] = TargetAddress.Parse(database.Target),
            },
        };
        return new PlanBuilder(services, SilentObserver.Instance).BuildAsync(draft, database.StateFolder, null, CancellationToken.None);
    }

    /// <inheritdoc />
    public async Task PrepareAsync(string folder, BenchmarkDatabase database) =>
        prepared = withPlanning ? null : await PlanAsync(folder, database);

    /// <inheritdoc />
    public async Task ApplyAsync(string folder, BenchmarkDatabase database)
    {
        var plan = prepared ?? await PlanAsync(folder, database);
        prepared = null;
        var options = new RunOptions { GroupSteps = grouping == Grouping.AllScripts };
        var result = await new MigrationRunner(NewServices(), SilentObserver.Instance).RunAsync(plan, options, CancellationToken.None);
        if (result.Failure is { } failure)
        {
            throw new BenchmarkException($"PSMigrate failed: {failure.Message}");
        }
    }

    /// <summary>New for each act, as each cmdlet has its own: nothing that planning read is still at hand for the run.</summary>
    private static MigrationServices NewServices() => new()
    {
        Catalog = new MigrationCatalog().Add(new SqliteTargetKind()).Add(new ServerTargetKind(() => new PostgreSqlEngine())).Add(new SqlStepKind()),
    };
}
