using PSMigrate.Backups;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>What retention asks the target itself before old backups go, which stay where a run may need them: on any engine.</summary>
public abstract class RetentionContract : EngineContract
{
    private protected static readonly RetentionPolicy All = new() { KeepLast = 0 };

    [Fact]
    public async Task What_is_damaged_is_not_the_last_good_backup()
    {
        using var room = NewRoom();
        var good = await room.BackupAsync();
        var damaged = await room.BackupAsync();
        File.Delete(Directory.GetFiles(damaged.Path, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != BackupManifest.FileName).MaxBy(f => new FileInfo(f).Length)!);

        await room.ClearAsync(All);

        Assert.Equal([good.Id], room.Ids());
    }

    [Fact]
    public async Task The_backup_before_a_run_whose_undo_was_not_proved_stays_until_the_run_is_undone()
    {
        using var room = NewRoom();
        await room.BackupAsync();
        var before = await room.BackupAsync();
        var run = (await room.RunAsync("1", "DELETE FROM t WHERE id = 1")).Run!.RunId;
        await room.BackupAsync();
        var last = await room.BackupAsync();

        var items = await room.ClearAsync(All);

        Assert.Equal([before.Id, last.Id], room.Ids());
        var kept = items.Single(i => i.Name == before.Id);
        Assert.Equal((RetentionVerdict.Needed, run), (kept.Verdict, kept.NeededByRun));
        Assert.Contains($"needed by run {run}", kept.Reason, StringComparison.Ordinal);
        Assert.Contains("not proved", kept.Reason, StringComparison.Ordinal);
        Assert.Null((await room.Folder.UndoAsync(await room.Folder.PlanAsync())).Failure);
        await room.ClearAsync(All);
        Assert.Equal([last.Id], room.Ids());
    }

    [Fact]
    public async Task The_backup_before_a_run_whose_undo_was_proved_may_go()
    {
        using var room = NewRoom();
        await room.BackupAsync();
        await room.RunAsync("1", "DELETE FROM t WHERE id = 1", rehearsed: true);
        var last = await room.BackupAsync();

        await room.ClearAsync(All);

        Assert.Equal([last.Id], room.Ids());
    }

    [Fact]
    public async Task Backups_of_other_targets_are_left_alone()
    {
        using var room = NewRoom();
        using var other = new MigrationFolder("CREATE TABLE o (x INTEGER);", NewDatabase) { Clock = room.Clock };
        Backup theirs;
        await using (var target = await other.OpenTargetAsync())
        {
            theirs = await new BackupKeeper(other.NewServices(), SilentObserver.Instance).BackupAsync(target, room.Folder.State, "", MigrationFolder.Cancel);
            await new BackupKeeper(other.NewServices(), SilentObserver.Instance).BackupAsync(target, room.Folder.State, "", MigrationFolder.Cancel);
        }

        await room.BackupAsync();

        Assert.Single(await room.ClearAsync(All, force: true));

        Assert.Contains(theirs.Id, room.Ids());
        Assert.Equal(2, room.Ids().Count);
    }

    [Fact]
    public async Task A_target_is_the_same_however_it_is_written()
    {
        using var room = NewRoom();
        await room.BackupAsync();
        await room.BackupAsync();
        var report = await room.Retention.ConsiderAsync(
            room.Scope with { Targets = [TargetAddress.Parse(Otherwise(room.Folder.Target)), TargetAddress.Parse(room.Folder.Target)] }, All, false, MigrationFolder.Cancel);
        Assert.Equal([RetentionVerdict.Removable, RetentionVerdict.Needed], report.Items.Select(i => i.Verdict));
    }

    [Fact]
    public async Task The_backups_of_a_target_that_is_gone_go_only_by_force()
    {
        using var room = NewRoom();
        await room.BackupAsync();
        await room.BackupAsync();
        room.Folder.DeleteDatabase();

        Assert.All(await room.ClearAsync(All), i => Assert.Equal(RetentionVerdict.Needed, i.Verdict));

        Assert.Equal(2, room.Ids().Count);
        Assert.All(await room.ClearAsync(All, force: true), i => Assert.True(i.Removed));
        var report = await room.Retention.ConsiderAsync(room.Scope, All, false, MigrationFolder.Cancel);
        Assert.Equal("TargetNotFound", Assert.Single(report.Failures).ErrorId);
    }

    [Fact]
    public async Task Nothing_is_removed_while_another_runner_holds_the_target()
    {
        using var room = NewRoom();
        await room.BackupAsync();
        await room.BackupAsync();
        var items = await room.ConsiderAsync(All);
        await using var target = await room.Folder.OpenTargetAsync();
        await using (await target.LockAsync(new LockHolder("other@there", 42, "nightly", DateTimeOffset.UtcNow), TimeSpan.Zero, SilentObserver.Instance, MigrationFolder.Cancel))
        {
            var report = await room.Retention.RemoveAsync(room.Scope, items, false, TimeSpan.FromMilliseconds(100), MigrationFolder.Cancel);
            Refused.Is("TargetLocked", Assert.Single(report.Failures));
            Assert.All(report.Items, i => Assert.False(i.Removed));
        }

        Assert.Equal(2, room.Ids().Count);
        var then = await room.Retention.RemoveAsync(room.Scope, items, false, TimeSpan.Zero, MigrationFolder.Cancel);
        Assert.Equal([true, false], then.Items.Select(i => i.Removed));
    }

    [Fact]
    public async Task A_plans_policy_that_cannot_be_applied_is_a_warning()
    {
        var watch = new WatchingObserver(_ => { });
        using var room = NewRoom(watch);
        await room.BackupAsync();
        await room.BackupAsync();
        await room.RunAsync("0", "CREATE TABLE other (x INTEGER)");
        var plan = (await PlanAsync(room, "1", "DELETE FROM t WHERE id = 1")) with { Retention = new RetentionPolicy { KeepLast = 1 } };
        await using var targets = await TargetSet.OpenAsync(plan, room.Folder.NewServices(), MigrationFolder.Cancel);
        room.Folder.Sql($"UPDATE {room.Folder.Own("state")} SET value = '99'");

        var report = await room.Retention.ApplyAsync(plan, targets, MigrationFolder.Cancel);

        Assert.Equal("HistoryNewer", Assert.Single(report.Failures).ErrorId);
        Assert.Contains("99", Assert.Single(watch.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, room.Ids().Count);
    }

    /// <summary>The same target, written in another way.</summary>
    private protected abstract string Otherwise(string target);

    private protected RetentionFolder NewRoom(IMigrationObserver? observer = null) => new(NewDatabase, observer: observer);

    private protected static Task<MigrationPlan> PlanAsync(RetentionFolder room, string name, string script)
    {
        room.Folder.Script(name + ".sql", script);
        return room.Folder.PlanAsync();
    }

    /// <summary>Lets a test act when something is reported, and keeps the warnings.</summary>
    private protected sealed class WatchingObserver(Action<ProgressReport> act) : IMigrationObserver
    {
        public List<string> Warnings { get; } = [];

        public void Progress(ProgressReport report) => act(report);

        public void Milestone(string message) { }

        public void Decision(string message) { }

        public void Detail(string message) { }

        public void Warning(string message) => Warnings.Add(message);
    }
}
