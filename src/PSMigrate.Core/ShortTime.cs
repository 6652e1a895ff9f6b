using System.Globalization;

namespace PSMigrate;

/// <summary>Times as people write them in a header or a plan: <c>500ms</c>, <c>5s</c>, <c>1.5m</c>, <c>1h</c>, <c>30d</c>, <c>00:01:30</c>, <c>0</c>.</summary>
public static class ShortTime
{
    /// <param name="longest">What is longer is no such time.</param>
    public static bool TryRead(string text, TimeSpan longest, out TimeSpan time)
    {
        var digits = text.AsSpan().IndexOfAnyExcept("0123456789.") is var end and >= 0 ? end : text.Length;
        var unit = text[digits..].Trim().ToLowerInvariant();
        time = default;
        if (unit.StartsWith(':'))
        {
            return TimeSpan.TryParseExact(text, [@"h\:mm\:ss", @"hh\:mm\:ss", @"hh\:mm\:ss\.FFF"], CultureInfo.InvariantCulture, out time) && time <= longest;
        }

        if (!decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        decimal? milliseconds = unit switch
        {
            "ms" => 1,
            "s" or "sec" => 1000,
            "m" or "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "" when number == 0 => 1,
            _ => null,
        };
        if (milliseconds is null || number > (decimal)longest.TotalMilliseconds / milliseconds)
        {
            return false;
        }

        time = TimeSpan.FromMilliseconds((double)(number * milliseconds.Value));
        return true;
    }
}
