using PSMigrate.Databases.Tests.Crash;
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
    private int undisturbed;

    private protected MigrationFolder Folder => folder ??= CreateFolder();

    private protected abstract MigrationFolder CreateFolder();

    /// <summary>The definition of a step that can be applied, undone and probed, and whose files are in the folder.</summary>
    private protected abstract StepDefinition Define(PlanScope scope);

    /// <summary>The same step as an entry of a plan file's steps.</summary>
    private protected abstract string EntryInPlan { get; }

    /// <summary>How many of the moments at which it can be stopped are tried, spread over all of them; null for every one. A server has many, and each takes its time.</summary>
    private protected virtual int? Sample => null;

    /// <summary>Everything that the step could change, as text.</summary>
    private protected abstract string World();

    /// <summary>Where an act can be stopped: heirs let it hear of everything that happens in the middle of their step.</summary>
    private protected Interruption Interruption { get; } = new();

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

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_step_that_is_stopped_anywhere_can_be_gone_on_with_or_taken_back(bool whileUndoing, bool forward)
    {
        Assert.False(await StoppedAsync(-1, whileUndoing, forward), "it is stopped though nobody does");
        var moments = undisturbed;
        Assert.True(moments > 0, "the step could be stopped nowhere");
        foreach (var moment in Instants(moments))
        {
            Assert.True(await StoppedAsync(moment, whileUndoing, forward), $"it was not stopped at {moment} of {moments}");
        }
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

    private IEnumerable<int> Instants(int moments)
    {
        if (Sample is not { } count || SlowTests.Everything || count >= moments)
        {
            return Enumerable.Range(0, moments);
        }

        var random = new Random(SlowTests.Seed);
        return Enumerable.Range(0, count).Select(i => (int)((i + random.NextDouble()) * moments / count));
    }

    /// <summary>Runs the step, or its undo, from the beginning, stops it at a moment, goes on or back, and looks at what is left.</summary>
    /// <returns>Whether it came to that moment.</returns>
    private async Task<bool> StoppedAsync(int moment, bool whileUndoing, bool forward)
    {
        folder?.Dispose();
        folder = null;
        Interruption.Never();
        var original = World();
        Define(Scope);
        var plan = await Folder.PlanFileAsync($"steps:\n  {EntryInPlan}\n");
        if (whileUndoing)
        {
            plan = Succeeded(await Folder.RunAsync(plan, MigrationFolder.Forced));
        }

        Interruption.At(moment);
        try
        {
            Succeeded(whileUndoing ? await Folder.UndoAsync(plan) : await Folder.RunAsync(plan, MigrationFolder.Forced));
        }
        catch (OperationCanceledException)
        {
            // What a stopped run leaves is what is looked at here.
        }

        var (stopped, passed) = (Interruption.Happened, Interruption.Passed);
        Interruption.Never();
        if (forward)
        {
            Succeeded(await Folder.RunAsync(plan, MigrationFolder.Forced with { Resume = true }));
            Assert.NotEqual(original, World());
            Assert.Single(await AppliedAsync());
            Succeeded(await Folder.UndoAsync(plan));
        }
        else if ((await AppliedAsync(begun: true)).Count > 0 || !whileUndoing)
        {
            await UndoIfAnythingAsync(plan);
        }

        Assert.Equal(original, World());
        Assert.Empty(await AppliedAsync(begun: true));
        undisturbed = passed;
        return stopped;
    }

    /// <summary>A run that was stopped before it had done anything has ended, and left nothing to undo.</summary>
    private async Task UndoIfAnythingAsync(MigrationPlan plan)
    {
        try
        {
            Succeeded(await Folder.UndoAsync(plan));
        }
        catch (MigrationException e) when (e.ErrorId == "NothingToUndo")
        {
            Assert.Empty(await AppliedAsync(begun: true));
        }
    }

    private async Task<IReadOnlyList<HistoryEntry>> AppliedAsync(bool begun = false) =>
        [.. (await Folder.HistoryAsync()).Where(e => e.IsApplied || (begun && e is { IsBegun: true, IsUndone: false }))];

    private static MigrationPlan Succeeded(ActResult result)
    {
        Assert.Null(result.Failure);
        return result.Plan;
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

public sealed class SqlStepTests : SqlStepContract
{
    private protected override string Script => "-- Verify: SELECT id FROM notes WHERE text IS NULL\nUPDATE notes SET text = 'b';\nDROP TABLE IF EXISTS other;\n";
}

/// <summary>Each statement and each transaction of the script's own is committed by itself.</summary>
public sealed class SqlStepWithoutTransactionTests : SqlStepContract
{
    private protected override string Script => """
        -- Transaction: none
        UPDATE notes SET text = text || '1';
        CREATE TABLE log (entry);
        INSERT INTO log VALUES ('a');
        PRAGMA foreign_keys = OFF;
        BEGIN;
        UPDATE notes SET text = text || '2';
        INSERT INTO log VALUES ('b');
        COMMIT;
        VACUUM;
        PRAGMA user_version = 7;
        ALTER TABLE notes ADD COLUMN more TEXT DEFAULT 'm';
        UPDATE notes SET more = text || '3' WHERE id = 1;
        ALTER TABLE notes DROP COLUMN gone;
        """;

    private protected override bool HasUndo => false;
}

public abstract class SqlStepContract : StepContract
{
    private protected abstract string Script { get; }

    private protected virtual bool HasUndo => true;

    /// <summary>The database that the step is for.</summary>
    private protected virtual TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));

    private protected override string EntryInPlan => "- sql: ./change.sql";

    private protected override MigrationFolder CreateFolder() =>
        new("CREATE TABLE notes (id INTEGER PRIMARY KEY, gone TEXT, text TEXT); INSERT INTO notes VALUES (1, 'x', 'a'), (3, 'y', 'a'); CREATE TABLE bare (x INTEGER); INSERT INTO bare VALUES (1), (2); DELETE FROM bare WHERE x = 1;", NewDatabase)
        {
            Observer = Interruption,
        };

    private protected override StepDefinition Define(PlanScope scope)
    {
        var script = Folder.Write("change.sql", Script);
        if (HasUndo)
        {
            Folder.Write("change.undo.sql", "UPDATE notes SET text = 'a';\n");
        }

        return scope.Services.Catalog.Step("sql").Define(
            new StepEntry(PlanNode.OfText("./change.sql", script), null, MigrationPlan.DefaultTargetName, []), scope).Single();
    }

    private protected override string World() => string.Join("\n", Folder.Image().Lines);
}

public sealed class ScriptStepTests : StepContract
{
    private static readonly string[] Parts = ["a", "b", "c"];

    private readonly HashSet<string> done = [];

    private protected override string EntryInPlan => "- script: { do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1 }";

    private protected override MigrationFolder CreateFolder()
    {
        done.Clear();
        var scripts = new RecordingScripts();
        scripts.Answers["do.ps1"] = () => Act(done.Add);
        scripts.Answers["undo.ps1"] = () => Act(done.Remove);
        scripts.Answers["check.ps1"] = () => [done.Count == Parts.Length];
        return new MigrationFolder { ScriptRunner = scripts };

        IReadOnlyList<object?> Act(Func<string, bool> part)
        {
            foreach (var one in Parts)
            {
                Interruption.Moment();
                part(one);
            }

            Interruption.Moment();
            return [];
        }
    }

    private protected override StepDefinition Define(PlanScope scope) => new("do", "script")
    {
        Files = [File("do"), File("undo"), File("check")],
        Checksum = "sum",
    };

    private protected override string World() => string.Join(",", done.Order());

    private StepFile File(string role) => new(role, $"{role}.ps1", PlanFiles.Checksum(Folder.Write($"{role}.ps1", $"# {role}\n")));
}
