using System.Security.Cryptography;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// Backups of a server's database, and the copies that are rehearsed on and that restores are tested with: databases of their own on the
/// same server, which go when they are closed. What a process that died has left is removed by the next that makes a copy.
/// </summary>
internal sealed class ServerCopies(ServerEngine engine, ServerAddress server)
{
    private const string Prefix = "psmigrate_copy_";

    /// <summary>A copy that old belongs to nobody any more, whatever the clocks of the machines say.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(2);

    public Task<BackupContent> BackupAsync(ServerTarget target, string folder, IMigrationObserver observer, CancellationToken cancel) =>
        engine.Backups.BackupAsync(Context(target, observer), folder, cancel);

    public Task RestoreAsync(ServerTarget target, string folder, BackupContent content, IMigrationObserver observer, CancellationToken cancel) =>
        engine.Backups.RestoreAsync(Context(target, observer), folder, content, cancel);

    public Task<Target> RestoreCopyAsync(ServerTarget target, string folder, BackupContent content, string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        MakeAsync(target, observer, (context, name) => engine.Backups.RestoreIntoNewAsync(context, folder, content, name, cancel), cancel);

    public Task<Target> CreateCopyAsync(ServerTarget target, string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        MakeAsync(target, observer, (context, name) => engine.Backups.CopyIntoNewAsync(context, workFolder, name, cancel), cancel);

    private async Task<Target> MakeAsync(ServerTarget target, IMigrationObserver observer, Func<ServerBackupContext, string, Task> make, CancellationToken cancel)
    {
        var context = Context(target, observer);
        await RemoveAbandonedAsync(context, cancel).ConfigureAwait(false);
        var name = $"{Prefix}{DateTime.UtcNow:yyyyMMddHHmmss}_{Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant()}";
        try
        {
            await make(context, name).ConfigureAwait(false);
            var copy = new ServerTarget(engine.Backups.AddressOf(context, name), engine) { OnDispose = () => RemoveAsync(context.Target, name) };
            await copy.OpenAsync(cancel).ConfigureAwait(false);
            return copy;
        }
        catch
        {
            await RemoveAsync(context.Target, name).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Over a connection of its own: the target's may be closed, or in the middle of something.</summary>
    private async ValueTask RemoveAsync(TargetAddress target, string name)
    {
        var session = await engine.ConnectAsync(server, null, CancellationToken.None).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await engine.Backups.DropAsync(new ServerBackupContext(engine, server, target, session, SilentObserver.Instance), name, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task RemoveAbandonedAsync(ServerBackupContext context, CancellationToken cancel)
    {
        foreach (var name in await engine.Backups.ListCopiesAsync(context, Prefix, cancel).ConfigureAwait(false))
        {
            var made = name.Length > Prefix.Length + 14 && DateTime.TryParseExact(name.AsSpan(Prefix.Length, 14), "yyyyMMddHHmmss", null, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal, out var at) ? at : DateTime.UtcNow;
            if (DateTime.UtcNow - made > Abandoned)
            {
                context.Observer.Decision($"{name} was left by a process that died, and is removed.");
                await engine.Backups.DropAsync(context, name, cancel).ConfigureAwait(false);
            }
        }
    }

    private ServerBackupContext Context(ServerTarget target, IMigrationObserver observer) => new(engine, server, target.Address, target.Session, observer);
}
