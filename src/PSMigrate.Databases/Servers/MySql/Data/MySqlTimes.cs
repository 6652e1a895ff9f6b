using System.Buffers.Text;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Dates and times between the text in which MySQL gives and takes them and the numbers in which they travel.</summary>
internal static class MySqlTimes
{
    /// <summary>The longest text: <c>2026-01-31 23:59:59.123456</c>.</summary>
    public const int MostBytes = 32;

    private const long Second = 1_000_000;
    private const long Day = 86_400 * Second;

    /// <summary>Days from 0000-03-01 to 2000-01-01.</summary>
    private const int ToMillennium = 730_425;

    /// <exception cref="ValueRefusedException">It is no day of the calendar.</exception>
    public static int Date(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 10 && Number(text[..4], out var year) && text[4] == '-' && Number(text[5..7], out var month) && text[7] == '-' && Number(text[8..10], out var day)
            && month is >= 1 and <= 12 && day >= 1 && day <= DaysIn(year, month))
        {
            return Days(year, month, day);
        }

        throw new ValueRefusedException($"'{System.Text.Encoding.UTF8.GetString(text)}' is no date, though MySQL keeps it as one");
    }

    public static long Timestamp(ReadOnlySpan<byte> text)
    {
        var days = Date(text);
        return text.Length == 10 ? days * Day : (days * Day) + Time(text[11..]);
    }

    /// <summary>A time, which may be negative and longer than a day.</summary>
    public static long Time(ReadOnlySpan<byte> text)
    {
        var isNegative = text.Length > 0 && text[0] == '-';
        var rest = isNegative ? text[1..] : text;
        if (Utf8Parser.TryParse(rest, out int hours, out var used) && rest.Length >= used + 6 && rest[used] == ':' && Number(rest[(used + 1)..(used + 3)], out var minutes)
            && rest[used + 3] == ':' && Number(rest[(used + 4)..(used + 6)], out var seconds))
        {
            var micros = 0;
            var scale = (int)Second;
            foreach (var digit in rest.Length > used + 6 ? rest[(used + 7)..] : default)
            {
                micros += (digit - '0') * (scale /= 10);
            }

            var all = ((((hours * 60L) + minutes) * 60) + seconds) * Second + micros;
            return isNegative ? -all : all;
        }

        throw new ValueRefusedException($"'{System.Text.Encoding.UTF8.GetString(text)}' is no time");
    }

    /// <returns>How many bytes were written.</returns>
    public static int WriteDate(int days, Span<byte> into)
    {
        // The algorithm of "chrono-Compatible Low-Level Date Algorithms" (H. Hinnant), civil_from_days.
        var z = days + (long)ToMillennium;
        var era = Math.DivRem(z, 146_097, out var inEra) - (inEra < 0 ? 1 : 0);
        var doe = z - (era * 146_097);
        var yoe = (doe - (doe / 1460) + (doe / 36_524) - (doe / 146_096)) / 365;
        var doy = doe - ((365 * yoe) + (yoe / 4) - (yoe / 100));
        var mp = ((5 * doy) + 2) / 153;
        var day = (int)(doy - (((153 * mp) + 2) / 5) + 1);
        var month = (int)(mp < 10 ? mp + 3 : mp - 9);
        var year = yoe + (era * 400) + (month <= 2 ? 1 : 0);
        if (year is < 0 or > 9999 || days is int.MinValue or int.MaxValue)
        {
            throw new ValueRefusedException(days is int.MinValue or int.MaxValue ? "it is infinite, which MySQL does not know" : $"it is in the year {year}, and MySQL has only those from 0 to 9999");
        }

        Two((int)year / 100, into);
        Two((int)year % 100, into[2..]);
        into[4] = into[7] = (byte)'-';
        Two(month, into[5..]);
        Two(day, into[8..]);
        return 10;
    }

    /// <param name="digits">How many digits of a second the column keeps.</param>
    public static int WriteTimestamp(long micros, int digits, Span<byte> into)
    {
        if (micros is long.MinValue or long.MaxValue)
        {
            throw new ValueRefusedException("it is infinite, which MySQL does not know");
        }

        var days = Math.DivRem(micros, Day, out var time);
        if (time < 0)
        {
            days--;
            time += Day;
        }

        var length = WriteDate((int)days, into);
        into[length++] = (byte)' ';
        return length + WriteTime(time, digits, into[length..]);
    }

    public static int WriteTime(long micros, int digits, Span<byte> into)
    {
        var length = 0;
        if (micros < 0)
        {
            into[length++] = (byte)'-';
            micros = -micros;
        }

        var seconds = Math.DivRem(micros, Second, out var fraction);
        var hours = seconds / 3600;
        if (hours < 100)
        {
            Two((int)hours, into[length..]);
            length += 2;
        }
        else
        {
            Utf8Formatter.TryFormat(hours, into[length..], out var written);
            length += written;
        }

        into[length] = into[length + 3] = (byte)':';
        Two((int)(seconds / 60 % 60), into[(length + 1)..]);
        Two((int)(seconds % 60), into[(length + 4)..]);
        length += 6;
        if (fraction == 0)
        {
            return length;
        }

        into[length++] = (byte)'.';
        for (var i = 0; i < 6; i++)
        {
            into[length + 5 - i] = (byte)('0' + (fraction % 10));
            fraction /= 10;
        }

        // More digits would be rounded off without a word.
        if (into.Slice(length + digits, 6 - digits).ContainsAnyExcept((byte)'0'))
        {
            throw new ValueRefusedException($"its second has more than the {digits} digits that the column keeps");
        }

        return length + digits;
    }

    private static void Two(int number, Span<byte> into)
    {
        into[0] = (byte)('0' + (number / 10));
        into[1] = (byte)('0' + (number % 10));
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }

    private static int DaysIn(int year, int month) => month switch
    {
        2 => (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>As above, days_from_civil.</summary>
    private static int Days(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var yoe = y - (era * 400);
        var doy = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        return (era * 146_097) + (yoe * 365) + (yoe / 4) - (yoe / 100) + doy - ToMillennium;
    }
}
