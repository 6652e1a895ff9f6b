using System.Buffers.Binary;
using System.Security.Cryptography;
using PSMigrate.Engine;
using PSMigrate.Targets;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Fingerprints of rows, independent of their order: the sum, modulo 2^256, of the SHA-256 of each row's values. A sum and not
/// an exclusive or, so that equal rows do not cancel each other; values carry their type and length, so that no two rows can be
/// taken for one another by joining.
/// </summary>
internal static class SqliteContent
{
    private const int RowsBetweenReports = 50_000;

    public static ContentFingerprint Count(SqliteSession session, string table) =>
        new(table, session.Long($"SELECT count(*) FROM main.{SqliteName.Quote(table)}"), null);

    public static ContentFingerprint Read(SqliteSession session, string table, IMigrationObserver observer, CancellationToken cancel) =>
        OfQuery(session, table, $"SELECT * FROM main.{SqliteName.Quote(table)}", observer, cancel);

    /// <summary>The fingerprint of a query's rows.</summary>
    public static ContentFingerprint OfQuery(SqliteSession session, string name, string sql, IMigrationObserver observer, CancellationToken cancel)
    {
        using var query = session.Prepare(sql);
        var sum = new RowSum();
        var columns = query.ColumnCount;
        while (query.Read())
        {
            sum.Add(query.Statement, columns);
            if (sum.Rows % RowsBetweenReports == 0)
            {
                cancel.ThrowIfCancellationRequested();
                observer.Progress(new ProgressReport($"Reading {name}", $"{sum.Rows:N0} rows", 1, -1));
            }
        }

        if (sum.Rows >= RowsBetweenReports)
        {
            observer.Progress(new ProgressReport($"Reading {name}", "Done", 1, 100, Completed: true));
        }

        return new ContentFingerprint(name, sum.Rows, sum.ToString());
    }

    private sealed class RowSum
    {
        private readonly ulong[] sum = new ulong[4];
        private byte[] buffer = new byte[1024];

        public long Rows { get; private set; }

        public void Add(sqlite3_stmt row, int columns)
        {
            var length = 0;
            for (var i = 0; i < columns; i++)
            {
                var type = raw.sqlite3_column_type(row, i);
                var value = type is raw.SQLITE_TEXT or raw.SQLITE_BLOB ? raw.sqlite3_column_blob(row, i) : default;
                Reserve(length + 9 + value.Length);
                buffer[length++] = (byte)type;
                switch (type)
                {
                    case raw.SQLITE_INTEGER:
                        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(length), raw.sqlite3_column_int64(row, i));
                        length += 8;
                        break;
                    case raw.SQLITE_FLOAT:
                        BinaryPrimitives.WriteDoubleLittleEndian(buffer.AsSpan(length), raw.sqlite3_column_double(row, i));
                        length += 8;
                        break;
                    case raw.SQLITE_TEXT or raw.SQLITE_BLOB:
                        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(length), value.Length);
                        length += 8;
                        value.CopyTo(buffer.AsSpan(length));
                        length += value.Length;
                        break;
                }
            }

            Span<byte> hash = stackalloc byte[32];
            SHA256.HashData(buffer.AsSpan(0, length), hash);
            var carry = UInt128.Zero;
            for (var i = 0; i < 4; i++)
            {
                var limb = (UInt128)sum[i] + BinaryPrimitives.ReadUInt64LittleEndian(hash[(8 * i)..]) + carry;
                sum[i] = (ulong)limb;
                carry = limb >> 64;
            }

            Rows++;
        }

        public override string ToString() => $"{sum[3]:x16}{sum[2]:x16}{sum[1]:x16}{sum[0]:x16}";

        private void Reserve(int length)
        {
            if (length > buffer.Length)
            {
                Array.Resize(ref buffer, Math.Max(length, buffer.Length * 2));
            }
        }
    }
}
