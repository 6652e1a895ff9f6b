using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>The files of a backup: what they are called, how long they are, and their hashes. Only their owner can read them.</summary>
internal static class BackupFiles
{
    /// <summary>Notes all files of a backup's folder. Tools make files as they like: here they become their owner's alone.</summary>
    public static async Task<IReadOnlyList<BackupFile>> NoteAsync(string folder, CancellationToken cancel)
    {
        var files = new List<BackupFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            var hash = await Fingerprint.OfFileAsync(path, cancel).ConfigureAwait(false);
            files.Add(new BackupFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), new FileInfo(path).Length, hash));
        }

        return files;
    }

    /// <summary>Removes what is in a folder, also after half of it was written; the folder itself stays.</summary>
    public static void Empty(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Delete(file);
        }

        foreach (var inner in Directory.EnumerateDirectories(folder))
        {
            Directory.Delete(inner, recursive: true);
        }
    }
}
