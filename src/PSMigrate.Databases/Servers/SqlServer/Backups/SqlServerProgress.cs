using System.Globalization;

namespace PSMigrate.Databases.Servers.SqlServer.Backups;

/// <summary>How far a backup or restore is, as the server tells it.</summary>
internal static class SqlServerProgress
{
    /// <summary>"%d percent processed."</summary>
    private const int PercentProcessed = 3211;

    /// <summary>The last percentage among messages; null where there is none.</summary>
    public static int? Read(IEnumerable<(int Number, string Message)> messages)
    {
        int? percent = null;
        foreach (var (number, message) in messages)
        {
            // The words are in the session's language; the number stands first or last in it.
            var digits = new string([.. message.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
            if (number == PercentProcessed && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            {
                percent = Math.Min(read, 100);
            }
        }

        return percent;
    }
}
