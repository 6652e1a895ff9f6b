using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>PostgreSQL's errors as errors that say what to do. Codes: appendix A of its documentation.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>An error of connecting.</summary>
    public static MigrationException OfConnecting(Exception error, ServerAddress address)
    {
        if (Find<PostgresException>(error) is { } told)
        {
            var (errorId, kind, message, action) = told.SqlState switch
            {
                "28P01" or "28000" => ("LoginFailed", ErrorKind.Denied, $"{address.Shown} does not let this account in: {told.MessageText}.",
                    "Check the user name and the password, and that pg_hba.conf lets the account in from here."),
                "3D000" => ("TargetNotFound", ErrorKind.NotFound, $"There is no database {address.Database} on {address.Host}.", "Check the name, or create the database first."),
                "57P03" => ("ServerNotReady", ErrorKind.Busy, $"{address.Shown} is starting up, shutting down or recovering: {told.MessageText}.", "Wait until it is ready, then run again."),
                "53300" => ("ServerBusy", ErrorKind.Busy, $"{address.Shown} has no connection left to give: {told.MessageText}.", "Close connections that nobody needs, or raise max_connections."),
                "42501" => ("AccessDenied", ErrorKind.Denied, $"The account may not connect to {address.Shown}: {told.MessageText}.", "Have CONNECT on the database given to the account."),
                _ => ("ServerRefused", ErrorKind.Failed, $"{address.Shown} refused the connection: {told.MessageText} ({told.SqlState}).", "Look at the server's log for the reason."),
            };
            return New(errorId, kind, message, action, address, error);
        }

        if (Find<System.Security.Authentication.AuthenticationException>(error) is { } tls)
        {
            return New("CertificateNotTrusted", ErrorKind.Denied, $"The certificate of {address.Host} is not trusted: {tls.Message}.",
                "Connect by the name that the certificate is for, and give the authority's certificate with 'Root Certificate'.", address, error);
        }

        if (Find<SocketException>(error) is { } socket)
        {
            return New("ServerNotReached", ErrorKind.NotFound, socket.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
                    ? $"There is no host {address.Host}."
                    : $"No server answers at {address.Shown}: {socket.Message}.",
                "Check host and port, that the server is running, and that no firewall is in between.", address, error);
        }

        if (error is TimeoutException || Find<TimeoutException>(error) is not null)
        {
            return New("ServerNotReached", ErrorKind.NotFound, $"{address.Shown} did not answer in time.", "Check host and port, and that no firewall is in between.", address, error);
        }

        return error.Message.Contains("SSL", StringComparison.OrdinalIgnoreCase)
            ? New("EncryptionNotAvailable", ErrorKind.Denied, $"{address.Host} offers no encrypted connection: {error.Message}", "Have encryption set up on the server; do without it only where nobody can listen (SSL Mode=Disable).", address, error)
            : error.Message.Contains("password", StringComparison.OrdinalIgnoreCase)
                ? New("LoginFailed", ErrorKind.Denied, $"{address.Shown} asks for a password, and none was given.", "Give one with -Credential, or with a reference in the connection string.", address, error)
                : New("ServerNotReached", ErrorKind.Failed, $"{address.Shown} cannot be connected to: {error.Message}", "Check the connection string.", address, error);
    }

    /// <summary>An error of a statement.</summary>
    public static MigrationException Of(DbException error, ServerAddress address)
    {
        if (error is not PostgresException told)
        {
            return New("ConnectionLost", ErrorKind.Failed, $"The connection to {address.Shown} was lost: {(error.InnerException ?? error).Message}",
                "Run it again with -Resume: PSMigrate finds out first what the server made of it.", address, error);
        }

        var message = told.MessageText + (told.Detail is { Length: > 0 } detail && !detail.StartsWith("Detail redacted", StringComparison.Ordinal) ? $" ({detail.TrimEnd('.')})" : "");
        var (errorId, kind, action) = told.SqlState switch
        {
            "57P01" or "57P02" or "57P05" => ("ConnectionLost", ErrorKind.Failed, "Run it again with -Resume: PSMigrate finds out first what the server made of it."),
            "55P03" => ("LockNotGranted", ErrorKind.Busy, "Try again when what holds the lock has ended, or wait longer with LockTimeout in the script's header."),
            "40P01" => ("Deadlocked", ErrorKind.Busy, "Run it again; if it happens again, change the order in which the script touches the tables."),
            "26000" => ("PreparedStatementLost", ErrorKind.Busy, "Run it again; leave DEALLOCATE ALL and DISCARD out of routines."),
            "40001" => ("SerializationFailed", ErrorKind.Busy, "Run it again."),
            "57014" => ("StatementTimedOut", ErrorKind.Failed, "Allow more time with StatementTimeout in the script's header, or let the statement do less at once."),
            "42501" => ("AccessDenied", ErrorKind.Denied, "Have the right given to the account, or use another account."),
            "25006" => ("TargetReadOnly", ErrorKind.Denied, "Connect to a server, and with an account, that may write."),
            "53100" => ("DiskFull", ErrorKind.Failed, "Make room on the server's disk, then run again."),
            ['2', '3', ..] => ("ConstraintViolated", ErrorKind.Failed, "Mend the data or the script, and plan again."),
            ['2', '2', ..] => ("ValueDoesNotFit", ErrorKind.Failed, "Mend the data or the script, and plan again."),
            _ => ("SqlFailed", ErrorKind.Failed, told.Hint is { Length: > 0 } hint ? hint : "Mend the script, and plan again."),
        };
        return New(errorId, kind, errorId == "ConnectionLost" ? $"The connection to {address.Shown} was lost: {message}" : message, action, address, error);
    }

    private static T? Find<T>(Exception error)
        where T : Exception => error as T ?? (error.InnerException is { } inner ? Find<T>(inner) : null);

    private static MigrationException New(string errorId, ErrorKind kind, string message, string action, ServerAddress address, Exception inner) =>
        new(errorId, kind, message, inner) { Offender = address.Shown, RecommendedAction = action, IsTransient = errorId == "PreparedStatementLost" };
}
