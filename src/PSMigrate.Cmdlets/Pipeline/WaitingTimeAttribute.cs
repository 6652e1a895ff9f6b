using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>
/// Takes a number for seconds, and 500ms, 30s, 2m or 1h for what they say. PowerShell by itself takes a number for ticks, so that
/// who asks for 60 would wait for six millionths of a second.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed partial class WaitingTimeAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var time = given switch
        {
            TimeSpan span => span,
            string text when Written().Match(text) is { Success: true } match =>
                double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Unit(match.Groups[2].Value),
            string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) => span,
            // Also what PowerShell itself makes of 30s: a small whole number.
            byte or short or int or long or float or double or decimal => Convert.ToDouble(given, CultureInfo.InvariantCulture) * TimeSpan.FromSeconds(1),
            _ => throw new ArgumentTransformationMetadataException($"'{given}' is no time to wait. Write a number of seconds, or a time such as 500ms, 30s, 2m or 00:02:00."),
        };
        return time >= TimeSpan.Zero && time <= TimeSpan.FromDays(1)
            ? time
            : throw new ArgumentTransformationMetadataException($"'{given}' is no time to wait: it is not between nothing and one day.");
    }

    private static TimeSpan Unit(string unit) => unit.ToLowerInvariant() switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        _ => TimeSpan.FromSeconds(1),
    };

    [GeneratedRegex(@"^\s*(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|m|h)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
