using System.Buffers.Binary;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Inserts rows by one prepared statement. Foreign keys do not act meanwhile: rows may come in any order, and are looked at afterwards.</summary>
internal sealed class SqliteRowWriter : RowWriter
{
    private readonly SqliteSession session;
    private readonly SqliteQuery insert;
    private readonly sqlite3_stmt statement;
    private readonly DbObject table;
    private readonly IReadOnlyList<WrittenColumn> columns;
    private long written;

    public SqliteRowWriter(SqliteDoor door, SqliteSession session, DbObject table, IReadOnlyList<WrittenColumn> columns)
    {
        this.session = session;
        this.table = table;
        this.columns = columns;
        session.Execute("PRAGMA foreign_keys = OFF");
        session.Execute("PRAGMA cache_size = -32768");
        insert = session.Prepare($"INSERT INTO {door.Name(table)} ({string.Join(", ", columns.Select(c => door.Quote(c.Name)))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"?{i + 1}"))})");
        statement = insert.Statement;
    }

    public override Task BeginAsync(CancellationToken cancel)
    {
        session.Stop = cancel;
        session.Execute("BEGIN IMMEDIATE");
        written = 0;
        return Task.CompletedTask;
    }

    public override Task WriteAsync(RowBuffer rows, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        for (var row = 0; row < rows.Count; row++)
        {
            var fields = rows.Fields(row);
            for (var i = 0; i < columns.Count; i++)
            {
                var code = fields.Next(out var value) ? Bind(i + 1, value) : raw.sqlite3_bind_null(statement, i + 1);
                if (code != raw.SQLITE_OK)
                {
                    throw session.Error(code);
                }
            }

            var done = raw.sqlite3_step(statement);
            if (done != raw.SQLITE_DONE)
            {
                var why = session.Error(done);
                raw.sqlite3_reset(statement);
                throw done == raw.SQLITE_CONSTRAINT ? Refused(why) : why;
            }

            raw.sqlite3_reset(statement);
            written++;
        }

        return Task.CompletedTask;
    }

    public override Task<long> EndRowsAsync(CancellationToken cancel) => Task.FromResult(written);

    public override Task<long> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values)
    {
        using var query = session.Prepare(sql.Replace("@p", "?", StringComparison.Ordinal));
        query.Bind(values);
        query.ReadToEnd();
        return Task.FromResult((long)raw.sqlite3_changes(session.Handle));
    }

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
        insert.Dispose();
        session.Dispose();
        return ValueTask.CompletedTask;
    }

    private int Bind(int at, ReadOnlySpan<byte> value)
    {
        var rest = value[1..];
        return value[0] switch
        {
            DynamicRoute.Integer => raw.sqlite3_bind_int64(statement, at, BinaryPrimitives.ReadInt64BigEndian(rest)),
            DynamicRoute.Real => raw.sqlite3_bind_double(statement, at, BinaryPrimitives.ReadDoubleBigEndian(rest)),
            // Nothing at all would be bound as NULL.
            DynamicRoute.Text => rest.Length == 0 ? raw.sqlite3_bind_text(statement, at, "") : raw.sqlite3_bind_text(statement, at, rest),
            _ => rest.Length == 0 ? raw.sqlite3_bind_zeroblob(statement, at, 0) : raw.sqlite3_bind_blob(statement, at, rest),
        };
    }

    private MigrationException Refused(MigrationException why) => new("RowRefused", ErrorKind.Conflict, $"{table.FullName} does not take a row: {why.Message}", why)
    {
        Offender = table.FullName,
        RecommendedAction = "Mend the row at its source, or leave it out.",
    };
}
