using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.SqlServer.Backups;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>
/// Backups of SQL Server's databases: by the server's own BACKUP DATABASE where it has that and the account may use it, else by what is built
/// in. Logins belong to the server and are no part of a backup.
/// </summary>
internal sealed class SqlServerBackups : IServerBackups
{
    public async Task<BackupContent> BackupAsync(ServerBackupContext context, string folder, CancellationToken cancel)
    {
        try
        {
            if (await SqlServerServerBackup.WhyNotAsync(context.Session, cancel).ConfigureAwait(false) is not { } whyNot)
            {
                context.Observer.Decision("The backup is made by the server, by BACKUP DATABASE.");
                var tested = $"psmigrate_restore_{DateTime.UtcNow.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}_{Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant()}";
                return await new SqlServerServerBackup(context).BackupAsync(folder, tested, cancel).ConfigureAwait(false);
            }

            context.Observer.Decision($"The backup is made without BACKUP DATABASE: {whyNot}.");
            return await new SqlServerLogicalBackup(context).BackupAsync(folder, cancel).ConfigureAwait(false);
        }
        catch
        {
            BackupFiles.Empty(folder);
            throw;
        }
    }

    /// <summary>What the server writes by itself is on its own disk, where no other server finds it.</summary>
    public async Task<PortableContent> WritePortableAsync(ServerBackupContext context, string folder, int? sampleRows, CancellationToken cancel)
    {
        var backup = new SqlServerLogicalBackup(context, sampleRows);
        var content = await backup.BackupAsync(folder, cancel).ConfigureAwait(false);
        return new PortableContent(content, backup.Sample.Tables);
    }

    /// <summary>
    /// A backup of the server's is restored beside, and then the two are exchanged. A built-in one is restored beside to see that it can be, and
    /// then takes the place of what is there in one transaction. Either way, what fails has changed nothing.
    /// </summary>
    public async Task RestoreAsync(ServerBackupContext context, string folder, BackupContent content, string beside, CancellationToken cancel)
    {
        var databases = new SqlServerDatabases(context);
        await databases.RequireAloneAsync(cancel).ConfigureAwait(false);
        var description = BackupDescription.Read(folder, context.Engine.Scheme);
        try
        {
            await RestoreIntoNewAsync(context, folder, content, beside, cancel).ConfigureAwait(false);
            if (!description.IsBuiltIn)
            {
                await databases.ExchangeAsync(beside, cancel).ConfigureAwait(false);
                return;
            }
        }
        catch (MigrationException e) when (e.ErrorId == "CopyNotMade" && description.IsBuiltIn)
        {
            context.Observer.Decision($"The backup is not tried beforehand: {e.Message}");
        }
        finally
        {
            await DropAsync(context, beside, CancellationToken.None).ConfigureAwait(false);
        }

        await databases.RequireAloneAsync(cancel).ConfigureAwait(false);
        await new SqlServerFill(context, folder).ReplaceAsync(context.Address.Database, description, cancel).ConfigureAwait(false);
    }

    public async Task RestoreIntoNewAsync(ServerBackupContext context, string folder, BackupContent content, string database, CancellationToken cancel)
    {
        var description = BackupDescription.Read(folder, context.Engine.Scheme);
        if (!description.IsBuiltIn)
        {
            await new SqlServerServerBackup(context).RestoreAsync(database, description.ServerFile!, cancel).ConfigureAwait(false);
            return;
        }

        await new SqlServerDatabases(context).MakeAsync(database, cancel).ConfigureAwait(false);
        await new SqlServerFill(context, folder).FillNewAsync(database, description, cancel).ConfigureAwait(false);
    }

    public async Task CopyIntoNewAsync(ServerBackupContext context, string workFolder, string database, CancellationToken cancel)
    {
        if (await SqlServerServerBackup.WhyNotAsync(context.Session, cancel).ConfigureAwait(false) is null)
        {
            var backup = new SqlServerServerBackup(context);
            await backup.RestoreAsync(database, await backup.WriteForCopyAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
            return;
        }

        // That the account may make databases is found out before anything is copied.
        await new SqlServerDatabases(context).MakeAsync(database, cancel).ConfigureAwait(false);
        var folder = Path.Combine(workFolder, database);
        StateFolder.CreatePrivate(folder);
        try
        {
            await new SqlServerLogicalBackup(context).BackupAsync(folder, cancel).ConfigureAwait(false);
            await new SqlServerFill(context, folder).FillNewAsync(database, BackupDescription.Read(folder, context.Engine.Scheme), cancel).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public Task DropAsync(ServerBackupContext context, string database, CancellationToken cancel) => new SqlServerDatabases(context).DropAsync(database, cancel);

    public Task<IReadOnlyList<string>> ListCopiesAsync(ServerBackupContext context, string prefix, CancellationToken cancel) => new SqlServerDatabases(context).ListAsync(prefix, cancel);

    public TargetAddress AddressOf(ServerBackupContext context, string database) =>
        TargetAddress.Parse($"{context.Engine.Scheme}:{new SqlConnectionStringBuilder(context.Address.ConnectionString) { InitialCatalog = database }.ConnectionString}");
}
