using System.Globalization;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Sqlite;

/// <summary>One read transaction, through which everything is read.</summary>
internal sealed class SqliteMoment : ReadMoment
{
    private readonly SqliteDoor door;
    private readonly SqliteSession session;

    public SqliteMoment(SqliteDoor door, SqliteSession session)
    {
        this.door = door;
        this.session = session;
        session.Execute("BEGIN");
        // A transaction that only reads begins with what it reads first.
        session.Long("SELECT count(*) FROM main.sqlite_schema");
    }

    /// <summary>A connection works for one thread at a time.</summary>
    public override int MostReaders => 1;

    public override Task<RowReader> ReadAsync(RowQuery query, CancellationToken cancel) =>
        Task.FromResult<RowReader>(new SqliteRowReader(session, session.Prepare(door.Select(query)), query.Columns.Count));

    public override Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, CancellationToken cancel) => Task.FromResult<IReadOnlyList<IReadOnlyList<string?>>>(
        session.Interruptible(cancel, () => session.List<IReadOnlyList<string?>>(sql, row =>
            [.. Enumerable.Range(0, row.ColumnCount).Select(i => row.IsNull(i) ? null : Convert.ToString(row.Value(i), CultureInfo.InvariantCulture))])));

    public override ValueTask DisposeAsync()
    {
        session.Dispose();
        return ValueTask.CompletedTask;
    }
}
