using PSMigrate.Databases.Crash;
using PSMigrate.Databases.Tests.Crash;
using Xunit;

[assembly: AssemblyFixture(typeof(CrashFixture))]

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>The rooms of all crash tests, and the moments at which a whole run and its undo can be killed.</summary>
public sealed class CrashFixture : IAsyncDisposable
{
    private readonly Lazy<Task<CrashRooms>> rooms = new(() => CrashRooms.OpenAsync(new SqliteCrashSite(), CancellationToken.None));
    private readonly Lazy<Task<(IReadOnlyList<string> Run, IReadOnlyList<string> Undo)>> moments;

    public CrashFixture() => moments = new(CountAsync);

    internal Task<CrashRooms> RoomsAsync() => rooms.Value;

    internal async Task<IReadOnlyList<string>> MomentsOfRunAsync() => (await moments.Value).Run;

    internal async Task<IReadOnlyList<string>> MomentsOfUndoAsync() => (await moments.Value).Undo;

    /// <summary>A room in which a run was killed at the first moment that is called so.</summary>
    internal async Task<CrashRoom> KilledAsync(string moment)
    {
        var room = (await RoomsAsync()).New();
        await KillAsync(room, OperatorAct.Run, moment, CancellationToken.None);
        return room;
    }

    internal static async Task KillAsync(CrashRoom room, OperatorAct act, string moment, CancellationToken cancel)
    {
        var end = await OperatorProcess.RunAsync(room, new Kill(act) { MomentCalled = moment }, oneByOne: false, cancel);
        Assert.True(end.Killed, $"It was not killed at '{moment}': {end.Said}");
    }

    public async ValueTask DisposeAsync()
    {
        if (rooms.IsValueCreated)
        {
            (await rooms.Value).Dispose();
        }
    }

    /// <summary>A process that lives says at which moments one like it may die.</summary>
    private async Task<(IReadOnlyList<string> Run, IReadOnlyList<string> Undo)> CountAsync()
    {
        var room = (await RoomsAsync()).New();
        return (await CountAsync(room, OperatorAct.Run), await CountAsync(room, OperatorAct.Undo));
    }

    private static async Task<IReadOnlyList<string>> CountAsync(CrashRoom room, OperatorAct act)
    {
        var end = await OperatorProcess.RunAsync(room, new Kill(act), oneByOne: false, CancellationToken.None);
        Assert.True(end.Succeeded, $"{act} undisturbed: {end.Said}");
        return await File.ReadAllLinesAsync(room.Moments);
    }
}
