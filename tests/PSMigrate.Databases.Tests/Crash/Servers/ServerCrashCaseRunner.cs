using PSMigrate.Databases.Crash;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>Plays a case and looks at what is left. It says what is wrong in words, so that many cases can be reported together.</summary>
internal sealed class ServerCrashCaseRunner(CrashRooms rooms, ServerCrashFixture server, CancellationToken cancel)
{
    /// <summary>What a runner may say that has lost its server; whatever else it says is wrong.</summary>
    private static readonly string[] Losses = ["ConnectionLost", "ServerNotReached", "ServerNotReady"];

    /// <returns>What is wrong after the case; null where nothing is.</returns>
    public async Task<string?> PlayAsync(ServerCrashCase which)
    {
        var room = rooms.New();
        var wrong = await FindWrongAsync(room, which);
        var at = server.Site.ProxyOf(room).Disturbed;
        if (wrong is null)
        {
            server.Site.Leave(room);
            Directory.Delete(room.Folder, recursive: true);
            return null;
        }

        rooms.Keep();
        return $"{which}: {wrong}\n    at: {at}\n    in {room.Folder}";
    }

    /// <summary>How many requests an act makes that nothing disturbs.</summary>
    public async Task<int> CountAsync(CrashRoom room, OperatorAct act)
    {
        var proxy = server.Site.ProxyOf(room);
        proxy.Never();
        var outcome = await new Operator(room).ActAsync(act, cancel);
        return outcome.Succeeded ? proxy.Requests.Count : throw new InvalidOperationException($"{act} undisturbed: {outcome}");
    }

    private async Task<string?> FindWrongAsync(CrashRoom room, ServerCrashCase which)
    {
        if (which.Act == OperatorAct.Undo && await new Operator(room).ActAsync(OperatorAct.Run, cancel) is { Succeeded: false } failed)
        {
            return $"the whole run: {failed}";
        }

        var proxy = server.Site.ProxyOf(room);
        var said = which.What == Disturbance.KillProcess ? await KilledAsync(room, which, proxy) : await DisturbedAsync(room, which, proxy);
        var disturbed = proxy.Disturbed;
        if (said is not null || disturbed is null)
        {
            return said ?? "it came to its end before that request";
        }

        var wrong = await new Aftermath(rooms, room, new RunOptions(), cancel).FindWrongAsync(which.WayOn);
        return wrong is null ? null : $"{wrong}\n    disturbed: {disturbed}";
    }

    private async Task<string?> KilledAsync(CrashRoom room, ServerCrashCase which, RequestProxy proxy)
    {
        var end = await OperatorProcess.RunAsync(room, which.Act, process => proxy.At(which.Request, which.Delivery, () =>
        {
            process.Kill();
            return Task.CompletedTask;
        }), cancel);
        return end.Killed ? null : $"it was not killed, but: {end.Said}";
    }

    private async Task<string?> DisturbedAsync(CrashRoom room, ServerCrashCase which, RequestProxy proxy)
    {
        var acted = Task.CompletedTask;
        proxy.At(which.Request, which.Delivery, which.What switch
        {
            Disturbance.EndSession => () => acted = server.EndSessionsAsync(server.Site.DatabaseOf(room)),
            Disturbance.KillServer => () => acted = server.KillServerAsync(),
            _ => null,
        });
        var outcome = await new Operator(room).ActAsync(which.Act, cancel);
        await acted;
        return outcome.Succeeded || Losses.Contains(outcome.ErrorId) ? null : $"it said: {outcome}";
    }
}
