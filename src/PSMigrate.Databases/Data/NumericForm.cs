using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PSMigrate.Databases.Data;

/// <summary>
/// Decimal numbers of any size as PostgreSQL sends them (src/backend/utils/adt/numeric.c, numeric_send): how many digits to the base of 10,000
/// follow, the power of the first of them, the sign, how many decimal places are shown, each an Int16, and the digits.
/// </summary>
public static class NumericForm
{
    private const ushort Negative = 0x4000;
    private const ushort NotANumber = 0xC000;
    private const ushort PlusInfinity = 0xD000;
    private const ushort MinusInfinity = 0xF000;

    /// <summary>Adds a number that is written with digits, a sign and a point, and perhaps with an exponent.</summary>
    /// <exception cref="ValueRefusedException">It is no number.</exception>
    public static void Add(RowBuffer into, ReadOnlySpan<char> text)
    {
        if (text is "NaN" or "Infinity" or "-Infinity")
        {
            // Infinities have decimal places that mean nothing: the bit that tells them from NaN.
            Write(into.Add(8), 0, 0, text[0] switch { 'N' => NotANumber, 'I' => PlusInfinity, _ => MinusInfinity }, text[0] == 'N' ? 0 : 32);
            return;
        }

        var exponent = 0;
        var mark = text.IndexOfAny('e', 'E');
        if (mark >= 0)
        {
            if (!int.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > 16_000)
            {
                throw Refused(text);
            }

            text = text[..mark];
        }

        var isNegative = text.Length > 0 && text[0] == '-';
        var number = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var part = point < 0 ? default : number[(point + 1)..];
        if (whole.Length + part.Length == 0 || whole.ContainsAnyExceptInRange('0', '9') || part.ContainsAnyExceptInRange('0', '9'))
        {
            throw Refused(text);
        }

        if (exponent == 0)
        {
            Add(into, isNegative, whole, part);
            return;
        }

        // The point moves among the digits, which may have to be more.
        var digits = new StringBuilder().Append(whole).Append(part);
        var at = whole.Length + exponent;
        if (at > digits.Length)
        {
            digits.Append('0', at - digits.Length);
        }
        else if (at < 0)
        {
            digits.Insert(0, "0", -at);
            at = 0;
        }

        var all = digits.ToString();
        Add(into, isNegative, all.AsSpan(0, at), all.AsSpan(at));
    }

    public static void Add(RowBuffer into, long value)
    {
        Span<char> text = stackalloc char[20];
        value.TryFormat(text, out var written, default, CultureInfo.InvariantCulture);
        Add(into, text[..written]);
    }

    /// <summary>The number as text: digits, sign and point, with as many decimal places as it is shown with.</summary>
    public static string ToText(ReadOnlySpan<byte> value)
    {
        var (count, weight, sign, scale) = Read(value);
        if (sign is NotANumber or PlusInfinity or MinusInfinity)
        {
            return sign switch { NotANumber => "NaN", PlusInfinity => "Infinity", _ => "-Infinity" };
        }

        var text = new StringBuilder(8 + (count * 4));
        if (sign == Negative)
        {
            text.Append('-');
        }

        if (weight < 0)
        {
            text.Append('0');
        }

        for (var i = 0; i <= weight; i++)
        {
            text.Append(Digit(value, i, count).ToString(i == 0 ? "D" : "D4", CultureInfo.InvariantCulture));
        }

        if (scale > 0)
        {
            text.Append('.');
            var from = text.Length;
            for (var i = weight + 1; text.Length - from < scale; i++)
            {
                text.Append((i < 0 ? 0 : Digit(value, i, count)).ToString("D4", CultureInfo.InvariantCulture));
            }

            text.Length = from + scale;
        }

        return text.ToString();
    }

    /// <summary>The same number, shown with so many decimal places.</summary>
    /// <exception cref="ValueRefusedException">It has more places than these that are not zero.</exception>
    public static void AddScaled(RowBuffer into, ReadOnlySpan<byte> value, int scale)
    {
        var (count, weight, sign, shown) = Read(value);
        if (shown != scale && sign is 0 or Negative)
        {
            if (shown > scale && Places(value, count, weight) > scale)
            {
                throw new ValueRefusedException($"{ToText(value)} has more than {scale} decimal places");
            }

            var room = into.Add(value.Length);
            value.CopyTo(room);
            BinaryPrimitives.WriteInt16BigEndian(room[6..], (short)scale);
            return;
        }

        into.Add(value);
    }

    /// <summary>How many digits stand before the point, without zeros in front, and how many after it, without zeros at the end.</summary>
    public static (int Whole, int Places) Digits(ReadOnlySpan<byte> value)
    {
        var (count, weight, _, _) = Read(value);
        var whole = count == 0 || weight < 0 ? 0 : (weight * 4) + Digit(value, 0, count) switch { >= 1000 => 4, >= 100 => 3, >= 10 => 2, _ => 1 };
        return (whole, Places(value, count, weight));
    }

    /// <summary>The number as text without zeros that say nothing: what is equal looks equal.</summary>
    public static string Normal(ReadOnlySpan<byte> value)
    {
        var text = ToText(value);
        text = text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
        return text is "-0" or "" or "-" ? "0" : text;
    }

    private static int Places(ReadOnlySpan<byte> value, int count, int weight)
    {
        if (count == 0)
        {
            return 0;
        }

        // The last digit to the base of 10,000 is not zero, but may end with zeros.
        var last = Digit(value, count - 1, count);
        var zeros = last % 1000 == 0 ? 3 : last % 100 == 0 ? 2 : last % 10 == 0 ? 1 : 0;
        return Math.Max(0, ((count - 1 - weight) * 4) - zeros);
    }

    /// <summary>True for what is a number, and no infinity.</summary>
    public static bool IsFinite(ReadOnlySpan<byte> value) => Read(value).Sign is 0 or Negative;

    private static void Add(RowBuffer into, bool isNegative, ReadOnlySpan<char> whole, ReadOnlySpan<char> part)
    {
        whole = whole.TrimStart('0');
        var scale = part.Length;
        if (scale > short.MaxValue || whole.Length > 131_072)
        {
            throw new ValueRefusedException("it has more digits than a number can have");
        }

        var wholeDigits = (whole.Length + 3) / 4;
        var partDigits = (part.Length + 3) / 4;
        Span<short> digits = wholeDigits + partDigits <= 128 ? stackalloc short[wholeDigits + partDigits] : new short[wholeDigits + partDigits];
        for (var i = 0; i < wholeDigits; i++)
        {
            var end = whole.Length - ((wholeDigits - 1 - i) * 4);
            digits[i] = Four(whole[Math.Max(0, end - 4)..end], 0);
        }

        for (var i = 0; i < partDigits; i++)
        {
            var digit = part.Slice(i * 4, Math.Min(4, part.Length - (i * 4)));
            digits[wholeDigits + i] = Four(digit, 4 - digit.Length);
        }

        var first = 0;
        while (first < digits.Length && digits[first] == 0)
        {
            first++;
        }

        var last = digits.Length;
        while (last > first && digits[last - 1] == 0)
        {
            last--;
        }

        var target = into.Add(8 + ((last - first) * 2));
        Write(target, last - first, last == first ? 0 : wholeDigits - 1 - first, isNegative && last > first ? Negative : (ushort)0, scale);
        for (var i = first; i < last; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(target[(8 + ((i - first) * 2))..], digits[i]);
        }
    }

    private static short Four(ReadOnlySpan<char> digits, int zeros)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = (value * 10) + (digit - '0');
        }

        for (; zeros > 0; zeros--)
        {
            value *= 10;
        }

        return (short)value;
    }

    private static void Write(Span<byte> target, int count, int weight, ushort sign, int scale)
    {
        BinaryPrimitives.WriteInt16BigEndian(target, (short)count);
        BinaryPrimitives.WriteInt16BigEndian(target[2..], (short)weight);
        BinaryPrimitives.WriteUInt16BigEndian(target[4..], sign);
        BinaryPrimitives.WriteInt16BigEndian(target[6..], (short)scale);
    }

    private static (int Count, int Weight, ushort Sign, int Scale) Read(ReadOnlySpan<byte> value) =>
        (BinaryPrimitives.ReadInt16BigEndian(value), BinaryPrimitives.ReadInt16BigEndian(value[2..]), BinaryPrimitives.ReadUInt16BigEndian(value[4..]), BinaryPrimitives.ReadInt16BigEndian(value[6..]));

    private static int Digit(ReadOnlySpan<byte> value, int at, int count) => at < count ? BinaryPrimitives.ReadInt16BigEndian(value[(8 + (at * 2))..]) : 0;

    private static ValueRefusedException Refused(ReadOnlySpan<char> text) => new($"'{(text.Length > 40 ? text[..40] : text)}' is no number");
}
