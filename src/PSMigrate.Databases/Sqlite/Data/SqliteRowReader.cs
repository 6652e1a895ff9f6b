using PSMigrate.Databases.Data;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Steps through a query; every value comes with the type that it has in its row.</summary>
internal sealed class SqliteRowReader(SqliteSession session, SqliteQuery query, int columns) : RowReader
{
    private readonly nint statement = SqliteNative.Of(query.Statement);

    public override ValueTask<bool> ReadAsync(RowBuffer into, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        while (!into.IsFull)
        {
            var code = SqliteNative.Step(statement);
            if (code == raw.SQLITE_DONE)
            {
                return ValueTask.FromResult(false);
            }

            if (code != raw.SQLITE_ROW)
            {
                throw session.Error(code);
            }

            into.BeginRow(columns);
            for (var i = 0; i < columns; i++)
            {
                switch (SqliteNative.Type(statement, i))
                {
                    case raw.SQLITE_INTEGER:
                        DynamicRoute.AddInteger(into, SqliteNative.Int64(statement, i));
                        break;
                    case raw.SQLITE_FLOAT:
                        DynamicRoute.AddReal(into, SqliteNative.Double(statement, i));
                        break;
                    case raw.SQLITE_TEXT:
                        // Asking for the blob of a text gives its bytes, also those after U+0000.
                        DynamicRoute.Add(into, DynamicRoute.Text, SqliteNative.Bytes(statement, i));
                        break;
                    case raw.SQLITE_BLOB:
                        DynamicRoute.Add(into, DynamicRoute.Blob, SqliteNative.Bytes(statement, i));
                        break;
                    default:
                        into.AddNull();
                        break;
                }
            }

            into.EndRow();
        }

        return ValueTask.FromResult(true);
    }

    public override ValueTask DisposeAsync()
    {
        query.Dispose();
        return ValueTask.CompletedTask;
    }
}
