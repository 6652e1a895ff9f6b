namespace PSMigrate.Databases.Servers;

/// <summary>Settings of a session for a while: what was set before comes back.</summary>
internal sealed class SessionSettings(ServerSession session, IReadOnlyList<(string Name, string Value)> former) : IAsyncDisposable
{
    /// <summary>PostgreSQL's, by <c>set_config</c>.</summary>
    public static async Task<SessionSettings> SetAsync(ServerSession session, IReadOnlyList<(string Name, string Value)> settings, CancellationToken cancel)
    {
        var former = await session.ListAsync(
            $"SELECT {string.Join(", ", settings.Select(s => $"current_setting('{s.Name}')"))}",
            row => settings.Select((s, i) => (s.Name, row.GetString(i))).ToList(), cancel).ConfigureAwait(false);
        await ApplyAsync(session, settings, cancel).ConfigureAwait(false);
        return new SessionSettings(session, former[0]);
    }

    public async ValueTask DisposeAsync()
    {
        // In a transaction that has failed nothing can be set, and its end brings back what there was.
        if (session.Connection.State == System.Data.ConnectionState.Open && !session.HasFailed)
        {
            await ApplyAsync(session, former, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static Task ApplyAsync(ServerSession session, IReadOnlyList<(string Name, string Value)> settings, CancellationToken cancel) =>
        session.ExecuteAsync($"SELECT {string.Join(", ", settings.Select((s, i) => $"set_config('{s.Name}', @p{i + 1}, false)"))}", cancel, [.. settings.Select(s => (object?)s.Value)]);
}
