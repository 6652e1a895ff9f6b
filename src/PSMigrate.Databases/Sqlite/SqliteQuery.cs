using System.Globalization;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>A prepared statement and its present row.</summary>
internal sealed class SqliteQuery(SqliteSession session, sqlite3_stmt statement) : IDisposable
{
    private bool hasRows;

    public int ColumnCount => raw.sqlite3_column_count(statement);

    public sqlite3_stmt Statement => statement;

    public void Bind(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var code = values[i] switch
            {
                null => raw.sqlite3_bind_null(statement, i + 1),
                string text => raw.sqlite3_bind_text(statement, i + 1, text),
                byte[] blob => raw.sqlite3_bind_blob(statement, i + 1, blob),
                double number => raw.sqlite3_bind_double(statement, i + 1, number),
                bool truth => raw.sqlite3_bind_int64(statement, i + 1, truth ? 1 : 0),
                var whole => raw.sqlite3_bind_int64(statement, i + 1, Convert.ToInt64(whole, CultureInfo.InvariantCulture)),
            };
            if (code != raw.SQLITE_OK)
            {
                throw session.Error(code);
            }
        }
    }

    /// <summary>Steps to the next row; false at the end.</summary>
    public bool Read()
    {
        long since = 0;
        while (true)
        {
            switch (raw.sqlite3_step(statement))
            {
                case raw.SQLITE_ROW:
                    hasRows = true;
                    return true;
                case raw.SQLITE_DONE:
                    return false;
                case var code when !hasRows && session.MayTryAgain(code, ref since):
                    raw.sqlite3_reset(statement);
                    break;
                case var code:
                    throw session.Error(code);
            }
        }
    }

    public void ReadToEnd()
    {
        while (Read())
        {
        }
    }

    public void Reset() => raw.sqlite3_reset(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public string? Text(int column) => IsNull(column) ? null : raw.sqlite3_column_text(statement, column).utf8_to_string();

    public string RequiredText(int column) => Text(column) ?? "";

    public string ColumnName(int column) => raw.sqlite3_column_name(statement, column).utf8_to_string();

    public object? Value(int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_INTEGER => Long(column),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, column),
        raw.SQLITE_TEXT => Text(column),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, column).ToArray(),
        _ => null,
    };

    public void Dispose() => raw.sqlite3_finalize(statement);
}
