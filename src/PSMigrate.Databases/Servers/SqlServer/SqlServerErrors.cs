using System.Data.Common;
using Microsoft.Data.SqlClient;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>SQL Server's errors as errors that say what to do. Numbers: sys.messages, and the driver's own for connecting.</summary>
internal static class SqlServerErrors
{
    public static MigrationException OfConnecting(Exception error, ServerAddress address)
    {
        if (error is not SqlException told)
        {
            return New("ServerNotReached", ErrorKind.Failed, $"{address.Shown} cannot be connected to: {error.Message}", "Check the connection string.", address, error);
        }

        var number = told.Number;
        return number switch
        {
            18456 or 18452 or 18486 or 18487 or 18488 or 18470 => New("LoginFailed", ErrorKind.Denied, $"{address.Shown} does not let this account in: {First(told).Message}", "Check the user name and the password, or use integrated or token authentication.", address, error),
            4060 or 911 or 33557097 when number != 33557097 || told.Message.Contains("database", StringComparison.OrdinalIgnoreCase) => New("TargetNotFound", ErrorKind.NotFound, $"There is no database {address.Database} on {address.Host}, or the account may not open it.", "Check the name, create the database first, or have access to it given to the account.", address, error),
            916 => New("AccessDenied", ErrorKind.Denied, $"The account may not open {address.Shown}: {First(told).Message}", "Have access to the database given to the account.", address, error),
            -2146893019 or -2146893022 or -2146893007 or 20 => Certificate(told, address),
            _ when told.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase) => Certificate(told, address),
            _ when told.Message.Contains("encryption", StringComparison.OrdinalIgnoreCase) || told.Message.Contains("SSL Provider", StringComparison.OrdinalIgnoreCase) || told.Message.Contains("TLS", StringComparison.Ordinal) =>
                New("EncryptionNotAvailable", ErrorKind.Denied, $"No encrypted connection to {address.Host} can be made: {First(told).Message}", "Have encryption set up on the server; do without it only where nobody can listen (Encrypt=Optional).", address, error),
            10928 or 10929 or 17809 or 40613 or 18401 => New("ServerNotReady", ErrorKind.Busy, $"{address.Shown} is not ready: {First(told).Message}", "Wait until it is ready, then run again.", address, error),
            _ => New("ServerNotReached", ErrorKind.NotFound, $"No server answers at {address.Shown}: {First(told).Message}", "Check server, instance and port, that the server is running, and that no firewall is in between.", address, error),
        };
    }

    public static MigrationException Of(DbException error, ServerAddress address)
    {
        if (error is not SqlException told || told.Class >= 20 || told.Number is -1 or 0 or 121 or 64 or 233 or 10053 or 10054 or 10060 or 596)
        {
            return New("ConnectionLost", ErrorKind.Failed, $"The connection to {address.Shown} was lost: {error.Message}", "Run it again with -Resume: PSMigrate finds out first what the server made of it.", address, error);
        }

        var first = First(told);
        var (errorId, kind, action) = first.Number switch
        {
            1222 => ("LockNotGranted", ErrorKind.Busy, "Try again when what holds the lock has ended, or wait longer with LockTimeout in the script's header."),
            1205 => ("Deadlocked", ErrorKind.Busy, "Run it again; if it happens again, change the order in which the script touches the tables."),
            3960 => ("SerializationFailed", ErrorKind.Busy, "Run it again."),
            -2 => ("StatementTimedOut", ErrorKind.Failed, "Allow more time with StatementTimeout in the script's header, or let the statement do less at once."),
            229 or 230 or 262 or 297 or 300 or 1088 or 15247 or 15151 => ("AccessDenied", ErrorKind.Denied, "Have the right given to the account, or use another account."),
            3906 or 978 => ("TargetReadOnly", ErrorKind.Denied, "Connect to a server and a database that may be written."),
            1105 or 9002 or 1101 => ("DiskFull", ErrorKind.Failed, "Make room for the database or its log, then run again."),
            515 or 547 or 2601 or 2627 or 1505 or 1778 => ("ConstraintViolated", ErrorKind.Failed, "Mend the data or the script, and plan again."),
            220 or 232 or 241 or 242 or 245 or 248 or 8114 or 8115 or 8152 or 2628 => ("ValueDoesNotFit", ErrorKind.Failed, "Mend the data or the script, and plan again."),
            _ => ("SqlFailed", ErrorKind.Failed, "Mend the script, and plan again."),
        };
        return New(errorId, kind, first.Message, action, address, error);
    }

    /// <summary>The server says the line in the batch; errors inside procedures say theirs.</summary>
    public static int? OffsetOf(SqlException error, string statement)
    {
        var first = First(error);
        if (first.LineNumber <= 0 || !string.IsNullOrEmpty(first.Procedure))
        {
            return null;
        }

        var start = 0;
        for (var line = 1; line < first.LineNumber; line++)
        {
            var end = statement.IndexOf('\n', start);
            if (end < 0)
            {
                return null;
            }

            start = end + 1;
        }

        while (start < statement.Length && char.IsWhiteSpace(statement[start]))
        {
            start++;
        }

        return start;
    }

    /// <summary>A batch goes on after some errors: the first is what the others may follow from.</summary>
    private static SqlError First(SqlException error) => error.Errors.Cast<SqlError>().FirstOrDefault(e => e.Class > 10) ?? error.Errors[0];

    private static MigrationException Certificate(SqlException error, ServerAddress address) => New("CertificateNotTrusted", ErrorKind.Denied, $"The certificate of {address.Host} is not trusted: {First(error).Message}",
        "Connect by the name that the certificate is for ('Host Name In Certificate'), and have the authority's certificate installed on this machine ('Server Certificate' names a file).", address, error);

    private static MigrationException New(string errorId, ErrorKind kind, string message, string action, ServerAddress address, Exception inner) =>
        new(errorId, kind, message, inner) { Offender = address.Shown, RecommendedAction = action };
}
