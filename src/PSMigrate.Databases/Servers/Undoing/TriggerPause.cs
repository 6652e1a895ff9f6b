using System.Text.Json;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// Keeps tables' own triggers from running while rows are put back. Where the engine cannot do that they are dropped and made again;
/// then what they are is kept beside the history meanwhile, so that they come back also when the process dies in between.
/// </summary>
internal sealed class TriggerPause(ServerEngine engine, ServerSession session, ServerHistory history)
{
    private const string Paused = "paused triggers";

    private readonly List<string> on = [];

    public async Task BeginAsync(IEnumerable<DbObject> tables, DbStructure present, CancellationToken cancel)
    {
        var triggers = tables.DistinctBy(t => t.Key).ToDictionary(t => t, t => (IReadOnlyList<DbObject>)[.. present.PartsOf(t.Key).Where(o => o.Kind == DbKinds.Trigger)]);
        if (engine.CanSuspendTriggers)
        {
            var statements = triggers.Select(t => engine.Rows.SuspendTriggers(t.Key, t.Value)).ToList();
            await RunAsync(statements.SelectMany(s => s.Off), cancel).ConfigureAwait(false);
            on.AddRange(statements.SelectMany(s => s.On));
            return;
        }

        IReadOnlyList<DbObject> all = [.. triggers.Values.SelectMany(t => t)];
        if (all.Count > 0)
        {
            await history.SetAsync(Paused, JsonSerializer.Serialize(all, PlanDocument.LineOptions), cancel).ConfigureAwait(false);
            await RunAsync(all.SelectMany(engine.Writer.Drop), cancel).ConfigureAwait(false);
        }
    }

    public async Task EndAsync(CancellationToken cancel)
    {
        await RunAsync(on, cancel).ConfigureAwait(false);
        on.Clear();
        if (!engine.CanSuspendTriggers)
        {
            await BringBackAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Makes again what an earlier process dropped and did not come to make again.</summary>
    public async Task BringBackAsync(CancellationToken cancel)
    {
        if (engine.CanSuspendTriggers || !await engine.HasOwnAsync(session, "state", cancel).ConfigureAwait(false)
            || await history.GetAsync(Paused, cancel).ConfigureAwait(false) is not { Length: > 0 } kept)
        {
            return;
        }

        var present = await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
        foreach (var trigger in JsonSerializer.Deserialize<List<DbObject>>(kept, PlanDocument.LineOptions)!.Where(t => present.Find(t.Key) is null && present.Find(t.Parent!) is not null))
        {
            await RunAsync(engine.Writer.Create(trigger, present), cancel).ConfigureAwait(false);
        }

        await history.SetAsync(Paused, "", cancel).ConfigureAwait(false);
    }

    private async Task RunAsync(IEnumerable<string> statements, CancellationToken cancel)
    {
        foreach (var statement in statements)
        {
            await session.RunAsync(statement, cancel).ConfigureAwait(false);
        }
    }
}
