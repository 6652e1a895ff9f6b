using System.Data.Common;
using PSMigrate.Databases.Servers.Watching;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// One connection to a server, kept for as long as its target is open and never pooled: locks and settings belong to it. Statements
/// are sent as they are written; what an engine's driver throws becomes a <see cref="MigrationException"/>.
/// </summary>
public sealed class ServerSession : IAsyncDisposable
{
    private readonly Func<DbException, MigrationException> translate;

    /// <param name="connection">Open already.</param>
    /// <param name="translate">Says what a driver's error means to a user.</param>
    public ServerSession(DbConnection connection, Func<DbException, MigrationException> translate)
    {
        Connection = connection;
        this.translate = translate;
    }

    public DbConnection Connection { get; }

    /// <summary>The same on another connection to the same server, which goes with it.</summary>
    internal ServerSession On(DbConnection connection) => new(connection, translate) { Observer = Observer, SendsWholeInBatches = SendsWholeInBatches };

    /// <summary>Hears of every statement that PSMigrate itself sends, without its values.</summary>
    public IMigrationObserver Observer { get; set; } = SilentObserver.Instance;

    /// <summary>How long the driver waits for one statement; null for as long as it takes. Servers have limits of their own as well.</summary>
    public TimeSpan? StatementTimeout { get; set; }

    /// <summary>How long the server lets a statement wait for locks; null where no limit is ours.</summary>
    public TimeSpan? LockTimeout { get; set; }

    /// <summary>Looks at statements that take long; null where nobody does.</summary>
    internal StatementWatch? Watch { get; set; }

    /// <summary>False once the server was seen to have forgotten what was prepared in the session.</summary>
    internal bool Prepares { get; set; } = true;

    /// <summary>
    /// What <see cref="ServerEngine.WritesAsync"/> gave at the end of a script, for the next one in the same transaction; null where
    /// anything may have been written since.
    /// </summary>
    internal IReadOnlyDictionary<string, long>? WritesSoFar { get; set; }

    /// <summary>Grows with every statement that may have changed the structure of the database.</summary>
    internal long Acts { get; private set; }

    /// <summary>True when the last statement failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Runs statements of our own, with values as parameters <c>@p1</c>, <c>@p2</c>, …</summary>
    /// <returns>The rows that were changed, as the driver counts them.</returns>
    public Task<int> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values)
    {
        Acts += IsOfRows(sql) ? 0 : 1;
        return WithCommandAsync(sql, values, command => command.ExecuteNonQueryAsync(cancel), cancel);
    }

    /// <summary>True where the driver would cut a text at semicolons, also in the body of a function, unless it is one command of a batch.</summary>
    public bool SendsWholeInBatches { get; init; }

    /// <summary>Runs one statement exactly as it is written.</summary>
    /// <returns>The rows that were changed, as the driver counts them.</returns>
    public Task<int> RunAsync(string statement, CancellationToken cancel)
    {
        if (!SendsWholeInBatches)
        {
            return ExecuteAsync(statement, cancel);
        }

        Acts++;
        Observer.Detail(statement);
        return TranslateAsync(async () =>
        {
            await using var batch = Connection.CreateBatch();
            batch.Timeout = 0;
            var command = batch.CreateBatchCommand();
            command.CommandText = statement;
            batch.BatchCommands.Add(command);
            return await batch.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }, cancel);
    }

    /// <summary>The first value of the first row; null where there is none or it is NULL.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancel, params object?[] values)
    {
        var value = await WithCommandAsync(sql, values, command => command.ExecuteScalarAsync(cancel), cancel).ConfigureAwait(false);
        return value is null or DBNull ? default
            : value is T typed ? typed
            : (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task<List<T>> ListAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel, params object?[] values)
    {
        var list = new List<T>();
        await ReadAsync(sql, row => list.Add(read(row)), cancel, values).ConfigureAwait(false);
        return list;
    }

    /// <summary>Reads rows one by one as they come, of every result where there are several.</summary>
    public Task ReadAsync(string sql, Action<DbDataReader> row, CancellationToken cancel, params object?[] values) =>
        WithCommandAsync(sql, values, async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            do
            {
                while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                {
                    row(reader);
                }
            }
            while (await reader.NextResultAsync(cancel).ConfigureAwait(false)); // An error can come after the last row.

            return true;
        }, cancel);

    /// <summary>Runs an act on the connection and turns the driver's errors into ours.</summary>
    public async Task<T> TranslateAsync<T>(Func<Task<T>> act, CancellationToken cancel)
    {
        HasFailed = true;
        try
        {
            var result = await (Watch is { } watch ? watch.DuringAsync(act, LockTimeout, Observer) : act()).ConfigureAwait(false);
            HasFailed = false;
            return result;
        }
        catch (DbException e) when (!cancel.IsCancellationRequested)
        {
            throw Explain(translate(e));
        }
        catch (DbException e)
        {
            throw new OperationCanceledException(e.Message, e, cancel);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException && Connection.State != System.Data.ConnectionState.Open)
        {
            throw Lost(e);
        }
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    /// <summary>True for statements of our own that write rows or only mark a place in a transaction. They are written in capitals.</summary>
    private static bool IsOfRows(string sql) => sql.Split(' ', 2)[0] is "INSERT" or "UPDATE" or "DELETE" or "SAVEPOINT" or "RELEASE";

    /// <summary>The connection is gone; what it was in the middle of is not known here.</summary>
    public MigrationException Lost(Exception e) => new("ConnectionLost", ErrorKind.Failed, $"The connection to {Connection.DataSource} was lost: {e.Message}", e)
    {
        Offender = Connection.DataSource,
        RecommendedAction = "Run it again with -Resume: PSMigrate finds out first what the server made of it.",
    };

    /// <summary>Who was in the way, and that nothing is lost by trying again: the server has done nothing of what it refused a lock for.</summary>
    private MigrationException Explain(MigrationException e) => e.ErrorId is not ("LockNotGranted" or "Deadlocked" or "SerializationFailed") ? e
        : new MigrationException(e.ErrorId, e.Kind, Watch?.Blockers is { Count: > 0 } blockers ? $"{e.Message.TrimEnd('.')}. What it waited for is held by {string.Join("; ", blockers)}" : e.Message, e.InnerException)
        {
            Offender = e.Offender,
            RecommendedAction = e.RecommendedAction,
            IsTransient = true,
        };

    private Task<T> WithCommandAsync<T>(string sql, object?[] values, Func<DbCommand, Task<T>> act, CancellationToken cancel) => TranslateAsync(async () =>
    {
        Observer.Detail(sql);
        await using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = StatementTimeout is { } timeout ? Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds)) : 0;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i + 1}";
            parameter.Value = values[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return await act(command).ConfigureAwait(false);
    }, cancel);
}
