using PSMigrate.Backups;
using PSMigrate.Engine;
using PSMigrate.Infrastructure;
using PSMigrate.Integrity;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Code.Tests;

/// <summary>A folder on the whole way of a plan: rehearsed on a copy, run, verified and undone.</summary>
public sealed class EngineTests : TargetRoom
{
    private const string Careful = "steps:\n  - script: { do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1, rehearse: true }\n";

    private readonly ScriptedEdits scripts = new();

    [Fact]
    public async Task A_rehearsal_works_on_a_copy_and_proves_the_undo()
    {
        var before = Tree.Image();
        var plan = await PlanAsync(Careful);
        Assert.Equal(["file readme.md"], plan.Baselines[MigrationPlan.DefaultTargetName].Objects.Keys.Where(k => k.EndsWith("readme.md", StringComparison.Ordinal)));

        plan = await RehearseAsync(plan);

        Assert.True(plan.Rehearsal!.Succeeded, plan.Rehearsal.Summary);
        Assert.True(plan.Rehearsal.UndoProved);
        Assert.Empty(plan.Rehearsal.Differences);
        Assert.Empty(plan.Rehearsal.NotRehearsed);
        Assert.Equal(RiskLevel.Medium, plan.RiskLevel);
        Assert.Equal(before, Tree.Image());
        Assert.NotEmpty(scripts.Roots);
        Assert.DoesNotContain(Tree.Root, scripts.Roots);
        Assert.False(Directory.Exists(State.Folder("rehearsals", "")));
    }

    [Fact]
    public async Task It_runs_is_verified_and_is_undone_to_where_it_began()
    {
        var before = await SnapshotAsync();
        var plan = await RehearseAsync(await PlanAsync(Careful));
        var backup = await new BackupKeeper(Services, Silent).BackupAsync(Target, State, plan.Name, Cancel);
        Assert.True(backup.RestoreTested);

        var run = await new MigrationRunner(Services, Silent).RunAsync(plan, new RunOptions(), Cancel);
        Assert.Null(run.Failure);
        Assert.Equal(ScriptedEdits.Done, File.ReadAllText(Tree["readme.md"]));
        var results = await new IntegrityChecker(Services, Silent).CheckAsync(run.Plan, SnapshotDepth.Checksums, Cancel);
        Assert.All(results, r => Assert.True(r.Passed, $"{r.Name}: {r.Detail}"));
        Assert.Contains(results, r => r.Name == "structure is as rehearsed");

        Tree.Write("src/app.cs", "somebody else");
        results = await new IntegrityChecker(Services, Silent).CheckAsync(run.Plan, SnapshotDepth.Checksums, Cancel);
        Assert.Contains(results, r => !r.Passed && r.Detail == "file src/app.cs has changed");
        Tree.Write("src/app.cs", "class App;");

        var undo = await new UndoRunner(Services, Silent).UndoAsync(run.Plan, new UndoSelection(), new RunOptions(), Cancel);
        Assert.Null(undo.Failure);
        Assert.Empty(before.Baseline.DriftTo((await SnapshotAsync()).Baseline));
    }

    [Fact]
    public async Task An_undo_that_does_not_give_everything_back_is_not_proved_and_the_file_is_named()
    {
        scripts.UndoForgets = true;
        var plan = await RehearseAsync(await PlanAsync(Careful));
        Assert.True(plan.Rehearsal!.Succeeded);
        Assert.False(plan.Rehearsal.UndoProved);
        Assert.Equal(["after undo: file src/made.cs is new"], plan.Rehearsal.Differences);
        Assert.All(plan.Rehearsal.Steps, s => Assert.False(s.UndoProved));
    }

    [Fact]
    public async Task Without_an_undo_the_risk_is_high_and_it_says_so()
    {
        var plan = await PlanAsync("steps:\n  - script: ./do.ps1\n");
        Assert.Equal(RiskLevel.High, plan.RiskLevel);
        Assert.Contains(plan.Findings, f => f.RuleId == ScriptStep.NoUndo && f.Risk == RiskLevel.High);
        Assert.Equal(Reversibility.Irreversible, Assert.Single(plan.RollbackSteps).Reversibility);
    }

    [Fact]
    public async Task A_folder_that_has_changed_since_is_not_migrated_and_the_file_is_named()
    {
        var plan = await RehearseAsync(await PlanAsync(Careful));
        Tree.Write("src/app.cs", "somebody else");
        var error = await Assert.ThrowsAsync<MigrationException>(() => new MigrationRunner(Services, Silent).RunAsync(plan, new RunOptions(), Cancel));
        Assert.Equal("TargetDrifted", error.ErrorId);
        Assert.Contains("file src/app.cs has changed", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(ScriptedEdits.Done, File.ReadAllText(Tree["readme.md"]));
    }

    [Fact]
    public async Task The_plan_and_its_state_may_lie_in_the_folder_itself()
    {
        foreach (var name in new[] { "do.ps1", "undo.ps1", "check.ps1" })
        {
            Tree.Write($"migrations/{name}", "");
        }

        Tree.Write("migrations/plan.yaml", Careful);
        var draft = PlanFileReader.Read(Tree["migrations/plan.yaml"], Services);
        var plan = await new PlanBuilder(Services, Silent).BuildAsync(WithTarget(draft), null, null, Cancel);
        Assert.StartsWith(Tree.Root, plan.StatePath, StringComparison.Ordinal);
        plan = await RehearseAsync(plan);
        Assert.True(plan.Rehearsal!.UndoProved, plan.Rehearsal.Summary);
        Assert.Null((await new MigrationRunner(Services, Silent).RunAsync(plan, new RunOptions(), Cancel)).Failure);
    }

    private StateFolder State => new(Path.Combine(Tree.Beside("plans"), StateFolder.Name));

    private MigrationServices Services => new()
    {
        Catalog = new MigrationCatalog().Add(new DirectoryTargetKind()).Add(new ScriptStepKind()),
        Scripts = scripts,
        Actor = "tester@here",
    };

    private async Task<MigrationPlan> PlanAsync(string yaml)
    {
        var folder = Tree.Beside("plans");
        foreach (var name in new[] { "do.ps1", "undo.ps1", "check.ps1" })
        {
            File.WriteAllText(Path.Combine(folder, name), "");
        }

        File.WriteAllText(Path.Combine(folder, "plan.yaml"), yaml);
        var draft = PlanFileReader.Read(Path.Combine(folder, "plan.yaml"), Services);
        return await new PlanBuilder(Services, Silent).BuildAsync(WithTarget(draft), State.Path, null, Cancel);
    }

    private PlanDraft WithTarget(PlanDraft draft) =>
        draft with { Targets = new SortedDictionary<string, TargetAddress> { [MigrationPlan.DefaultTargetName] = new TargetAddress("dir", Tree.Root) } };

    private async Task<MigrationPlan> RehearseAsync(MigrationPlan plan) => (await new Rehearsal(Services, Silent).RunAsync(plan, Cancel)).Plan;
}
