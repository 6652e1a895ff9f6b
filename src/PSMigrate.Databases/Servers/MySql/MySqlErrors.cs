using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MySqlConnector;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>MySQL's and MariaDB's errors as errors that say what to do. Numbers: their error message references.</summary>
internal static partial class MySqlErrors
{
    /// <summary>An error of connecting.</summary>
    public static MigrationException OfConnecting(Exception error, ServerAddress address)
    {
        var number = (error as MySqlException)?.ErrorCode;
        if (Find<System.Security.Authentication.AuthenticationException>(error) is { } tls)
        {
            return New("CertificateNotTrusted", ErrorKind.Denied, $"The certificate of {address.Host} is not trusted: {tls.Message}.",
                "Connect by the name that the certificate is for, and give the authority's certificate with 'SslCa'.", address, error);
        }

        if (Find<SocketException>(error) is { } socket)
        {
            return New("ServerNotReached", ErrorKind.NotFound, socket.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
                    ? $"There is no host {address.Host}."
                    : $"No server answers at {address.Shown}: {socket.Message}.",
                "Check host and port, that the server is running, and that no firewall is in between.", address, error);
        }

        return number switch
        {
            MySqlErrorCode.AccessDenied or (MySqlErrorCode)1698 or (MySqlErrorCode)1251 or MySqlErrorCode.HostNotPrivileged or (MySqlErrorCode)1862 or (MySqlErrorCode)3118 => New("LoginFailed", ErrorKind.Denied,
                $"{address.Shown} does not let this account in: {error.Message}.", "Check the user name, the password, and the host that the account may come from.", address, error),
            MySqlErrorCode.UnknownDatabase => New("TargetNotFound", ErrorKind.NotFound, $"There is no database {address.Database} on {address.Host}.", "Check the name, or create the database first.", address, error),
            MySqlErrorCode.DatabaseAccessDenied => New("AccessDenied", ErrorKind.Denied, $"The account may not use {address.Shown}, or it is not there: {error.Message}.", "Check the database's name, and have rights on it given to the account.", address, error),
            (MySqlErrorCode)1040 or (MySqlErrorCode)1203 => New("ServerBusy", ErrorKind.Busy, $"{address.Shown} has no connection left to give: {error.Message}.", "Close connections that nobody needs, or raise max_connections.", address, error),
            (MySqlErrorCode)1053 => New("ServerNotReady", ErrorKind.Busy, $"{address.Shown} is shutting down.", "Wait until it is ready, then run again.", address, error),
            _ when error.Message.Contains("SSL", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("TLS", StringComparison.OrdinalIgnoreCase) => New("EncryptionNotAvailable", ErrorKind.Denied,
                $"{address.Host} offers no encrypted connection: {error.Message}", "Have encryption set up on the server; do without it only where nobody can listen (SslMode=Disabled).", address, error),
            _ => New("ServerNotReached", ErrorKind.NotFound, $"{address.Shown} cannot be connected to: {error.Message}", "Check host and port, that the server is running, and that no firewall is in between.", address, error),
        };
    }

    /// <summary>An error of a statement.</summary>
    public static MigrationException Of(DbException error, ServerAddress address)
    {
        if (error is not MySqlException told || IsLost(told))
        {
            return New("ConnectionLost", ErrorKind.Failed, $"The connection to {address.Shown} was lost: {(error.InnerException ?? error).Message}",
                "Run it again with -Resume: PSMigrate finds out first what the server made of it.", address, error);
        }

        var (errorId, kind, action) = (int)told.ErrorCode switch
        {
            1205 or 1907 => ("LockNotGranted", ErrorKind.Busy, "Try again when what holds the lock has ended, or wait longer with LockTimeout in the script's header."),
            1213 => ("Deadlocked", ErrorKind.Busy, "Run it again; if it happens again, change the order in which the script touches the tables."),
            1317 or 1969 or 3024 or (int)MySqlErrorCode.CommandTimeoutExpired => ("StatementTimedOut", ErrorKind.Failed, "Allow more time with StatementTimeout in the script's header, or let the statement do less at once."),
            1044 or 1142 or 1143 or 1227 or 1370 or 1419 => ("AccessDenied", ErrorKind.Denied, "Have the right given to the account, or use another account."),
            1290 or 1792 or 1836 => ("TargetReadOnly", ErrorKind.Denied, "Connect to a server, and with an account, that may write."),
            1021 or 1114 => ("DiskFull", ErrorKind.Failed, "Make room on the server's disk, then run again."),
            1062 or 1169 or 1216 or 1217 or 1451 or 1452 or 1048 or 1364 or 3819 or 4025 or 1586 or 1761 or 1762 => ("ConstraintViolated", ErrorKind.Failed, "Mend the data or the script, and plan again."),
            1264 or 1265 or 1292 or 1366 or 1406 or 1411 or 1690 => ("ValueDoesNotFit", ErrorKind.Failed, "Mend the data or the script, and plan again."),
            _ => ("SqlFailed", ErrorKind.Failed, "Mend the script, and plan again."),
        };
        return New(errorId, kind, told.Message, action, address, error);
    }

    /// <summary>Of a syntax error the server says in which line of the statement it is, and shows what stands there.</summary>
    public static int? OffsetOf(Exception error, string statement)
    {
        if (error is not MySqlException { ErrorCode: MySqlErrorCode.ParseError } told || Near().Match(told.Message) is not { Success: true } near)
        {
            return null;
        }

        var line = int.Parse(near.Groups["line"].Value, CultureInfo.InvariantCulture);
        var start = 0;
        for (var i = 1; i < line && statement.IndexOf('\n', start) is var end and >= 0; i++)
        {
            start = end + 1;
        }

        var shown = near.Groups["text"].Value;
        var found = shown.Length == 0 ? statement.Length : statement.IndexOf(shown.Split('\n')[0], start, StringComparison.Ordinal);
        return found >= 0 ? found : start;
    }

    /// <summary>A table, a column or something else that a view reads is missing.</summary>
    public static bool LacksWhatItReads(MigrationException error) =>
        error.InnerException is MySqlException { ErrorCode: MySqlErrorCode.NoSuchTable or MySqlErrorCode.BadFieldError or (MySqlErrorCode)1305 or (MySqlErrorCode)1356 };

    private static bool IsLost(MySqlException error) => error.ErrorCode is MySqlErrorCode.UnableToConnectToHost or (MySqlErrorCode)1053 or (MySqlErrorCode)1927 or (MySqlErrorCode)2006 or (MySqlErrorCode)2013 or (MySqlErrorCode)1080
        || Find<IOException>(error) is not null || Find<SocketException>(error) is not null || Find<EndOfStreamException>(error) is not null
        || error.Message.Contains("Failed to read", StringComparison.Ordinal) || error.Message.Contains("Connection was killed", StringComparison.OrdinalIgnoreCase);

    private static T? Find<T>(Exception error)
        where T : Exception => error as T ?? (error.InnerException is { } inner ? Find<T>(inner) : null);

    private static MigrationException New(string errorId, ErrorKind kind, string message, string action, ServerAddress address, Exception inner) =>
        new(errorId, kind, message, inner) { Offender = address.Shown, RecommendedAction = action };

    [GeneratedRegex(@"near '(?<text>.*)' at line (?<line>\d+)$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Near();
}
