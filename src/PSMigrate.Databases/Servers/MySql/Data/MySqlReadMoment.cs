using System.Collections.Concurrent;
using System.Globalization;
using MySqlConnector;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// A moment of the database, seen by some connections: a snapshot cannot be handed from one to another here, so that they begin theirs while
/// writers are kept out, which takes some milliseconds. Where the account may not keep them out, one connection sees one moment.
/// </summary>
internal sealed class MySqlReadMoment : ReadMoment
{
    /// <summary>How many rows can be read at the same time; who wants more waits for one of them.</summary>
    private const int Connections = 8;

    /// <summary>How long writers may be kept waiting, as they are while we wait for them.</summary>
    private const int MostSeconds = 3;

    /// <summary>Errors that say that the account may not, or not now.</summary>
    private static readonly HashSet<string> MayNot = new(["AccessDenied", "LockNotGranted", "TargetReadOnly", "StatementTimedOut"], StringComparer.Ordinal);

    private readonly DataDoor door;
    private readonly Func<CancellationToken, Task<ServerSession>> connect;
    private readonly ServerSession first;
    private readonly ConcurrentBag<ServerSession> free;
    private readonly SemaphoreSlim places;
    private readonly string? whyNotSeveral;
    private readonly string? loose;
    private bool isDisposed;

    private MySqlReadMoment(DataDoor door, Func<CancellationToken, Task<ServerSession>> connect, IReadOnlyList<ServerSession> sessions, string? whyNotSeveral, string? loose)
    {
        this.door = door;
        this.connect = connect;
        this.whyNotSeveral = whyNotSeveral;
        this.loose = loose;
        first = sessions[0];
        free = [.. sessions];
        places = new SemaphoreSlim(sessions.Count);
    }

    public override string? NotOneMomentBecause => whyNotSeveral is not null && loose is not null ? $"{whyNotSeveral}; and {loose}" : whyNotSeveral ?? loose;

    public static async Task<MySqlReadMoment> OpenAsync(DataDoor door, Func<CancellationToken, Task<ServerSession>> connect, CancellationToken cancel)
    {
        var sessions = await PrepareAllAsync(connect, cancel).ConfigureAwait(false);
        try
        {
            var whyNot = await BeginTogetherAsync(connect, sessions, cancel).ConfigureAwait(false);
            if (whyNot is not null)
            {
                foreach (var one in sessions[1..])
                {
                    await one.DisposeAsync().ConfigureAwait(false);
                }

                sessions.RemoveRange(1, sessions.Count - 1);
                await BeginAsync(sessions[0], cancel).ConfigureAwait(false);
            }

            return new MySqlReadMoment(door, connect, sessions, whyNot, await LooseAsync(sessions[0], cancel).ConfigureAwait(false));
        }
        catch
        {
            foreach (var one in sessions)
            {
                await one.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    public override async Task<RowReader> ReadAsync(RowQuery query, CancellationToken cancel)
    {
        var session = await TakeAsync(cancel).ConfigureAwait(false);
        try
        {
            return await MySqlRowReader.OpenAsync(session, door.Select(query), query.Columns, GiveBackAsync, cancel).ConfigureAwait(false);
        }
        catch
        {
            await GiveBackAsync(session).ConfigureAwait(false);
            throw;
        }
    }

    public override async Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, CancellationToken cancel)
    {
        var session = await TakeAsync(cancel).ConfigureAwait(false);
        try
        {
            return await session.ListAsync(sql, row => (IReadOnlyList<string?>)[.. Enumerable.Range(0, row.FieldCount).Select(i => Text((MySqlDataReader)row, i))], cancel).ConfigureAwait(false);
        }
        finally
        {
            await GiveBackAsync(session).ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        isDisposed = true;
        while (free.TryTake(out var session))
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        places.Dispose();
    }

    /// <summary>A connection that sees the moment; where only one does and it is busy, one that sees a later moment, as <see cref="NotOneMomentBecause"/> says.</summary>
    private async Task<ServerSession> TakeAsync(CancellationToken cancel)
    {
        if (await places.WaitAsync(whyNotSeveral is null ? Timeout.Infinite : 0, cancel).ConfigureAwait(false))
        {
            return free.TryTake(out var session) ? session : throw new InvalidOperationException("There is a place, and no connection for it.");
        }

        var later = await PrepareAsync(connect, cancel).ConfigureAwait(false);
        try
        {
            await BeginAsync(later, cancel).ConfigureAwait(false);
            return later;
        }
        catch
        {
            await later.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask GiveBackAsync(ServerSession session)
    {
        if (isDisposed || (whyNotSeveral is not null && session != first))
        {
            await session.DisposeAsync().ConfigureAwait(false);
            return;
        }

        free.Add(session);
        places.Release();
    }

    /// <summary>As many connections as the account may have.</summary>
    private static async Task<List<ServerSession>> PrepareAllAsync(Func<CancellationToken, Task<ServerSession>> connect, CancellationToken cancel)
    {
        var sessions = new List<ServerSession> { await PrepareAsync(connect, cancel).ConfigureAwait(false) };
        var more = Enumerable.Range(1, Connections - 1).Select(_ => PrepareAsync(connect, cancel)).ToList();
        foreach (var one in more)
        {
            try
            {
                sessions.Add(await one.ConfigureAwait(false));
            }
            catch (MigrationException e) when (e.ErrorId is "ServerBusy" or "ServerNotReached")
            {
                // One is there: that there are no more for us only makes it slower.
            }
        }

        return sessions;
    }

    /// <summary>Values come as they are, in UTC and without blanks that are not there, whatever the server's settings; and they may be fetched slowly.</summary>
    private static async Task<ServerSession> PrepareAsync(Func<CancellationToken, Task<ServerSession>> connect, CancellationToken cancel)
    {
        var session = await connect(cancel).ConfigureAwait(false);
        try
        {
            var limits = session.Connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase)
                ? "max_statement_time = 0, SESSION idle_transaction_timeout = 0, SESSION idle_readonly_transaction_timeout = 0" : "max_execution_time = 0";
            await session.ExecuteAsync(
                $"SET SESSION time_zone = '+00:00', SESSION sql_select_limit = DEFAULT, SESSION net_write_timeout = 31536000, SESSION wait_timeout = 31536000, SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'PAD_CHAR_TO_FULL_LENGTH', ''), SESSION {limits}",
                cancel).ConfigureAwait(false);
            await session.ExecuteAsync("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", cancel).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static Task BeginAsync(ServerSession session, CancellationToken cancel) => session.ExecuteAsync("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", cancel);

    /// <returns>Why they do not see the same moment; null where they do.</returns>
    private static async Task<string?> BeginTogetherAsync(Func<CancellationToken, Task<ServerSession>> connect, IReadOnlyList<ServerSession> sessions, CancellationToken cancel)
    {
        var holder = await connect(cancel).ConfigureAwait(false);
        await using var _ = holder.ConfigureAwait(false);
        await holder.ExecuteAsync($"SET SESSION lock_wait_timeout = {MostSeconds.ToString(CultureInfo.InvariantCulture)}", cancel).ConfigureAwait(false);
        var tables = await holder.ListAsync("SHOW FULL TABLES WHERE table_type <> 'VIEW' AND table_type <> 'SEQUENCE'", row => MySqlName.Quote(row.GetString(0)), cancel).ConfigureAwait(false);
        string? whyNot = null;
        if (await TryLockAsync(holder, "FLUSH TABLES WITH READ LOCK", cancel).ConfigureAwait(false) is { } first)
        {
            // Without the right to lock the server, that on the tables does as well.
            whyNot = tables.Count == 0 ? null : await TryLockAsync(holder, $"LOCK TABLES {string.Join(", ", tables.Select(t => t + " READ"))}", cancel).ConfigureAwait(false) is { } second
                ? $"writers cannot be kept out while several connections begin to read ({first}; {second})" : null;
        }

        if (whyNot is null)
        {
            await Task.WhenAll(sessions.Select(s => BeginAsync(s, cancel))).ConfigureAwait(false);
            await holder.ExecuteAsync("UNLOCK TABLES", cancel).ConfigureAwait(false);
        }

        return whyNot;
    }

    private static async Task<string?> TryLockAsync(ServerSession holder, string statement, CancellationToken cancel)
    {
        try
        {
            await holder.ExecuteAsync(statement, cancel).ConfigureAwait(false);
            return null;
        }
        catch (MigrationException e) when (MayNot.Contains(e.ErrorId))
        {
            return e.Message.TrimEnd('.');
        }
    }

    /// <summary>Tables of engines that have no transactions are read as they are when they are read.</summary>
    private static async Task<string?> LooseAsync(ServerSession session, CancellationToken cancel)
    {
        var loose = await session.ListAsync(
            "SELECT t.table_name, t.engine FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine WHERE t.table_schema = DATABASE() AND t.table_type NOT IN ('VIEW', 'SEQUENCE') AND coalesce(e.transactions, 'NO') <> 'YES' AND t.engine IS NOT NULL ORDER BY 1",
            row => $"{row.GetString(0)} ({row.GetString(1)})", cancel).ConfigureAwait(false);
        return loose.Count == 0 ? null : $"tables without transactions change while they are read: {string.Join(", ", loose.Take(5))}{(loose.Count > 5 ? ", …" : "")}";
    }

    private static string? Text(MySqlDataReader row, int i) => row.IsDBNull(i) ? null : row.GetDataTypeName(i).StartsWith("DECIMAL", StringComparison.OrdinalIgnoreCase) ? row.GetMySqlDecimal(i).ToString() : row.GetValue(i) switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        MySqlDateTime { IsValidDateTime: true } at => at.GetDateTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        MySqlDateTime at => string.Create(CultureInfo.InvariantCulture, $"{at.Year:D4}-{at.Month:D2}-{at.Day:D2} {at.Hour:D2}:{at.Minute:D2}:{at.Second:D2}"),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
