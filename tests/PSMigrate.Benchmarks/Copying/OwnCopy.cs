using PSMigrate.Databases.Data.Copying;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Benchmarks.Copying;

/// <summary>PSMigrate's run of a plan with one copy step: lock, gate, journal, chunks with what is noted of them, history.</summary>
/// <param name="verifies">Reads all rows again at the end and compares, as it does unless it is told not to; no peer does.</param>
internal sealed class OwnCopy(BenchmarkRoom room, bool verifies) : CopyPeer
{
    private MigrationPlan? plan;

    public override string Name => verifies ? "PSMigrate" : "PSMigrate, not verifying";

    public override async Task PrepareAsync(CopyEnd from, CopyEnd to)
    {
        var folder = Path.Combine(room.Path, $"copy-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "plan.yaml");
        await File.WriteAllTextAsync(file, $$"""
            target: "{{to.Target}}"
            targets: { old: "{{from.Target}}" }
            steps:
              - copy: { from: old, tables: events, verify: {{(verifies ? "true" : "false")}} }
            """);
        plan = await new PlanBuilder(NewServices(), SilentObserver.Instance).BuildAsync(PlanFileReader.Read(file, NewServices()), Path.Combine(folder, "state"), null, CancellationToken.None);
    }

    public override async Task CopyAsync(CopyEnd from, CopyEnd to)
    {
        var result = await new MigrationRunner(NewServices(), SilentObserver.Instance).RunAsync(plan!, new RunOptions { Force = true }, CancellationToken.None);
        if (result.Failure is { } failure)
        {
            throw new BenchmarkException($"PSMigrate failed: {failure.Message}");
        }
    }

    private static MigrationServices NewServices() => new()
    {
        Catalog = new MigrationCatalog().Add(new SqliteTargetKind()).Add(new ServerTargetKind(() => new PostgreSqlEngine())).Add(new ServerTargetKind(() => new MySqlEngine())).Add(new CopyStepKind()),
    };
}
