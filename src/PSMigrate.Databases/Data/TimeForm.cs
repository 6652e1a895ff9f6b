using System.Globalization;

namespace PSMigrate.Databases.Data;

/// <summary>Dates and times as text and as the numbers that they travel as; the calendar is the Gregorian one for all times, as in ISO 8601.</summary>
public static class TimeForm
{
    public const long MicrosecondsOfDay = 86_400_000_000;

    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;

    /// <summary>Year, month and day: <c>2026-01-02</c>; years before 1 have a minus sign (the year before 1 is 0), years after 9999 a plus.</summary>
    public static string DateText(int days)
    {
        if (days is int.MinValue or int.MaxValue)
        {
            return days < 0 ? "-infinity" : "infinity";
        }

        var (year, month, day) = Civil(days);
        return string.Create(CultureInfo.InvariantCulture, $"{(year > 9999 ? "+" : "")}{year:0000}-{month:00}-{day:00}");
    }

    /// <param name="fraction">The digits of a second that are always there; more come where they are not zero.</param>
    public static string TimestampText(long microseconds, char between = ' ', int fraction = 0)
    {
        if (microseconds is long.MinValue or long.MaxValue)
        {
            return microseconds < 0 ? "-infinity" : "infinity";
        }

        var days = Math.DivRem(microseconds, MicrosecondsOfDay, out var time);
        if (time < 0)
        {
            (days, time) = (days - 1, time + MicrosecondsOfDay);
        }

        return $"{DateText((int)days)}{between}{TimeText(time, fraction)}";
    }

    /// <summary>Hours, minutes and seconds: <c>10:20:30.5</c>; more hours than a day has where there are.</summary>
    public static string TimeText(long microseconds, int fraction = 0)
    {
        var sign = microseconds < 0 ? "-" : "";
        var (seconds, rest) = Math.DivRem(Math.Abs(microseconds), 1_000_000);
        var text = string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        var digits = rest == 0 ? "" : rest.ToString("000000", CultureInfo.InvariantCulture).TrimEnd('0');
        digits = digits.PadRight(fraction, '0');
        return digits.Length > 0 ? $"{text}.{digits}" : text;
    }

    /// <summary>Reads a date as <see cref="DateText"/> writes it.</summary>
    public static bool TryDate(ReadOnlySpan<char> text, out int days)
    {
        days = 0;
        var sign = text.Length > 0 && text[0] is '-' or '+' ? text[0] : ' ';
        var rest = sign == ' ' ? text : text[1..];
        var first = rest.IndexOf('-');
        if (first is < 4 or > 7 || rest.Length != first + 6 || rest[first + 3] != '-'
            || !Number(rest[..first], out var year) || !Number(rest.Slice(first + 1, 2), out var month) || !Number(rest[(first + 4)..], out var day)
            || month is < 1 or > 12 || day < 1)
        {
            return false;
        }

        year = sign == '-' ? -year : year;
        days = FromCivil(year, month, day);
        return Civil(days) == (year, month, day);
    }

    /// <summary>Reads a time as <see cref="TimeText"/> writes it, in units of 100 nanoseconds; seconds may be left out.</summary>
    public static bool TryTime(ReadOnlySpan<char> text, out long fine)
    {
        fine = 0;
        var isNegative = text.Length > 0 && text[0] == '-';
        text = isNegative ? text[1..] : text;
        var colon = text.IndexOf(':');
        if (colon is < 2 or > 3 || text.Length < colon + 3 || !Number(text[..colon], out var hours) || !Number(text.Slice(colon + 1, 2), out var minutes) || minutes > 59)
        {
            return false;
        }

        var rest = text[(colon + 3)..];
        var seconds = 0;
        long fraction = 0;
        if (rest.Length > 0)
        {
            if (rest.Length < 3 || rest[0] != ':' || !Number(rest.Slice(1, 2), out seconds) || seconds > 59)
            {
                return false;
            }

            rest = rest[3..];
            if (rest.Length > 0)
            {
                if (rest.Length < 2 || rest[0] is not ('.' or ',') || rest[1..].ContainsAnyExceptInRange('0', '9') || rest[1..].TrimEnd('0').Length > 7)
                {
                    return false;
                }

                var digits = rest[1..].Length > 7 ? rest.Slice(1, 7) : rest[1..];
                foreach (var digit in digits)
                {
                    fraction = (fraction * 10) + (digit - '0');
                }

                for (var i = digits.Length; i < 7; i++)
                {
                    fraction *= 10;
                }
            }
        }

        fine = (((((hours * 60L) + minutes) * 60) + seconds) * 10_000_000) + fraction;
        fine = isNegative ? -fine : fine;
        return true;
    }

    /// <summary>
    /// Reads date and time with a space or T between them, in units of 100 nanoseconds since 2000-01-01; a date alone is its midnight. What may
    /// follow is a zone: Z, +hh or +hh:mm.
    /// </summary>
    /// <param name="zone">Minutes ahead of UTC; null where there is no zone.</param>
    public static bool TryTimestamp(ReadOnlySpan<char> text, out long fine, out int? zone)
    {
        (fine, zone) = (0, null);
        var cut = text.IndexOfAny(' ', 'T');
        if (!TryDate(cut < 0 ? text : text[..cut], out var days))
        {
            return false;
        }

        long time = 0;
        if (cut >= 0)
        {
            var rest = text[(cut + 1)..];
            var at = rest.IndexOfAny('Z', '+', '-');
            if (at >= 0)
            {
                if (!TryZone(rest[at..], out var minutes))
                {
                    return false;
                }

                zone = minutes;
                rest = rest[..at].TrimEnd(' ');
            }

            if (!TryTime(rest, out time) || time < 0 || time > 864_000_000_000)
            {
                return false;
            }
        }

        fine = checked((days * 864_000_000_000L) + time);
        return true;
    }

    private static bool TryZone(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z")
        {
            return true;
        }

        var sign = text[0] == '-' ? -1 : 1;
        text = text[1..];
        var rest = 0;
        if (text.Length is not (2 or 4 or 5) || !Number(text[..2], out var hours)
            || (text.Length > 2 && !Number(text[^2..], out rest)) || (text.Length == 5 && text[2] != ':'))
        {
            return false;
        }

        minutes = sign * ((hours * 60) + rest);
        return true;
    }

    private static bool Number(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Days since 2000-01-01 of a day; the arithmetic is Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".</summary>
    private static int FromCivil(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var ofEra = y - (era * 400);
        var ofYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        return (era * 146_097) + (ofEra * 365) + (ofEra / 4) - (ofEra / 100) + ofYear - 306 - Epoch;
    }

    private static (int Year, int Month, int Day) Civil(int days)
    {
        var z = (long)days + Epoch + 306;
        var era = (z >= 0 ? z : z - 146_096) / 146_097;
        var ofEra = z - (era * 146_097);
        var yearOfEra = (ofEra - (ofEra / 1460) + (ofEra / 36_524) - (ofEra / 146_096)) / 365;
        var ofYear = ofEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var part = ((5 * ofYear) + 2) / 153;
        var month = (int)(part < 10 ? part + 3 : part - 9);
        return ((int)(yearOfEra + (era * 400) + (month <= 2 ? 1 : 0)), month, (int)(ofYear - (((153 * part) + 2) / 5) + 1));
    }
}
