using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// A snapshot that one connection exports and keeps, and all others share (PostgreSQL's documentation, "Snapshot Synchronization Functions").
/// Nothing else is done on the connection that keeps it, as it would be gone with an error there.
/// </summary>
internal sealed class PostgreSqlReadMoment : ReadMoment
{
    private const string Begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    private readonly PostgreSqlDoor door;
    private readonly ServerSession keeper;
    private readonly string? id;
    private readonly ConcurrentBag<ServerSession> idle = [];

    private PostgreSqlReadMoment(PostgreSqlDoor door, ServerSession keeper, string? id, string? because)
    {
        this.door = door;
        this.keeper = keeper;
        this.id = id;
        NotOneMomentBecause = because;
    }

    public override string? NotOneMomentBecause { get; }

    public static async Task<PostgreSqlReadMoment> OpenAsync(PostgreSqlDoor door, CancellationToken cancel)
    {
        var session = await ConnectAsync(door, cancel).ConfigureAwait(false);
        try
        {
            await session.ExecuteAsync(Begin, cancel).ConfigureAwait(false);
            try
            {
                return new PostgreSqlReadMoment(door, session, (await session.ScalarAsync<string>("SELECT pg_catalog.pg_export_snapshot()", cancel).ConfigureAwait(false))!, null);
            }
            catch (MigrationException e) when (e.InnerException is PostgresException && session.Connection.State == System.Data.ConnectionState.Open)
            {
                return new PostgreSqlReadMoment(door, session, null, $"the server does not let connections share a snapshot: {e.Message}");
            }
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async Task<RowReader> ReadAsync(RowQuery query, CancellationToken cancel)
    {
        var session = await TakeAsync(cancel).ConfigureAwait(false);
        var process = ((NpgsqlConnection)session.Connection).ProcessID;
        try
        {
            var copy = $"COPY ({door.Select(query)}) TO STDOUT (FORMAT binary)";
            session.Observer.Detail(copy);
            var stream = await session.TranslateAsync(() => ((NpgsqlConnection)session.Connection).BeginRawBinaryCopyAsync(copy, cancel), cancel).ConfigureAwait(false);
            return new PostgreSqlRowReader(this, session, stream, query.Columns);
        }
        catch (Exception e)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException)
            {
                await EndAsync(process).ConfigureAwait(false);
            }

            throw;
        }
    }

    public override async Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, CancellationToken cancel)
    {
        var session = await TakeAsync(cancel).ConfigureAwait(false);
        try
        {
            session.Observer.Detail(sql);
            var rows = await session.TranslateAsync(() => QueryAsync((NpgsqlConnection)session.Connection, sql, cancel), cancel).ConfigureAwait(false);
            GiveBack(session);
            return rows;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        while (idle.TryTake(out var session))
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        await keeper.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes back a connection whose last query has ended well, for the next one.</summary>
    internal void GiveBack(ServerSession session) => idle.Add(session);

    /// <summary>Ends a query whose connection is closed: the server would see that only when it has rows to send.</summary>
    internal Task EndAsync(int process) => door.StopCopyAsync(process);

    private static async Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true, CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var rows = new List<IReadOnlyList<string?>>();
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))]);
        }

        return rows;
    }

    /// <summary>Rows that a policy hides would be missing without a word: with this setting the server refuses instead.</summary>
    private static Task<ServerSession> ConnectAsync(PostgreSqlDoor door, CancellationToken cancel) => door.ConnectAsync([("row_security", "off")], cancel);

    private async Task<ServerSession> TakeAsync(CancellationToken cancel)
    {
        if (idle.TryTake(out var one))
        {
            return one;
        }

        var session = await ConnectAsync(door, cancel).ConfigureAwait(false);
        try
        {
            await session.ExecuteAsync(Begin, cancel).ConfigureAwait(false);
            if (id is not null)
            {
                await session.ExecuteAsync($"SET TRANSACTION SNAPSHOT {PostgreSqlName.Literal(id)}", cancel).ConfigureAwait(false);
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
