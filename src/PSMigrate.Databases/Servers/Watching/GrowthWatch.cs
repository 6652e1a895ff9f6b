using System.Globalization;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.Watching;

/// <summary>How much a database and its log grew while the target was locked; said at the end where it is worth saying.</summary>
internal sealed class GrowthWatch
{
    private const long Least = 1 << 20;

    private readonly ServerSizes before;

    private GrowthWatch(ServerSizes before) => this.before = before;

    public static async Task<GrowthWatch> BeginAsync(ServerEngine engine, ServerSession session, CancellationToken cancel) =>
        new(await engine.SizesAsync(session, cancel).ConfigureAwait(false));

    public async Task EndAsync(ServerEngine engine, ServerSession session, IMigrationObserver observer)
    {
        var after = await engine.SizesAsync(session, CancellationToken.None).ConfigureAwait(false);
        var said = new[] { Growth("the database", before.Data, after.Data), Growth("the server's log", before.Log, after.Log) }.OfType<string>().ToList();
        if (said.Count > 0)
        {
            observer.Milestone($"Meanwhile {string.Join(" and ", said)}.");
        }
    }

    private static string? Growth(string what, long? before, long? after) =>
        after - before is { } growth && Math.Abs(growth) >= Least
            ? $"{what} {(growth > 0 ? "grew" : "shrank")} by {(Math.Abs(growth) / 1048576.0).ToString("N1", CultureInfo.InvariantCulture)} MiB{(what.EndsWith("base", StringComparison.Ordinal) ? $" to {(after!.Value / 1048576.0).ToString("N1", CultureInfo.InvariantCulture)} MiB" : "")}"
            : null;
}
