using System.Text;
using PSMigrate.Databases.Crash;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>
/// Processes killed with SIGKILL before and after every record of the journal, every statement and every operation on a file,
/// forward and back. Whatever way the operator takes then, no step is applied twice and none is lost.
/// </summary>
public sealed class CrashTests(CrashFixture fixture)
{
    private const int Sample = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_kills_a_run_or_its_undo_both_ways_on_lead_to_where_they_should()
    {
        var random = new Random(SlowTests.Seed);
        var cases = new List<CrashCase>();
        for (var i = 0; i < Sample; i++)
        {
            cases.Add(await RandomCaseAsync(random, i, kills: 1 + (i % 3)));
        }

        await PlayAsync(cases);
    }

    [Fact]
    public async Task A_run_killed_at_every_moment()
    {
        SlowTests.Only();
        var moments = Worth(await fixture.MomentsOfRunAsync());
        Assert.InRange(moments.Count, 100, 1000);
        await PlayAsync(moments.Select(moment => new CrashCase(
            [new Kill(OperatorAct.Run) { Moment = moment }],
            WayOn((moment / 2) + SlowTests.Seed)) { TornBytes = moment % 8 }));
    }

    [Fact]
    public async Task An_undo_killed_at_every_moment()
    {
        SlowTests.Only();
        var moments = Worth(await fixture.MomentsOfUndoAsync());
        Assert.InRange(moments.Count, 100, 1000);
        await PlayAsync(moments.Select(moment => new CrashCase(
            [new Kill(moment % 2 == 0 ? OperatorAct.UndoRun : OperatorAct.Undo) { Moment = moment }],
            WayOn((moment / 2) + SlowTests.Seed)) { AfterWholeRun = true, TornBytes = moment % 8 }));
    }

    [Fact]
    public async Task Killed_again_and_again()
    {
        SlowTests.Only();
        var random = new Random(SlowTests.Seed);
        var cases = new List<CrashCase>();
        for (var i = 0; i < 40; i++)
        {
            cases.Add(await RandomCaseAsync(random, i, kills: 2 + (i % 3)));
        }

        await PlayAsync(cases);
    }

    [Fact]
    public async Task Killed_from_outside_at_any_time()
    {
        SlowTests.Only();
        var random = new Random(SlowTests.Seed);
        await PlayAsync(Enumerable.Range(0, 40).Select(i => new CrashCase(
            [new Kill(i % 2 == 0 ? OperatorAct.Run : OperatorAct.Undo) { After = TimeSpan.FromMilliseconds(random.Next(200, 800)) }],
            WayOn(i / 2)) { AfterWholeRun = i % 2 == 1, OneByOne = i % 4 < 2 }));
    }

    [Theory]
    [InlineData(OperatorAct.Run)]
    [InlineData(OperatorAct.Undo)]
    public async Task Killed_before_a_system_call_that_changes_a_file(OperatorAct act)
    {
        SlowTests.Only();
        Assert.SkipUnless(OperatorProcess.Tracer is not null, "It needs strace.");
        var room = (await fixture.RoomsAsync()).New();
        if (act == OperatorAct.Undo)
        {
            Assert.True((await new Operator(room).ActAsync(OperatorAct.Run, Cancel)).Succeeded);
        }

        var calls = await OperatorProcess.TraceAsync(room, act, Cancel);
        Assert.InRange(calls.Count, 300, 5000);
        var stride = SlowTests.Everything ? 1 : 1 + (calls.Count / 40);
        await PlayAsync(calls.Where((_, i) => i % stride == SlowTests.Seed % stride).Select((call, i) => new CrashCase(
            [new Kill(act) { Call = call }],
            WayOn(i + SlowTests.Seed)) { AfterWholeRun = act == OperatorAct.Undo }));
    }

    /// <summary>
    /// Every moment around a record or an operation on a file; of the statements, which are many, every third one, unless
    /// everything is asked for.
    /// </summary>
    private static List<int> Worth(IReadOnlyList<string> moments) => [.. Enumerable.Range(1, moments.Count)
        .Where(moment => SlowTests.Everything || !moments[moment - 1].StartsWith("statement", StringComparison.Ordinal) || moment % 3 == SlowTests.Seed % 3)];

    /// <summary>In one half of the cases the operator goes on, in the other back: by the run's id, or to before whatever ran last.</summary>
    private static OperatorAct WayOn(int number) => (number % 4) switch
    {
        0 or 2 => OperatorAct.Resume,
        1 => OperatorAct.Undo,
        _ => OperatorAct.UndoRun,
    };

    private async Task<CrashCase> RandomCaseAsync(Random random, int number, int kills)
    {
        var run = (await fixture.MomentsOfRunAsync()).Count;
        var undo = (await fixture.MomentsOfUndoAsync()).Count;
        var whole = number % 3 == 1;
        var first = whole ? OperatorAct.Undo : OperatorAct.Run;
        var killed = new List<Kill> { new(first) { Moment = 1 + random.Next(whole ? undo : run) } };
        while (killed.Count < kills)
        {
            // What goes on after a crash has less to do, the more was done before: a moment too late kills nothing.
            var act = random.Next(2) == 0 ? OperatorAct.Resume : random.Next(2) == 0 ? OperatorAct.Undo : OperatorAct.UndoRun;
            killed.Add(new Kill(act) { Moment = 1 + random.Next(act == OperatorAct.Resume ? run / 2 : undo / 2) });
        }

        return new CrashCase(killed, WayOn(random.Next(4)))
        {
            AfterWholeRun = whole,
            OneByOne = random.Next(2) == 0,
            TornBytes = random.Next(2) == 0 ? random.Next(1, 200) : 0,
        };
    }

    private async Task PlayAsync(IEnumerable<CrashCase> cases)
    {
        var player = new CrashCaseRunner(await fixture.RoomsAsync(), Cancel);
        var wrong = new StringBuilder();
        var failed = 0;
        var played = 0;
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = Cancel }, async (which, _) =>
        {
            var found = await player.PlayAsync(which);
            lock (wrong)
            {
                played++;
                if (found is not null)
                {
                    failed++;
                    wrong.AppendLine(found);
                }
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{played} cases, {player.Kills} processes killed");
        Assert.True(failed == 0, $"{failed} of {played} cases with {player.Kills} kills went wrong; to repeat them, set {SlowTests.SeedVariable}={SlowTests.Seed}:\n{wrong}");
    }
}
