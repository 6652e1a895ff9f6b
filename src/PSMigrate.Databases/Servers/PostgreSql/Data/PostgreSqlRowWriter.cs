using Npgsql;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>Writes rows by <c>COPY … FROM STDIN</c>, which is open from the first rows until they are ended.</summary>
internal sealed class PostgreSqlRowWriter : RowWriter
{
    private readonly PostgreSqlDoor door;
    private readonly ServerSession session;
    private readonly int process;
    private readonly DbObject table;
    private readonly CopyRows copy;
    private readonly string statement;
    private readonly string count;
    private NpgsqlRawCopyStream? stream;

    /// <summary>Rows that were taken since the transaction began, and those that were sent since this COPY did.</summary>
    private long taken;
    private long sent;

    /// <summary>What the server had counted when this COPY began; null where it does not count.</summary>
    private long? before;

    public PostgreSqlRowWriter(PostgreSqlDoor door, ServerSession session, DbObject table, IReadOnlyList<WrittenColumn> columns)
    {
        this.door = door;
        this.session = session;
        process = ((NpgsqlConnection)session.Connection).ProcessID;
        this.table = table;
        copy = CopyRows.For(columns);
        statement = $"COPY {door.Name(table)} ({string.Join(", ", columns.Select(c => door.Quote(c.Name)))}) FROM STDIN (FORMAT {copy.Format})";
        // COPY itself says how many rows it took, but the driver does not. A trigger may have left some out. What is not in tables of the usual kind is not counted.
        var name = $"{PostgreSqlName.Literal(door.Name(table))}::pg_catalog.regclass";
        count = $"""
            SELECT CASE WHEN pg_catalog.current_setting('track_counts')::bool AND pg_catalog.bool_and(c.relkind = 'r' AND a.amname = 'heap') THEN pg_catalog.sum(pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid))::bigint END
            FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
            WHERE c.relkind <> 'p' AND c.oid IN (SELECT {name} UNION SELECT p.relid FROM pg_catalog.pg_partition_tree({name}) p)
            """;
    }

    public override async Task BeginAsync(CancellationToken cancel)
    {
        await session.ExecuteAsync("BEGIN ISOLATION LEVEL READ COMMITTED", cancel).ConfigureAwait(false);
        taken = 0;
    }

    public override async Task WriteAsync(RowBuffer rows, CancellationToken cancel)
    {
        if (rows.Count == 0)
        {
            return;
        }

        copy.Begin(rows);
        if (stream is null)
        {
            sent = 0;
            before = await session.ScalarAsync<long?>(count, cancel).ConfigureAwait(false);
            session.Observer.Detail(statement);
            stream = await AskAsync(() => OpenAsync((NpgsqlConnection)session.Connection, cancel), cancel).ConfigureAwait(false);
        }

        await AskAsync(() => SendAsync(stream, cancel), cancel).ConfigureAwait(false);
        sent += rows.Count;
    }

    public override async Task<long> EndRowsAsync(CancellationToken cancel)
    {
        if (stream is { } open)
        {
            stream = null;
            await AskAsync(() => EndAsync(open, cancel), cancel).ConfigureAwait(false);
            taken += before is { } until && await session.ScalarAsync<long?>(count, cancel).ConfigureAwait(false) is { } now ? now - until : sent;
        }

        return taken;
    }

    public override Task<long> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values)
    {
        RequireEnded();
        return AskAsync(async () => (long)await session.ExecuteAsync(sql, cancel, values).ConfigureAwait(false), cancel);
    }

    /// <summary>Constraints that wait for the end of the transaction speak here.</summary>
    public override Task CommitAsync(CancellationToken cancel)
    {
        RequireEnded();
        return AskAsync(() => session.ExecuteAsync("COMMIT", cancel), cancel);
    }

    public override async Task RollbackAsync()
    {
        await CancelCopyAsync().ConfigureAwait(false);
        // A server that has lost the connection rolls back by itself.
        if (session.Connection.State == System.Data.ConnectionState.Open)
        {
            await session.ExecuteAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await CancelCopyAsync().ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The driver gives a writer of characters for COPY's text format, beneath which there is the same stream.</summary>
    private async Task<NpgsqlRawCopyStream> OpenAsync(NpgsqlConnection connection, CancellationToken cancel) => copy is CopyBinaryRows
        ? await connection.BeginRawBinaryCopyAsync(statement, cancel).ConfigureAwait(false)
        : (NpgsqlRawCopyStream)((StreamWriter)await connection.BeginTextImportAsync(statement, cancel).ConfigureAwait(false)).BaseStream;

    private async Task<bool> SendAsync(NpgsqlRawCopyStream to, CancellationToken cancel)
    {
        if (sent == 0)
        {
            await to.WriteAsync(copy.Header, cancel).ConfigureAwait(false);
        }

        for (ReadOnlyMemory<byte> next; (next = copy.Next()).Length > 0;)
        {
            await to.WriteAsync(next, cancel).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<bool> EndAsync(NpgsqlRawCopyStream open, CancellationToken cancel)
    {
        try
        {
            await open.WriteAsync(copy.Trailer, cancel).ConfigureAwait(false);
        }
        catch
        {
            // To close it would keep what has arrived.
            stream = open;
            throw;
        }

        // The server now does what it left for the end: constraints, triggers. The driver does not listen meanwhile.
        var ending = open.DisposeAsync().AsTask();
        using (cancel.Register(() => _ = door.StopCopyAsync(process)))
        {
            await ending.ConfigureAwait(false);
        }

        return true;
    }

    private async Task CancelCopyAsync()
    {
        if (stream is { } open)
        {
            stream = null;
            try
            {
                if (session.Connection.State == System.Data.ConnectionState.Open)
                {
                    await open.CancelAsync().ConfigureAwait(false);
                }
            }
            catch (PostgresException)
            {
                // It had refused a row before: that goes with all the others.
            }
        }
    }

    private void RequireEnded()
    {
        if (stream is not null)
        {
            throw new InvalidOperationException("The rows must be ended first.");
        }
    }

    /// <summary>What the server refuses because of a row's values is said of the row.</summary>
    private async Task<T> AskAsync<T>(Func<Task<T>> act, CancellationToken cancel)
    {
        try
        {
            return await session.TranslateAsync(act, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.InnerException is PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '4', ..] or ['5', '4', ..] or "P0001" } told)
        {
            throw new MigrationException("RowRefused", ErrorKind.Conflict, $"{table.FullName} does not take a row: {e.Message}{Where(told)}", e)
            {
                Offender = table.FullName,
                RecommendedAction = "Mend the row at its source, or leave it out.",
            };
        }
    }

    /// <summary>The line, and the column if it is told: <c>COPY orders, line 3, column total: "…"</c>.</summary>
    private static string Where(PostgresException told)
    {
        var line = told.Where is { } where && where.IndexOf(", line ", StringComparison.Ordinal) is var at and >= 0 ? where[(at + 2)..].Split(':', '\n')[0] : null;
        return line is null ? "" : $" ({line} of those that were sent together)";
    }
}
