using System.Globalization;
using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.SqlServer.Backups;

/// <summary>
/// The server's own backup. Its file is on the server, and stays there; the backup's folder says where. What was backed up is known by
/// restoring it under another name, which tests it as well.
/// </summary>
internal sealed class SqlServerServerBackup(ServerBackupContext context)
{
    /// <summary>What stands for the way in backup.json.</summary>
    public const string Way = "backup-database";

    /// <summary>A folder as the server sees it; without it the server's own default is taken.</summary>
    public const string FolderVariable = "PSMIGRATE_SQLSERVER_BACKUP";

    private readonly SqlServerDatabases databases = new(context);

    /// <summary>Why the server cannot, or this account may not; null where it can.</summary>
    public static async Task<string?> WhyNotAsync(ServerSession session, CancellationToken cancel)
    {
        var found = await session.ListAsync(
            "SELECT CAST(SERVERPROPERTY('EngineEdition') AS int), HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), 'DATABASE', 'BACKUP DATABASE'), HAS_PERMS_BY_NAME(NULL, NULL, 'CREATE ANY DATABASE')",
            row => (Edition: row.GetInt32(0), MayBackUp: !row.IsDBNull(1) && Convert.ToInt32(row.GetValue(1), CultureInfo.InvariantCulture) == 1, MayCreate: !row.IsDBNull(2) && Convert.ToInt32(row.GetValue(2), CultureInfo.InvariantCulture) == 1), cancel).ConfigureAwait(false);
        return found[0] switch
        {
            // 2 Standard, 3 Enterprise, 4 Express; the others are Azure's.
            { Edition: not (2 or 3 or 4) } => "this kind of server writes no backups to its own disk",
            { MayBackUp: false } => "the server has no BACKUP DATABASE, or the account may not use it",
            { MayCreate: false } => "the account may not create databases (CREATE ANY DATABASE), so that the backup could not be tested",
            _ => null,
        };
    }

    /// <param name="tested">The name under which it is restored to be looked at.</param>
    public async Task<BackupContent> BackupAsync(string folder, string tested, CancellationToken cancel)
    {
        var file = await WriteAsync($"{context.Address.Database}_{DateTime.UtcNow.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}.bak", cancel).ConfigureAwait(false);
        var session = context.Session;
        var version = await session.ScalarAsync<string>("SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128))", cancel).ConfigureAwait(false);
        try
        {
            await RestoreAsync(tested, file, cancel).ConfigureAwait(false);
            var copy = await context.ConnectAsync(tested, cancel).ConfigureAwait(false);
            TargetSnapshot snapshot;
            await using (copy.ConfigureAwait(false))
            {
                await RequireWholeAsync(copy, file, cancel).ConfigureAwait(false);
                snapshot = await new ServerSnapshot(context.Engine, copy).ReadAsync(SnapshotDepth.Checksums, context.Observer, cancel).ConfigureAwait(false);
            }

            new BackupDescription(context.Engine.Scheme, version ?? "", Way) { ServerFile = file }.Write(folder);
            context.Observer.Milestone($"The backup of {context.Address.Database} is on the server, as {file}.");
            return new BackupContent(await BackupFiles.NoteAsync(folder, cancel).ConfigureAwait(false), snapshot);
        }
        finally
        {
            await databases.DropAsync(tested, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>A backup that is only there to be copied from; the next one takes its place.</summary>
    public Task<string> WriteForCopyAsync(CancellationToken cancel) => WriteAsync($"psmigrate_copy_{context.Address.Database}.bak", cancel);

    public async Task RestoreAsync(string database, string file, CancellationToken cancel)
    {
        var files = await context.Session.ListAsync(SqlServerBackupText.Files(file), row => (Logical: row.GetString(row.GetOrdinal("LogicalName")), Physical: row.GetString(row.GetOrdinal("PhysicalName"))), cancel).ConfigureAwait(false);
        try
        {
            await WatchedAsync($"Restoring into {database}", SqlServerBackupText.Restore(database, file, files.Select((f, i) => (f.Logical, Beside(f.Physical, database, i)))), cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "AccessDenied")
        {
            throw databases.NotMade(database, e);
        }
    }

    private async Task<string> WriteAsync(string name, CancellationToken cancel)
    {
        var session = context.Session;
        var directory = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } given ? given
            : await session.ScalarAsync<string>("SELECT CAST(SERVERPROPERTY('InstanceDefaultBackupPath') AS nvarchar(260))", cancel).ConfigureAwait(false);

        // Before 2019 the property is not there; a bare name goes to the default folder as well.
        var file = string.IsNullOrEmpty(directory) ? name : directory.TrimEnd('/', '\\') + (directory.Contains('/', StringComparison.Ordinal) ? "/" : "\\") + name;
        var compresses = await session.ScalarAsync<int>("SELECT CASE WHEN CAST(SERVERPROPERTY('EngineEdition') AS int) = 4 THEN 0 ELSE 1 END", cancel).ConfigureAwait(false) == 1;
        await WatchedAsync($"Backing up {context.Address.Database}", SqlServerBackupText.Backup(context.Address.Database, file, compresses), cancel).ConfigureAwait(false);
        await session.ExecuteAsync(SqlServerBackupText.Verify(file), cancel).ConfigureAwait(false);
        var found = await session.ListAsync(SqlServerBackupText.Header(file), row => (Name: row.GetString(row.GetOrdinal("DatabaseName")), IsDamaged: row.GetBoolean(row.GetOrdinal("IsDamaged"))), cancel).ConfigureAwait(false);
        return found is [{ IsDamaged: false } only] && only.Name.Equals(context.Address.Database, StringComparison.OrdinalIgnoreCase) ? file : throw Damaged(file, "its header is not that of one whole backup of this database");
    }

    /// <summary>Runs a statement that tells every percent of it (message 3211).</summary>
    private async Task WatchedAsync(string activity, string statement, CancellationToken cancel)
    {
        void Tell(object sender, SqlInfoMessageEventArgs told)
        {
            if (SqlServerProgress.Read(told.Errors.Cast<SqlError>().Select(e => (e.Number, e.Message))) is { } percent)
            {
                context.Observer.Progress(new ProgressReport(activity, context.Address.Database, 1, percent));
            }
        }

        var connection = context.Session.Connection as SqlConnection;
        if (connection is not null)
        {
            connection.InfoMessage += Tell;
        }

        try
        {
            await context.Session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
            context.Observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
        }
        finally
        {
            if (connection is not null)
            {
                connection.InfoMessage -= Tell;
            }
        }
    }

    private async Task RequireWholeAsync(ServerSession copy, string file, CancellationToken cancel)
    {
        if ((await SqlServerSelfCheck.CheckDatabaseAsync(copy, cancel).ConfigureAwait(false)) is { Passed: false } failed)
        {
            throw Damaged(file, failed.Detail);
        }
    }

    /// <summary>In the folder where the original's file is, under the copy's name.</summary>
    private static string Beside(string physical, string database, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{physical[..(physical.LastIndexOfAny(['/', '\\']) + 1)]}{database}_{number}{Path.GetExtension(physical)}");

    private MigrationException Damaged(string file, string why) => new("BackupFailed", ErrorKind.Failed, $"The backup {file} of {context.Address.Shown} is not sound: {why}.")
    {
        Offender = file,
        RecommendedAction = "Look at the server's disk and its error log, then back up again.",
    };
}
