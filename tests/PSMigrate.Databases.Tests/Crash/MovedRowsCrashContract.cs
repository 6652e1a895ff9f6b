using System.Globalization;
using Microsoft.Data.Sqlite;
using PSMigrate.Databases.Crash;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>
/// A copy of several tables side by side, and a transform after it, killed at any time and gone on with, again and again: no row is lost
/// and none comes twice. Undone, with the undo killed as well, nothing is left of it.
/// </summary>
public abstract class MovedRowsCrashContract
{
    private const int Rows = 6_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How many processes are killed: a hundred where there is time.</summary>
    private static int Kills => SlowTests.Wanted ? 100 : 12;

    private protected abstract TestDatabase NewDatabase(string folder);

    /// <summary>As another process is told of it.</summary>
    private protected virtual string AddressOf(TestDatabase database) => database.Target;

    [Fact]
    public async Task Killed_at_any_time_no_row_is_lost_or_comes_twice()
    {
        var random = new Random(SlowTests.Seed);
        for (var killed = 0; killed < Kills;)
        {
            killed += await PlayAsync(random);
        }
    }

    /// <returns>How many processes were killed.</returns>
    private async Task<int> PlayAsync(Random random)
    {
        var folder = Directory.CreateTempSubdirectory("psmigrate-crash-").FullName;
        using var database = NewDatabase(folder);
        var room = new CrashRoom(Path.Combine(folder, "room")) { Server = AddressOf(database) };
        SetUp(room, database);
        await PlanAsync(room);
        var before = database.Image();
        var killed = await UntilDoneAsync(room, OperatorAct.Run, OperatorAct.Resume, random);
        Require(database);
        var again = await OperatorProcess.RunAsync(room, new Kill(OperatorAct.Run), oneByOne: false, Cancel);
        Assert.True(again.Succeeded, again.Said);
        Require(database);
        killed += await UntilDoneAsync(room, OperatorAct.Undo, OperatorAct.Undo, random);
        Assert.Equal("", before.DifferenceTo(database.Image()));
        Assert.Empty(database.Captures());
        Directory.Delete(folder, recursive: true);
        return killed;
    }

    /// <summary>Kills one process after the other, until one comes to its end before it is killed.</summary>
    private static async Task<int> UntilDoneAsync(CrashRoom room, OperatorAct first, OperatorAct next, Random random)
    {
        var (killed, act) = (0, first);
        while (true)
        {
            // The first third of a second goes by before anything is done.
            var after = killed < 6 ? TimeSpan.FromMilliseconds(random.Next(300, 1500)) : (TimeSpan?)null;
            var end = await OperatorProcess.RunAsync(room, new Kill(act) { After = after, Moment = int.MaxValue }, oneByOne: false, Cancel);
            if (end.Killed)
            {
                killed++;
                act = next;
            }
            else
            {
                // Killed when all was undone, there is nothing left to undo.
                Assert.True(end.Succeeded || (killed > 0 && end.Said.Contains("NothingToUndo", StringComparison.Ordinal)), end.Said);
                return killed;
            }
        }
    }

    private static void SetUp(CrashRoom room, TestDatabase database)
    {
        Directory.CreateDirectory(room.Scripts);
        Directory.CreateDirectory(room.Files);
        using var source = new SqliteConnection($"Data Source={Path.Combine(room.Scripts, "source.db")};Pooling=False");
        source.Open();
        foreach (var table in new[] { "one", "two", "three" })
        {
            TestDatabase.Run(source, string.Create(CultureInfo.InvariantCulture, $"""
                CREATE TABLE {table} (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, amount NUMERIC(10, 2), note TEXT);
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) INSERT INTO {table} SELECT i * 2, '{table} ' || i, i / 4.0, CASE i % 3 WHEN 0 THEN NULL ELSE 'note ' || i END FROM n;
                """));
        }

        database.Execute(database.InDialect("CREATE TABLE three (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, amount NUMERIC(10, 2), note TEXT)"));
        File.WriteAllText(Path.Combine(room.Scripts, "plan.yaml"), """
            name: moved
            onFailure: stop
            targets: { old: "sqlite:source.db" }
            steps:
              - copy: { from: old, create: true, chunkRows: 100, parallel: 3 }
              - transform: { table: two, set: { amount: t.amount + 1 }, batchRows: 100 }
            """);
    }

    private static async Task PlanAsync(CrashRoom room)
    {
        var plan = await CrashRooms.PlanAsync(room, Cancel);
        plan = plan with { StatePath = room.State.Path };
        File.WriteAllText(room.PlanFile, PlanDocument.ToJson(plan.With(new ApprovalEvidence { PlanHash = plan.Hash, At = plan.CreatedAt, By = "colleague@there", Succeeded = true, Summary = "Approved" })));
    }

    private static void Require(TestDatabase database)
    {
        foreach (var (table, sum) in new[] { ("one", 0), ("two", Rows), ("three", 0) })
        {
            Assert.Equal(
                string.Create(CultureInfo.InvariantCulture, $"{Rows} {Rows} {Rows / 4L * (Rows + 1) / 2 + sum}"),
                Assert.Single(database.Rows($"SELECT count(*), count(DISTINCT name), CAST(sum(amount) AS DECIMAL(20, 0)) FROM {table}")));
        }
    }
}
