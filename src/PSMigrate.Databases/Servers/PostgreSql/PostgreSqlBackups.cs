using Npgsql;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.PostgreSql.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Backups of PostgreSQL's databases: by pg_dump and pg_restore where they are there and fit the server, else by what is built in. Roles and
/// tablespaces belong to the server and are no part of a database's backup.
/// </summary>
internal sealed class PostgreSqlBackups : IServerBackups
{
    public async Task<BackupContent> BackupAsync(ServerBackupContext context, string folder, CancellationToken cancel)
    {
        var (tools, whyNot) = await PostgreSqlTools.FindAsync(context, await MajorAsync(context, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        context.Observer.Decision(tools is null ? $"The backup is made without pg_dump: {whyNot}." : $"The backup is made by pg_dump {tools.Version}.");
        try
        {
            return tools is null
                ? await new PostgreSqlLogicalBackup(context).BackupAsync(folder, cancel).ConfigureAwait(false)
                : await new PostgreSqlDump(context, tools).BackupAsync(folder, cancel).ConfigureAwait(false);
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

        var backup = new PostgreSqlLogicalBackup(context, sampleRows);
        var content = await backup.BackupAsync(folder, cancel).ConfigureAwait(false);
        return new PortableContent(content, backup.Sample.Tables);
    }

    public async Task RestoreAsync(ServerBackupContext context, string folder, BackupContent content, string beside, CancellationToken cancel)
    {
        var databases = new PostgreSqlDatabases(context);
        await databases.RequireAloneAsync(cancel).ConfigureAwait(false);
        var traits = await databases.TraitsAsync(cancel).ConfigureAwait(false);
        var whyInPlace = !await databases.MayMakeAsync(cancel).ConfigureAwait(false) ? "the account may not make databases"
            : !traits.IsOwned || !traits.MayGiveToOwner ? "the account does not own the database"
            : null;
        if (whyInPlace is null)
        {
            try
            {
                await databases.MakeAsync(traits, beside, "template0", isCopy: false, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (e.ErrorId == "AccessDenied")
            {
                whyInPlace = $"the account cannot make a database like it ({e.Message})";
                await databases.DropAsync(beside, CancellationToken.None).ConfigureAwait(false);
            }
        }

        if (whyInPlace is not null)
        {
            context.Observer.Decision($"{context.Address.Database} is restored in place, in one transaction: {whyInPlace}.");
            await RestoreInPlaceAsync(context, folder, cancel).ConfigureAwait(false);
            return;
        }

        try
        {
            await FillAsync(context, folder, content, beside, cancel).ConfigureAwait(false);
            await databases.ExchangeAsync(beside, traits.IsTemplate, cancel).ConfigureAwait(false);
        }
        catch
        {
            await databases.DropAsync(beside, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public async Task RestoreIntoNewAsync(ServerBackupContext context, string folder, BackupContent content, string database, CancellationToken cancel)
    {
        var databases = new PostgreSqlDatabases(context);
        await RequireMayMakeAsync(context, databases, cancel).ConfigureAwait(false);
        await databases.MakeAsync(await TraitsOfAsync(context, cancel).ConfigureAwait(false), database, "template0", isCopy: true, cancel).ConfigureAwait(false);
        await FillAsync(context, folder, content, database, cancel).ConfigureAwait(false);
    }

    /// <summary>Of a database on another server, what a server has by itself is left out: owners, tablespaces, and what is granted and set by role.</summary>
    private static async Task<PostgreSqlTraits> TraitsOfAsync(ServerBackupContext context, CancellationToken cancel)
    {
        var traits = await new PostgreSqlDatabases(context.Original ?? context).TraitsAsync(cancel).ConfigureAwait(false);
        return context.Original is null ? traits
            : traits with { MayGiveToOwner = false, Tablespace = "pg_default", Settings = [.. traits.Settings.Where(s => s.Role is null)], Permissions = null };
    }

    public async Task CopyIntoNewAsync(ServerBackupContext context, string workFolder, string database, CancellationToken cancel)
    {
        var databases = new PostgreSqlDatabases(context);
        await RequireMayMakeAsync(context, databases, cancel).ConfigureAwait(false);
        if (await CopyAsTemplateAsync(context, databases, database, cancel).ConfigureAwait(false) is not { } whyNot)
        {
            return;
        }

        context.Observer.Decision($"The copy is made by backing up and restoring: {whyNot}.");
        var folder = Path.Combine(workFolder, database);
        StateFolder.CreatePrivate(folder);
        try
        {
            var content = await BackupAsync(context, folder, cancel).ConfigureAwait(false);
            await RestoreIntoNewAsync(context, folder, content, database, cancel).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public Task DropAsync(ServerBackupContext context, string database, CancellationToken cancel) => new PostgreSqlDatabases(context).DropAsync(database, cancel);

    public Task<IReadOnlyList<string>> ListCopiesAsync(ServerBackupContext context, string prefix, CancellationToken cancel) => new PostgreSqlDatabases(context).ListAsync(prefix, cancel);

    public TargetAddress AddressOf(ServerBackupContext context, string database) =>
        TargetAddress.Parse($"{context.Engine.Scheme}:{new NpgsqlConnectionStringBuilder(context.Address.ConnectionString) { Database = database }.ConnectionString}");

    /// <returns>Null when it is made; else why it cannot be made so.</returns>
    private static async Task<string?> CopyAsTemplateAsync(ServerBackupContext context, PostgreSqlDatabases databases, string database, CancellationToken cancel)
    {
        var traits = await databases.TraitsAsync(cancel).ConfigureAwait(false);
        if (!traits.IsOwned && !traits.IsTemplate)
        {
            return "the account does not own the database";
        }

        if (await databases.OthersAsync(cancel).ConfigureAwait(false) is { Count: > 0 } others)
        {
            return $"others are connected to it ({string.Join("; ", others.Take(3))})";
        }

        string? whyNot = null;
        await context.Door.LeaveAsync(async () =>
        {
            try
            {
                await databases.MakeAsync(traits, database, context.Address.Database, isCopy: true, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (PostgreSqlDatabases.IsInUse(e) || e.ErrorId == "AccessDenied")
            {
                whyNot = e.Message;
            }
        }, cancel).ConfigureAwait(false);
        return whyNot;
    }

    private static async Task FillAsync(ServerBackupContext context, string folder, BackupContent content, string database, CancellationToken cancel)
    {
        var description = BackupDescription.Read(folder, context.Engine.Scheme);
        if (description.IsBuiltIn)
        {
            await new PostgreSqlLogicalRestore(context, folder, description).IntoNewAsync(database, cancel).ConfigureAwait(false);
            return;
        }

        var tools = await ToolsForAsync(context, description, cancel).ConfigureAwait(false);
        await new PostgreSqlDump(context, tools).RestoreAsync(PostgreSqlDump.FolderIn(folder), content, database, cancel).ConfigureAwait(false);
    }

    private static async Task RestoreInPlaceAsync(ServerBackupContext context, string folder, CancellationToken cancel)
    {
        var description = BackupDescription.Read(folder, context.Engine.Scheme);
        if (description.IsBuiltIn)
        {
            await new PostgreSqlLogicalRestore(context, folder, description).InPlaceAsync(cancel).ConfigureAwait(false);
            return;
        }

        var tools = await ToolsForAsync(context, description, cancel).ConfigureAwait(false);
        if (!tools.Has("psql"))
        {
            throw ToolMissing(context, "psql, which restores a dump in one transaction, was not found");
        }

        var present = await PostgreSqlLogicalBackup.ReadAllAsync(context, context.Session, cancel).ConfigureAwait(false);
        await new PostgreSqlDump(context, tools).RestoreInPlaceAsync(PostgreSqlDump.FolderIn(folder), new StructureRemoval(context.Engine, WithoutUsual(present), null).Statements, cancel).ConfigureAwait(false);
    }

    /// <summary>A dump counts on what every new database has.</summary>
    private static DbStructure WithoutUsual(DbStructure present) =>
        new(present.Objects.Where(o => !(o is { Kind: DbKinds.Schema, Name: "public" } or { Kind: "extension", Name: "plpgsql" })));

    private static async Task<PostgreSqlTools> ToolsForAsync(ServerBackupContext context, BackupDescription description, CancellationToken cancel)
    {
        // What a newer pg_dump has written an older pg_restore may not understand.
        var major = Math.Max(await MajorAsync(context, cancel).ConfigureAwait(false), Version.TryParse(description.ToolVersion, out var version) ? version.Major : 0);
        var (tools, whyNot) = await PostgreSqlTools.FindAsync(context, major, cancel).ConfigureAwait(false);
        return tools ?? throw ToolMissing(context, $"it was made by pg_dump {description.ToolVersion}, and {whyNot}");
    }

    private static MigrationException ToolMissing(ServerBackupContext context, string why) =>
        new("BackupToolMissing", ErrorKind.NotFound, $"The backup cannot be restored to {context.Address.Shown}: {why}.")
        {
            Offender = context.Address.Shown,
            RecommendedAction = $"Install PostgreSQL's client programs of that version or a newer one, or name their folder in {PostgreSqlTools.FolderVariable}.",
        };

    private static async Task RequireMayMakeAsync(ServerBackupContext context, PostgreSqlDatabases databases, CancellationToken cancel)
    {
        if (!await databases.MayMakeAsync(cancel).ConfigureAwait(false))
        {
            throw new MigrationException("CopyNotMade", ErrorKind.Denied, $"A copy of {context.Address.Shown} cannot be made: the account may not create databases.")
            {
                Offender = context.Address.Shown,
                RecommendedAction = "Have CREATEDB given to the account, or name a staging server to rehearse on in the plan.",
            };
        }
    }

    private static async Task<int> MajorAsync(ServerBackupContext context, CancellationToken cancel) =>
        await context.Session.ScalarAsync<int>("SELECT current_setting('server_version_num')::int / 10000", cancel).ConfigureAwait(false);
}
