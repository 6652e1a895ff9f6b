using System.Globalization;
using System.Management.Automation;
using PSMigrate.Backups;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>Takes a number for days, and 12h, 30d and the like for what they say. PowerShell by itself takes a number for ticks.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AgeAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        TimeSpan? age = given switch
        {
            TimeSpan span => span,
            // PowerShell takes 30s for a number, and still knows how it was written.
            _ when ShortTime.TryRead(LanguagePrimitives.ConvertTo<string>(inputData).Trim(), RetentionPolicy.LongestAge, out var time) => time,
            string text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var days) => Days(days),
            string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) => span,
            byte or short or int or long or float or double or decimal => Days(Convert.ToDouble(given, CultureInfo.InvariantCulture)),
            _ => null,
        };
        return age >= TimeSpan.Zero && age <= RetentionPolicy.LongestAge
            ? age
            : throw new ArgumentTransformationMetadataException($"'{given}' is no age. Write a number of days, or a time such as 30d or 12h.");
    }

    private static TimeSpan? Days(double days) => days >= 0 && days <= RetentionPolicy.LongestAge.TotalDays ? TimeSpan.FromDays(days) : null;
}
