using System.Text;

using PSMigrate.Engine;

namespace PSMigrate.Targets;

/// <summary>
/// A lock that the operating system gives back when its holder dies: a file opened for nobody else. The file goes when the lock is
/// given back; a file beside it says who holds it.
/// </summary>
public sealed class FileLock : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // What opening a file that somebody else has locked gives on each system.
    private const int EAgain = 11;
    private const int EAgainOnMacOS = 35;
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockViolation = unchecked((int)0x80070021);

    private readonly string path;
    private readonly FileStream file;

    private FileLock(string path, FileStream file)
    {
        this.path = path;
        this.file = file;
    }

    /// <exception cref="MigrationException">TargetLocked, naming the holder; LockNotWritable.</exception>
    public static async Task<FileLock> TakeAsync(
        string path, string what, LockHolder holder, TimeSpan timeout, IMigrationObserver observer, CancellationToken cancel)
    {
        var deadline = DateTime.UtcNow + timeout;
        var said = false;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryTake(path) is { } file)
            {
                var taken = new FileLock(path, file);
                try
                {
                    await File.WriteAllTextAsync(HolderFile(path), holder.ToString(), Encoding.UTF8, cancel).ConfigureAwait(false);
                    return taken;
                }
                catch (Exception e)
                {
                    await taken.DisposeAsync().ConfigureAwait(false);
                    throw e is IOException or UnauthorizedAccessException ? NotWritable(path, e) : e;
                }
            }

            if (DateTime.UtcNow >= deadline)
            {
                throw new MigrationException("TargetLocked", ErrorKind.Busy, $"{what} is held by another runner: {ReadHolder(path)}.")
                {
                    Offender = what,
                    RecommendedAction = "Wait until it has ended, or wait longer with -LockTimeout.",
                };
            }

            if (!said)
            {
                said = true;
                observer.Milestone($"Waiting for {what}, which is held by another runner: {ReadHolder(path)}.");
            }

            observer.Progress(new ProgressReport("Waiting for another runner", what, 0, -1));
            await Task.Delay(Pause, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>True while somebody holds the lock. Writes nothing: of a holder that died only the files are left.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, 1);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException e) when (e.HResult is EAgain or EAgainOnMacOS or SharingViolation or LockViolation)
        {
            return true;
        }
    }

    /// <summary>Removes what a holder that died left; a lock that is held stays.</summary>
    public static void RemoveAbandoned(string path)
    {
        if (!IsHeld(path))
        {
            File.Delete(path);
            File.Delete(HolderFile(path));
        }
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(HolderFile(path));
        if (!OperatingSystem.IsWindows())
        {
            // While the lock is still held: whoever opened the file before now finds out below that it is no longer the one.
            File.Delete(path);
        }

        await file.DisposeAsync().ConfigureAwait(false);
    }

    private static FileStream? TryTake(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        }
        catch (IOException e) when (e.HResult is EAgain or EAgainOnMacOS or SharingViolation or LockViolation)
        {
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw NotWritable(path, e);
        }

        if (OperatingSystem.IsWindows() || IsStillAt(path, file))
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    /// <summary>
    /// Between opening and locking, the former holder may have removed the file: then the lock is on a file that nobody else
    /// sees. A time stamp written through the open file must be there under its name.
    /// </summary>
    private static bool IsStillAt(string path, FileStream file)
    {
        var stamp = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(Random.Shared.NextInt64(TimeSpan.TicksPerDay * 3650));
        File.SetLastWriteTimeUtc(file.SafeFileHandle, stamp);
        return File.Exists(path) && File.GetLastWriteTimeUtc(path) == stamp;
    }

    private static MigrationException NotWritable(string path, Exception e) =>
        new("LockNotWritable", ErrorKind.Denied, $"The lock file {path} cannot be made: {e.Message}", e)
        {
            Offender = path,
            RecommendedAction = "Make the target's folder writable for this user, and make room on its disk.",
        };

    private static string HolderFile(string path) => path + ".holder";

    private static string ReadHolder(string path)
    {
        try
        {
            return File.ReadAllText(HolderFile(path), Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }
}
