using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Bytes on their way to the server: what LOAD DATA reads, or the values of parameters.</summary>
internal sealed class MySqlRowText
{
    /// <summary>One very large row does not keep its room.</summary>
    private const int MostKept = 1 << 23;

    private static readonly SearchValues<byte> Special = SearchValues.Create("\\\t\n"u8);

    private byte[] bytes = new byte[1 << 19];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    public void Clear()
    {
        Length = 0;
        if (bytes.Length > MostKept)
        {
            bytes = new byte[1 << 19];
        }
    }

    public void Add(byte value) => Take(1)[0] = value;

    public void Add(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Adds what LOAD DATA would take for the end of a field or of a row with a backslash before it.</summary>
    public void AddEscaped(ReadOnlySpan<byte> value)
    {
        for (var at = value.IndexOfAny(Special); at >= 0; at = value.IndexOfAny(Special))
        {
            Add(value[..at]);
            Add((byte)'\\');
            Add(value[at] switch { (byte)'\t' => (byte)'t', (byte)'\n' => (byte)'n', var other => other });
            value = value[(at + 1)..];
        }

        Add(value);
    }

    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        Length += written;
    }

    public void Add(double number)
    {
        number.TryFormat(Room(32), out var written, "R", CultureInfo.InvariantCulture);
        Length += written;
    }

    public void AddAscii(string text) => System.Text.Encoding.ASCII.GetBytes(text, Take(text.Length));

    /// <summary>Room of at least a size, of which so much counts as is then given to <see cref="Advance"/>.</summary>
    public Span<byte> Room(int size)
    {
        if (bytes.Length - Length < size)
        {
            Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(bytes.Length * 2L, (long)Length + size)));
        }

        return bytes.AsSpan(Length);
    }

    public void Advance(int size) => Length += size;

    private Span<byte> Take(int size)
    {
        var room = Room(size)[..size];
        Length += size;
        return room;
    }
}
