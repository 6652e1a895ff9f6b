namespace PSMigrate.Databases.Servers;

/// <summary>Puts one setting of a session back.</summary>
internal sealed class SettingBack(ServerSession session, string statement, object? value) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        if (session.Connection.State == System.Data.ConnectionState.Open)
        {
            await session.ExecuteAsync(statement, CancellationToken.None, value).ConfigureAwait(false);
        }
    }
}
