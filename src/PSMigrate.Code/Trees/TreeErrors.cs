namespace PSMigrate.Code.Trees;

/// <summary>What files can refuse, named for who has to mend it.</summary>
internal static class TreeErrors
{
    /// <summary>Errors of the file system; not that something is gone, which is asked for apart.</summary>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException;

    public static bool IsGone(Exception e) => e is FileNotFoundException or DirectoryNotFoundException;

    public static MigrationException NotReadable(string path, Exception cause) =>
        new("FileNotReadable", cause is UnauthorizedAccessException ? ErrorKind.Denied : ErrorKind.Failed, $"{path} cannot be read: {cause.Message}", cause)
        {
            Offender = path,
            RecommendedAction = "Make it readable for this user, or take it out of the folder.",
        };

    public static MigrationException NotWritable(string path, Exception cause) =>
        new("FileNotWritable", cause is UnauthorizedAccessException ? ErrorKind.Denied : ErrorKind.Failed, $"{path} cannot be written: {cause.Message}", cause)
        {
            Offender = path,
            RecommendedAction = "Make it and the folder that it is in writable for this user, and look at the space on the disk.",
        };

    /// <summary>On Unix a name is any bytes; those that are not UTF-8 cannot be written in a plan or opened from one.</summary>
    public static MigrationException NameNotText(string path) =>
        new("FileNameNotText", ErrorKind.NotSupported, $"The name of {path} is not valid UTF-8.")
        {
            Offender = path,
            RecommendedAction = "Rename it, or take it out of the folder.",
        };
}
