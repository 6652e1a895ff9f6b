using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace PSMigrate.Journal;

/// <summary>Identifiers of runs and backups: the time in UTC, so that they sort, and a random part, so that they differ.</summary>
public static partial class RunId
{
    public static string New(DateTimeOffset now) =>
        $"{now.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}-{Convert.ToHexString(RandomNumberGenerator.GetBytes(3)).ToLowerInvariant()}";

    /// <summary>When the run or backup began; null for a text that is no identifier.</summary>
    public static DateTimeOffset? TimeOf(string id) => Identifier().IsMatch(id)
        && DateTime.TryParseExact(id[..id.IndexOf('Z', StringComparison.Ordinal)], "yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new DateTimeOffset(time, TimeSpan.Zero)
            : null;

    [GeneratedRegex(@"^[0-9]{8}T[0-9]{9}Z-[0-9a-f]{6}$", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();
}
