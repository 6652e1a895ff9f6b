using System.Text;
using PSMigrate.Databases.Crash;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Journal;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>A run whose last step fails takes itself back; killed anywhere in that, it is taken back all the same.</summary>
public sealed class SelfUndoCrashTests(CrashFixture fixture)
{
    private static readonly int Sample = SlowTests.Wanted ? 60 : 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_killed_while_it_takes_itself_back_is_taken_back_by_every_way_on()
    {
        var counted = await RoomAsync();
        var end = await OperatorProcess.RunAsync(counted, new Kill(OperatorAct.Run), oneByOne: false, Cancel);
        Assert.StartsWith("StatementFailed", end.Said, StringComparison.Ordinal);
        Assert.Null(await WrongInAsync(counted));
        var moments = await File.ReadAllLinesAsync(counted.Moments, Cancel);
        var fails = Array.FindIndex(moments, m => m.StartsWith("record: before Failed 12_last", StringComparison.Ordinal));
        Assert.InRange(fails, 100, moments.Length - 100);

        var stride = 1 + ((moments.Length - fails) / Sample);
        var wrong = new StringBuilder();
        var cases = Enumerable.Range(fails + 1, moments.Length - fails).Where(m => m % stride == SlowTests.Seed % stride);
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = Cancel }, async (moment, _) =>
        {
            var room = await RoomAsync();
            var wayOn = (moment / stride % 4) switch { 0 or 2 => OperatorAct.Resume, 1 => OperatorAct.Undo, _ => OperatorAct.UndoRun };
            var killed = await OperatorProcess.RunAsync(room, new Kill(OperatorAct.Run) { Moment = moment }, oneByOne: false, Cancel);
            Assert.True(killed.Killed, killed.Said);
            var outcome = await new Operator(room).ActAsync(wayOn, Cancel);

            // Whoever resumes meets the same failure, and is taken back for it; whoever undoes may find all of it undone already.
            var expected = wayOn == OperatorAct.Resume ? outcome.ErrorId == "StatementFailed" : outcome.Succeeded || outcome.ErrorId == "NothingToUndo";
            var found = expected ? await WrongInAsync(room) : $"it {outcome}";
            if (found is not null)
            {
                lock (wrong)
                {
                    wrong.AppendLine($"killed at moment {moment} ({killed.Said}), {wayOn}: {found}");
                }
            }
        });
        Assert.True(wrong.Length == 0, $"{SlowTests.SeedVariable}={SlowTests.Seed}\n{wrong}");
    }

    private async Task<string?> WrongInAsync(CrashRoom room) =>
        (await fixture.RoomsAsync()).Original.DifferenceTo(World.Of(room)) is { Length: > 0 } difference ? $"compared with the original:{difference}"
        : DatabaseImage.Captures(room.Database).FirstOrDefault(name => name != "psmigrate_progress") is { } left ? $"{left} is left"
        : room.State.Runs().Select(RunJournal.Read).Any(records => records is [.., { Act: not JournalAct.End }]) ? "a journal does not end"
        : await new Operator(room).ActAsync(OperatorAct.Run, Cancel) is { ErrorId: not "StatementFailed" } again ? $"run again, it {again}"
        : null;

    private async Task<CrashRoom> RoomAsync()
    {
        var room = (await fixture.RoomsAsync()).New();
        await File.AppendAllTextAsync(Path.Combine(room.Scripts, "12_last.sql"), "SELECT json('{');\n", Cancel);
        var file = Path.Combine(room.Scripts, "plan.yaml");
        await File.WriteAllTextAsync(file, CrashPlan.PlanFile.Replace("onFailure: stop", "onFailure: undo", StringComparison.Ordinal), Cancel);
        await CrashRooms.PlanAgainAsync(room, Cancel);
        return room;
    }
}
