using PSMigrate.Databases.Crash;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>Clocks that jump: what was done last is known from the order of doing, not from the time that it bears.</summary>
public sealed class ClockTests(CrashFixture fixture)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_clock_that_jumps_while_a_run_is_under_way_does_not_change_the_order_of_its_undo(int days)
    {
        var rooms = await fixture.RoomsAsync();
        var room = rooms.New(r => new CrashRoom(r.Folder) { Clock = new JumpingClock(every: 3, by: Day * days) });
        var forward = new Listener();
        var back = new Listener();

        Assert.Equal("succeeded", (await new Operator(room) { Observer = forward }.ActAsync(OperatorAct.Run, Cancel)).ToString());
        Assert.Equal("", rooms.Migrated.DifferenceTo(World.Of(room)));
        Assert.Equal("succeeded", (await new Operator(room) { Observer = back }.ActAsync(OperatorAct.Undo, Cancel)).ToString());

        Assert.Equal(rooms.Steps, forward.Steps("Applied"));
        Assert.Equal(rooms.Steps.Reverse(), back.Steps("Undone"));
        Assert.Equal("", rooms.Original.DifferenceTo(World.Of(room)));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_between_two_runs_does_not_change_which_is_the_last()
    {
        var clock = new JumpingClock();
        var rooms = await fixture.RoomsAsync();
        var room = rooms.New(r => new CrashRoom(r.Folder) { Clock = clock });
        Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        clock.Jump(-Day);
        var plan = await SecondPlanAsync(room);
        Assert.True((await new Operator(room) { Plan = plan }.ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        var back = new Listener();

        Assert.Equal("succeeded", (await new Operator(room) { Plan = plan, Observer = back }.ActAsync(OperatorAct.Undo, Cancel)).ToString());
        Assert.Equal(["21_second", "20_first"], back.Steps("Undone"));
        Assert.Equal("", rooms.Migrated.DifferenceTo(World.Of(room)));

        clock.Jump(-Day);
        Assert.Equal("succeeded", (await new Operator(room).ActAsync(OperatorAct.Undo, Cancel)).ToString());
        Assert.Equal("", rooms.Original.DifferenceTo(World.Of(room)));
    }

    [Theory]
    [InlineData(OperatorAct.Resume)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_run_that_was_killed_is_found_though_an_earlier_one_bears_a_later_time(OperatorAct wayOn)
    {
        // A whole run and its undo, tomorrow; then one that is killed today.
        var clock = new JumpingClock();
        clock.Jump(Day);
        var rooms = await fixture.RoomsAsync();
        var room = rooms.New(r => new CrashRoom(r.Folder) { Clock = clock });
        Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        Assert.True((await new Operator(room).ActAsync(OperatorAct.Undo, Cancel)).Succeeded);
        await CrashFixture.KillAsync(room, OperatorAct.Run, "statement: before VACUUM", Cancel);
        clock.Jump(-Day);

        Assert.Equal("RunUnfinished", (await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).ErrorId);
        Assert.Null(await new Aftermath(rooms, room, new RunOptions(), Cancel).FindWrongAsync(wayOn));
    }

    [Theory]
    [InlineData(OperatorAct.Resume)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_clock_that_was_set_back_between_a_crash_and_what_follows_does_no_harm(OperatorAct wayOn)
    {
        var clock = new JumpingClock();
        var rooms = await fixture.RoomsAsync();
        var room = rooms.New(r => new CrashRoom(r.Folder) { Clock = clock });
        await CrashFixture.KillAsync(room, OperatorAct.Run, "file: before 03_switch.do: write two.txt", Cancel);
        clock.Jump(-Day);

        Assert.Null(await new Aftermath(rooms, room, new RunOptions(), Cancel).FindWrongAsync(wayOn));
    }

    [Fact]
    public async Task Undoing_to_a_moment_never_takes_back_what_others_were_built_on()
    {
        var clock = new JumpingClock();
        var rooms = await fixture.RoomsAsync();
        var room = rooms.New(r => new CrashRoom(r.Folder) { Clock = clock });
        var noon = clock.GetUtcNow() - TimeSpan.FromHours(12);
        Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        clock.Jump(-Day);
        var plan = await SecondPlanAsync(room);
        Assert.True((await new Operator(room) { Plan = plan }.ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        var before = World.Of(room);

        // By the clock the first run came after noon and the second before it; the second was built on the first.
        var outcome = await UndoToAsync(room, plan, noon);

        Assert.Equal("ClockWentBack", outcome.ErrorId);
        Assert.Contains("-To", outcome.Advice, StringComparison.Ordinal);
        Assert.Equal("", before.DifferenceTo(World.Of(room)));
        Assert.Equal("succeeded", (await UndoToAsync(room, plan, noon - (Day * 2))).ToString());
        Assert.Equal("", rooms.Original.DifferenceTo(World.Of(room)));
    }

    [Fact]
    public async Task A_clock_that_stands_still_gives_every_run_an_id_of_its_own()
    {
        var rooms = await fixture.RoomsAsync();
        var room = rooms.New(r => new CrashRoom(r.Folder) { Clock = new StandingClock() });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("succeeded", (await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).ToString());
            Assert.Equal("", rooms.Migrated.DifferenceTo(World.Of(room)));
            Assert.Equal("succeeded", (await new Operator(room).ActAsync(OperatorAct.Undo, Cancel)).ToString());
            Assert.Equal("", rooms.Original.DifferenceTo(World.Of(room)));
        }

        Assert.Equal(6, room.State.Runs().Count);
        Assert.All(room.State.Runs(), run => Assert.Single(RunJournal.Read(run), r => r.Act == JournalAct.Begin));
    }

    private static async Task<OperatorOutcome> UndoToAsync(CrashRoom room, MigrationPlan plan, DateTimeOffset time)
    {
        try
        {
            var result = await new UndoRunner(room.NewServices(), SilentObserver.Instance)
                .UndoAsync(plan with { Targets = room.ReadPlan().Targets }, new UndoSelection { ToTime = time }, new RunOptions(), Cancel);
            return OperatorOutcome.Of(result.Failure);
        }
        catch (MigrationException e)
        {
            return OperatorOutcome.Of(e);
        }
    }

    /// <summary>Two steps more for the same database, built on what the first plan left.</summary>
    private static async Task<MigrationPlan> SecondPlanAsync(CrashRoom room)
    {
        await File.WriteAllTextAsync(Path.Combine(room.Scripts, "20_first.sql"), "ALTER TABLE loose ADD COLUMN second TEXT;", Cancel);
        await File.WriteAllTextAsync(Path.Combine(room.Scripts, "21_second.sql"), "UPDATE loose SET second = y || z;", Cancel);
        await File.WriteAllTextAsync(Path.Combine(room.Scripts, "second.yaml"), "name: second\nsteps:\n  - sql: ./20_first.sql\n  - sql: ./21_second.sql\n", Cancel);
        return CrashRooms.Approved(room, await CrashRooms.PlanAsync(room, Cancel, "second.yaml"));
    }

    private sealed class StandingClock : TimeProvider
    {
        private readonly DateTimeOffset now = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
