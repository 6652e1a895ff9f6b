using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>A disk of its own in memory, which can be filled, emptied and made read-only. Only root can mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Kibibyte = 1024;

    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public static SmallDisk Mount(int kibibytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Mounting a small disk needs root on Linux.");
        var path = Directory.CreateTempSubdirectory("psmigrate-disk-").FullName;
        var said = Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kibibytes}k,mode=0700"), "tmpfs", path);
        if (said.Length > 0)
        {
            Directory.Delete(path);
            Assert.Skip($"A small disk cannot be mounted here: {said}");
        }

        return new SmallDisk(path);
    }

    /// <summary>Leaves no more room than this.</summary>
    public void Fill(int leave)
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4 * Kibibyte];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            filler.SetLength(Math.Max(0, filler.Length - (leave * Kibibyte)));
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public void SetReadOnly(bool only) => Assert.Equal("", Run("mount", "-o", only ? "remount,ro" : "remount,rw", Path));

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? "" : $"{program} ended with {process.ExitCode}: {said}";
    }
}
