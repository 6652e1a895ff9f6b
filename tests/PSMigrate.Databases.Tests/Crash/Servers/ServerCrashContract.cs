using System.Text;
using PSMigrate.Databases.Crash;
using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>
/// Connections that are cut, processes and sessions that are killed, and the server itself, at any request of a run or its undo.
/// Whatever way the operator takes then, no step is applied twice and none is lost.
/// </summary>
public abstract class ServerCrashContract : IAsyncLifetime
{
    private static readonly Delivery[] Deliveries = Enum.GetValues<Delivery>();

    private CrashRooms? rooms;
    private ServerCrashSite? site;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected abstract ServerCrashPlan Plan { get; }

    private protected abstract int Port { get; }

    private protected abstract TestDatabase NewDatabase();

    /// <summary>The address of a database as it is seen through a port.</summary>
    private protected abstract string Through(TestDatabase database, int port);

    private protected abstract Task EndSessionsAsync(TestDatabase database);

    private protected abstract Task StartServerAsync();

    /// <summary>Kills the server as a power cut would, and starts it again.</summary>
    private protected abstract Task KillServerAsync();

    /// <summary>True for a request that ends a transaction.</summary>
    private protected abstract bool IsCommit(string request);

    /// <summary>True for a request that writes that a step is applied.</summary>
    private protected abstract bool IsHistoryWrite(string request);

    public async ValueTask InitializeAsync()
    {
        await StartServerAsync();
        site = new ServerCrashSite(Plan, NewDatabase, () => Port, Through);
        rooms = await CrashRooms.OpenAsync(site, Cancel);
    }

    [Theory]
    [InlineData(OperatorAct.Run)]
    [InlineData(OperatorAct.Undo)]
    public async Task Whatever_comes_between_a_runner_and_its_server_both_ways_on_lead_to_where_they_should(OperatorAct act)
    {
        var runner = NewRunner();
        var requests = await CountAsync(runner, act);
        var random = new Random(SlowTests.Seed);
        var number = SlowTests.Everything ? requests * 3 : SlowTests.Wanted ? 48 : 9;
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
        var runner = NewRunner();
        var random = new Random(SlowTests.Seed);
        var cases = new List<ServerCrashCase>();
        var number = SlowTests.Wanted ? 12 : 2;
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
        var room = rooms!.New();
        var proxy = site!.ProxyOf(room);
        proxy.At(what switch { "COMMIT" => IsCommit, "history" => IsHistoryWrite, _ => text => text.Contains("UPDATE customers SET email", StringComparison.Ordinal) && !text.Contains("psmigrate", StringComparison.Ordinal) }, Enum.Parse<Delivery>(delivery));

        var outcome = await new Operator(room).ActAsync(OperatorAct.Run, Cancel);

        Assert.NotNull(proxy.Disturbed);
        if (what == "COMMIT" && delivery != "Half")
        {
            Assert.True(outcome.Succeeded, outcome.ToString());
        }
        else if (!outcome.Succeeded)
        {
            Assert.Equal("ConnectionLost", outcome.ErrorId);
            Assert.Contains("-Resume", outcome.Advice, StringComparison.Ordinal);
        }

        Assert.Null(await new Aftermath(rooms, room, new(), Cancel).FindWrongAsync(OperatorAct.Resume));
        site.Leave(room);
    }

    public ValueTask DisposeAsync()
    {
        rooms?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>In one half of the cases the operator goes on, in the other back.</summary>
    private static OperatorAct WayOn(int number) => (number % 4) switch
    {
        0 or 2 => OperatorAct.Resume,
        1 => OperatorAct.Undo,
        _ => OperatorAct.UndoRun,
    };

    private ServerCrashCaseRunner NewRunner() => new(rooms!, site!, room => EndSessionsAsync(site!.DatabaseOf(room)), KillServerAsync, Cancel);

    private async Task<int> CountAsync(ServerCrashCaseRunner runner, OperatorAct act)
    {
        var room = rooms!.New();
        var requests = await runner.CountAsync(room, OperatorAct.Run);
        requests = act == OperatorAct.Run ? requests : await runner.CountAsync(room, act);
        site!.Leave(room);
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
