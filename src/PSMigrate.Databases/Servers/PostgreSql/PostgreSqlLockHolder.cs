using System.Globalization;
using System.Text.RegularExpressions;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Who holds the lock, told to others by the session's application name, which everybody may read and which goes with the session.
/// It has room for 63 bytes: the run, the process and who started it come first.
/// </summary>
internal static partial class PostgreSqlLockHolder
{
    private const string Prefix = "PSMigrate ";
    private const int MostBytes = 63;

    public static string Write(LockHolder holder)
    {
        var text = $"{Prefix}{holder.RunId} {holder.ProcessId.ToString(CultureInfo.InvariantCulture)} {holder.By}";
        while (System.Text.Encoding.UTF8.GetByteCount(text) > MostBytes)
        {
            text = text[..^1];
        }

        return text;
    }

    public static string Read(string application, string user, string host, int session, DateTime? since)
    {
        var server = $"{user} from {host}, server process {session.ToString(CultureInfo.InvariantCulture)}{(since is { } at ? $", connected since {at.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}" : "")}";
        return Written().Match(application) is { Success: true } told
            ? $"{told.Groups["by"].Value}, process {told.Groups["process"].Value}, run {told.Groups["run"].Value} ({server})" : $"{application} ({server})";
    }

    [GeneratedRegex($"^{Prefix}(?<run>.+?) (?<process>[0-9]+) (?<by>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
