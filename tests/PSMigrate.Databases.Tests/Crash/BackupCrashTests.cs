using PSMigrate.Backups;
using PSMigrate.Databases.Crash;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>Backing up and restoring, killed before the system calls by which they change files.</summary>
public sealed class BackupCrashTests(CrashFixture fixture)
{
    private static readonly int Sample = SlowTests.Wanted ? 40 : 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_that_was_killed_does_not_pass_for_good()
    {
        var rooms = await fixture.RoomsAsync();
        var killed = 0;
        foreach (var call in await CallsAsync(rooms.New(), OperatorAct.Backup))
        {
            var room = rooms.New();
            killed += (await OperatorProcess.RunAsync(room, new Kill(OperatorAct.Backup) { Call = call }, oneByOne: false, Cancel)).Killed ? 1 : 0;

            foreach (var folder in room.Backups())
            {
                var read = await Record.ExceptionAsync(async () => await BackupKeeper.RequireUnalteredAsync(Backup.Read(folder), Cancel));
                // Whole once its manifest is in its place; before that it is none.
                Assert.True(read is null or MigrationException { ErrorId: "BackupNotFound" }, $"{call}: {read}");
            }

            Assert.Equal("", rooms.Original.DifferenceTo(World.Of(room)));
            Assert.Equal("succeeded", (await new Operator(room).ActAsync(OperatorAct.Backup, Cancel)).ToString());
            Assert.True(Backup.Read(room.Backups()[^1]).RestoreTested);
        }

        Assert.InRange(killed, Sample / 2, int.MaxValue);
    }

    [Fact]
    public async Task A_restore_that_was_killed_leaves_the_database_as_before_it_or_as_after_it()
    {
        var rooms = await fixture.RoomsAsync();
        var killed = 0;
        foreach (var call in await CallsAsync(await MigratedAsync(rooms), OperatorAct.Restore))
        {
            var room = await MigratedAsync(rooms);
            killed += (await OperatorProcess.RunAsync(room, new Kill(OperatorAct.Restore) { Call = call }, oneByOne: false, Cancel)).Killed ? 1 : 0;

            var left = World.Of(room).Database;
            Assert.True(rooms.Migrated.Database.DifferenceTo(left) == "" || rooms.Original.Database.DifferenceTo(left) == "", $"{call}: neither as before nor as after");
            Assert.Equal("succeeded", (await new Operator(room).ActAsync(OperatorAct.Restore, Cancel)).ToString());
            Assert.Equal("", rooms.Original.Database.DifferenceTo(World.Of(room).Database));
        }

        Assert.InRange(killed, Sample / 2, int.MaxValue);
    }

    /// <summary>Backed up, then migrated.</summary>
    private static async Task<CrashRoom> MigratedAsync(CrashRooms rooms)
    {
        var room = rooms.New();
        Assert.True((await new Operator(room).ActAsync(OperatorAct.Backup, Cancel)).Succeeded);
        Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        return room;
    }

    private static async Task<IEnumerable<SystemCall>> CallsAsync(CrashRoom room, OperatorAct act)
    {
        Assert.SkipUnless(OperatorProcess.Tracer is not null, "It needs strace.");
        var calls = await OperatorProcess.TraceAsync(room, act, Cancel);
        var stride = 1 + (calls.Count / Sample);
        return calls.Where((_, i) => i % stride == SlowTests.Seed % stride);
    }
}
