namespace PSMigrate.Code.Trees;

/// <summary>Unix modes, where there are any.</summary>
internal static class TreeModes
{
    private const UnixFileMode OwnersAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static UnixFileMode? Of(FileSystemInfo info) => OperatingSystem.IsWindows() ? null : info.UnixFileMode;

    public static void Set(string path, UnixFileMode? mode)
    {
        if (!OperatingSystem.IsWindows() && mode is { } known)
        {
            File.SetUnixFileMode(path, known);
        }
    }

    /// <summary>Lets the owner change what is in a folder, until its mode is set again.</summary>
    public static void Open(string folder)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(folder) is var mode && (mode & OwnersAll) != OwnersAll)
        {
            File.SetUnixFileMode(folder, mode | OwnersAll);
        }
    }

    /// <summary>Windows refuses to replace or remove a read-only file.</summary>
    public static void MakeReplaceable(string path)
    {
        if (OperatingSystem.IsWindows() && File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }
    }

    /// <summary>Lets a copy be removed by whoever made it, whatever modes it was given.</summary>
    public static void Unlock(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        Open(folder);
        foreach (var found in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
        {
            if (found is DirectoryInfo inner && inner.LinkTarget is null)
            {
                Unlock(inner.FullName);
            }
            else
            {
                MakeReplaceable(found.FullName);
            }
        }
    }
}
