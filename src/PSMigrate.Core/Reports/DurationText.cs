using System.Globalization;

namespace PSMigrate.Reports;

/// <summary>Durations as people say them: "340 ms", "about 2 s", "1 min 20 s", "2 h 5 min".</summary>
public static class DurationText
{
    /// <summary>Rounding that leaves out more than this part of the duration is said to be about.</summary>
    private const double Noticeable = 0.02;

    public static string Of(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return "-" + Of(duration == TimeSpan.MinValue ? TimeSpan.MaxValue : duration.Negate());
        }

        if (duration == TimeSpan.Zero)
        {
            return "0 s";
        }

        var milliseconds = (long)Math.Round(duration.TotalMilliseconds);
        if (milliseconds == 0)
        {
            return "less than 1 ms";
        }

        if (milliseconds < 1000)
        {
            return Say(milliseconds, "ms");
        }

        var seconds = (long)Math.Round(duration.TotalSeconds);
        if (seconds < 60)
        {
            var about = Math.Abs(duration.TotalSeconds - seconds) > Noticeable * duration.TotalSeconds;
            return (about ? "about " : "") + Say(seconds, "s");
        }

        if (seconds < 3600)
        {
            return Say(seconds / 60, "min", seconds % 60, "s");
        }

        var minutes = (long)Math.Round(duration.TotalMinutes);
        if (minutes < 24 * 60)
        {
            return Say(minutes / 60, "h", minutes % 60, "min");
        }

        var hours = (long)Math.Round(duration.TotalHours);
        return Say(hours / 24, "d", hours % 24, "h");
    }

    private static string Say(long amount, string unit) => string.Create(CultureInfo.InvariantCulture, $"{amount} {unit}");

    private static string Say(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? Say(large, largeUnit) : $"{Say(large, largeUnit)} {Say(small, smallUnit)}";
}
