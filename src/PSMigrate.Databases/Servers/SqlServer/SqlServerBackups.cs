using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>SQL Server's backups are not to be had in this version: each of these says so.</summary>
internal sealed class SqlServerBackups : IServerBackups
{
    public Task<BackupContent> BackupAsync(ServerBackupContext context, string folder, CancellationToken cancel) => throw NotAvailable(context);

    public Task RestoreAsync(ServerBackupContext context, string folder, BackupContent content, string beside, CancellationToken cancel) => throw NotAvailable(context);

    public Task RestoreIntoNewAsync(ServerBackupContext context, string folder, BackupContent content, string database, CancellationToken cancel) => throw NotAvailable(context);

    public Task CopyIntoNewAsync(ServerBackupContext context, string workFolder, string database, CancellationToken cancel) => throw NotAvailable(context);

    public Task DropAsync(ServerBackupContext context, string database, CancellationToken cancel) => throw NotAvailable(context);

    public Task<IReadOnlyList<string>> ListCopiesAsync(ServerBackupContext context, string prefix, CancellationToken cancel) => throw NotAvailable(context);

    public TargetAddress AddressOf(ServerBackupContext context, string database) => throw NotAvailable(context);

    private static MigrationException NotAvailable(ServerBackupContext context) =>
        new("BackupNotAvailable", ErrorKind.NotSupported, $"Databases of SQL Server can be neither backed up nor copied by this version: {context.Address.Shown}.")
        {
            Offender = context.Target.ToString(),
            RecommendedAction = "Back up with BACKUP DATABASE … WITH COPY_ONLY, CHECKSUM, and rehearse on a database of your own.",
        };
}
