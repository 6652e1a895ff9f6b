using System.Buffers.Binary;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Inserts rows by one prepared statement. Foreign keys do not act meanwhile: rows may come in any order, and are looked at afterwards.</summary>
internal sealed class SqliteRowWriter : RowWriter
{
    /// <summary>What an attached source is called.</summary>
    public const string Source = "psmigrate_source";

    private readonly SqliteDoor door;
    private readonly SqliteSession session;
    private readonly SqliteQuery insert;
    private readonly nint statement;
    private readonly DbObject table;
    private readonly IReadOnlyList<WrittenColumn> columns;
    private long written;

    public SqliteRowWriter(SqliteDoor door, SqliteSession session, DbObject table, IReadOnlyList<WrittenColumn> columns)
    {
        this.door = door;
        this.session = session;
        this.table = table;
        this.columns = columns;
        session.Execute("PRAGMA foreign_keys = OFF");
        session.Execute("PRAGMA cache_size = -32768");
        insert = session.Prepare($"INSERT INTO {door.Name(table)} ({string.Join(", ", columns.Select(c => door.Quote(c.Name)))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"?{i + 1}"))})");
        statement = SqliteNative.Of(insert.Statement);
    }

    public override Task BeginAsync(CancellationToken cancel)
    {
        session.Stop = cancel;
        // To begin at once would shut others out of an attached source as well.
        session.Execute(session.Long("SELECT count(*) FROM pragma_database_list WHERE name = ?1", Source) > 0 ? "BEGIN" : "BEGIN IMMEDIATE");
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
                var code = fields.Next(out var value) ? Bind(i + 1, value) : SqliteNative.BindNull(statement, i + 1);
                if (code != raw.SQLITE_OK)
                {
                    throw session.Error(code);
                }
            }

            var done = SqliteNative.Step(statement);
            if (done != raw.SQLITE_DONE)
            {
                var why = session.Error(done);
                SqliteNative.Reset(statement);
                throw done == raw.SQLITE_CONSTRAINT ? Refused(why) : why;
            }

            SqliteNative.Reset(statement);
            written++;
        }

        return Task.CompletedTask;
    }

    public override Task<long> FetchAsync(RowQuery query, CancellationToken cancel)
    {
        var select = door.Select(query with { Table = query.Table with { Schema = Source } });
        try
        {
            session.Interruptible(cancel, () =>
            {
                session.Execute($"INSERT INTO {door.Name(table)} ({string.Join(", ", columns.Select(c => door.Quote(c.Name)))}) {select}");
                return true;
            });
        }
        catch (MigrationException e) when (e.Message.Contains("constraint", StringComparison.OrdinalIgnoreCase))
        {
            throw Refused(e);
        }

        written += raw.sqlite3_changes(session.Handle);
        return Task.FromResult((long)raw.sqlite3_changes(session.Handle));
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
            DynamicRoute.Integer => SqliteNative.BindInt64(statement, at, BinaryPrimitives.ReadInt64BigEndian(rest)),
            DynamicRoute.Real => SqliteNative.BindDouble(statement, at, BinaryPrimitives.ReadDoubleBigEndian(rest)),
            DynamicRoute.Text => SqliteNative.BindText(statement, at, rest),
            _ => SqliteNative.BindBlob(statement, at, rest),
        };
    }

    private MigrationException Refused(MigrationException why) => new("RowRefused", ErrorKind.Conflict, $"{table.FullName} does not take a row: {why.Message}", why)
    {
        Offender = table.FullName,
        RecommendedAction = "Mend the row at its source, or leave it out.",
    };
}
