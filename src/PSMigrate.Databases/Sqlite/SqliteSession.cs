using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// One connection to a SQLite database, used through SQLite's own statements: stepping them ourselves gives each error its
/// statement, and lets the authorizer say what a statement will do before it does it.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    // sqlite.org/c3ref/c_dbconfig_defensive.html
    private const int DbConfigNoCheckpointOnClose = 1006;

    /// <summary>SQLite's own waiting cannot be interrupted, so it waits in slices.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    /// <summary>Of SQLite's virtual machine: some milliseconds' worth.</summary>
    private const int InstructionsBetweenLooks = 100_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly SqliteConnection connection;

    /// <summary>A session on a file, whatever characters its path has.</summary>
    public SqliteSession(string file, SqliteOpenMode mode, TimeSpan busyTimeout)
        : this(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode }.ConnectionString, file, busyTimeout)
    {
    }

    /// <param name="connectionString">The driver's; it is opened without pooling, so that closing it lets go of the file.</param>
    /// <param name="file">The database's file, for messages.</param>
    public SqliteSession(string connectionString, string file, TimeSpan busyTimeout)
    {
        File = file;
        BusyTimeout = busyTimeout;
        connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(Handle, (int)Slice.TotalMilliseconds);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw SqliteErrors.Of(e.SqliteErrorCode, e.SqliteExtendedErrorCode, e.Message, file, e);
        }
    }

    public string File { get; }

    /// <summary>How long another program's lock is waited for.</summary>
    public TimeSpan BusyTimeout { get; set; }

    /// <summary>Ends the waiting.</summary>
    public CancellationToken Stop { get; set; }

    public sqlite3 Handle => connection.Handle!;

    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    public SqliteQuery Prepare(string sql)
    {
        long since = 0;
        while (true)
        {
            var code = raw.sqlite3_prepare_v2(Handle, sql, out var statement);
            if (code == raw.SQLITE_OK)
            {
                return new SqliteQuery(this, statement);
            }

            if (!MayTryAgain(code, ref since))
            {
                throw Error(code);
            }
        }
    }

    /// <summary>True after a lock that may still be waited for.</summary>
    /// <param name="since">When the waiting began; zero before it did.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public bool MayTryAgain(int code, ref long since)
    {
        // A reader in the write-ahead log that wants to write after somebody else has will wait in vain.
        if (code != raw.SQLITE_BUSY || raw.sqlite3_extended_errcode(Handle) != raw.SQLITE_BUSY)
        {
            return false;
        }

        Stop.ThrowIfCancellationRequested();
        since = since == 0 ? Stopwatch.GetTimestamp() : since;
        Thread.Sleep(Pause);
        return Stopwatch.GetElapsedTime(since) + Slice < BusyTimeout;
    }

    /// <summary>Whether closing may bring the write-ahead log into the file: a session that only looks must leave it as it is.</summary>
    public void KeepWriteAheadLog(bool keep) => raw.sqlite3_db_config(Handle, DbConfigNoCheckpointOnClose, keep ? 1 : 0, out _);

    /// <summary>Runs one statement to its end.</summary>
    public void Execute(string sql, params ReadOnlySpan<object?> values)
    {
        using var query = Prepare(sql);
        query.Bind(values);
        while (query.Read())
        {
        }
    }

    public long Long(string sql, params ReadOnlySpan<object?> values)
    {
        using var query = Prepare(sql);
        query.Bind(values);
        return query.Read() ? query.Long(0) : 0;
    }

    public string? Text(string sql, params ReadOnlySpan<object?> values)
    {
        using var query = Prepare(sql);
        query.Bind(values);
        return query.Read() ? query.Text(0) : null;
    }

    public List<T> List<T>(string sql, Func<SqliteQuery, T> read, params ReadOnlySpan<object?> values)
    {
        using var query = Prepare(sql);
        query.Bind(values);
        var rows = new List<T>();
        while (query.Read())
        {
            rows.Add(read(query));
        }

        return rows;
    }

    public MigrationException Error(int code) =>
        SqliteErrors.Of(code, raw.sqlite3_extended_errcode(Handle), raw.sqlite3_errmsg(Handle).utf8_to_string(), File, null);

    /// <summary>
    /// Lets a cancellation end whatever statement is running or begins to run. (SQLite's own interrupt does nothing between two
    /// statements.)
    /// </summary>
    public IDisposable InterruptOn(CancellationToken cancel)
    {
        raw.sqlite3_progress_handler(Handle, InstructionsBetweenLooks, _ => cancel.IsCancellationRequested ? 1 : 0, null);
        return new Interruption(this);
    }

    private sealed class Interruption(SqliteSession session) : IDisposable
    {
        public void Dispose() => raw.sqlite3_progress_handler(session.Handle, 0, null, null);
    }

    /// <summary>The same for some work as a whole, which then ends as cancelled and not as failed.</summary>
    public T Interruptible<T>(CancellationToken cancel, Func<T> work)
    {
        cancel.ThrowIfCancellationRequested();
        using var interrupt = InterruptOn(cancel);
        try
        {
            return work();
        }
        catch (MigrationException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    public void Dispose() => connection.Dispose();
}
