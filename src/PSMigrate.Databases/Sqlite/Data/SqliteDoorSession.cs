using System.Globalization;
using PSMigrate.Databases.Data;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>A connection to a SQLite file for statements of our own.</summary>
internal sealed class SqliteDoorSession(SqliteSession session) : DoorSession
{
    public override Task BeginAsync(CancellationToken cancel)
    {
        session.Stop = cancel;
        session.Execute("BEGIN IMMEDIATE");
        return Task.CompletedTask;
    }

    public override Task<long> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values) => Task.FromResult(session.Interruptible(cancel, () =>
    {
        session.Stop = cancel;
        using var query = session.Prepare(sql.Replace("@p", "?", StringComparison.Ordinal));
        query.Bind(values);
        query.ReadToEnd();
        return (long)raw.sqlite3_changes(session.Handle);
    }));

    public override Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, CancellationToken cancel) => Task.FromResult<IReadOnlyList<IReadOnlyList<string?>>>(
        session.Interruptible(cancel, () => session.List<IReadOnlyList<string?>>(sql, row =>
            [.. Enumerable.Range(0, row.ColumnCount).Select(i => row.IsNull(i) ? null : Convert.ToString(row.Value(i), CultureInfo.InvariantCulture))])));

    public override Task CommitAsync(CancellationToken cancel)
    {
        session.Execute("COMMIT");
        return Task.CompletedTask;
    }

    public override Task RollbackAsync()
    {
        if (session.InTransaction)
        {
            session.Execute("ROLLBACK");
        }

        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        session.Dispose();
        return ValueTask.CompletedTask;
    }
}
