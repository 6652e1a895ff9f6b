using System.Text;
using PSMigrate.Backups;
using PSMigrate.Databases.Crash;
using PSMigrate.Engine;
using PSMigrate.Journal;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>
/// Disks that are full or read-only, under the state folder, the database, the machine's history, and all of them: the error is
/// one that says what to do, and once there is room again both ways on lead to where they should.
/// </summary>
public sealed class BadDiskTests(CrashFixture fixture)
{
    /// <summary>Enough for a room's state, database and history many times over.</summary>
    private const int DiskSize = 4096;

    /// <summary>What may be said when there is no room.</summary>
    private static readonly string[] NoRoom =
        ["DiskFull", "JournalNotWritten", "StateNotWritable", "EvidenceNotKept", "LockNotWritable", "HistoryNotWritten", "CopyNotMade"];

    /// <summary>By how much more room a disk has in each case; all that a disk can tell apart in the slow part.</summary>
    private static readonly int Step = SlowTests.Wanted ? 4 : 20;

    /// <summary>In every run, every so manieth record; all of them in the slow part.</summary>
    private static readonly int Stride = SlowTests.Wanted ? 1 : 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("state", 64)]
    [InlineData("data", 160)]
    [InlineData("machine", 16)]
    [InlineData("everything", 224)]
    public async Task A_run_on_a_full_disk_fails_clearly_and_can_be_resumed_or_undone(string what, int upTo) =>
        await FillAsync(what, upTo, OperatorAct.Run);

    [Theory]
    [InlineData("state", 32)]
    [InlineData("data", 128)]
    [InlineData("machine", 16)]
    [InlineData("everything", 160)]
    public async Task An_undo_on_a_full_disk_fails_clearly_and_can_be_gone_on_with_or_resumed(string what, int upTo) =>
        await FillAsync(what, upTo, OperatorAct.Undo);

    [Theory]
    [InlineData(OperatorAct.Run)]
    [InlineData(OperatorAct.Undo)]
    public async Task A_journal_that_cannot_be_written_fails_the_act_at_whatever_record(OperatorAct act)
    {
        var rooms = await fixture.RoomsAsync();
        var records = (act == OperatorAct.Run ? await fixture.MomentsOfRunAsync() : await fixture.MomentsOfUndoAsync()).Count(m => m.StartsWith("record", StringComparison.Ordinal)) / 2;
        var wrong = new StringBuilder();
        for (var record = 1 + (SlowTests.Seed % Stride); record <= records; record += Stride)
        {
            foreach (var lasting in new[] { true, false })
            {
                var room = rooms.New();
                if (act == OperatorAct.Undo)
                {
                    Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
                }

                var found = await FindWrongAsync(room, new Operator(room) { Watch = new FullDisk(record, lasting) }, act, () => { }, record);
                Note(wrong, $"{act}, no room for record {record}{(lasting ? " and all after it" : "")}", room, found);
            }
        }

        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    [Fact]
    public async Task A_backup_on_a_full_disk_fails_clearly_and_leaves_none_that_passes_for_good()
    {
        using var disk = SmallDisk.Mount(DiskSize);
        var rooms = await fixture.RoomsAsync();
        var succeeded = 0;
        var failed = 0;
        for (var leave = 0; leave <= 256; leave += 8)
        {
            var room = rooms.New(r => new CrashRoom(r.Folder) { State = new StateFolder(Path.Combine(disk.Path, "state")) });
            disk.Fill(leave);
            await using var targets = await TargetSet.OpenAsync(room.ReadPlan(), room.NewServices(), Cancel);
            var target = targets.Distinct.Single(t => t.Address.Scheme == "sqlite");
            try
            {
                var backup = await new BackupKeeper(room.NewServices(), SilentObserver.Instance).BackupAsync(target, room.State, "", Cancel);
                await BackupKeeper.RequireUnalteredAsync(backup, Cancel);
                succeeded++;
            }
            catch (MigrationException e)
            {
                Assert.Contains(e.ErrorId, NoRoom);
                Assert.False(string.IsNullOrWhiteSpace(e.RecommendedAction));
                failed++;
                disk.MakeRoom();
                Assert.Empty(Directory.Exists(room.State.Path) ? Directory.EnumerateFiles(room.State.Path, "*", SearchOption.AllDirectories) : []);
            }

            disk.MakeRoom();
            if (Directory.Exists(room.State.Path))
            {
                Directory.Delete(room.State.Path, recursive: true);
            }
        }

        Assert.True(succeeded > 0 && failed > 5, $"{succeeded} succeeded, {failed} failed");
    }

    [Theory]
    [InlineData("state", OperatorAct.Run)]
    [InlineData("state", OperatorAct.Undo)]
    [InlineData("data", OperatorAct.Run)]
    [InlineData("data", OperatorAct.Undo)]
    [InlineData("machine", OperatorAct.Run)]
    [InlineData("machine", OperatorAct.Undo)]
    [InlineData("everything", OperatorAct.Run)]
    public async Task Nothing_is_changed_where_a_folder_that_is_needed_is_read_only(string what, OperatorAct act)
    {
        using var disk = SmallDisk.Mount(DiskSize);
        var rooms = await fixture.RoomsAsync();
        var room = Place(rooms, disk, what);
        if (act == OperatorAct.Undo)
        {
            Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        }

        var before = World.Of(room);
        var runs = room.State.Runs().Count;
        disk.SetReadOnly(true);
        var outcome = await new Operator(room).ActAsync(act, Cancel);
        disk.SetReadOnly(false);

        Assert.Contains(outcome.ErrorId, new[] { "StateNotWritable", "LockNotWritable", "TargetReadOnly", "HistoryNotWritten" });
        Assert.NotEqual("", outcome.Advice);
        Assert.Equal("", before.DifferenceTo(World.Of(room)));
        Assert.Equal(runs, room.State.Runs().Count(run => RunJournal.Read(run).Count > 0));
        Assert.Null(await new Aftermath(rooms, room, new RunOptions(), Cancel).FindWrongAsync(act));
    }

    [Fact]
    public async Task A_run_that_was_killed_is_left_as_it_is_while_its_state_is_read_only()
    {
        using var disk = SmallDisk.Mount(DiskSize);
        var rooms = await fixture.RoomsAsync();
        var room = Place(rooms, disk, "state");
        await CrashFixture.KillAsync(room, OperatorAct.Run, "statement: before DELETE FROM pairs", Cancel);
        var before = World.Of(room);
        disk.SetReadOnly(true);
        foreach (var act in new[] { OperatorAct.Run, OperatorAct.Resume, OperatorAct.Undo })
        {
            var outcome = await new Operator(room).ActAsync(act, Cancel);
            Assert.Contains(outcome.ErrorId, act == OperatorAct.Run ? ["RunUnfinished", "StateNotWritable"] : new[] { "StateNotWritable", "JournalNotWritten" });
            Assert.Equal("", before.DifferenceTo(World.Of(room)));
        }

        disk.SetReadOnly(false);
        Assert.Null(await new Aftermath(rooms, room, new RunOptions(), Cancel).FindWrongAsync(OperatorAct.Resume));
    }

    private async Task FillAsync(string what, int upTo, OperatorAct act)
    {
        using var disk = SmallDisk.Mount(DiskSize);
        var rooms = await fixture.RoomsAsync();
        var wrong = new StringBuilder();
        var failures = 0;
        for (var leave = SlowTests.Seed * 4 % Step; leave <= upTo; leave += Step)
        {
            var room = Place(rooms, disk, what);
            if (act == OperatorAct.Undo)
            {
                Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
            }

            disk.Fill(leave);
            var found = await FindWrongAsync(room, new Operator(room), act, disk.MakeRoom, leave / Step);
            failures += found == "" ? 0 : 1;
            Note(wrong, $"{act} with {leave} KiB for {what}", room, found);
            foreach (var part in Directory.EnumerateDirectories(disk.Path))
            {
                Directory.Delete(part, recursive: true);
            }
        }

        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.True(failures > 0 || !SlowTests.Wanted, "The disk was never full.");
    }

    /// <returns>What is wrong; null where nothing is, and the act failed; empty where it found room enough.</returns>
    private async Task<string?> FindWrongAsync(CrashRoom room, Operator who, OperatorAct act, Action makeRoom, int number)
    {
        OperatorOutcome outcome;
        try
        {
            outcome = await who.ActAsync(act, Cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            makeRoom();
            return $"not an error for users: {e}";
        }

        makeRoom();
        if (outcome.ErrorId is { } errorId && (!NoRoom.Contains(errorId) || outcome.Advice.Length == 0))
        {
            return $"not an error about room: {outcome}";
        }

        var wayOn = (number % 4) switch { 0 or 2 => OperatorAct.Resume, 1 => OperatorAct.Undo, _ => OperatorAct.UndoRun };
        return await new Aftermath(await fixture.RoomsAsync(), room, new RunOptions(), Cancel).FindWrongAsync(wayOn) is { } wrong
            ? $"{outcome}\n  then {wayOn}: {wrong}"
            : outcome.Succeeded ? "" : null;
    }

    private static CrashRoom Place(CrashRooms rooms, SmallDisk disk, string what) => rooms.New(room => new CrashRoom(room.Folder)
    {
        State = what is "state" or "everything" ? new StateFolder(Path.Combine(disk.Path, "state")) : room.State,
        Database = what is "data" or "everything" ? Path.Combine(disk.Path, "data", "shop.db") : room.Database,
        Machine = what is "machine" or "everything" ? Path.Combine(disk.Path, "machine") : room.Machine,
    });

    private static void Note(StringBuilder wrong, string which, CrashRoom room, string? found)
    {
        if (string.IsNullOrEmpty(found))
        {
            Directory.Delete(room.Folder, recursive: true);
        }
        else
        {
            wrong.Append(which).Append(": ").AppendLine(found);
        }
    }

    /// <summary>A disk that is full when a record is about to be written: once, or from then on.</summary>
    private sealed class FullDisk(int record, bool lasting) : IJournalWatch
    {
        private int writing;

        public void Writing(JournalRecord written)
        {
            writing++;
            if (writing == record || (lasting && writing > record))
            {
                throw new IOException("No space left on device");
            }
        }

        public void Written(JournalRecord written)
        {
        }
    }
}
