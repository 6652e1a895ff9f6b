using System.Globalization;
using PSMigrate.Reports;

namespace PSMigrate.Backups;

/// <summary>
/// Which backups may go. Where both are said, those go that are neither among the last nor young enough; what is needed stays in
/// any case.
/// </summary>
public sealed record RetentionPolicy
{
    public static readonly TimeSpan LongestAge = TimeSpan.FromDays(36_500);

    /// <summary>How many of each target's good backups stay, the newest; null to go by age alone.</summary>
    public int? KeepLast { get; init; }

    /// <summary>Only what is older goes; null to go by number alone.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>
    /// Whether the targets' quarantine is cleared as well: captures that nothing needs, and, by age only, rows that undos have saved.
    /// </summary>
    public bool IncludeQuarantine { get; init; }

    public override string ToString() =>
        "backups"
        + (OlderThan is { } age ? $" older than {DurationText.Of(age)}" : "")
        + (KeepLast is { } count ? string.Create(CultureInfo.InvariantCulture, $" but for the newest {count}") : "")
        + (IncludeQuarantine ? ", and what the quarantine no longer needs" : "");
}
