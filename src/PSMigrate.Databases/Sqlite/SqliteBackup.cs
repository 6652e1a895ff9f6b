using Microsoft.Data.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Targets;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Copies databases with SQLite's online backup API (sqlite.org/backup.html), in steps, while others may write.</summary>
internal static class SqliteBackup
{
    public const string FileName = "database.sqlite";

    private const int PagesInAStep = 1024;

    /// <summary>A writer makes the copy begin again; after so many times it holds writers back until it is done.</summary>
    private const int RestartsAllowed = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<BackupContent> CreateAsync(SqliteSession source, string folder, string name, IMigrationObserver observer, CancellationToken cancel)
    {
        var file = Path.Combine(folder, FileName);
        TargetSnapshot snapshot;
        using (var copy = new SqliteSession(file, SqliteOpenMode.ReadWriteCreate, TimeSpan.FromSeconds(1)))
        {
            Copy(source, copy, $"Backing up {name}", TimeSpan.FromMinutes(1), observer, cancel);
            snapshot = SqliteSnapshot.Read(copy, SnapshotDepth.Checksums, DateTimeOffset.UtcNow, observer, cancel);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var hash = await Fingerprint.OfFileAsync(file, cancel).ConfigureAwait(false);
        return new BackupContent([new BackupFile(FileName, new FileInfo(file).Length, hash)], snapshot);
    }

    /// <summary>Copies one database over another, as one transaction of the other.</summary>
    /// <param name="wait">How long a lock may be waited for in all.</param>
    public static void Copy(SqliteSession from, SqliteSession to, string activity, TimeSpan wait, IMigrationObserver observer, CancellationToken cancel)
    {
        var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main");
        if (backup is null || backup.IsInvalid)
        {
            throw to.Error(raw.sqlite3_errcode(to.Handle));
        }

        var holdsWritersBack = false;
        try
        {
            var deadline = DateTime.UtcNow + wait;
            var restarts = 0;
            var left = int.MaxValue;
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var code = raw.sqlite3_backup_step(backup, PagesInAStep);
                var remaining = raw.sqlite3_backup_remaining(backup);
                var pages = raw.sqlite3_backup_pagecount(backup);
                observer.Progress(new ProgressReport(activity, $"{pages - remaining:N0} of {pages:N0} pages", 0, pages == 0 ? 100 : (int)((pages - remaining) * 100L / pages)));
                if (code == raw.SQLITE_DONE)
                {
                    break;
                }

                if (code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED && DateTime.UtcNow < deadline)
                {
                    Thread.Sleep(Pause);
                    continue;
                }

                if (code != raw.SQLITE_OK)
                {
                    throw SqliteErrors.Of(code, code, raw.sqlite3_errstr(code).utf8_to_string(), code == raw.SQLITE_FULL ? to.File : from.File, null);
                }

                if (remaining > left && ++restarts > RestartsAllowed && !holdsWritersBack)
                {
                    observer.Decision($"{activity}: others write so often that the copy never ends; they are held back until it does.");
                    from.Execute("BEGIN");
                    from.Long("SELECT count(*) FROM main.sqlite_schema");
                    holdsWritersBack = true;
                }

                left = remaining;
            }
        }
        finally
        {
            raw.sqlite3_backup_finish(backup);
            if (holdsWritersBack)
            {
                from.Execute("ROLLBACK");
            }

            observer.Progress(new ProgressReport(activity, "Done", 0, 100, Completed: true));
        }
    }
}
