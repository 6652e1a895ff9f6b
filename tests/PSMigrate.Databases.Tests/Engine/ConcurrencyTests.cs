using System.Diagnostics;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Several runners on one database, and runs that are stopped in the middle.</summary>
public sealed class ConcurrencyTests
{
    // Counts far enough to last for minutes.
    private const string Endless = "INSERT INTO numbers WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT i FROM n WHERE i % 50000000 = 0";

    [Fact]
    public async Task Of_two_runners_one_runs_and_the_other_waits_and_finds_nothing_to_do()
    {
        using var folder = new MigrationFolder("CREATE TABLE numbers (n);");
        for (var i = 1; i <= 20; i++)
        {
            folder.Script($"{i}_add.sql", $"INSERT INTO numbers VALUES ({i})");
        }

        var plan = await folder.PlanAsync();
        var together = new Barrier(3);
        var runs = Enumerable.Range(0, 3).Select(i => Task.Run(async () =>
        {
            together.SignalAndWait(MigrationFolder.Cancel);
            return await new MigrationRunner(folder.NewServices($"runner{i}@here"), SilentObserver.Instance).RunAsync(plan, new RunOptions(), MigrationFolder.Cancel);
        })).ToList();
        var results = await Task.WhenAll(runs);

        Assert.All(results, r => Assert.Null(r.Failure));
        Assert.Equal([RunOutcome.NothingToDo, RunOutcome.NothingToDo, RunOutcome.Succeeded],
            results.Select(r => r.Plan.Evidence.OfType<RunEvidence>().Last().Outcome).OrderDescending().Order(Comparer<RunOutcome>.Create((a, b) => b.CompareTo(a))));
        Assert.Equal(20L, folder.Value("SELECT count(*) FROM numbers"));
        Assert.Equal(20, (await folder.HistoryAsync()).Count);
    }

    [Fact]
    public async Task A_runner_that_waited_long_enough_is_told_who_holds_the_target()
    {
        using var folder = new MigrationFolder("CREATE TABLE numbers (n);");
        folder.Script("add.sql", "INSERT INTO numbers VALUES (1)");
        var plan = await folder.PlanAsync();
        await using var target = await folder.OpenTargetAsync();
        var holder = new LockHolder("colleague@elsewhere", 4711, "plan nightly", DateTimeOffset.UtcNow);
        await using (await target.LockAsync(holder, TimeSpan.Zero, SilentObserver.Instance, MigrationFolder.Cancel))
        {
            var clock = Stopwatch.StartNew();

            var error = await Refused.WithAsync("TargetLocked", () => folder.RunAsync(plan, new RunOptions { LockTimeout = TimeSpan.FromMilliseconds(300) }));

            Assert.InRange(clock.Elapsed.TotalSeconds, 0.25, 10);
            Assert.Contains("colleague@elsewhere, process 4711, run plan nightly", error.Message, StringComparison.Ordinal);
            Assert.Equal(ErrorKind.Busy, error.Kind);
        }

        Assert.Null((await folder.RunAsync(plan)).Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stopping_ends_a_long_statement_and_leaves_the_target_as_before_its_script(bool groups)
    {
        using var folder = new MigrationFolder("CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1);");
        folder.Script("1_first.sql", "CREATE TABLE made (x)");
        folder.Script("2_endless.sql", $"DELETE FROM numbers; ALTER TABLE numbers ADD COLUMN y; {Endless.Replace("INTO numbers", "INTO numbers (n)", StringComparison.Ordinal)}");
        var plan = await folder.PlanAsync();
        using var stop = new CancellationTokenSource();
        var run = Task.Run(() => new MigrationRunner(folder.NewServices(), SilentObserver.Instance).RunAsync(plan, MigrationFolder.Forced with { GroupSteps = groups }, stop.Token));
        await Task.Delay(700, MigrationFolder.Cancel);
        Assert.False(run.IsCompleted);
        var clock = Stopwatch.StartNew();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
        Assert.Equal(1L, folder.Value("SELECT group_concat(n) = '1' FROM numbers"));
        Assert.Equal(groups ? [] : ["1_first"], (await folder.HistoryAsync()).Select(e => e.Step));
        Assert.Empty(Sqlite.DatabaseImage.Captures(folder.Database));

        // Nothing is held or in doubt. As after a crash, a run that had applied something is gone on with, or back from.
        folder.Script("2_endless.sql", "DELETE FROM numbers");
        if (!groups)
        {
            await Refused.WithAsync("RunUnfinished", () => folder.MigrateAsync());
        }

        await folder.MigrateAsync(MigrationFolder.Forced with { Resume = !groups });
        Assert.Equal(0L, folder.Value("SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task Stopping_ends_a_long_undo_and_leaves_the_step_applied()
    {
        using var folder = new MigrationFolder("CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1);");
        folder.Script("1_first.sql", $"DELETE FROM numbers;\n-- Rollback\n-- {Endless};");
        var plan = await folder.MigrateAsync();
        var after = folder.Image();
        using var stop = new CancellationTokenSource();
        var undo = Task.Run(() => new UndoRunner(folder.NewServices(), SilentObserver.Instance).UndoAsync(plan, new UndoSelection(), new RunOptions(), stop.Token));
        await Task.Delay(700, MigrationFolder.Cancel);
        Assert.False(undo.IsCompleted);
        var clock = Stopwatch.StartNew();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => undo);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
        Assert.Equal("", after.DifferenceTo(folder.Image()));
        Assert.True(Assert.Single(await folder.HistoryAsync()).IsApplied);
        await Refused.WithAsync("RunUnfinished", () => folder.RunAsync(plan));
        Assert.Equal("Succeeded", RunJournal.Read(folder.State.Runs()[0])[^1].Outcome);
    }

    [Fact]
    public async Task A_script_waits_for_a_writer_and_gives_up_in_time()
    {
        using var folder = new MigrationFolder("CREATE TABLE numbers (n);");
        folder.Script("add.sql", "-- LockTimeout: 200ms\nINSERT INTO numbers VALUES (1)");
        var plan = await folder.PlanAsync(FolderDrafts.OfFolder(folder.Scripts), $"sqlite:Data Source={folder.Database};Default Timeout=1");
        using (var writer = folder.Open())
        {
            MigrationFolder.Run(writer, "BEGIN IMMEDIATE; INSERT INTO numbers VALUES (99)");

            var error = await Refused.WithAsync("TargetBusy", async () =>
            {
                if ((await folder.RunAsync(plan)).Failure is { } failure)
                {
                    throw failure;
                }
            });

            Assert.Equal(ErrorKind.Busy, error.Kind);
            MigrationFolder.Run(writer, "COMMIT");
        }

        Assert.Null((await folder.RunAsync(plan)).Failure);
        Assert.Equal(2L, folder.Value("SELECT count(*) FROM numbers"));
    }
}
