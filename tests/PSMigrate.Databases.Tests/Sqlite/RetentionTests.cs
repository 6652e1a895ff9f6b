using PSMigrate.Backups;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Old backups go; what a run may need stays, whatever is asked for, unless it is forced.</summary>
public sealed class RetentionTests : RetentionContract
{
    [Theory]
    [InlineData(2, null, "34")]
    [InlineData(9, null, "01234")]
    [InlineData(null, 2.5, "34")]
    [InlineData(2, 3.5, "234")]
    [InlineData(3, 0.5, "234")]
    [InlineData(1, 3.5, "234")]
    [InlineData(0, null, "4")]
    [InlineData(null, 0.0, "4")]
    public async Task The_newest_stay_and_the_young_and_always_the_last(int? keepLast, double? olderThan, string left)
    {
        using var room = NewRoom();
        var made = new List<Backup>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await room.BackupAsync());
        }

        var items = await room.ClearAsync(new RetentionPolicy { KeepLast = keepLast, OlderThan = olderThan is { } days ? TimeSpan.FromDays(days) : null });

        Assert.Equal(left.Select(c => made[c - '0'].Id), room.Ids());
        Assert.Equal(made.Select(b => b.Id), items.Select(i => i.Name));
        Assert.Equal(left.Select(c => made[c - '0'].Id), items.Where(i => !i.Removed).Select(i => i.Name));
        Assert.All(items, i => Assert.False(string.IsNullOrWhiteSpace(i.Reason)));
        Assert.All(items, i => Assert.Equal(made.Single(b => b.Id == i.Name).Bytes, i.Bytes));
    }

    [Fact]
    public async Task Considering_changes_no_byte()
    {
        using var room = NewRoom();
        await room.BackupAsync();
        await room.BackupAsync();
        await room.RunAsync("1", "DELETE FROM t WHERE id = 1");
        Directory.CreateDirectory(Path.Combine(room.Backups, "20200101T000000000Z-abcdef"));
        var before = room.Folder.Files();

        var items = await room.ConsiderAsync(RetentionFolder.Nothing with { OlderThan = TimeSpan.Zero }, force: true);

        Assert.All(items, i => Assert.Equal(RetentionVerdict.Removable, i.Verdict));
        Assert.All(items, i => Assert.False(i.Removed));
        Assert.Equal(before, room.Folder.Files());
    }

    [Fact]
    public async Task The_backup_before_what_cannot_be_captured_stays_although_it_was_rehearsed()
    {
        using var room = new RetentionFolder(setup: "CREATE VIRTUAL TABLE words USING fts5(text); INSERT INTO words VALUES ('one');");
        var before = await room.BackupAsync();
        await room.RunAsync("1", "DELETE FROM words", rehearsed: true);
        var last = await room.BackupAsync();

        await room.ClearAsync(All);

        Assert.Equal([before.Id, last.Id], room.Ids());
        Assert.False(Assert.Single(await room.HistoryAsync()).CanUndo);
    }

    [Fact]
    public async Task The_backup_that_was_made_for_the_plan_is_its_way_back_and_one_of_after_its_begin_is_not()
    {
        using var room = NewRoom();
        room.Folder.Script("1.sql", "DELETE FROM t WHERE id = 1");
        var plan = await room.Folder.PlanAsync();
        var own = await room.BackupAsync();
        room.Folder.State.Keep(new BackupEvidence
        {
            PlanHash = plan.Hash, At = own.At, By = "tester@here", Succeeded = true, Summary = "", RestoreTested = true,
            Folders = new SortedDictionary<string, string> { ["target"] = own.Path },
        });
        await room.BackupAsync();
        Assert.Null((await room.Folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        await room.BackupAsync();
        var last = await room.BackupAsync();

        await room.ClearAsync(All);

        Assert.Equal([own.Id, last.Id], room.Ids());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_backup_before_a_run_that_did_not_end_stays(bool damaged)
    {
        using var room = NewRoom();
        var before = await room.BackupAsync();
        var run = (await room.RunAsync("1", "DELETE FROM t WHERE id = 1", rehearsed: true)).Run!.RunId;
        var last = await room.BackupAsync();
        room.LoseTheEnd(run);
        if (damaged)
        {
            var journal = Path.Combine(room.Folder.State.Folder("runs", run), "journal.jsonl");
            await File.WriteAllTextAsync(journal, "{ half\n" + await File.ReadAllTextAsync(journal, MigrationFolder.Cancel), MigrationFolder.Cancel);
        }

        var items = await room.ClearAsync(All);

        Assert.Equal([before.Id, last.Id], room.Ids());
        Assert.Equal(run, items.Single(i => i.Name == before.Id).NeededByRun);
    }

    [Fact]
    public async Task The_run_may_be_journaled_elsewhere()
    {
        using var room = NewRoom();
        var before = await room.BackupAsync();
        var plan = await room.Folder.RehearseAsync(await PlanAsync(room, "1", "DELETE FROM t WHERE id = 1"));
        var elsewhere = Path.Combine(room.Folder.Folder, "elsewhere");
        var run = await room.Folder.RunAsync(plan with { StatePath = elsewhere }, MigrationFolder.Forced);
        Assert.Null(run.Failure);
        room.Days(1);
        var last = await room.BackupAsync();
        var journal = RunJournal.FileIn(new StateFolder(elsewhere).Folder("runs", run.Plan.Run!.RunId));
        File.WriteAllLines(journal, File.ReadAllLines(journal).SkipLast(1));

        await room.ClearAsync(All);

        Assert.Equal([before.Id, last.Id], room.Ids());
    }

    [Fact]
    public async Task Force_removes_what_is_needed()
    {
        using var room = NewRoom();
        await room.BackupAsync();
        var run = (await room.RunAsync("1", "DELETE FROM t WHERE id = 1")).Run!.RunId;
        room.LoseTheEnd(run);

        var items = await room.ClearAsync(All, force: true);

        Assert.Empty(room.Ids());
        Assert.False(Directory.Exists(room.Backups));
        Assert.Contains("forced", Assert.Single(items).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_of_a_backup_goes_and_is_never_taken_for_one()
    {
        using var room = NewRoom();
        var half = await room.BackupAsync();
        var last = await room.BackupAsync();
        File.Delete(Path.Combine(half.Path, BackupManifest.FileName));
        await File.WriteAllTextAsync(half.Path + ".lock", "", MigrationFolder.Cancel);
        await File.WriteAllTextAsync(half.Path + ".lock.holder", "somebody", MigrationFolder.Cancel);
        var test = Directory.CreateDirectory(Path.Combine(room.Folder.State.Path, "restore-tests", half.Id)).FullName;
        var stranger = Directory.CreateDirectory(Path.Combine(room.Backups, "mine")).FullName;
        Refused.With("BackupNotFound", () => Backup.Read(half.Path));

        var items = await room.ClearAsync(new RetentionPolicy { KeepLast = 9 });

        Assert.Equal([RetentionKind.Backup, RetentionKind.Leftover, RetentionKind.Leftover], items.Select(i => i.Kind));
        Assert.Equal(new[] { last.Path, stranger }.Order(StringComparer.Ordinal), Directory.EnumerateFileSystemEntries(room.Backups).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(test));
    }

    [Fact]
    public async Task A_backup_that_is_being_made_is_not_taken_for_a_leftover()
    {
        RetentionFolder? room = null;
        IReadOnlyList<RetentionItem> meanwhile = [];
        var watch = new WatchingObserver(report =>
        {
            if (report.Activity == "Restore test" && meanwhile.Count == 0)
            {
                meanwhile = Task.Run(() => room!.ClearAsync(All, force: true)).GetAwaiter().GetResult();
            }
        });
        using (room = NewRoom(watch))
        {
            var backup = await room.BackupAsync();

            Assert.True(meanwhile.Count is 1 or 2);
            Assert.All(meanwhile, i => Assert.Equal((RetentionVerdict.Kept, "it is being made"), (i.Verdict, i.Reason)));
            Assert.Equal([backup.Path], Directory.EnumerateFileSystemEntries(room.Backups));
            Assert.Equal(3, backup.Rows);
        }
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_keeps_its_backup_unless_it_is_named_and_forced()
    {
        using var room = NewRoom();
        var backup = await room.BackupAsync();
        await room.BackupAsync();
        await File.WriteAllTextAsync(Path.Combine(backup.Path, BackupManifest.FileName), "{ \"id\": ", MigrationFolder.Cancel);

        Assert.Equal(RetentionVerdict.Needed, (await room.ClearAsync(All, force: false)).Single(i => i.Name == backup.Id).Verdict);
        Assert.True(Directory.Exists(backup.Path));
        Assert.Equal(RetentionVerdict.Needed, (await room.Retention.ConsiderAsync(backup.Path, null, false, MigrationFolder.Cancel)).Item.Verdict);
        var (item, scope) = await room.Retention.ConsiderAsync(backup.Path, null, true, MigrationFolder.Cancel);
        await room.Retention.RemoveAsync(scope, [item], true, TimeSpan.Zero, MigrationFolder.Cancel);
        Assert.False(Directory.Exists(backup.Path));
    }

    [Fact]
    public async Task Only_folders_of_backups_can_be_named()
    {
        using var room = NewRoom();
        var backup = await room.BackupAsync();
        await room.BackupAsync();
        var renamed = Path.Combine(room.Folder.Folder, "20200101T000000000Z-abcdef");
        Directory.Move(backup.Path, renamed);
        await Refused.WithAsync("BackupRenamed", () => room.Retention.ConsiderAsync(renamed, null, true, MigrationFolder.Cancel));
        foreach (var other in new[] { room.Folder.Scripts, Path.Combine(room.Backups, "missing"), room.Folder.Folder, Directory.CreateDirectory(Path.Combine(room.Folder.Folder, "20200101T000000000Z-abcdee")).FullName })
        {
            await Refused.WithAsync("BackupNotFound", () => room.Retention.ConsiderAsync(other, null, true, MigrationFolder.Cancel));
        }
    }

    [Fact]
    public async Task What_has_come_to_be_needed_since_it_was_considered_stays()
    {
        using var room = NewRoom();
        var first = await room.BackupAsync();
        var last = await room.BackupAsync();
        var items = await room.ConsiderAsync(All);
        Directory.Delete(last.Path, recursive: true);

        var report = await room.Retention.RemoveAsync(room.Scope, items, false, TimeSpan.Zero, MigrationFolder.Cancel);

        Assert.Equal(RetentionVerdict.Needed, report.Items.Single(i => i.Name == first.Id).Verdict);
        Assert.Equal([first.Id], room.Ids());
    }

    [Fact]
    public async Task A_plans_own_policy_is_applied_by_whoever_holds_its_targets()
    {
        using var room = NewRoom();
        for (var i = 0; i < 4; i++)
        {
            await room.BackupAsync();
        }

        var plan = await PlanAsync(room, "1", "DELETE FROM t WHERE id = 1");
        await using var targets = await TargetSet.OpenAsync(plan, room.Folder.NewServices(), MigrationFolder.Cancel);
        await using var held = await targets.Distinct[0].LockAsync(new LockHolder("me@here", 1, "run", DateTimeOffset.UtcNow), TimeSpan.Zero, SilentObserver.Instance, MigrationFolder.Cancel);

        Assert.Empty((await room.Retention.ApplyAsync(plan, targets, MigrationFolder.Cancel)).Items);
        Assert.Equal(4, room.Ids().Count);
        Directory.CreateDirectory(Path.Combine(room.Backups, "20200101T000000000Z-abcdef"));
        var report = await room.Retention.ApplyAsync(plan with { Retention = new RetentionPolicy { KeepLast = 2 } }, targets, MigrationFolder.Cancel);

        Assert.Empty(report.Failures);
        Assert.Equal([true, true, false, false, true], report.Items.Select(i => i.Removed));
        Assert.Equal(2, room.Ids().Count);
    }

    private protected override string Otherwise(string target) => $"sqlite:Data Source={target["sqlite:".Length..]};Mode=ReadWrite";

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
