using System.Globalization;
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
    private const string Copy = "psmigrate_copy_";
    private const string Restore = "psmigrate_restore_";
    private const string Time = "yyyyMMddHHmmss";

    /// <summary>A copy that old belongs to nobody any more, whatever the clocks of the machines say.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(2);

    public Task<BackupContent> BackupAsync(ServerTarget target, string folder, IMigrationObserver observer, CancellationToken cancel) =>
        engine.Backups.BackupAsync(Context(target, observer), folder, cancel);

    public async Task RestoreAsync(ServerTarget target, string folder, BackupContent content, IMigrationObserver observer, CancellationToken cancel)
    {
        var context = Context(target, observer);
        await RemoveAbandonedAsync(context, cancel).ConfigureAwait(false);
        await engine.Backups.RestoreAsync(context, folder, content, NewName(Restore), cancel).ConfigureAwait(false);
    }

    public Task<Target> RestoreCopyAsync(ServerTarget target, string folder, BackupContent content, string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        MakeAsync(target, observer, (context, name) => engine.Backups.RestoreIntoNewAsync(context, folder, content, name, cancel), cancel);

    public Task<Target> CreateCopyAsync(ServerTarget target, string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        MakeAsync(target, observer, (context, name) => engine.Backups.CopyIntoNewAsync(context, workFolder, name, cancel), cancel);

    private async Task<Target> MakeAsync(ServerTarget target, IMigrationObserver observer, Func<ServerBackupContext, string, Task> make, CancellationToken cancel)
    {
        var context = Context(target, observer);
        await RemoveAbandonedAsync(context, cancel).ConfigureAwait(false);
        var name = NewName(Copy);
        try
        {
            await make(context, name).ConfigureAwait(false);
            var copy = new ServerTarget(engine.Backups.AddressOf(context, name), engine) { OnDispose = () => RemoveAsync(context, name) };
            await copy.OpenAsync(cancel).ConfigureAwait(false);
            return copy;
        }
        catch
        {
            await RemoveAsync(context, name).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask RemoveAsync(ServerBackupContext context, string name) =>
        await engine.Backups.DropAsync(context with { Observer = SilentObserver.Instance }, name, CancellationToken.None).ConfigureAwait(false);

    private async Task RemoveAbandonedAsync(ServerBackupContext context, CancellationToken cancel)
    {
        foreach (var prefix in new[] { Copy, Restore })
        {
            foreach (var name in await engine.Backups.ListCopiesAsync(context, prefix, cancel).ConfigureAwait(false))
            {
                if (MadeAt(name, prefix) is { } made && DateTime.UtcNow - made > Abandoned)
                {
                    context.Observer.Decision($"{name} was left by a process that died, and is removed.");
                    await engine.Backups.DropAsync(context, name, cancel).ConfigureAwait(false);
                }
            }
        }
    }

    private static string NewName(string prefix) => $"{prefix}{DateTime.UtcNow.ToString(Time, CultureInfo.InvariantCulture)}_{Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant()}";

    /// <summary>Null where the name is not one that was given here.</summary>
    private static DateTime? MadeAt(string name, string prefix) =>
        name.Length > prefix.Length + Time.Length
        && DateTime.TryParseExact(name.AsSpan(prefix.Length, Time.Length), Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at : null;

    private ServerBackupContext Context(ServerTarget target, IMigrationObserver observer) => new(engine, server, target.Address, target, observer);
}
