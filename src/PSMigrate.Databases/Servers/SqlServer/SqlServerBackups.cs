using PSMigrate.Targets;
namespace PSMigrate.Databases.Servers.SqlServer;
internal sealed class SqlServerBackups : IServerBackups
{
    public Task<BackupContent> BackupAsync(ServerBackupContext context, string folder, CancellationToken cancel) => throw new NotImplementedException();
    public Task RestoreAsync(ServerBackupContext context, string folder, BackupContent content, string beside, CancellationToken cancel) => throw new NotImplementedException();
    public Task RestoreIntoNewAsync(ServerBackupContext context, string folder, BackupContent content, string database, CancellationToken cancel) => throw new NotImplementedException();
    public Task CopyIntoNewAsync(ServerBackupContext context, string workFolder, string database, CancellationToken cancel) => throw new NotImplementedException();
    public Task DropAsync(ServerBackupContext context, string database, CancellationToken cancel) => throw new NotImplementedException();
    public Task<IReadOnlyList<string>> ListCopiesAsync(ServerBackupContext context, string prefix, CancellationToken cancel) => throw new NotImplementedException();
    public TargetAddress AddressOf(ServerBackupContext context, string database) => throw new NotImplementedException();
}
