using System.Text;
using PSMigrate.Databases.Crash;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>
/// Connections that are cut, processes and sessions that are killed, and the server itself, at any request of a run or its undo.
/// Whatever way the operator takes then, no step is applied twice and none is lost.
/// </summary>
public abstract class ServerCrashContract(ServerCrashFixture fixture)
{
    private static readonly Delivery[] Deliveries = Enum.GetValues<Delivery>();

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OperatorAct.Run)]
    [InlineData(OperatorAct.Undo)]
    public async Task Whatever_comes_between_a_runner_and_its_server_both_ways_on_lead_to_where_they_should(OperatorAct act)
    {
        var runner = await NewRunnerAsync();
        var requests = await CountAsync(runner, act);
        var random = new Random(SlowTests.Seed);
        var number = SlowTests.Everything ? requests * 3 : SlowTests.Wanted ? 48 : 6;
        await PlayAsync(runner, Enumerable.Range(0, number).Select(i => new ServerCrashCase(
            act,
            (Disturbance)(i % 3),
            Deliveries[i / 3 % Deliveries.Length],
            1 + (int)((i + random.NextDouble()) * requests / number),
            WayOn(i))), Environment.ProcessorCount);
    }

    [Fact]
    public async Task The_server_is_killed_and_comes_back()
    {
        var runner = await NewRunnerAsync();
        var random = new Random(SlowTests.Seed);
        var cases = new List<ServerCrashCase>();
        var number = SlowTests.Wanted ? 12 : 1;
        foreach (var act in new[] { OperatorAct.Run, OperatorAct.Undo })
        {
            var requests = await CountAsync(runner, act);
            cases.AddRange(Enumerable.Range(0, number).Select(i => new ServerCrashCase(
                act, Disturbance.KillServer, Deliveries[(i + SlowTests.Seed) % Deliveries.Length], 1 + (int)((i + random.NextDouble()) * requests / number), WayOn(i))));
        }

        await PlayAsync(runner, cases, 1);
    }

    /// <summary>Where the server has done what it was asked, the runner finds that out by itself and goes on; where it has not, it says so.</summary>
    [Theory]
    [InlineData("COMMIT", "Half")]
    [InlineData("COMMIT", "Begun")]
    [InlineData("COMMIT", "Answered")]
    [InlineData("history", "Half")]
    [InlineData("history", "Begun")]
    [InlineData("history", "Answered")]
    [InlineData("statement", "Half")]
    [InlineData("statement", "Begun")]
    [InlineData("statement", "Answered")]
    public async Task A_connection_that_is_cut_in_the_middle_leads_to_the_right_answer(string what, string delivery)
    {
        var rooms = await fixture.RoomsAsync();
        var room = rooms.New();
        var proxy = fixture.Site.ProxyOf(room);
        proxy.At(what switch { "COMMIT" => text => text.Contains("COMMIT", StringComparison.Ordinal), "history" => fixture.IsHistoryWrite, _ => text => text.Contains("UPDATE customers SET email", StringComparison.Ordinal) && !text.Contains("psmigrate", StringComparison.Ordinal) }, Enum.Parse<Delivery>(delivery));

        var outcome = await new Operator(room).ActAsync(OperatorAct.Run, Cancel);

        Assert.NotNull(proxy.Disturbed);
        var before = string.Join("\n  ", proxy.Requests.TakeWhile(r => r != proxy.Disturbed).TakeLast(10));
        if (what == "COMMIT" && delivery != "Half")
        {
            Assert.True(outcome.Succeeded, outcome.ToString());
        }
        else if (!outcome.Succeeded)
        {
            Assert.Equal("ConnectionLost", outcome.ErrorId);
            Assert.Contains("-Resume", outcome.Advice, StringComparison.Ordinal);
        }

        var wrong = await new Aftermath(rooms, room, new(), Cancel).FindWrongAsync(OperatorAct.Resume);
        Assert.True(wrong is null, $"{wrong}\n  {before}\n  {proxy.Disturbed}");
        fixture.Site.Leave(room);
    }

    /// <summary>In one half of the cases the operator goes on, in the other back.</summary>
    private static OperatorAct WayOn(int number) => (number % 4) switch
    {
        0 or 2 => OperatorAct.Resume,
        1 => OperatorAct.Undo,
        _ => OperatorAct.UndoRun,
    };

    private async Task<ServerCrashCaseRunner> NewRunnerAsync() => new(await fixture.RoomsAsync(), fixture, Cancel);

    private async Task<int> CountAsync(ServerCrashCaseRunner runner, OperatorAct act)
    {
        var room = (await fixture.RoomsAsync()).New();
        var requests = await runner.CountAsync(room, OperatorAct.Run);
        requests = act == OperatorAct.Run ? requests : await runner.CountAsync(room, act);
        fixture.Site.Leave(room);
        return requests;
    }

    private static async Task PlayAsync(ServerCrashCaseRunner runner, IEnumerable<ServerCrashCase> cases, int atOnce)
    {
        var wrong = new StringBuilder();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = Cancel }, async (which, _) =>
        {
            if (await runner.PlayAsync(which) is { } found)
            {
                lock (wrong)
                {
                    wrong.AppendLine(found);
                }
            }
        });
        Assert.True(wrong.Length == 0, $"{SlowTests.SeedVariable}={SlowTests.Seed}\n{wrong}");
    }
}
