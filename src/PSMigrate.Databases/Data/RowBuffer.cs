using System.Buffers.Binary;

namespace PSMigrate.Databases.Data;

/// <summary>
/// Rows on their way, in the framing of PostgreSQL's binary COPY: for each row the number of its fields (Int16), and for each field its
/// length (Int32, -1 for NULL) and its bytes. It is filled, handed on, read and filled again; it belongs to one thread at a time.
/// </summary>
public sealed class RowBuffer
{
    /// <summary>What a reader fills before it hands the buffer on.</summary>
    public const int MostBytes = 1 << 18;

    /// <summary>A buffer that one very large row has blown up is not kept so.</summary>
    private const int MostKept = 1 << 23;

    private readonly List<int> ends = [];
    private byte[] bytes = new byte[MostBytes + (1 << 14)];
    private int length;

    /// <summary>How many rows there are.</summary>
    public int Count => ends.Count;

    /// <summary>How many bytes they take, with their framing.</summary>
    public int Length => ends.Count == 0 ? 0 : ends[^1];

    /// <summary>How many rows are taken at most, where the buffer is not full before that.</summary>
    public int MostRows { get; init; } = int.MaxValue;

    public bool IsFull => length >= MostBytes || ends.Count >= MostRows;

    /// <summary>All rows as they stand.</summary>
    public ReadOnlyMemory<byte> Rows => bytes.AsMemory(0, Length);

    /// <summary>One row, with the number of its fields.</summary>
    public ReadOnlySpan<byte> this[int row] => bytes.AsSpan(row == 0 ? 0 : ends[row - 1], ends[row] - (row == 0 ? 0 : ends[row - 1]));

    public void BeginRow(int fields)
    {
        length = Length;
        BinaryPrimitives.WriteInt16BigEndian(Take(2), (short)fields);
    }

    public void EndRow() => ends.Add(length);

    /// <summary>Takes back what was added since the last row's end.</summary>
    public void GiveUpRow() => length = Length;

    public void AddNull() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    /// <summary>Adds a field of a known length, to be filled by the caller at once.</summary>
    public Span<byte> Add(int size)
    {
        var all = Take(4 + size);
        BinaryPrimitives.WriteInt32BigEndian(all, size);
        return all[4..];
    }

    public void Add(ReadOnlySpan<byte> value) => value.CopyTo(Add(value.Length));

    public void AddBoolean(bool value) => Add(1)[0] = value ? (byte)1 : (byte)0;

    public void AddInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Add(2), value);

    public void AddInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Add(4), value);

    public void AddInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Add(8), value);

    public void AddSingle(float value) => BinaryPrimitives.WriteSingleBigEndian(Add(4), value);

    public void AddDouble(double value) => BinaryPrimitives.WriteDoubleBigEndian(Add(8), value);

    /// <summary>Adds text as UTF-8.</summary>
    /// <exception cref="ValueRefusedException">It has half a surrogate pair, which no UTF-8 has.</exception>
    public void AddText(ReadOnlySpan<char> value)
    {
        try
        {
            Strict.GetBytes(value, Add(Strict.GetByteCount(value)));
        }
        catch (System.Text.EncoderFallbackException e)
        {
            throw new ValueRefusedException("it has half of a character, which no other database takes", e);
        }
    }

    /// <summary>Adds a row with all its framing.</summary>
    public void AddRow(ReadOnlySpan<byte> row)
    {
        length = Length;
        row.CopyTo(Take(row.Length));
        EndRow();
    }

    /// <summary>Makes room for raw bytes after the last row, for a reader that takes whole rows from a stream.</summary>
    public Span<byte> Take(int size)
    {
        Reserve(size);
        length += size;
        return bytes.AsSpan(length - size, size);
    }

    /// <summary>Makes the buffer as large as it will have to be, where that is known before the bytes come.</summary>
    public void Reserve(int size)
    {
        if (bytes.Length - length < size)
        {
            Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(bytes.Length * 2L, (long)length + size)));
        }
    }

    public void Clear()
    {
        ends.Clear();
        length = 0;
        if (bytes.Length > MostKept)
        {
            bytes = new byte[MostBytes + (1 << 14)];
        }
    }

    /// <summary>Walks over the fields of a row.</summary>
    public RowFields Fields(int row) => new(this[row]);

    private static readonly System.Text.UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
}

/// <summary>The fields of a row, one after the other.</summary>
public ref struct RowFields
{
    private ReadOnlySpan<byte> rest;

    public RowFields(ReadOnlySpan<byte> row)
    {
        Count = BinaryPrimitives.ReadInt16BigEndian(row);
        rest = row[2..];
    }

    public int Count { get; }

    /// <summary>Reads the next field.</summary>
    /// <returns>False where it is NULL.</returns>
    public bool Next(out ReadOnlySpan<byte> value)
    {
        var size = BinaryPrimitives.ReadInt32BigEndian(rest);
        if (size < 0)
        {
            rest = rest[4..];
            value = default;
            return false;
        }

        value = rest.Slice(4, size);
        rest = rest[(4 + size)..];
        return true;
    }
}

/// <summary>A value cannot be what its column in the target wants. The message ends a sentence that begins with the column's name.</summary>
public sealed class ValueRefusedException : Exception
{
    public ValueRefusedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The field of the row that it is, from 0; -1 where that is not known yet.</summary>
    public int Field { get; set; } = -1;
}
