using System.Data.Common;
using PSMigrate.Databases.Servers.PostgreSql.Catalog;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>Settings of a session for a while: what was set before comes back.</summary>
internal sealed class SessionSettings(ServerSession session, IReadOnlyList<(string Name, string Value)> former) : IAsyncDisposable
{
    public static async Task<SessionSettings> SetAsync(ServerSession session, IReadOnlyList<(string Name, string Value)> settings, CancellationToken cancel)
    {
        IReadOnlyList<(string, string)> former = [];
        await CatalogBatch.RunAsync(session,
            [
                ($"SELECT {string.Join(", ", settings.Select(s => $"current_setting('{s.Name}')"))}", [], row => former = [.. settings.Select((s, i) => (s.Name, row.GetString(i)))]),
                Apply(settings),
            ], cancel).ConfigureAwait(false);
        return new SessionSettings(session, former);
    }

    public async ValueTask DisposeAsync()
    {
        // In a transaction that has failed nothing can be set, and its end brings back what there was.
        if (session.Connection.State == System.Data.ConnectionState.Open && !session.HasFailed)
        {
            await CatalogBatch.RunAsync(session, [Apply(former)], CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static (string, object[], Action<DbDataReader>?) Apply(IReadOnlyList<(string Name, string Value)> settings) =>
        ($"SELECT {string.Join(", ", settings.Select((s, i) => $"set_config('{s.Name}', ${i + 1}, false)"))}", [.. settings.Select(s => s.Value)], null);
}
