using PSMigrate.Databases.Crash;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>All files of a room as they are at a moment, so that the same crash can be met in many ways without a new process each time.</summary>
internal sealed class Moment
{
    private readonly CrashRoom room;
    private readonly Dictionary<string, byte[]> files;

    private Moment(CrashRoom room, Dictionary<string, byte[]> files)
    {
        this.room = room;
        this.files = files;
    }

    public static Moment Of(CrashRoom room) => new(room, FilesOf(room).ToDictionary(file => file, File.ReadAllBytes));

    /// <summary>Puts the room back as it was.</summary>
    public void Return()
    {
        foreach (var file in FilesOf(room).Except(files.Keys))
        {
            File.Delete(file);
        }

        foreach (var folder in Directory.EnumerateDirectories(room.Folder, "*", SearchOption.AllDirectories).OrderByDescending(f => f.Length).ToList())
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }

        foreach (var (file, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }

        Directory.CreateDirectory(room.Files);
    }

    private static List<string> FilesOf(CrashRoom room) => [.. Directory.EnumerateFiles(room.Folder, "*", SearchOption.AllDirectories)];
}
