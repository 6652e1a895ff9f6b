namespace PSMigrate.Databases.Servers.PostgreSql.Backups;

/// <summary>
/// A connection that sees the database as it was at one moment, which others can share: an exported snapshot (PostgreSQL's documentation,
/// "Snapshot Synchronization Functions"). It is there for as long as its first connection keeps its transaction.
/// </summary>
internal sealed class PostgreSqlMoment : IAsyncDisposable
{
    /// <summary>Rows that a policy hides would be missing in the backup: with this the server refuses instead.</summary>
    private const string Settings = "SET LOCAL row_security = off; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '5min'";

    private PostgreSqlMoment(ServerSession session, string id)
    {
        Session = session;
        Id = id;
    }

    public ServerSession Session { get; }

    /// <summary>What the server calls the snapshot.</summary>
    public string Id { get; }

    public static async Task<PostgreSqlMoment> OpenAsync(ServerBackupContext context, CancellationToken cancel)
    {
        var session = await BeginAsync(context, null, cancel).ConfigureAwait(false);
        return new PostgreSqlMoment(session, (await session.ScalarAsync<string>("SELECT pg_catalog.pg_export_snapshot()", cancel).ConfigureAwait(false))!);
    }

    /// <summary>Another connection that sees the same.</summary>
    public async Task<PostgreSqlMoment> JoinAsync(ServerBackupContext context, CancellationToken cancel) =>
        new(await BeginAsync(context, Id, cancel).ConfigureAwait(false), Id);

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    private static async Task<ServerSession> BeginAsync(ServerBackupContext context, string? id, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(null, cancel).ConfigureAwait(false);
        try
        {
            await session.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancel).ConfigureAwait(false);
            if (id is not null)
            {
                await session.ExecuteAsync($"SET TRANSACTION SNAPSHOT {PostgreSqlName.Literal(id)}", cancel).ConfigureAwait(false);
            }

            await session.ExecuteAsync(Settings, cancel).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
