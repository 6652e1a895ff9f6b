using System.Diagnostics;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Several runners on one database, and runs that are stopped in the middle: on any engine.</summary>
public abstract class ConcurrencyContract : EngineContract
{
    /// <summary>A statement that inserts into numbers (n) after minutes.</summary>
    private protected abstract string Endless { get; }

    /// <summary>What keeps a script's INSERT INTO numbers VALUES (1) waiting, for as long as the transaction is open that it is in.</summary>
    private protected abstract string Hold { get; }

    /// <summary>The error of a script that waited for others long enough.</summary>
    private protected virtual string HeldError => "LockNotGranted";

    /// <summary>Skips what needs a server that tells by its error that a lock was not to be had.</summary>
    private protected virtual void SkipUnlessLocksAreToldOf()
    {
    }

    /// <summary>Skips what needs a server that can be told to end a statement.</summary>
    private protected virtual void SkipUnlessStatementsCanBeEnded()
    {
    }

    [Fact]
    public async Task Of_two_runners_one_runs_and_the_other_waits_and_finds_nothing_to_do()
    {
        using var folder = NewFolder("CREATE TABLE numbers (n INTEGER);");
        for (var i = 1; i <= 8; i++)
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
        Assert.Equal(8L, folder.Value("SELECT count(*) FROM numbers"));
        Assert.Equal(8, (await folder.HistoryAsync()).Count);
    }

    [Fact]
    public async Task A_runner_that_waited_long_enough_is_told_who_holds_the_target()
    {
        using var folder = NewFolder("CREATE TABLE numbers (n INTEGER);");
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
        SkipUnlessStatementsCanBeEnded();
        using var folder = NewFolder("CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1);");
        folder.Script("1_first.sql", "CREATE TABLE made (x INTEGER)");
        folder.Script("2_endless.sql", $"DELETE FROM numbers;{(folder.StructureIsTransactional ? "ALTER TABLE numbers ADD COLUMN y INTEGER;" : "")} {Endless}");
        var plan = await folder.PlanAsync();
        using var stop = new CancellationTokenSource();
        var observer = new ListeningObserver(Endless);
        var run = Task.Run(() => new MigrationRunner(folder.NewServices(), observer).RunAsync(plan, MigrationFolder.Forced with { GroupSteps = groups }, stop.Token));
        await observer.HeardAsync();
        await Task.Delay(300, MigrationFolder.Cancel);
        Assert.False(run.IsCompleted);
        var clock = Stopwatch.StartNew();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
        Assert.Equal(["1"], folder.Rows("SELECT n FROM numbers"));
        Assert.Equal(groups && folder.StructureIsTransactional ? [] : ["1_first"], (await folder.HistoryAsync()).Select(e => e.Step));
        Assert.Empty(folder.Captures());

        // Nothing is held or in doubt. As after a crash, a run that had applied something is gone on with, or back from.
        folder.Script("2_endless.sql", "DELETE FROM numbers");
        var isBegun = !groups || !folder.StructureIsTransactional;
        if (isBegun)
        {
            await Refused.WithAsync("RunUnfinished", () => folder.MigrateAsync());
        }

        await folder.MigrateAsync(MigrationFolder.Forced with { Resume = isBegun });
        Assert.Equal(0L, folder.Value("SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task Stopping_ends_a_long_undo_and_leaves_the_step_applied()
    {
        SkipUnlessStatementsCanBeEnded();
        using var folder = NewFolder("CREATE TABLE numbers (n INTEGER PRIMARY KEY); INSERT INTO numbers VALUES (1);");
        folder.Script("1_first.sql", $"DELETE FROM numbers;\n-- Rollback\n-- {Endless};");
        var plan = await folder.MigrateAsync();
        var after = folder.Image();
        using var stop = new CancellationTokenSource();
        var observer = new ListeningObserver(Endless);
        var undo = Task.Run(() => new UndoRunner(folder.NewServices(), observer).UndoAsync(plan, new UndoSelection(), new RunOptions(), stop.Token));
        await observer.HeardAsync();
        await Task.Delay(300, MigrationFolder.Cancel);
        Assert.False(undo.IsCompleted);
        var clock = Stopwatch.StartNew();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => undo);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
        Assert.Equal("", after.DifferenceTo(folder.Image()));
        var entry = Assert.Single(await folder.HistoryAsync());
        Assert.True(entry.IsApplied || (entry.IsBegun && !folder.StructureIsTransactional));
        await Refused.WithAsync("RunUnfinished", () => folder.RunAsync(plan));
        Assert.Equal("Succeeded", RunJournal.Read(folder.State.Runs()[0])[^1].Outcome);
    }

    [Fact]
    public async Task A_script_waits_for_a_writer_and_gives_up_in_time()
    {
        SkipUnlessLocksAreToldOf();
        using var folder = NewFolder("CREATE TABLE numbers (n INTEGER PRIMARY KEY);");
        folder.Script("add.sql", "-- LockTimeout: 1s\nINSERT INTO numbers VALUES (1)");
        var plan = await folder.PlanAsync();
        using (var writer = folder.Connect())
        {
            MigrationFolder.Run(writer, $"{BeginWriting}; {Hold}");

            var error = Refused.Is(HeldError, await FailureAsync(() => folder.RunAsync(plan)));

            Assert.Equal(ErrorKind.Busy, error.Kind);
            MigrationFolder.Run(writer, "ROLLBACK");
        }

        Assert.Null((await folder.RunAsync(plan)).Failure);
        Assert.Equal(1L, folder.Value("SELECT count(*) FROM numbers"));
    }

    private protected virtual string BeginWriting => "BEGIN";

    private static async Task<MigrationException?> FailureAsync(Func<Task<ActResult>> act)
    {
        try
        {
            return (await act()).Failure;
        }
        catch (MigrationException e)
        {
            return e;
        }
    }
}
