using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// One connection to a SQLite database, used through SQLite's own statements: stepping them ourselves gives each error its
/// statement, and lets the authorizer say what a statement will do before it does it.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;

    /// <param name="connectionString">The driver's; it is opened without pooling, so that closing it lets go of the file.</param>
    /// <param name="file">The database's file, for messages.</param>
    public SqliteSession(string connectionString, string file, TimeSpan busyTimeout)
    {
        File = file;
        connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(Handle, (int)busyTimeout.TotalMilliseconds);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw SqliteErrors.Of(e.SqliteErrorCode, e.SqliteExtendedErrorCode, e.Message, file, e);
        }
    }

    public string File { get; }

    public sqlite3 Handle => connection.Handle!;

    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    public SqliteQuery Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v2(Handle, sql, out var statement);
        return code == raw.SQLITE_OK ? new SqliteQuery(this, statement) : throw Error(code);
    }

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

    /// <summary>Lets a cancellation interrupt whatever statement is running.</summary>
    public CancellationTokenRegistration InterruptOn(CancellationToken cancel) => cancel.Register(() => raw.sqlite3_interrupt(Handle));

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
