using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>What any step must do, whatever it changes.</summary>
public abstract class StepContract : IDisposable
{
    private MigrationFolder? folder;

    private protected MigrationFolder Folder => folder ??= CreateFolder();

    private protected abstract MigrationFolder CreateFolder();

    /// <summary>The definition of a step that can be applied, undone and probed, and whose files are in the folder.</summary>
    private protected abstract StepDefinition Define(PlanScope scope);

    /// <summary>Everything that the step could change, as text.</summary>
    private protected abstract string World();

    private PlanScope Scope => new(Folder.Folder, Folder.NewServices());

    [Fact]
    public async Task Looking_at_a_step_changes_nothing_and_tells_its_change_and_its_way_back()
    {
        await using var target = await Folder.OpenTargetAsync();
        var step = Create(target);
        var world = World();
        var files = Folder.Files();
        await using var scratch = target is IInspectable inspectable ? await inspectable.CreateScratchAsync(MigrationFolder.Cancel) : null;

        var seen = await step.InspectAsync(new InspectionContext(scratch, SilentObserver.Instance), MigrationFolder.Cancel);

        Assert.NotEmpty(seen.Changes);
        Assert.All(seen.Changes, c => Assert.Equal(step.Definition.Id, c.Step));
        Assert.NotEmpty(seen.Rollback.Text);
        Assert.NotEmpty(seen.Types);
        Assert.True(seen.EstimatedDuration > TimeSpan.Zero);
        Assert.Equal(world, World());
        Assert.Equal(files, Folder.Files());
    }

    [Fact]
    public async Task A_step_is_applied_and_undone_and_a_probe_knows_which()
    {
        await using var target = await Folder.OpenTargetAsync();
        var world = World();
        var step = Create(target);
        var context = new StepContext("run-1", SilentObserver.Instance);
        Assert.Equal(ProbeResult.NotApplied, await step.ProbeAsync(context, MigrationFolder.Cancel));

        var entry = await ApplyAsync(step, target, context);

        Assert.NotEqual(world, World());
        Assert.Equal(ProbeResult.Applied, await step.ProbeAsync(context, MigrationFolder.Cancel));

        // From the history alone, as another process would.
        var undo = Scope.Services.Catalog.Step(entry.Kind).CreateForUndo(entry, target, Scope);
        await using (var unit = undo.UnitSettings is { } settings ? await target.BeginAsync(settings, MigrationFolder.Cancel) : null)
        {
            await undo.UndoAsync(context with { RunId = "run-2" }, entry, MigrationFolder.Cancel);
            await target.History.MarkUndoneAsync(entry, "run-2", DateTimeOffset.UtcNow, MigrationFolder.Cancel);
            if (unit is not null)
            {
                await unit.CommitAsync(MigrationFolder.Cancel);
            }
        }

        Assert.Equal(world, World());
        Assert.Equal(ProbeResult.NotApplied, await step.ProbeAsync(context, MigrationFolder.Cancel));
    }

    [Fact]
    public async Task A_step_whose_files_changed_or_went_is_refused()
    {
        await using var target = await Folder.OpenTargetAsync();
        var step = Create(target);
        step.RequireFilesUnchanged();
        foreach (var file in step.Definition.Files)
        {
            var path = Path.Combine(Folder.Folder, file.Path);
            var text = await File.ReadAllTextAsync(path, MigrationFolder.Cancel);
            await File.WriteAllTextAsync(path, text.ReplaceLineEndings("\r\n"), MigrationFolder.Cancel);
            step.RequireFilesUnchanged();
            await File.WriteAllTextAsync(path, text + " -- more\nSELECT 1;", MigrationFolder.Cancel);
            Assert.Contains(file.Path, Refused.With("ScriptChanged", step.RequireFilesUnchanged).Message, StringComparison.Ordinal);
            File.Delete(path);
            Refused.With("ScriptMissing", step.RequireFilesUnchanged);
            await File.WriteAllTextAsync(path, text, MigrationFolder.Cancel);
        }

        step.RequireFilesUnchanged();
    }

    public void Dispose()
    {
        folder?.Dispose();
        GC.SuppressFinalize(this);
    }

    private Step Create(Target target)
    {
        var definition = Define(Scope);
        return Scope.Services.Catalog.Step(definition.Kind).Create(definition, target, Scope);
    }

    private static async Task<HistoryEntry> ApplyAsync(Step step, Target target, StepContext context)
    {
        await using var unit = step.UnitSettings is { } settings ? await target.BeginAsync(settings, MigrationFolder.Cancel) : null;
        var applied = await step.ApplyAsync(context, MigrationFolder.Cancel);
        await step.VerifyAsync(context, MigrationFolder.Cancel);
        await target.History.RecordAsync(new HistoryEntry
        {
            RunId = context.RunId,
            PlanName = "plan",
            PlanHash = "hash",
            Step = step.Definition.Id,
            Kind = step.Definition.Kind,
            Checksum = step.Definition.Checksum,
            AppliedAt = DateTimeOffset.UtcNow,
            AppliedBy = "tester@here",
            UndoRecord = applied.UndoRecord,
        }, MigrationFolder.Cancel);
        if (unit is not null)
        {
            await unit.CommitAsync(MigrationFolder.Cancel);
        }

        return (await target.History.ReadAsync(MigrationFolder.Cancel))[^1] with { UndoRecord = applied.UndoRecord };
    }
}

public sealed class SqlStepTests : StepContract
{
    private protected override MigrationFolder CreateFolder() =>
        new("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'a');");

    private protected override StepDefinition Define(PlanScope scope)
    {
        var script = Folder.Write("change.sql", "-- Verify: SELECT id FROM notes WHERE text IS NULL\nUPDATE notes SET text = 'b';\nDROP TABLE IF EXISTS other;\n");
        Folder.Write("change.undo.sql", "UPDATE notes SET text = 'a';\n");
        return scope.Services.Catalog.Step("sql").Define(
            new StepEntry(PlanNode.OfText("./change.sql", script), null, MigrationPlan.DefaultTargetName, []), scope).Single();
    }

    private protected override string World() => string.Join("\n", Folder.Image().Lines);
}

public sealed class ScriptStepTests : StepContract
{
    private bool isDone;

    private protected override MigrationFolder CreateFolder()
    {
        var scripts = new RecordingScripts();
        scripts.Answers["do.ps1"] = () => Act(true);
        scripts.Answers["undo.ps1"] = () => Act(false);
        scripts.Answers["check.ps1"] = () => [isDone];
        return new MigrationFolder { ScriptRunner = scripts };

        IReadOnlyList<object?> Act(bool done)
        {
            isDone = done;
            return [];
        }
    }

    private protected override StepDefinition Define(PlanScope scope) => new("switch", "script")
    {
        Files = [File("do"), File("undo"), File("check")],
        Checksum = "sum",
    };

    private protected override string World() => isDone.ToString();

    private StepFile File(string role) => new(role, $"{role}.ps1", PlanFiles.Checksum(Folder.Write($"{role}.ps1", $"# {role}\n")));
}
