namespace PSMigrate.Databases.Servers.Running;

/// <summary>
/// Captures that a process made and then died before the history knew of them: where making a table commits by itself, no rollback
/// takes them away. Whoever goes on with the run, or back, removes them, under the lock that its process would hold if it lived.
/// </summary>
internal static class OrphanCaptures
{
    public static async Task DropAsync(ServerEngine engine, ServerSession session, ServerHistory history, string runId, CancellationToken cancel)
    {
        var prefix = $"{CaptureNames.Capture}{CaptureNames.InName(runId)}_";
        var there = await engine.ListOwnAsync(session, prefix, cancel).ConfigureAwait(false);
        if (there.Count == 0)
        {
            return;
        }

        var known = await history.MentionedAsync(prefix, cancel).ConfigureAwait(false);
        foreach (var name in there.Where(name => !known.Contains(name)))
        {
            await session.ExecuteAsync(engine.Rows.DropTable(engine.Own(name)), cancel).ConfigureAwait(false);
        }
    }
}
