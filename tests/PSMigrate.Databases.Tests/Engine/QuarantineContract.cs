using PSMigrate.Backups;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>What a database keeps of what was lost is listed, and cleared away only where no way back needs it: on any engine.</summary>
public abstract class QuarantineContract : EngineContract
{
    private protected static readonly RetentionPolicy Old = RetentionFolder.Nothing with { OlderThan = TimeSpan.FromDays(10) };

    [Fact]
    public async Task What_was_captured_is_listed_with_its_step_and_rows()
    {
        using var room = NewRoom();
        var run = (await room.RunAsync("1", "DELETE FROM t WHERE id < 3")).Run!.RunId;
        var saved = Table(room, SavedName);
        room.Folder.Sql($"CREATE TABLE {saved} (x INTEGER); INSERT INTO {saved} VALUES (1), (2); CREATE TABLE {room.Folder.Own("capturing_lizards")} (x INTEGER); CREATE TABLE {room.Folder.Own("savedx")} (x INTEGER)");

        var listed = await room.QuarantineAsync();

        Assert.Equal([(QuarantineKind.Capture, run, "1", run, 2L), (QuarantineKind.SavedRows, "20261122T161752123Z-a1b2c3", null, null, 2L)],
            listed.OrderBy(q => q.Kind).Select(q => (q.Kind, q.RunId, q.Step, q.NeededByRun, q.Rows)));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 16, 17, 52, 123, TimeSpan.Zero), listed.Single(q => q.Kind == QuarantineKind.SavedRows).At);
        var entry = Assert.Single(await room.HistoryAsync());
        Assert.Equal((true, null, 2L), (entry.CanUndo, entry.CannotUndoBecause, entry.QuarantinedRows));
        Assert.Equal(listed.Single(q => q.Kind == QuarantineKind.Capture), Assert.Single(entry.Quarantine));
    }

    [Fact]
    public async Task A_database_that_was_never_migrated_keeps_nothing()
    {
        using var room = NewRoom();
        Assert.Empty(await room.QuarantineAsync());
        Assert.Empty(await room.HistoryAsync());
        Assert.Empty(await room.ClearAsync(Old));
    }

    [Fact]
    public async Task What_an_applied_step_captured_stays_whatever_its_age()
    {
        using var room = NewRoom();
        var run = (await room.RunAsync("1", "DELETE FROM t WHERE id < 3", rehearsed: true)).Run!.RunId;
        room.Days(100);

        var item = Assert.Single(await room.ClearAsync(Old));

        Assert.Equal((RetentionKind.Capture, RetentionVerdict.Needed, run), (item.Kind, item.Verdict, item.NeededByRun));
        Assert.Equal(2, item.Rows);
        Assert.Null((await room.Folder.UndoAsync(await room.Folder.PlanAsync())).Failure);
        Assert.Equal(3L, room.Folder.Value("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task What_was_captured_for_a_step_that_was_undone_goes_at_once()
    {
        using var room = NewRoom();
        await room.RunAsync("1", "DELETE FROM t WHERE id < 3");
        var name = Assert.Single(await room.QuarantineAsync()).Name;
        Assert.Null((await room.Folder.UndoAsync(await room.Folder.PlanAsync())).Failure);
        room.Folder.Sql($"CREATE TABLE IF NOT EXISTS {Table(room, name)} (x INTEGER)");

        Assert.Empty(await room.ClearAsync(RetentionFolder.Nothing with { IncludeQuarantine = false }));
        var item = Assert.Single(await room.ClearAsync(RetentionFolder.Nothing));

        Assert.Equal((true, "its step was undone"), (item.Removed, item.Reason));
        Assert.Empty(await room.QuarantineAsync());
    }

    [Fact]
    public async Task Saved_rows_go_by_age_or_by_name_and_never_by_the_number_of_backups()
    {
        using var room = NewRoom();
        await room.RunAsync("1", "CREATE TABLE other (x INTEGER)");
        room.Folder.Sql($"CREATE TABLE {Table(room, SavedName)} (x INTEGER); CREATE TABLE {Table(room, SavedName)}1 (x INTEGER)");

        Assert.All(await room.ClearAsync(RetentionFolder.Nothing, force: true), i => Assert.Equal(RetentionVerdict.Kept, i.Verdict));
        room.Days(9);
        Assert.All(await room.ClearAsync(Old, force: true), i => Assert.Equal(RetentionVerdict.Kept, i.Verdict));
        var named = await room.Retention.ConsiderAsync(room.Scope, (await room.QuarantineAsync())[0], false, MigrationFolder.Cancel);
        Assert.True(Assert.Single((await room.Retention.RemoveAsync(room.Scope, [named], false, TimeSpan.Zero, MigrationFolder.Cancel)).Items).Removed);
        Assert.Equal(SavedName + "1", Assert.Single(await room.QuarantineAsync()).Name);
        room.Days(2);
        Assert.True(Assert.Single(await room.ClearAsync(Old)).Removed);
        Assert.Empty(await room.QuarantineAsync());
    }

    [Fact]
    public async Task What_a_run_captured_that_did_not_end_stays_although_no_step_of_it_is_applied()
    {
        using var room = NewRoom();
        var run = (await room.RunAsync("1", "DELETE FROM t WHERE id < 3")).Run!.RunId;
        room.Folder.Sql($"DELETE FROM {room.Folder.Own("history")}");
        room.Days(100);
        room.LoseTheEnd(run);

        var item = Assert.Single(await room.ClearAsync(Old));

        Assert.Equal((RetentionVerdict.Needed, run), (item.Verdict, item.NeededByRun));
        Assert.Single(await room.QuarantineAsync());
    }

    [Fact]
    public async Task A_capture_that_no_step_tells_of_goes_by_age_only()
    {
        using var room = NewRoom();
        await room.RunAsync("1", "DELETE FROM t WHERE id < 3");
        room.Folder.Sql($"DELETE FROM {room.Folder.Own("history")}");

        Assert.False(Assert.Single(await room.ClearAsync(RetentionFolder.Nothing)).Removed);
        room.Days(100);
        Assert.True(Assert.Single(await room.ClearAsync(Old)).Removed);
    }

    [Fact]
    public async Task What_has_come_to_be_needed_since_it_was_considered_stays()
    {
        using var room = NewRoom();
        await room.RunAsync("1", "DELETE FROM t WHERE id < 3");
        room.Days(100);
        room.Folder.Sql($"UPDATE {room.Folder.Own("history")} SET undone_by_run = 'other'");
        var items = await room.ConsiderAsync(Old);
        Assert.Equal(RetentionVerdict.Removable, Assert.Single(items).Verdict);
        room.Folder.Sql($"UPDATE {room.Folder.Own("history")} SET undone_by_run = NULL");

        var report = await room.Retention.RemoveAsync(room.Scope, items, false, TimeSpan.Zero, MigrationFolder.Cancel);

        Assert.Equal(RetentionVerdict.Needed, Assert.Single(report.Items).Verdict);
        Assert.Single(await room.QuarantineAsync());
    }

    [Fact]
    public async Task A_step_whose_capture_was_removed_by_force_says_so_and_is_not_undone()
    {
        using var room = NewRoom();
        await room.BackupAsync();
        await room.RunAsync("1", "DELETE FROM t WHERE id < 3", rehearsed: true);
        await room.BackupAsync();
        Assert.Equal((true, true), ((await room.HistoryAsync())[0].CanUndo!.Value, (await room.HistoryAsync())[0].UndoProved));
        room.Days(100);

        Assert.True((await room.ClearAsync(new RetentionPolicy { KeepLast = 9, OlderThan = Old.OlderThan, IncludeQuarantine = true }, force: true)).Single(i => i.Kind == RetentionKind.Capture).Removed);

        var entry = Assert.Single(await room.HistoryAsync());
        Assert.Equal((true, false, false, 0L), (entry.IsApplied, entry.CanUndo, entry.UndoProved, entry.QuarantinedRows));
        Assert.Contains("was removed by tester@here", entry.CannotUndoBecause, StringComparison.Ordinal);
        var before = room.Folder.Image();
        var undo = await room.Folder.UndoAsync(await room.Folder.PlanAsync());
        Assert.Equal(ErrorKind.Refused, Refused.Is("CaptureRemoved", undo.Failure).Kind);
        Assert.Equal("", before.DifferenceTo(room.Folder.Image()));
        // From now on the backup is the only way back.
        Assert.Contains(await room.ConsiderAsync(new RetentionPolicy { KeepLast = 0 }), i => i.Verdict == RetentionVerdict.Needed && i.Reason.Contains("cannot be undone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_authors_rollback_still_leads_back_when_the_capture_is_gone()
    {
        using var room = NewRoom();
        await room.RunAsync("1", "ALTER TABLE t DROP COLUMN x;\n\n-- Rollback\n-- ALTER TABLE t ADD COLUMN x VARCHAR(50);\n");
        room.Days(100);
        await room.ClearAsync(Old, force: true);
        Assert.Empty(await room.QuarantineAsync());

        var entry = Assert.Single(await room.HistoryAsync());
        Assert.Equal((true, false), (entry.CanUndo, entry.UndoProved));
        Assert.Null((await room.Folder.UndoAsync(await room.Folder.PlanAsync())).Failure);
        Assert.Equal(3L, room.Folder.Value("SELECT count(*) FROM t WHERE x IS NULL"));
    }

    [Fact]
    public async Task All_that_was_asked_for_is_removed_or_nothing()
    {
        using var room = NewRoom();
        await room.RunAsync("1", "DELETE FROM t WHERE id < 3");
        var captured = Assert.Single(await room.QuarantineAsync());
        await using var target = await room.Folder.OpenTargetAsync();

        await Refused.WithAsync("QuarantineNotFound", () => target.Quarantine!.RemoveAsync([captured.Name, "t"], "me@here", DateTimeOffset.UtcNow, MigrationFolder.Cancel));

        Assert.Equal([captured], await room.QuarantineAsync());
        Assert.True(Assert.Single(await room.HistoryAsync()).CanUndo);
        Assert.Equal(1L, room.Folder.Value("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Two_captures_of_one_step_are_removed_one_after_the_other()
    {
        using var room = NewRoom("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE u (id INTEGER PRIMARY KEY); INSERT INTO u VALUES (1);");
        await room.RunAsync("1", "DELETE FROM t; DELETE FROM u");
        foreach (var captured in await room.QuarantineAsync())
        {
            var item = await room.Retention.ConsiderAsync(room.Scope, captured, true, MigrationFolder.Cancel);
            await room.Retention.RemoveAsync(room.Scope, [item], true, TimeSpan.Zero, MigrationFolder.Cancel);
        }

        Assert.Empty(await room.QuarantineAsync());
        Assert.False(Assert.Single(await room.HistoryAsync()).CanUndo);
    }

    private protected RetentionFolder NewRoom(string setup = RetentionFolder.Threes) => new(NewDatabase, setup);

    /// <summary>How an undo of that time named a table of rows that it saved.</summary>
    private protected virtual string SavedName => "saved_20261122t161752123z_a1b2c3_1";

    /// <summary>What a script calls a table that the quarantine lists by this name.</summary>
    private protected virtual string Table(RetentionFolder room, string name) => room.Folder.Own(name);
}
