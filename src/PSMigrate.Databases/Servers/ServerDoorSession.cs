using System.Globalization;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers;

/// <summary>A connection to a server for statements of our own.</summary>
internal sealed class ServerDoorSession(ServerEngine engine, ServerSession session) : DoorSession
{
    private bool isOpen;

    public override async Task BeginAsync(CancellationToken cancel)
    {
        await session.ExecuteAsync(engine.BeginTransaction, cancel).ConfigureAwait(false);
        isOpen = true;
    }

    public override async Task<long> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values) => await session.ExecuteAsync(sql, cancel, values).ConfigureAwait(false);

    public override async Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, CancellationToken cancel) =>
        await session.ListAsync<IReadOnlyList<string?>>(sql, row => [.. Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture))], cancel).ConfigureAwait(false);

    public override async Task CommitAsync(CancellationToken cancel)
    {
        await session.ExecuteAsync(engine.Commit, cancel).ConfigureAwait(false);
        isOpen = false;
    }

    public override async Task RollbackAsync()
    {
        if (isOpen && session.Connection.State == System.Data.ConnectionState.Open)
        {
            await session.ExecuteAsync(engine.Rollback, CancellationToken.None).ConfigureAwait(false);
        }

        isOpen = false;
    }

    public override ValueTask DisposeAsync() => session.DisposeAsync();
}
