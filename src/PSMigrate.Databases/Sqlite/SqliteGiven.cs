using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Adds up the rows of a capture while they are given back, so that it need not be read once more to know that it is what the
/// script left, and that each of its rows found its place.
/// </summary>
internal sealed class SqliteGiven : SqliteRowFunction
{
    private const string Function = "psmigrate_given";

    private readonly SqliteRowHash hash = new();
    private UInt128 sum;
    private long rows;

    public SqliteGiven(SqliteSession session) => Register(session, Function, raw.SQLITE_UTF8);

    /// <summary>A condition that is always true and sees the capture's row, once its row of the table is found.</summary>
    /// <remarks>That the table's row is named keeps SQLite from asking before it has looked for that.</remarks>
    public static string Sees(SqliteRowKey key)
    {
        var row = $"t.{SqliteName.Quote(key.Columns[0])}";
        return $"{Function}({string.Join(", ", key.Columns.Select((_, i) => $"s.k{i}"))}, s.c0) > ({row} IS NOT {row})";
    }

    /// <summary>Begins anew, for a statement that is tried again.</summary>
    public void Reset() => (sum, rows) = (0, 0);

    /// <summary>True when all that was captured was seen, and nothing else.</summary>
    public bool IsAllOf(SqliteOp.Capturing captured) => rows == captured.Rows && SqliteRowHash.Text(sum).Equals(captured.Sum, StringComparison.OrdinalIgnoreCase);

    protected override void Answer(nint context, ReadOnlySpan<nint> values)
    {
        Add(hash.Of(values));
        Result(context, 1);
    }

    protected override void Answer(sqlite3_context context, sqlite3_value[] values)
    {
        Add(hash.Of(values));
        raw.sqlite3_result_int(context, 1);
    }

    private void Add(UInt128 row)
    {
        sum = unchecked(sum + row);
        rows++;
    }
}
