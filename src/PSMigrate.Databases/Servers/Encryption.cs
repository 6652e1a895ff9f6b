using System.Data.Common;
using System.Net;

namespace PSMigrate.Databases.Servers;

/// <summary>Connections over a network are encrypted unless the address says otherwise; drivers would do without where a server offers none.</summary>
internal static class Encryption
{
    /// <summary>True where the connection string has the keyword, however it is spaced.</summary>
    public static bool IsSaid(string connection, string keyword) => new DbConnectionStringBuilder { ConnectionString = connection }.Keys.Cast<string>()
        .Any(key => key.Replace(" ", "", StringComparison.Ordinal).Equals(keyword, StringComparison.OrdinalIgnoreCase));

    /// <summary>True for hosts that no network leads to: this machine's own addresses, and sockets in its file system.</summary>
    public static bool StaysOnMachine(string hosts) => hosts.Split(',').All(host =>
        host.Length > 0 && (host[0] is '/' or '@' || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address))));
}
