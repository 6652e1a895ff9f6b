using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Adds up the rows of a capture while they are given back, so that it need not be read once more to know that it is what the
/// script left, and that each of its rows found its place.
/// </summary>
internal sealed class SqliteGiven
{
    private const string Function = "psmigrate_given";

    private readonly SqliteRowHash hash = new();
    private UInt128 sum;
    private long rows;

    public SqliteGiven(SqliteSession session)
    {
        var code = raw.sqlite3_create_function(session.Handle, Function, -1, raw.SQLITE_UTF8, null, (context, _, values) =>
        {
            // A row of the table that the capture does not know.
            if (raw.sqlite3_value_type(values[0]) != raw.SQLITE_NULL)
            {
                sum = unchecked(sum + hash.Of(values));
                rows++;
            }

            raw.sqlite3_result_int(context, 1);
        });
        if (code != raw.SQLITE_OK)
        {
            throw session.Error(code);
        }
    }

    /// <summary>A condition that is always true and sees the capture's row.</summary>
    public static string Sees(SqliteRowKey key) => $"{Function}({string.Join(", ", key.Columns.Select((_, i) => $"s.k{i}"))}, s.c0)";

    /// <summary>Begins anew, for a statement that is tried again.</summary>
    public void Reset() => (sum, rows) = (0, 0);

    /// <summary>True when all that was captured was seen, and nothing else.</summary>
    public bool IsAllOf(SqliteOp.Capturing captured) => rows == captured.Rows && SqliteRowHash.Text(sum).Equals(captured.Sum, StringComparison.OrdinalIgnoreCase);
}
