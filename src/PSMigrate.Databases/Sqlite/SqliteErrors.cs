using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>SQLite's result codes (sqlite.org/rescode.html) as errors that say what to do.</summary>
internal static class SqliteErrors
{
    public static MigrationException Of(int code, int extended, string message, string file, Exception? inner)
    {
        var (errorId, kind, text, action) = (code & 0xff) switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => ("TargetBusy", ErrorKind.Busy, $"{file} is locked by another program.",
                "Close what uses it, or try again when it has ended; 'Default Timeout' in the connection string says how many seconds to wait."),
            raw.SQLITE_READONLY => ("TargetReadOnly", ErrorKind.Denied, $"{file} is read-only: {message}.", "Make the file and its folder writable for this user."),
            raw.SQLITE_NOTADB => ("TargetNotADatabase", ErrorKind.InvalidInput, $"{file} is not a SQLite database, or it is encrypted.",
                "Check the path; an encrypted database must be decrypted first, because the SQLite build in use has no encryption."),
            raw.SQLITE_CORRUPT => ("TargetCorrupt", ErrorKind.Conflict, $"{file} is damaged: {message}.", "Restore a backup, or salvage it with the '.recover' command of the sqlite3 shell."),
            raw.SQLITE_FULL => ("DiskFull", ErrorKind.Failed, $"There is no room left to write {file} (or its temporary files).", "Make room on that disk, then run again."),
            raw.SQLITE_IOERR => ("TargetIoError", ErrorKind.Failed, $"Reading or writing {file} failed: {message} (extended code {extended}).", "Look at the disk, then run again."),
            raw.SQLITE_CANTOPEN => ("TargetCannotOpen", ErrorKind.NotFound, $"{file} cannot be opened: {message}.", "Check that the path names a file that this user can read and write."),
            raw.SQLITE_CONSTRAINT => ("ConstraintViolated", ErrorKind.Failed, message, "Mend the data or the script, and plan again."),
            raw.SQLITE_INTERRUPT => ("Interrupted", ErrorKind.Failed, "The statement was interrupted.", "Run again."),
            _ => ("SqlFailed", ErrorKind.Failed, message, "Mend the script, and plan again."),
        };
        return new MigrationException(errorId, kind, text, inner) { Offender = file, RecommendedAction = action };
    }
}
