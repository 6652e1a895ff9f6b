using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Which steps an undo takes back, and in which order: on any engine.</summary>
public abstract class UndoSelectionContract : EngineContract
{
    [Fact]
    public async Task Runs_are_taken_back_last_first_by_default_by_id_by_step_or_by_time()
    {
        using var folder = NewFolder("CREATE TABLE log (what VARCHAR(50) PRIMARY KEY);");
        var empty = folder.Image();
        var (first, afterFirst) = await ApplyAsync(folder, "1_a", "2_b");
        var (_, afterSecond) = await ApplyAsync(folder, "3_c");
        var (last, _) = await ApplyAsync(folder, "4_d", "5_e");

        Assert.Equal(["5_e", "4_d"], (await new UndoRunner(folder.NewServices(), SilentObserver.Instance).PreviewAsync(last, new UndoSelection(), MigrationFolder.Cancel)).Select(e => e.Step));
        Refused.Is("LaterRunsApplied", await FailureAsync(() => folder.UndoAsync(last, new UndoSelection { RunId = first.Run!.RunId })));
        Refused.Is("NothingToUndo", await FailureAsync(() => folder.UndoAsync(last, new UndoSelection { ToStep = "5_e" })));
        Refused.Is("NothingToUndo", await FailureAsync(() => folder.UndoAsync(last, new UndoSelection { ToStep = "nowhere" })));

        Assert.Null((await folder.UndoAsync(last)).Failure);
        Assert.Equal("", afterSecond.DifferenceTo(folder.Image()));
        Assert.Null((await folder.UndoAsync(last, new UndoSelection { ToStep = "2_b" })).Failure);
        Assert.Equal("", afterFirst.DifferenceTo(folder.Image()));
        Assert.Null((await folder.UndoAsync(last, new UndoSelection { ToTime = DateTimeOffset.UtcNow.AddHours(-1) })).Failure);
        Assert.Equal("", empty.DifferenceTo(folder.Image()));
        Refused.Is("NothingToUndo", await FailureAsync(() => folder.UndoAsync(last)));
        Assert.Equal(5, (await folder.HistoryAsync()).Count(e => !e.IsApplied));
    }

    [Fact]
    public async Task A_step_can_be_undone_without_its_script()
    {
        using var folder = NewFolder("CREATE TABLE log (what VARCHAR(50) PRIMARY KEY); INSERT INTO log VALUES ('x');");
        var before = folder.Image();
        var script = folder.Script("1_a.sql", "DROP TABLE log");
        var plan = await folder.MigrateAsync();
        File.Delete(script);

        Assert.Null((await folder.UndoAsync(plan)).Failure);

        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    private static async Task<(Plans.MigrationPlan Plan, Sqlite.DatabaseImage After)> ApplyAsync(MigrationFolder folder, params string[] names)
    {
        foreach (var name in names)
        {
            folder.Script(name + ".sql", $"INSERT INTO log VALUES ('{name}'); CREATE TABLE made_{name} (x INTEGER)");
        }

        return (await folder.MigrateAsync(), folder.Image());
    }

    private static async Task<MigrationException?> FailureAsync(Func<Task<ActResult>> act)
    {
        try
        {
            return (await act()).Failure;
        }
        catch (MigrationException e)
        {
            return e;
        }
    }
}
