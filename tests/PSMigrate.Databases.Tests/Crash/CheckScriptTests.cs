using System.Diagnostics;
using PSMigrate.Databases.Crash;
using PSMigrate.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>A step's check is somebody else's script: it may throw, and it may never come to its end.</summary>
public sealed class CheckScriptTests(CrashFixture fixture)
{
    /// <summary>While this file is there, the check of the first script step misbehaves.</summary>
    private const string Trouble = "trouble";

    private const string Good = "03_switch.check";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OperatorAct.Resume)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_check_that_throws_stops_the_run_and_once_it_is_well_again_both_ways_lead_on(OperatorAct wayOn)
    {
        var room = await WithCheckAsync("fail");
        var outcome = await new Operator(room).ActAsync(OperatorAct.Run, Cancel);
        Assert.Equal("ScriptFailed", outcome.ErrorId);
        Assert.NotEqual("", outcome.Advice);
        Assert.DoesNotContain("07_once", await AppliedAsync(room));

        File.Delete(Path.Combine(room.Files, Trouble));

        Assert.Null(await new Aftermath(await fixture.RoomsAsync(), room, new RunOptions(), Cancel).FindWrongAsync(wayOn));
    }

    [Theory]
    [InlineData("file: before 03_switch.do: write two.txt", OperatorAct.Resume)]
    [InlineData("file: before 03_switch.do: write two.txt", OperatorAct.Undo)]
    [InlineData("file: after 03_switch.do", OperatorAct.Resume)]
    [InlineData("file: after 03_switch.do", OperatorAct.UndoRun)]
    public async Task A_check_that_throws_when_it_is_asked_after_a_crash_leaves_the_step_in_doubt(string killedAt, OperatorAct wayOn)
    {
        var room = await WithCheckAsync("fail", troubled: false);
        await CrashFixture.KillAsync(room, OperatorAct.Run, killedAt, Cancel);
        await File.WriteAllTextAsync(Path.Combine(room.Files, Trouble), "", Cancel);
        var before = World.Of(room);

        var resumed = await new Operator(room).ActAsync(OperatorAct.Resume, Cancel);
        Assert.False(resumed.Succeeded);
        Assert.NotEqual("", resumed.Advice);
        Assert.Equal("", before.DifferenceTo(World.Of(room)));

        File.Delete(Path.Combine(room.Files, Trouble));
        Assert.Null(await new Aftermath(await fixture.RoomsAsync(), room, new RunOptions(), Cancel).FindWrongAsync(wayOn));
    }

    [Theory]
    [InlineData(OperatorAct.Resume)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_check_that_hangs_is_ended_by_stopping_the_run(OperatorAct wayOn)
    {
        var room = await WithCheckAsync("sleep 3600000");

        await StopAsync(room, OperatorAct.Run);

        File.Delete(Path.Combine(room.Files, Trouble));
        Assert.Null(await new Aftermath(await fixture.RoomsAsync(), room, new RunOptions(), Cancel).FindWrongAsync(wayOn));
    }

    [Theory]
    [InlineData(OperatorAct.Resume)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_check_that_hangs_when_it_is_asked_after_a_crash_is_ended_by_stopping(OperatorAct wayOn)
    {
        var room = await WithCheckAsync("sleep 3600000", troubled: false);
        await CrashFixture.KillAsync(room, OperatorAct.Run, "file: before 03_switch.do: write two.txt", Cancel);
        await File.WriteAllTextAsync(Path.Combine(room.Files, Trouble), "", Cancel);

        await StopAsync(room, wayOn);

        File.Delete(Path.Combine(room.Files, Trouble));
        Assert.Null(await new Aftermath(await fixture.RoomsAsync(), room, new RunOptions(), Cancel).FindWrongAsync(wayOn));
    }

    [Fact]
    public async Task A_check_that_hangs_during_an_undo_is_ended_by_stopping_and_the_undo_goes_on_later()
    {
        var room = await WithCheckAsync("sleep 3600000", troubled: false);
        Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        await File.WriteAllTextAsync(Path.Combine(room.Files, Trouble), "", Cancel);

        await StopAsync(room, OperatorAct.Undo);

        File.Delete(Path.Combine(room.Files, Trouble));
        Assert.Null(await new Aftermath(await fixture.RoomsAsync(), room, new RunOptions(), Cancel).FindWrongAsync(OperatorAct.Undo));
    }

    [Theory]
    [InlineData(OperatorAct.Resume)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_check_that_was_mended_after_a_crash_is_asked_as_it_is_now(OperatorAct wayOn)
    {
        var room = await WithCheckAsync("fail", troubled: false);
        await CrashFixture.KillAsync(room, OperatorAct.Run, "file: before 03_switch.do: write two.txt", Cancel);
        await File.WriteAllTextAsync(Path.Combine(room.Files, Trouble), "", Cancel);
        Assert.False((await new Operator(room).ActAsync(OperatorAct.Resume, Cancel)).Succeeded);

        // The trouble stays: only who asks in another way can go on.
        await File.WriteAllTextAsync(Path.Combine(room.Scripts, Good), CrashPlan.Scripts[Good], Cancel);
        await CrashRooms.PlanAgainAsync(room, Cancel);
        Assert.Equal("succeeded", (await new Operator(room).ActAsync(wayOn, Cancel)).ToString());

        File.Delete(Path.Combine(room.Files, Trouble));
        Assert.Null(await new Aftermath(await fixture.RoomsAsync(), room, new RunOptions(), Cancel).FindWrongAsync(wayOn));
    }

    [Fact]
    public async Task A_step_that_was_begun_under_another_text_goes_back_first()
    {
        var room = (await fixture.RoomsAsync()).New();
        await CrashFixture.KillAsync(room, OperatorAct.Run, "statement: before VACUUM", Cancel);
        var before = World.Of(room);
        await File.AppendAllTextAsync(Path.Combine(room.Scripts, "05_vacuum.sql"), "DELETE FROM tags WHERE name = 'late';\n", Cancel);
        await CrashRooms.PlanAgainAsync(room, Cancel);

        var refused = await new Operator(room).ActAsync(OperatorAct.Resume, Cancel);

        Assert.Equal("StepChangedSinceBegun", refused.ErrorId);
        Assert.Contains("Undo-Migration", refused.Advice, StringComparison.Ordinal);
        Assert.Equal("", before.DifferenceTo(World.Of(room)));
        Assert.Equal("succeeded", (await new Operator(room).ActAsync(OperatorAct.Undo, Cancel)).ToString());
        Assert.Equal("", (await fixture.RoomsAsync()).Original.DifferenceTo(World.Of(room)));
    }

    /// <summary>A room whose first check does something else first, as long as there is trouble.</summary>
    private async Task<CrashRoom> WithCheckAsync(string what, bool troubled = true)
    {
        var room = (await fixture.RoomsAsync()).New();
        await File.WriteAllTextAsync(Path.Combine(room.Scripts, Good), $"when {Trouble} {what}\n{CrashPlan.Scripts[Good]}", Cancel);
        await CrashRooms.PlanAgainAsync(room, Cancel);
        if (troubled)
        {
            await File.WriteAllTextAsync(Path.Combine(room.Files, Trouble), "", Cancel);
        }

        return room;
    }

    private static async Task StopAsync(CrashRoom room, OperatorAct act)
    {
        using var stop = new CancellationTokenSource();
        var running = new Operator(room).ActAsync(act, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.False(running.IsCompleted, running.IsCompleted ? $"It ended by itself: {running.Status}" : "");
        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
    }

    private static async Task<IReadOnlyList<string>> AppliedAsync(CrashRoom room)
    {
        await using var targets = await TargetSet.OpenAsync(room.ReadPlan(), room.NewServices(), Cancel);
        var applied = new List<string>();
        foreach (var target in targets.Distinct)
        {
            applied.AddRange((await target.History.ReadAsync(Cancel)).Where(e => e.IsApplied).Select(e => e.Step));
        }

        return applied;
    }
}
