using MySqlConnector;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.MySql.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Backups of databases of MySQL and MariaDB: by the server's own dump program where it is there and fits the server, else by what is
/// built in. Accounts and what they may do on whole databases belong to the server and are no part of a backup.
/// </summary>
internal sealed class MySqlBackups : IServerBackups
{
    public async Task<BackupContent> BackupAsync(ServerBackupContext context, string folder, CancellationToken cancel)
    {
        await WarnAsync(context, cancel).ConfigureAwait(false);
        var server = await MySqlFeatures.ReadAsync(context.Session, cancel).ConfigureAwait(false);
        var (tools, whyNot) = await MySqlTools.FindAsync(server, server.Version, cancel).ConfigureAwait(false);
        try
        {
            if (tools is not null)
            {
                context.Observer.Decision($"The backup is made by {tools.Name} {tools.Version}.");
                (var content, whyNot) = await new MySqlDump(context, tools).BackupAsync(folder, cancel).ConfigureAwait(false);
                if (content is not null)
                {
                    return content;
                }
            }

            context.Observer.Decision($"The backup is made without a dump program: {whyNot}.");
            return await new MySqlLogicalBackup(context).BackupAsync(folder, cancel).ConfigureAwait(false);
        }
        catch
        {
            BackupFiles.Empty(folder);
            throw;
        }
    }

    public async Task<PortableContent> WritePortableAsync(ServerBackupContext context, string folder, int? sampleRows, CancellationToken cancel)
    {
        if (sampleRows is null)
        {
            return new PortableContent(await BackupAsync(context, folder, cancel).ConfigureAwait(false), []);
        }

        await WarnAsync(context, cancel).ConfigureAwait(false);
        var backup = new MySqlLogicalBackup(context, sampleRows);
        var content = await backup.BackupAsync(folder, cancel).ConfigureAwait(false);
        return new PortableContent(content, backup.Sample.Tables);
    }

    /// <summary>
    /// Databases cannot be renamed here, and what changes structure commits by itself: first the backup is loaded into a database beside,
    /// to see that it can be, and then the target is emptied and filled. When that breaks off, restoring again brings it to its end.
    /// </summary>
    public async Task RestoreAsync(ServerBackupContext context, string folder, BackupContent content, string beside, CancellationToken cancel)
    {
        await RequireAloneAsync(context, cancel).ConfigureAwait(false);
        var (description, tools) = await ReadAsync(context, folder, cancel).ConfigureAwait(false);
        try
        {
            await MakeAsync(context, beside, cancel).ConfigureAwait(false);
            await new MySqlFill(context, folder).FillAsync(beside, tools, description, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "CopyNotMade")
        {
            context.Observer.Decision($"The backup is not tried beforehand: {e.Message}");
        }
        finally
        {
            await DropAsync(context, beside, CancellationToken.None).ConfigureAwait(false);
        }

        await RequireAloneAsync(context, cancel).ConfigureAwait(false);
        try
        {
            var fill = new MySqlFill(context, folder);
            await fill.EmptyAsync(context.Address.Database, cancel).ConfigureAwait(false);
            await fill.FillAsync(context.Address.Database, tools, description, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MigrationException or OperationCanceledException)
        {
            context.Observer.Warning($"{context.Address.Database} is restored only in part. Restore it again: that begins anew.");
            throw;
        }
    }

    public async Task RestoreIntoNewAsync(ServerBackupContext context, string folder, BackupContent content, string database, CancellationToken cancel)
    {
        var (description, tools) = await ReadAsync(context, folder, cancel).ConfigureAwait(false);
        await MakeAsync(context, database, cancel).ConfigureAwait(false);
        await new MySqlFill(context, folder).FillAsync(database, tools, description, cancel).ConfigureAwait(false);
    }

    public async Task CopyIntoNewAsync(ServerBackupContext context, string workFolder, string database, CancellationToken cancel)
    {
        // That the account may make databases is found out before anything is copied.
        await MakeAsync(context, database, cancel).ConfigureAwait(false);
        var folder = Path.Combine(workFolder, database);
        StateFolder.CreatePrivate(folder);
        try
        {
            await BackupAsync(context, folder, cancel).ConfigureAwait(false);
            var (description, tools) = await ReadAsync(context, folder, cancel).ConfigureAwait(false);
            await new MySqlFill(context, folder).FillAsync(database, tools, description, cancel).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public async Task DropAsync(ServerBackupContext context, string database, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(null, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = @p1", cancel, database).ConfigureAwait(false) == 0)
        {
            return;
        }

        // What was granted on its tables would stay, for whatever gets the same name.
        await session.ExecuteAsync($"USE {MySqlName.Quote(database)}", cancel).ConfigureAwait(false);
        var granted = await session.ScalarAsync<long>("SELECT (SELECT COUNT(*) FROM information_schema.table_privileges WHERE table_schema = @p1) + (SELECT COUNT(*) FROM information_schema.column_privileges WHERE table_schema = @p1)", cancel, database).ConfigureAwait(false);
        if (granted > 0)
        {
            var present = await new MySqlStructureReader(readsOwn: true).ReadAsync(session, null, cancel).ConfigureAwait(false);
            foreach (var statement in MySqlFill.Revoking(context.Engine, present))
            {
                await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
            }
        }

        await session.ExecuteAsync($"DROP DATABASE IF EXISTS {MySqlName.Quote(database)}", cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<string>> ListCopiesAsync(ServerBackupContext context, string prefix, CancellationToken cancel) =>
        await context.Session.ListAsync("SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, CHAR_LENGTH(@p1)) = @p1 ORDER BY 1", row => row.GetString(0), cancel, prefix).ConfigureAwait(false);

    public TargetAddress AddressOf(ServerBackupContext context, string database) =>
        TargetAddress.Parse($"{context.Engine.Scheme}:{new MySqlConnectionStringBuilder(context.Address.ConnectionString) { Database = database }.ConnectionString}");

    private static async Task<(BackupDescription Description, MySqlTools? Tools)> ReadAsync(ServerBackupContext context, string folder, CancellationToken cancel)
    {
        var description = BackupDescription.Read(folder, context.Engine.Scheme);
        if (description.IsBuiltIn)
        {
            return (description, null);
        }

        var server = await MySqlFeatures.ReadAsync(context.Session, cancel).ConfigureAwait(false);
        var (tools, whyNot) = await MySqlTools.FindAsync(server, server.Version, cancel).ConfigureAwait(false);
        if (tools is null)
        {
            context.Observer.Decision($"The dump is loaded without a client program: {whyNot}.");
        }

        return (description, tools);
    }

    private static async Task MakeAsync(ServerBackupContext context, string database, CancellationToken cancel)
    {
        try
        {
            await context.Session.ExecuteAsync($"CREATE DATABASE {MySqlName.Quote(database)}", cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "AccessDenied")
        {
            throw new MigrationException("CopyNotMade", ErrorKind.Denied, $"A copy of {context.Address.Shown} cannot be made: the account may not create the database {database}.", e)
            {
                Offender = context.Address.Shown,
                RecommendedAction = "Have CREATE, DROP and all else on `psmigrate\\_%`.* granted to the account, or name a staging server to rehearse on in the plan.",
            };
        }
    }

    /// <exception cref="MigrationException">TargetInUse.</exception>
    private static async Task RequireAloneAsync(ServerBackupContext context, CancellationToken cancel)
    {
        for (var until = DateTime.UtcNow + TimeSpan.FromSeconds(1); ;)
        {
            var others = await context.Session.ListAsync(
                "SELECT CONCAT(user, ' from ', host, ', connection ', id) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()", row => row.GetString(0), cancel).ConfigureAwait(false);
            if (others.Count == 0)
            {
                return;
            }

            if (DateTime.UtcNow > until)
            {
                throw new MigrationException("TargetInUse", ErrorKind.Busy, $"Others are connected to {context.Address.Database}: {string.Join("; ", others.Take(5))}{(others.Count > 5 ? $"; and {others.Count - 5} more" : "")}. Nothing was changed.")
                {
                    Offender = context.Address.Shown,
                    RecommendedAction = "Stop the applications that use the database, or end their sessions, and restore again.",
                };
            }

            // A session that has just been closed is seen for a moment.
            await Task.Delay(50, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What a backup of one moment cannot hold.</summary>
    private static async Task WarnAsync(ServerBackupContext context, CancellationToken cancel)
    {
        var others = await context.Session.ListAsync(
            "SELECT CONCAT(t.table_name, ' (', t.engine, ')') FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine WHERE t.table_schema = DATABASE() AND t.table_type <> 'SEQUENCE' AND coalesce(e.transactions, 'NO') <> 'YES' ORDER BY 1",
            row => row.GetString(0), cancel).ConfigureAwait(false);
        if (others.Count > 0)
        {
            context.Observer.Warning($"These tables have no transactions: where others write to them while the backup is made, it is not of one moment: {string.Join(", ", others)}.");
        }

        var versioned = await context.Session.ListAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SYSTEM VERSIONED' ORDER BY 1", row => row.GetString(0), cancel).ConfigureAwait(false);
        if (versioned.Count > 0)
        {
            context.Observer.Warning($"Of tables that keep their history, a backup has the present rows only: {string.Join(", ", versioned)}.");
        }
    }
}
