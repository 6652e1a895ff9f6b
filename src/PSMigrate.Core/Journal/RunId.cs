using System.Security.Cryptography;

namespace PSMigrate.Journal;

/// <summary>Identifiers of runs and backups: the time in UTC, so that they sort, and a random part, so that they differ.</summary>
public static class RunId
{
    public static string New(DateTimeOffset now) =>
        $"{now.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}-{Convert.ToHexString(RandomNumberGenerator.GetBytes(3)).ToLowerInvariant()}";
}
