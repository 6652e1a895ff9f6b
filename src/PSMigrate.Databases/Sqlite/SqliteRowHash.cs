using System.Buffers.Binary;
using PSMigrate.Engine;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// A hash of a row's values, in SQL as a function and for the rows of a query. Values carry their type and length, so that no two
/// rows can be taken for one another by joining. A captured row keeps the hash of what the script left in its place: undo tells by
/// it what others changed since.
/// </summary>
internal sealed class SqliteRowHash : SqliteRowFunction
{
    /// <summary>In the place of a hash: there was no row.</summary>
    public const string Nothing = "x'00000000000000000000000000000000'";

    private const string Function = "psmigrate_row_hash";

    /// <summary>SQLite takes 127 arguments at most in its older versions.</summary>
    private const int MostArguments = 100;

    private const int Deterministic = 0x800;
    private const int RowsBetweenReports = 50_000;

    private byte[] buffer = new byte[1024];
    private int length;

    /// <summary>Makes the function known to a session.</summary>
    public static void Register(SqliteSession session) => new SqliteRowHash().Register(session, Function, raw.SQLITE_UTF8 | Deterministic);

    /// <summary>The hash of these expressions as an expression.</summary>
    public static string Of(IEnumerable<string> expressions)
    {
        var all = expressions.ToList();
        return all.Count <= MostArguments
            ? $"{Function}({string.Join(", ", all)})"
            : Of(all.Chunk(MostArguments).Select(Of));
    }

    /// <summary>The number of a query's rows and the sum of their hashes, which does not depend on their order.</summary>
    public static (long Rows, string Sum) SumOf(SqliteSession session, string name, string sql, IMigrationObserver observer, CancellationToken cancel)
    {
        var hash = new SqliteRowHash();
        using var query = session.Prepare(sql);
        var columns = query.ColumnCount;
        var sum = UInt128.Zero;
        long rows = 0;
        while (query.Read())
        {
            sum = unchecked(sum + hash.Of(query.Statement, 0, columns));
            if (++rows % RowsBetweenReports == 0)
            {
                cancel.ThrowIfCancellationRequested();
                observer.Progress(new ProgressReport($"Reading {name}", $"{rows:N0} rows", 1, -1));
            }
        }

        if (rows >= RowsBetweenReports)
        {
            observer.Progress(new ProgressReport($"Reading {name}", "Done", 1, 100, Completed: true));
        }

        return (rows, sum.ToString("x32"));
    }

    /// <summary>The hash of the present row's columns from one on, as the function gives it.</summary>
    public UInt128 Of(sqlite3_stmt row, int first, int columns)
    {
        length = 0;
        for (var i = first; i < columns; i++)
        {
            var type = raw.sqlite3_column_type(row, i);
            switch (type)
            {
                case raw.SQLITE_INTEGER:
                    Add(type, raw.sqlite3_column_int64(row, i));
                    break;
                case raw.SQLITE_FLOAT:
                    Add(type, BitConverter.DoubleToInt64Bits(raw.sqlite3_column_double(row, i)));
                    break;
                case raw.SQLITE_TEXT or raw.SQLITE_BLOB:
                    Add(type, raw.sqlite3_column_blob(row, i));
                    break;
                default:
                    Add(type, []);
                    break;
            }
        }

        return RowHash.Of(buffer.AsSpan(0, length));
    }

    /// <summary>The hash as the function's result shows it in hexadecimal.</summary>
    public static string Text(UInt128 hash)
    {
        Span<byte> bytes = stackalloc byte[RowHash.Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        return Convert.ToHexString(bytes);
    }

    /// <summary>The hash of a function's arguments.</summary>
    public UInt128 Of(ReadOnlySpan<sqlite3_value> values)
    {
        length = 0;
        foreach (var value in values)
        {
            var type = raw.sqlite3_value_type(value);
            switch (type)
            {
                case raw.SQLITE_INTEGER:
                    Add(type, raw.sqlite3_value_int64(value));
                    break;
                case raw.SQLITE_FLOAT:
                    Add(type, BitConverter.DoubleToInt64Bits(raw.sqlite3_value_double(value)));
                    break;
                case raw.SQLITE_TEXT or raw.SQLITE_BLOB:
                    Add(type, raw.sqlite3_value_blob(value));
                    break;
                default:
                    Add(type, []);
                    break;
            }
        }

        return RowHash.Of(buffer.AsSpan(0, length));
    }

    /// <summary>The same, of values as SQLite itself hands them over.</summary>
    public UInt128 Of(ReadOnlySpan<nint> values)
    {
        length = 0;
        foreach (var value in values)
        {
            var type = TypeOf(value);
            switch (type)
            {
                case raw.SQLITE_INTEGER:
                    Add(type, LongOf(value));
                    break;
                case raw.SQLITE_FLOAT:
                    Add(type, BitConverter.DoubleToInt64Bits(DoubleOf(value)));
                    break;
                case raw.SQLITE_TEXT or raw.SQLITE_BLOB:
                    Add(type, BytesOf(value));
                    break;
                default:
                    Add(type, []);
                    break;
            }
        }

        return RowHash.Of(buffer.AsSpan(0, length));
    }

    protected override void Answer(nint context, ReadOnlySpan<nint> values)
    {
        Span<byte> result = stackalloc byte[RowHash.Length];
        BinaryPrimitives.WriteUInt128BigEndian(result, Of(values));
        Result(context, result);
    }

    protected override void Answer(sqlite3_context context, sqlite3_value[] values)
    {
        Span<byte> result = stackalloc byte[RowHash.Length];
        BinaryPrimitives.WriteUInt128BigEndian(result, Of(values));
        raw.sqlite3_result_blob(context, result);
    }

    private void Add(int type, long number)
    {
        Reserve(9);
        buffer[length] = (byte)type;
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(length + 1), number);
        length += 9;
    }

    private void Add(int type, ReadOnlySpan<byte> bytes)
    {
        Add(type, bytes.Length);
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (length + more > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(length + more, buffer.Length * 2));
        }
    }
}
