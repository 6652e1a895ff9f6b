using System.Globalization;
using System.Security.Cryptography;
using PSMigrate.Engine;
using PSMigrate.Journal;
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
        MakeAsync(target, Context(target, observer), (context, name) => engine.Backups.RestoreIntoNewAsync(context, folder, content, name, cancel), cancel);

    public Task<Target> CreateCopyAsync(ServerTarget target, string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        MakeAsync(target, Context(target, observer), (context, name) => engine.Backups.CopyIntoNewAsync(context, workFolder, name, cancel), cancel);

    /// <summary>A copy on another server, or with some of the rows only: neither can be had by the ways in which a server copies by itself.</summary>
    /// <param name="on">The server that it is made on, or the target itself.</param>
    public async Task<RehearsalCopy> CreateCopyAsync(ServerTarget target, ServerTarget on, int? sampleRows, string workFolder, IMigrationObserver observer, CancellationToken cancel)
    {
        var original = Context(target, observer);
        var place = on == target ? original : on.BackupContext(observer) with { Original = original };
        IReadOnlyList<SampledTable> sampled = [];
        var copy = await MakeAsync(target, place, async (context, name) =>
        {
            var folder = Path.Combine(workFolder, name);
            StateFolder.CreatePrivate(folder);
            try
            {
                var written = await engine.Backups.WritePortableAsync(original, folder, sampleRows, cancel).ConfigureAwait(false);
                sampled = written.Sampled;
                await on.Engine.Backups.RestoreIntoNewAsync(context, folder, written.Content, name, cancel).ConfigureAwait(false);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }, cancel).ConfigureAwait(false);
        return new RehearsalCopy(copy) { Sampled = sampled, Differences = on == target ? [] : await DifferencesAsync(original, place, cancel).ConfigureAwait(false) };
    }

    /// <summary>What behaves otherwise on another server, as far as versions tell.</summary>
    private static async Task<IReadOnlyList<string>> DifferencesAsync(ServerBackupContext original, ServerBackupContext place, CancellationToken cancel)
    {
        var here = $"{original.Engine.Name} {await original.Session.ScalarAsync<string>(original.Engine.VersionQuery, cancel).ConfigureAwait(false)}";
        var there = $"{place.Engine.Name} {await place.Session.ScalarAsync<string>(place.Engine.VersionQuery, cancel).ConfigureAwait(false)}";
        return here == there ? [] : [$"it is {there}, and the target's server is {here}"];
    }

    public ServerBackupContext Context(ServerTarget target, IMigrationObserver observer) => new(engine, server, target.Address, target, observer);

    private static async Task<Target> MakeAsync(ServerTarget target, ServerBackupContext context, Func<ServerBackupContext, string, Task> make, CancellationToken cancel)
    {
        await RemoveAbandonedAsync(context, cancel).ConfigureAwait(false);
        var name = NewName(Copy);
        try
        {
            await make(context, name).ConfigureAwait(false);
            var copy = new ServerTarget(context.Engine.Backups.AddressOf(context, name), context.Engine) { NameInScripts = target.NameInScripts, OnDispose = () => RemoveAsync(context, name) };
            await copy.OpenAsync(cancel).ConfigureAwait(false);
            return copy;
        }
        catch
        {
            await RemoveAsync(context, name).ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask RemoveAsync(ServerBackupContext context, string name) =>
        await context.Engine.Backups.DropAsync(context with { Observer = SilentObserver.Instance }, name, CancellationToken.None).ConfigureAwait(false);

    private static async Task RemoveAbandonedAsync(ServerBackupContext context, CancellationToken cancel)
    {
        foreach (var prefix in new[] { Copy, Restore })
        {
            foreach (var name in await context.Engine.Backups.ListCopiesAsync(context, prefix, cancel).ConfigureAwait(false))
            {
                if (MadeAt(name, prefix) is { } made && DateTime.UtcNow - made > Abandoned)
                {
                    context.Observer.Decision($"{name} was left by a process that died, and is removed.");
                    await context.Engine.Backups.DropAsync(context, name, cancel).ConfigureAwait(false);
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
}
