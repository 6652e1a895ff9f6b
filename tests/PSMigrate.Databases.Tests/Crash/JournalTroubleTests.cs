using System.Text;
using PSMigrate.Databases.Crash;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>Journals that are torn, damaged, another plan's, or say something else than the history.</summary>
public sealed class JournalTroubleTests(CrashFixture fixture)
{
    /// <summary>Every so manieth byte of a record.</summary>
    private static readonly int Stride = SlowTests.Everything ? 1 : SlowTests.Wanted ? 5 : 29;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("record: after Begin")]
    [InlineData("record: after Intent 01_tables")]
    [InlineData("record: after Intent 03_switch")]
    [InlineData("record: after Done 03_switch")]
    [InlineData("record: after Intent 06_blocks")]
    [InlineData("record: after Done 06_blocks")]
    [InlineData("record: after End")]
    public async Task A_journal_cut_short_at_any_byte_of_its_last_record_leads_to_the_same_end(string killedAt)
    {
        var room = await fixture.KilledAsync(killedAt);
        await CutAsync(room, RunJournal.FileIn(room.State.Runs()[^1]), Stride);
    }

    [Theory]
    [InlineData("record: before Done 03_switch")]
    [InlineData("record: before Done 07_once")]
    public async Task A_machines_history_cut_short_at_any_byte_of_its_last_record_leads_to_the_same_end(string killedAt)
    {
        var room = await fixture.KilledAsync(killedAt);
        await CutAsync(room, Path.Combine(room.Machine, "history.jsonl"), SlowTests.Everything ? 1 : Stride * 5);
    }

    /// <summary>Cuts a file in its last line, as if the process had died while it wrote that, and takes each way on.</summary>
    private async Task CutAsync(CrashRoom room, string file, int stride)
    {
        var whole = await File.ReadAllBytesAsync(file, Cancel);
        var begins = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        var moment = Moment.Of(room);
        var wrong = new StringBuilder();
        var number = 0;
        for (var length = begins + (SlowTests.Seed % stride); length <= whole.Length; length += stride)
        {
            moment.Return();
            await File.WriteAllBytesAsync(file, whole[..length], Cancel);
            var wayOn = (++number % 4) switch { 0 or 2 => OperatorAct.Resume, 1 => OperatorAct.Undo, _ => OperatorAct.UndoRun };
            if (await AftermathOf(room).FindWrongAsync(wayOn) is { } found)
            {
                wrong.AppendLine($"cut to {length - begins} of {whole.Length - begins} bytes, {wayOn}: {found}");
            }
        }

        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    [Fact]
    public async Task A_damaged_record_in_the_middle_stops_every_way_on_before_anything_is_changed()
    {
        var room = await fixture.KilledAsync("record: after Intent 06_blocks");
        var journal = RunJournal.FileIn(room.State.Runs()[^1]);
        var lines = await File.ReadAllLinesAsync(journal, Cancel);
        lines[2] = lines[2][..20];
        await File.WriteAllLinesAsync(journal, lines, Cancel);
        var before = World.Of(room);

        foreach (var act in new[] { OperatorAct.Run, OperatorAct.Resume, OperatorAct.Undo })
        {
            var outcome = await new Operator(room).ActAsync(act, Cancel);
            Assert.Equal("JournalDamaged", outcome.ErrorId);
            Assert.Contains("journal.jsonl:3", outcome.Message, StringComparison.Ordinal);
            Assert.NotEqual("", outcome.Advice);
            Assert.Equal("", before.DifferenceTo(World.Of(room)));
        }
    }

    [Fact]
    public async Task A_journal_of_another_run_in_the_place_of_ones_own_is_not_believed()
    {
        var room = await fixture.KilledAsync("record: after Intent 06_blocks");
        var other = await fixture.KilledAsync("record: after Intent 03_switch");
        File.Copy(RunJournal.FileIn(other.State.Runs()[^1]), RunJournal.FileIn(room.State.Runs()[^1]), overwrite: true);
        var before = World.Of(room);

        foreach (var act in new[] { OperatorAct.Run, OperatorAct.Resume, OperatorAct.Undo })
        {
            var outcome = await new Operator(room).ActAsync(act, Cancel);
            Assert.Equal("JournalMismatch", outcome.ErrorId);
            Assert.Equal("", before.DifferenceTo(World.Of(room)));
        }
    }

    [Fact]
    public async Task An_unfinished_run_of_another_plan_is_not_resumed_but_named()
    {
        var room = await fixture.KilledAsync("record: after Intent 06_blocks");
        var before = World.Of(room);
        var plan = await OtherPlanAsync(room);

        foreach (var act in new[] { OperatorAct.Run, OperatorAct.Resume })
        {
            var outcome = await new Operator(room) { Plan = plan }.ActAsync(act, Cancel);
            Assert.Equal(act == OperatorAct.Run ? "RunUnfinished" : "RunOfAnotherPlan", outcome.ErrorId);
            Assert.Contains(Path.GetFileName(room.State.Runs()[0]), outcome.Message + outcome.Advice, StringComparison.Ordinal);
            Assert.Equal("", before.DifferenceTo(World.Of(room)));
        }

        Assert.Null(await AftermathOf(room).FindWrongAsync(OperatorAct.Resume));
    }

    [Fact]
    public async Task An_undo_by_way_of_another_plan_takes_an_unfinished_run_back_all_the_same()
    {
        var room = await fixture.KilledAsync("statement: before VACUUM");
        var plan = await OtherPlanAsync(room);

        Assert.Equal("succeeded", (await new Operator(room) { Plan = plan with { Targets = room.ReadPlan().Targets } }.ActAsync(OperatorAct.Undo, Cancel)).ToString());

        Assert.Equal("", (await fixture.RoomsAsync()).Original.DifferenceTo(World.Of(room)));
        Assert.Null(await AftermathOf(room).FindWrongAsync(OperatorAct.Resume));
    }

    [Fact]
    public async Task A_history_that_lost_what_the_journal_says_is_believed_for_steps_in_a_transaction()
    {
        var room = await fixture.KilledAsync("record: after Done 01_tables");
        // The database comes from a backup of before the run; the journal goes on saying that two steps are done.
        var fresh = (await fixture.RoomsAsync()).New();
        File.Copy(fresh.Database, room.Database, overwrite: true);
        var told = new Listener();

        Assert.Equal("succeeded", (await new Operator(room) { Observer = told }.ActAsync(OperatorAct.Resume, Cancel)).ToString());

        Assert.Contains(told.Heard, h => h.Contains("01_tables", StringComparison.Ordinal) && h.Contains("the history is believed", StringComparison.Ordinal));
        Assert.Contains("01_tables", told.Steps("Applied"));
        Assert.Null(await AftermathOf(room).FindWrongAsync(OperatorAct.Resume));
    }

    [Theory]
    [InlineData(OperatorAct.Resume)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_machine_that_lost_its_history_believes_the_journal(OperatorAct wayOn)
    {
        var room = await fixture.KilledAsync("record: after Intent 08_drop_column");
        Assert.True(File.Exists(Path.Combine(room.Files, "once.txt")));
        File.Delete(Path.Combine(room.Machine, "history.jsonl"));
        var told = new Listener();

        Assert.Equal("succeeded", (await new Operator(room) { Observer = told }.ActAsync(wayOn, Cancel)).ToString());

        Assert.Contains(told.Heard, h => h.Contains("07_once", StringComparison.Ordinal) && h.Contains("the journal is believed", StringComparison.Ordinal));
        Assert.DoesNotContain("07_once", told.Steps("Applied"));
        var rooms = await fixture.RoomsAsync();
        Assert.Equal("", (wayOn == OperatorAct.Undo ? rooms.Original : rooms.Migrated).DifferenceTo(World.Of(room)));
    }

    [Fact]
    public async Task What_was_never_applied_cannot_be_undone_and_nothing_is_undone_twice()
    {
        var rooms = await fixture.RoomsAsync();
        var room = rooms.New();
        var never = await new Operator(room).ActAsync(OperatorAct.Undo, Cancel);
        Assert.Equal("NothingToUndo", never.ErrorId);
        Assert.Empty(room.State.Runs());

        Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        Assert.True((await new Operator(room).ActAsync(OperatorAct.Undo, Cancel)).Succeeded);
        foreach (var act in new[] { OperatorAct.Undo, OperatorAct.UndoRun })
        {
            var twice = await new Operator(room).ActAsync(act, Cancel);
            Assert.Equal("NothingToUndo", twice.ErrorId);
            Assert.NotEqual("", twice.Advice);
            Assert.Equal("", rooms.Original.DifferenceTo(World.Of(room)));
        }
    }

    [Theory]
    [InlineData(OperatorAct.Resume)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_temporary_table_that_died_with_its_process_is_never_taken_for_granted(OperatorAct wayOn)
    {
        var room = (await fixture.RoomsAsync()).New();
        await File.WriteAllTextAsync(Path.Combine(room.Scripts, "05_vacuum.sql"), CrashPlan.Scripts["05_vacuum.sql"].Replace(
            "INSERT INTO tags VALUES ('late', 1);",
            "CREATE TEMP TABLE late AS SELECT 'late' AS name;\nINSERT INTO tags SELECT name, 1 FROM late;", StringComparison.Ordinal), Cancel);
        await CrashRooms.PlanAgainAsync(room, Cancel);
        await CrashFixture.KillAsync(room, OperatorAct.Run, "statement: before INSERT INTO tags", Cancel);
        var before = World.Of(room);

        if (await new Operator(room).ActAsync(wayOn, Cancel) is { Succeeded: false } refused)
        {
            // It cannot be gone on with; then that is said, and the way back is open.
            Assert.Equal(OperatorAct.Resume, wayOn);
            Assert.Contains("Undo-Migration", refused.Advice, StringComparison.Ordinal);
            Assert.Equal("", before.Database.DifferenceTo(World.Of(room).Database));
            wayOn = OperatorAct.Undo;
            Assert.Equal("succeeded", (await new Operator(room).ActAsync(wayOn, Cancel)).ToString());
        }

        var rooms = await fixture.RoomsAsync();
        Assert.Equal("", (wayOn == OperatorAct.Resume ? rooms.Migrated : rooms.Original).DifferenceTo(World.Of(room)));
    }

    [Theory]
    [InlineData("record: after Intent 01_tables")]
    [InlineData("statement: before VACUUM")]
    [InlineData("file: before 03_switch.do: write two.txt")]
    [InlineData("record: after Intent 12_last")]
    public async Task A_run_that_was_resumed_is_one_run_and_one_undo_takes_all_of_it_back(string killedAt)
    {
        var room = await fixture.KilledAsync(killedAt);
        Assert.Equal("succeeded", (await new Operator(room).ActAsync(OperatorAct.Resume, Cancel)).ToString());

        Assert.Equal("succeeded", (await new Operator(room).ActAsync(OperatorAct.Undo, Cancel)).ToString());

        Assert.Equal("", (await fixture.RoomsAsync()).Original.DifferenceTo(World.Of(room)));
    }

    private Aftermath AftermathOf(CrashRoom room) => new(fixture.RoomsAsync().Result, room, new RunOptions(), Cancel);

    /// <summary>A plan for the same database, with the same state folder, that has nothing to do with the first.</summary>
    private static async Task<MigrationPlan> OtherPlanAsync(CrashRoom room)
    {
        await File.WriteAllTextAsync(Path.Combine(room.Scripts, "20_other.sql"), "CREATE TABLE other (x);", Cancel);
        await File.WriteAllTextAsync(Path.Combine(room.Scripts, "other.yaml"), "name: other\nsteps:\n  - sql: ./20_other.sql\n", Cancel);
        return CrashRooms.Approved(room, await CrashRooms.PlanAsync(room, Cancel, "other.yaml"));
    }
}
