namespace PSMigrate.Databases.Tests.Servers.Backups;

/// <summary>A folder with shell scripts in the place of a server's tools.</summary>
internal sealed class ScriptedTools : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("psmigrate-tools-");

    public string Folder => folder.FullName;

    public void Write(string program, string script)
    {
        var file = Path.Combine(Folder, program);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>True where a file is its owner's alone.</summary>
    public static bool IsPrivate(string file) => OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);

    public void Dispose() => folder.Delete(recursive: true);
}
