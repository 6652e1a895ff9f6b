using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>Tells a moment from the name of a step: 01-02 names a step, though a lenient reader takes it for a date.</summary>
internal static partial class UndoMoment
{
    /// <returns>Null where a step is meant.</returns>
    public static DateTimeOffset? Find(object to) => (to is PSObject wrapped ? wrapped.BaseObject : to) switch
    {
        DateTimeOffset moment => moment,
        DateTime { Kind: DateTimeKind.Utc } utc => utc,
        DateTime local => new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Local)),
        string text when Iso().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) => moment,
        _ => null,
    };

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}
