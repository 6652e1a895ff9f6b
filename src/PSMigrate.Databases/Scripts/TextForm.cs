using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace PSMigrate.Databases.Scripts;

/// <summary>How a file's bytes stand for text: UTF-8, UTF-16 or UTF-32.</summary>
/// <param name="UnitSize">Bytes in a code unit: 1, 2 or 4.</param>
/// <param name="BigEndian">True when a code unit's high byte comes first.</param>
/// <param name="Start">Where the text begins after the byte order mark.</param>
internal readonly record struct TextForm(int UnitSize, bool BigEndian, int Start)
{
    /// <summary>Told by the byte order mark or, for UTF-16, by where the zero bytes are; UTF-8 where neither speaks.</summary>
    public static TextForm Of(ReadOnlySpan<byte> bytes) => bytes switch
    {
        // The mark of UTF-32 begins with that of UTF-16, so it is looked for first.
        [0xFF, 0xFE, 0, 0, ..] => new(4, BigEndian: false, 4),
        [0, 0, 0xFE, 0xFF, ..] => new(4, BigEndian: true, 4),
        [0xFF, 0xFE, ..] => new(2, BigEndian: false, 2),
        [0xFE, 0xFF, ..] => new(2, BigEndian: true, 2),
        [0xEF, 0xBB, 0xBF, ..] => new(1, BigEndian: false, 3),
        _ => GuessUtf16(bytes) ?? new(1, BigEndian: false, 0),
    };

    public Encoding Encoding => UnitSize switch
    {
        4 => new UTF32Encoding(BigEndian, byteOrderMark: false),
        2 => new UnicodeEncoding(BigEndian, byteOrderMark: false),
        _ => Encoding.UTF8,
    };

    public string Decode(ReadOnlySpan<byte> bytes) => Encoding.GetString(bytes[Start..]);

    /// <summary>How much of a block can be decoded by itself: a character may go on in the next.</summary>
    public int CompleteLength(ReadOnlySpan<byte> block)
    {
        if (UnitSize == 1)
        {
            // The lead byte of the last character tells how long that is.
            for (var back = 1; back <= Math.Min(4, block.Length); back++)
            {
                var lead = block[^back];
                if ((lead & 0xC0) != 0x80)
                {
                    var length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
                    return length > back ? block.Length - back : block.Length;
                }
            }

            return block.Length;
        }

        var complete = block.Length - (block.Length % UnitSize);
        return UnitSize == 2 && complete >= 2 && Unit(block[(complete - 2)..]) is >= 0xD800 and <= 0xDBFF ? complete - 2 : complete;
    }

    /// <summary>The offset in the file of the first bytes that are no character of a text, or -1. A zero is no character of a text.</summary>
    public int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var content = bytes[Start..];
        var found = UnitSize == 1 ? FirstInvalidUtf8(content) : FirstInvalidWide(content);
        return found < 0 ? -1 : Start + found;
    }

    /// <summary>
    /// SQL is mostly ASCII, which in UTF-16 has a zero in every pair of bytes and always on the same side; the other side has
    /// one now and then, as in U+4E00. Anything else with zeros is not text.
    /// </summary>
    private static TextForm? GuessUtf16(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % 2 != 0 || !bytes.Contains((byte)0))
        {
            return null;
        }

        int first = 0, second = 0;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            first += bytes[i] == 0 ? 1 : 0;
            second += bytes[i + 1] == 0 ? 1 : 0;
        }

        var half = bytes.Length / 4;
        return second > half && first <= second / 10 ? new TextForm(2, BigEndian: false, 0)
            : first > half && second <= first / 10 ? new TextForm(2, BigEndian: true, 0)
            : null;
    }

    private static int FirstInvalidUtf8(ReadOnlySpan<byte> content)
    {
        var zero = content.IndexOf((byte)0);
        content = zero < 0 ? content : content[..zero];
        if (Utf8.IsValid(content))
        {
            return zero;
        }

        for (var at = 0; ;)
        {
            if (Rune.DecodeFromUtf8(content[at..], out _, out var consumed) != OperationStatus.Done)
            {
                return at;
            }

            at += consumed;
        }
    }

    private int FirstInvalidWide(ReadOnlySpan<byte> content)
    {
        var at = 0;
        while (at + UnitSize <= content.Length)
        {
            var unit = Unit(content[at..]);
            var next = at + (2 * UnitSize) <= content.Length ? Unit(content[(at + UnitSize)..]) : 0;
            if (UnitSize == 2 && unit is >= 0xD800 and <= 0xDBFF && next is >= 0xDC00 and <= 0xDFFF)
            {
                at += UnitSize;
            }
            else if (unit == 0 || !Rune.IsValid(unit))
            {
                return at;
            }

            at += UnitSize;
        }

        return at < content.Length ? at : -1;
    }

    private uint Unit(ReadOnlySpan<byte> bytes) => (UnitSize, BigEndian) switch
    {
        (2, true) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (_, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
    };
}
