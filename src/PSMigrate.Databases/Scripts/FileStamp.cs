namespace PSMigrate.Databases.Scripts;

/// <summary>A file's length and time of its last change. Where it is the same, the file has not been written in between.</summary>
internal readonly record struct FileStamp(long Length, DateTime Changed)
{
    /// <summary>The stamp of a file that is there; of one that is not, a stamp that no file has.</summary>
    public static FileStamp Of(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? new FileStamp(info.Length, info.LastWriteTimeUtc) : new FileStamp(-1, default);
    }
}
