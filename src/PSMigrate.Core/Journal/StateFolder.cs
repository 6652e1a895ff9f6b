using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using PSMigrate.Plans;

namespace PSMigrate.Journal;

/// <summary>
/// Where runs, backups and evidence are kept, readable by their owner only. Nothing is created until something is written.
/// </summary>
public sealed class StateFolder(string path)
{
    public const string Name = ".psmigrate";

    public string Path { get; } = path;

    /// <summary>A new folder for a run, a backup or a rehearsal.</summary>
    public string Create(string kind, string id)
    {
        var folder = Folder(kind, id);
        try
        {
            CreatePrivate(Path);
            CreatePrivate(System.IO.Path.Combine(Path, kind));
            CreatePrivate(folder);
            return folder;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new MigrationException("StateNotWritable", ErrorKind.Denied, $"The state folder {Path} cannot be written: {e.Message}", e)
            {
                Offender = Path,
                RecommendedAction = "Make it writable for this user, or choose another with -StatePath.",
            };
        }
    }

    /// <summary>Removes a folder that was only for working in, and its kind's folder with the last of them.</summary>
    public void Remove(string kind, string id)
    {
        Directory.Delete(Folder(kind, id), recursive: true);
        var all = System.IO.Path.Combine(Path, kind);
        if (!Directory.EnumerateFileSystemEntries(all).Any())
        {
            try
            {
                Directory.Delete(all);
            }
            catch (IOException)
            {
                // Somebody else has just begun to work there.
            }
        }
    }

    public string Folder(string kind, string id) => System.IO.Path.Combine(Path, kind, id);

    /// <summary>Appends evidence for a plan's hash, flushed to disk.</summary>
    public void Keep(Evidence evidence)
    {
        Create("evidence", "");
        try
        {
            using var file = OpenPrivate(EvidenceFile(evidence.PlanHash), FileMode.Append);
            // Begun on a line of its own, whatever a process that died here left behind.
            file.Write(Encoding.UTF8.GetBytes("\n" + JsonSerializer.Serialize(evidence, PlanDocument.LineOptions) + "\n"));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrationException("EvidenceNotKept", ErrorKind.Failed, $"What was done stands, but its evidence cannot be kept in {Path}: {e.Message}", e)
            {
                Offender = Path,
                RecommendedAction = "Make room on that disk, or choose another place with -StatePath. What was applied is in the target's history.",
            };
        }
    }

    /// <summary>The evidence that was kept for a plan's hash; a torn last line is passed over.</summary>
    public IReadOnlyList<Evidence> EvidenceFor(string planHash)
    {
        var file = EvidenceFile(planHash);
        if (!File.Exists(file))
        {
            return [];
        }

        var evidence = new List<Evidence>();
        foreach (var line in File.ReadLines(file))
        {
            try
            {
                if (JsonSerializer.Deserialize<Evidence>(line, PlanDocument.LineOptions) is { } one && one.PlanHash == planHash)
                {
                    evidence.Add(one);
                }
            }
            catch (JsonException)
            {
                // The process died while it wrote this line: what it says was never finished, so it is no evidence.
            }
        }

        return evidence;
    }

    /// <summary>Folders of the runs, oldest first: their names begin with the time.</summary>
    public IReadOnlyList<string> Runs()
    {
        var runs = System.IO.Path.Combine(Path, "runs");
        return Directory.Exists(runs) ? [.. Directory.GetDirectories(runs).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Opens a file that only its owner can read.</summary>
    public static FileStream OpenPrivate(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Writes a file that is there as a whole or, when the process dies meanwhile, as it was before.</summary>
    public static void WritePrivate(string path, string text)
    {
        var unfinished = path + ".unfinished";
        using (var file = OpenPrivate(unfinished, FileMode.Create))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Copies a file to one that is there as a whole or not at all.</summary>
    public static void CopyPrivate(string from, string path)
    {
        var unfinished = path + ".unfinished";
        using (var source = File.OpenRead(from))
        using (var copy = OpenPrivate(unfinished, FileMode.Create))
        {
            source.CopyTo(copy);
            copy.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Cuts away a last line that was torn when its process died; one that lacks only its end is completed.</summary>
    public static void CutTornLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (end == bytes.Length)
        {
            return;
        }

        if (IsWhole(bytes.AsSpan(end)))
        {
            file.WriteByte((byte)'\n');
        }
        else
        {
            file.SetLength(end);
        }

        file.Flush(flushToDisk: true);
    }

    private static bool IsWhole(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return JsonDocument.TryParseValue(ref reader, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Makes sure that a new file in a folder is still there after a power cut. Only Unix needs to be asked (fsync(2)).</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int readOnly = 0;
        var handle = NativeMethods.Open(folder, readOnly);
        if (handle >= 0)
        {
            // Some file systems cannot flush folders; they say so, and there is nothing else to be done.
            _ = NativeMethods.Fsync(handle);
            _ = NativeMethods.Close(handle);
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Fsync(int handle);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int handle);
    }

    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string EvidenceFile(string planHash) => System.IO.Path.Combine(Path, "evidence", planHash + ".jsonl");
}
