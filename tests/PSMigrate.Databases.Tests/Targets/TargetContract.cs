using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Targets;

/// <summary>What any target must do, whatever system it is; each engine inherits it and says how its systems are made and changed.</summary>
public abstract class TargetContract : IDisposable
{
    private readonly DirectoryInfo work = Directory.CreateTempSubdirectory("psmigrate-target-");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static IMigrationObserver Silent => SilentObserver.Instance;

    /// <summary>Which promises this kind of target can keep at all.</summary>
    protected virtual bool HasContent => true;

    protected virtual bool HasUnitsOfWork => true;

    /// <summary>A fresh system with some structure and content, opened.</summary>
    protected abstract Task<Target> CreateAsync();

    /// <summary>The same system once more, as another process would open it.</summary>
    protected abstract Task<Target> OpenAgainAsync(Target target);

    /// <summary>A target that is not there, not opened yet; null where there can be none.</summary>
    protected virtual Target? Missing() => null;

    /// <summary>The same system opened so that it cannot be written; null where that cannot be had.</summary>
    protected virtual Task<Target?> OpenUnwritableAsync(Target target) => Task.FromResult<Target?>(null);

    /// <summary>Changes of structure, each with a name for messages.</summary>
    protected virtual IReadOnlyList<(string Name, Func<Task> Act)> StructureChanges(Target target) => [];

    /// <summary>Changes of content that leave the structure alone.</summary>
    protected virtual IReadOnlyList<(string Name, Func<Task> Act)> ContentChanges(Target target) => [];

    /// <summary>Writes the same content in another order.</summary>
    protected virtual Task ReorderContentAsync(Target target) => Task.CompletedTask;

    protected string WorkFolder(string name) => work.CreateSubdirectory(name).FullName;

    [Fact]
    public async Task A_lock_keeps_a_second_taker_out_and_names_its_holder()
    {
        await using var one = await CreateAsync();
        await using var other = await OpenAgainAsync(one);
        await using (await one.LockAsync(Holder("first"), TimeSpan.Zero, Silent, Cancel))
        {
            var error = await Refused.WithAsync("TargetLocked", () => other.LockAsync(Holder("second"), TimeSpan.FromMilliseconds(150), Silent, Cancel));

            Assert.Equal(ErrorKind.Busy, error.Kind);
            Assert.Contains("first@here", error.Message, StringComparison.Ordinal);
            Assert.Contains("process 42", error.Message, StringComparison.Ordinal);
            Assert.Contains("run nightly", error.Message, StringComparison.Ordinal);
        }

        await using (await other.LockAsync(Holder("second"), TimeSpan.Zero, Silent, Cancel))
        {
            await Refused.WithAsync("TargetLocked", () => one.LockAsync(Holder("first"), TimeSpan.Zero, Silent, Cancel));
        }
    }

    [Fact]
    public async Task Waiting_for_a_lock_ends_when_it_is_given_back_or_the_wait_is_cancelled()
    {
        await using var one = await CreateAsync();
        await using var other = await OpenAgainAsync(one);
        var held = await one.LockAsync(Holder("first"), TimeSpan.Zero, Silent, Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var cancelled = other.LockAsync(Holder("second"), TimeSpan.FromMinutes(1), Silent, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        var waiting = other.LockAsync(Holder("second"), TimeSpan.FromMinutes(1), Silent, Cancel);
        Assert.False(waiting.IsCompleted);
        await held.DisposeAsync();
        await (await waiting.WaitAsync(TimeSpan.FromSeconds(20), Cancel)).DisposeAsync();
    }

    [Theory]
    [InlineData(SnapshotDepth.Structure)]
    [InlineData(SnapshotDepth.Counts)]
    [InlineData(SnapshotDepth.Checksums)]
    public async Task A_snapshot_of_what_did_not_change_is_the_same(SnapshotDepth depth)
    {
        await using var one = await CreateAsync();
        await using var other = await OpenAgainAsync(one);
        var first = await one.SnapshotAsync(depth, Silent, Cancel);
        await ReorderContentAsync(one);
        var second = await other.SnapshotAsync(depth, Silent, Cancel);

        Assert.Equal(first.Baseline.Structure, second.Baseline.Structure);
        Assert.Empty(first.Baseline.DriftTo(second.Baseline));
        Assert.Empty(first.ContentDifferences(second));
        if (HasContent)
        {
            Assert.NotEmpty(first.Objects);
            Assert.Equal(depth == SnapshotDepth.Structure, first.Contents.Count == 0);
            Assert.All(first.Contents, c => Assert.Equal(depth == SnapshotDepth.Checksums, c.Fingerprint is not null));
        }
    }

    [Fact]
    public async Task Every_change_of_structure_changes_its_fingerprint()
    {
        await using var target = await CreateAsync();
        var seen = new HashSet<string> { (await target.SnapshotAsync(SnapshotDepth.Structure, Silent, Cancel)).Baseline.Structure };
        foreach (var (name, act) in StructureChanges(target))
        {
            await act();
            Assert.True(seen.Add((await target.SnapshotAsync(SnapshotDepth.Structure, Silent, Cancel)).Baseline.Structure), name);
        }
    }

    [Fact]
    public async Task Every_change_of_content_changes_its_fingerprint_and_not_the_structures()
    {
        await using var target = await CreateAsync();
        var before = await target.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel);
        foreach (var (name, act) in ContentChanges(target))
        {
            await act();
            var after = await target.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel);
            Assert.True(before.ContentDifferences(after).Count > 0, name);
            Assert.Empty(before.Baseline.DriftTo(after.Baseline));
            foreach (var content in await target.FingerprintAsync([.. after.Contents.Select(c => c.Name), "not there"], Silent, Cancel))
            {
                Assert.Equal(after.Contents.Single(c => c.Name == content.Name), content);
            }

            before = after;
        }
    }

    [Fact]
    public async Task A_backup_gives_back_what_was_backed_up()
    {
        Assert.SkipUnless(HasContent, "this kind of target cannot be backed up");
        await using var target = await CreateAsync();
        var before = await target.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel);
        var folder = WorkFolder("backup");
        var content = await target.BackupAsync(folder, Silent, Cancel);
        AssertSame(before, content.Snapshot);
        Assert.All(content.Files, f => Assert.Equal(f.Bytes, new FileInfo(Path.Combine(folder, f.Path)).Length));
        foreach (var (_, act) in StructureChanges(target).Concat(ContentChanges(target)))
        {
            await act();
        }

        await using (var copy = await target.RestoreCopyAsync(folder, content, WorkFolder("copy"), Silent, Cancel))
        {
            AssertSame(before, await copy.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel));
        }

        await target.RestoreAsync(folder, content, Silent, Cancel);

        AssertSame(before, await target.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel));
        await using var again = await OpenAgainAsync(target);
        AssertSame(before, await again.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel));
    }

    [Fact]
    public async Task A_copy_is_the_same_and_stands_by_itself()
    {
        await using var target = await CreateAsync();
        var before = await target.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel);
        await using var copy = await target.CreateCopyAsync(WorkFolder("copy"), Silent, Cancel);
        AssertSame(before, await copy.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel));

        await copy.History.RecordAsync(Entry("on the copy"), Cancel);
        foreach (var (_, act) in StructureChanges(copy).Concat(ContentChanges(copy)))
        {
            await act();
        }

        AssertSame(before, await target.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel));
        Assert.Empty(await target.History.ReadAsync(Cancel));
        var changed = await copy.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel);
        foreach (var (_, act) in ContentChanges(target))
        {
            await act();
        }

        AssertSame(changed, await copy.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel));
    }

    [Fact]
    public async Task The_history_keeps_what_it_is_told()
    {
        await using var target = await CreateAsync();
        Assert.Empty(await target.History.ReadAsync(Cancel));
        Assert.Null(await target.History.ReadBaselineAsync(Cancel));

        await target.History.RecordAsync(Entry("one"), Cancel);
        await target.History.RecordAsync(Entry("two") with { UndoRecord = "{\"what\": \"'quoted' \\\"text\\\"\"}", UndoProved = true }, Cancel);
        await using var other = await OpenAgainAsync(target);
        var entries = await other.History.ReadAsync(Cancel);
        Assert.Equal(["one", "two"], entries.Select(e => e.Step));
        Assert.True(entries[0].Sequence < entries[1].Sequence);
        Assert.All(entries, e => Assert.True(e.IsApplied));
        Assert.Equal((Entry("two").AppliedAt, TimeSpan.FromMilliseconds(1234), true), (entries[1].AppliedAt, entries[1].Duration, entries[1].UndoProved));
        Assert.Equal("{\"what\": \"'quoted' \\\"text\\\"\"}", (await other.History.ReadUndoRecordAsync(entries[1], Cancel)).UndoRecord);

        await other.History.MarkUndoneAsync(entries[1], "run-2", Entry("two").AppliedAt.AddHours(1), Cancel);
        var marked = (await target.History.ReadAsync(Cancel))[1];
        Assert.Equal((false, "run-2", Entry("two").AppliedAt.AddHours(1)), (marked.IsApplied, marked.UndoneByRun, marked.UndoneAt));

        var snapshot = await target.SnapshotAsync(SnapshotDepth.Structure, Silent, Cancel);
        await target.History.RecordBaselineAsync(snapshot.Baseline, "run-1", Cancel);
        await target.History.RecordBaselineAsync(snapshot.Baseline, "run-2", Cancel);
        var recorded = await other.History.ReadBaselineAsync(Cancel);
        Assert.Equal(("run-2", entries[1].Sequence), (recorded!.RunId, recorded.LastEntry));
        Assert.Empty(snapshot.Baseline.DriftTo(recorded.Baseline));
    }

    [Fact]
    public async Task The_history_knows_what_was_only_begun_and_how_far_it_came()
    {
        await using var target = await CreateAsync();
        await target.History.RecordAsync(Entry("before"), Cancel);
        var begun = await target.History.RecordAsync(Entry("begun") with { IsBegun = true, UndoRecord = "way back", Position = 7 }, Cancel);
        await target.History.KeepProgressAsync(begun, new StepProgress("1", "first 'part'"), Cancel);
        await target.History.KeepProgressAsync(begun, new StepProgress("2", ""), Cancel);

        await using var other = await OpenAgainAsync(target);
        var found = (await other.History.ReadAsync(Cancel))[1];
        Assert.Equal((true, false, false, 7, begun.Sequence), (found.IsBegun, found.IsApplied, found.IsUndone, found.Position, found.Sequence));
        found = await other.History.ReadUndoRecordAsync(found, Cancel);
        Assert.Equal("way back", found.UndoRecord);
        Assert.Equal([new StepProgress("1", "first 'part'"), new StepProgress("2", "")], found.Progress);

        // What comes to its end keeps its place, and what was kept of its progress goes.
        await other.History.RecordAsync(found with { IsBegun = false, UndoRecord = "whole way back" }, Cancel);
        var entries = await target.History.ReadAsync(Cancel);
        Assert.Equal(["before", "begun"], entries.Select(e => e.Step));
        Assert.Equal((begun.Sequence, true), (entries[1].Sequence, entries[1].IsApplied));
        var complete = await target.History.ReadUndoRecordAsync(entries[1], Cancel);
        Assert.Equal("whole way back", complete.UndoRecord);
        Assert.Empty(complete.Progress);

        // What never came to its end can be marked as taken back.
        var lost = await target.History.RecordAsync(Entry("lost") with { IsBegun = true }, Cancel);
        await target.History.KeepProgressAsync(lost, new StepProgress("1", "part"), Cancel);
        await target.History.MarkUndoneAsync(lost, "run-2", Entry("lost").AppliedAt, Cancel);
        lost = (await other.History.ReadAsync(Cancel))[^1];
        Assert.Equal((true, false), (lost.IsUndone, lost.IsApplied));
        Assert.Equal("first", (await target.History.RecordAsync(Entry("first"), Cancel)).Step);
    }

    [Fact]
    public async Task What_PSMigrate_keeps_in_a_target_is_not_part_of_it()
    {
        await using var target = await CreateAsync();
        var before = await target.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel);
        await target.History.RecordAsync(Entry("one"), Cancel);
        await target.History.RecordBaselineAsync(before.Baseline, "run-1", Cancel);

        AssertSame(before, await target.SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel));
    }

    [Fact]
    public async Task A_record_made_in_a_unit_of_work_is_committed_or_rolled_back_with_it()
    {
        await using var target = await CreateAsync();
        await using (var unit = await target.BeginAsync("", Cancel))
        {
            Assert.Equal(HasUnitsOfWork, unit is not null);
            Assert.SkipUnless(HasUnitsOfWork, "this kind of target has no units of work");
            await target.History.RecordAsync(Entry("rolled back"), Cancel);
        }

        await using var other = await OpenAgainAsync(target);
        Assert.Empty(await target.History.ReadAsync(Cancel));
        Assert.Empty(await other.History.ReadAsync(Cancel));

        await using (var unit = await target.BeginAsync("", Cancel))
        {
            await target.History.RecordAsync(Entry("committed"), Cancel);
            await unit!.CommitAsync(Cancel);
        }

        await using (await target.BeginAsync("", Cancel))
        {
            await target.History.MarkUndoneAsync((await target.History.ReadAsync(Cancel))[0], "run-2", DateTimeOffset.UtcNow, Cancel);
        }

        Assert.True(Assert.Single(await other.History.ReadAsync(Cancel)).IsApplied);
    }

    [Fact]
    public async Task A_missing_target_is_an_error_that_says_so()
    {
        var missing = Missing();
        Assert.SkipWhen(missing is null, "this kind of target cannot be missing");
        await using (missing)
        {
            Assert.Equal(ErrorKind.NotFound, (await Refused.WithAsync("TargetNotFound", () => missing.OpenAsync(Cancel))).Kind);
        }
    }

    [Fact]
    public async Task A_target_that_cannot_be_written_is_an_error_before_anything_is_tried()
    {
        await using var target = await CreateAsync();
        await target.RequireWritableAsync(Cancel);
        var unwritable = await OpenUnwritableAsync(target);
        Assert.SkipWhen(unwritable is null, "this kind of target can always be written");
        await using (unwritable)
        {
            Assert.Equal(ErrorKind.Denied, (await Refused.WithAsync("TargetReadOnly", () => unwritable.RequireWritableAsync(Cancel))).Kind);
        }
    }

    [Fact]
    public async Task A_sound_target_passes_its_own_checks()
    {
        await using var target = await CreateAsync();
        Assert.All(await target.SelfCheckAsync(Cancel), c => Assert.True(c.Passed, c.Detail));
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_does_not_begin()
    {
        await using var target = await CreateAsync();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => target.LockAsync(Holder("first"), TimeSpan.Zero, Silent, cancelled));
        if (HasContent)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => target.SnapshotAsync(SnapshotDepth.Checksums, Silent, cancelled));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => target.BackupAsync(WorkFolder("cancelled"), Silent, cancelled));
        }
    }

    public void Dispose()
    {
        work.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static HistoryEntry Entry(string step) => new()
    {
        RunId = "run-1",
        PlanName = "plan",
        PlanHash = "hash",
        Step = step,
        Kind = "sql",
        Checksum = "sum",
        AppliedAt = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero),
        Duration = TimeSpan.FromMilliseconds(1234),
        AppliedBy = "tester@here",
    };

    private static LockHolder Holder(string name) => new($"{name}@here", 42, "nightly", DateTimeOffset.UtcNow);

    private static void AssertSame(TargetSnapshot expected, TargetSnapshot found)
    {
        Assert.Empty(expected.Baseline.DriftTo(found.Baseline));
        Assert.Empty(expected.ContentDifferences(found));
    }
}
