using PSMigrate.Databases.Data.Copying;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Plans and runs copies between databases of any engine, as a user's session would.</summary>
internal static class Copies
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static MigrationServices Services => new()
    {
        Catalog = new MigrationCatalog().Add(new SqliteTargetKind()).Add(new ServerTargetKind(() => new PostgreSqlEngine())).Add(new ServerTargetKind(() => new MySqlEngine())).Add(new CopyStepKind()),
    };

    /// <summary>Copies all tables, which are made where they are missing, and expects that every value arrives.</summary>
    public static async Task<MigrationPlan> RunAsync(string folder, string from, string to)
    {
        var plan = await PlanAsync(folder, from, to);
        Assert.DoesNotContain(plan.Findings, f => f.RuleId == "PSM301");
        var result = await new MigrationRunner(Services, SilentObserver.Instance).RunAsync(plan, new RunOptions { Force = true }, Cancel);
        Assert.Null(result.Failure);
        return result.Plan;
    }

    public static Task<ActResult> TryAsync(MigrationPlan plan) => new MigrationRunner(Services, SilentObserver.Instance).RunAsync(plan, new RunOptions { Force = true }, Cancel);

    public static Task<ActResult> UndoAsync(MigrationPlan plan) => new UndoRunner(Services, SilentObserver.Instance).UndoAsync(plan, new UndoSelection(), new RunOptions(), Cancel);

    public static async Task<MigrationPlan> PlanAsync(string folder, string from, string to)
    {
        var file = Path.Combine(folder, "plan.yaml");
        await File.WriteAllTextAsync(file, $$"""
            target: "{{to}}"
            targets: { old: "{{from}}" }
            onFailure: stop
            steps: [ { copy: { from: old, create: true, chunkRows: 2 } } ]
            """, Cancel);
        return await new PlanBuilder(Services, SilentObserver.Instance).BuildAsync(PlanFileReader.Read(file, Services), Path.Combine(folder, "state"), null, Cancel);
    }
}
