using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>How an engine's databases are backed up, restored and copied.</summary>
public interface IServerBackups
{
    /// <summary>
    /// Writes a consistent backup of the connected database into an existing empty folder while others may go on writing.
    /// </summary>
    /// <returns>The files, relative to the folder, and the snapshot of exactly what was backed up.</returns>
    Task<BackupContent> BackupAsync(ServerBackupContext context, string folder, CancellationToken cancel);

    /// <summary>Writes the same so that the folder alone is enough to restore it on any server of the engine.</summary>
    /// <param name="sampleRows">About how many rows of each table are written at most, with all that these refer to; null for all.</param>
    Task<PortableContent> WritePortableAsync(ServerBackupContext context, string folder, int? sampleRows, CancellationToken cancel);

    /// <summary>
    /// Puts a backup's content into a database: whatever is in it is replaced. Until the backup is there as a whole, what was there
    /// before is left alone wherever the engine allows it.
    /// </summary>
    /// <param name="beside">The name that a database may have which is made beside it meanwhile.</param>
    /// <exception cref="MigrationException">TargetInUse, naming who is connected; nothing was changed.</exception>
    Task RestoreAsync(ServerBackupContext context, string folder, BackupContent content, string beside, CancellationToken cancel);

    /// <summary>Makes a new database of this name with a backup's content.</summary>
    Task RestoreIntoNewAsync(ServerBackupContext context, string folder, BackupContent content, string database, CancellationToken cancel);

    /// <summary>Makes a new database of this name with the present content, by the quickest way that does not disturb others.</summary>
    /// <exception cref="MigrationException">CopyNotMade, where the account may not make databases.</exception>
    Task CopyIntoNewAsync(ServerBackupContext context, string workFolder, string database, CancellationToken cancel);

    /// <summary>
    /// Removes a database that was made as a copy, whoever is connected to it; one that is gone is no error. Connects by itself: the
    /// target's own session may be closed, or in the middle of something.
    /// </summary>
    Task DropAsync(ServerBackupContext context, string database, CancellationToken cancel);

    /// <summary>The databases on the server whose names begin so: copies, those of processes that died among them.</summary>
    Task<IReadOnlyList<string>> ListCopiesAsync(ServerBackupContext context, string prefix, CancellationToken cancel);

    /// <summary>The address of another database on the same server.</summary>
    TargetAddress AddressOf(ServerBackupContext context, string database);
}
