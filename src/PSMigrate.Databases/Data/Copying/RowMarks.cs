using System.Buffers.Binary;
using System.IO.Hashing;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>
/// By what a copy knows its rows again: for each row a hash (XXH3, 64 bits) of all that was written of it, and one of its key. They tell
/// what nobody has changed; against an enemy they prove nothing.
/// </summary>
internal sealed class RowMarks
{
    /// <summary>The bytes that a row takes.</summary>
    public const int Size = 16;

    private readonly IReadOnlyList<int> key;
    private byte[] bytes = new byte[1 << 16];
    private int length;

    /// <param name="key">The fields of a row that tell it apart from others; none where nothing does.</param>
    public RowMarks(IReadOnlyList<int> key) => this.key = key;

    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    public void Add(ReadOnlySpan<byte> row)
    {
        if (length + Size > bytes.Length)
        {
            Array.Resize(ref bytes, bytes.Length * 2);
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(length), OfRow(row));
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(length + 8), OfKey(row));
        length += Size;
    }

    public void Clear() => length = 0;

    public static ulong OfRow(ReadOnlySpan<byte> row) => XxHash3.HashToUInt64(row);

    /// <summary>A sum with some more rows in it.</summary>
    public static RowSum Sum(RowSum before, ReadOnlySpan<byte> marks)
    {
        var sum = before.Sum;
        for (var at = 0; at < marks.Length; at += Size)
        {
            sum = unchecked(sum + BinaryPrimitives.ReadUInt64BigEndian(marks[at..]));
        }

        return new RowSum(before.Rows + (marks.Length / Size), sum);
    }

    /// <summary>Zero where there is no key.</summary>
    public ulong OfKey(ReadOnlySpan<byte> row)
    {
        if (key.Count == 0)
        {
            return 0;
        }

        var fields = new RowFields(row);
        var hash = 0UL;
        for (var (at, next) = (0, 0); next < key.Count; at++)
        {
            var isThere = fields.Next(out var value);
            if (key[next] == at)
            {
                hash = XxHash3.HashToUInt64(isThere ? value : [], (long)(hash + (ulong)next + (isThere ? 1UL : 0UL)));
                next++;
            }
        }

        return hash;
    }
}
