using System.Text.Json;
using System.Text.Json.Serialization;
using PSMigrate.Journal;

namespace PSMigrate.Code.Trees;

/// <summary>
/// What a backup's files alone do not say: modes, times, links and empty folders. One JSON line an entry; a file of the backup like
/// the others, with its hash in the backup's manifest.
/// </summary>
internal static class TreeManifest
{
    public const string FileName = "tree.jsonl";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<EntryKind>(JsonNamingPolicy.CamelCase) },
    };

    public static void Write(string folder, IEnumerable<TreeEntry> entries)
    {
        using var file = StateFolder.OpenPrivate(Path.Combine(folder, FileName), FileMode.CreateNew);
        using var buffered = new BufferedStream(file, 1 << 16);
        foreach (var entry in entries)
        {
            JsonSerializer.Serialize(buffered, entry, Options);
            buffered.WriteByte((byte)'\n');
        }

        buffered.Flush();
        file.Flush(flushToDisk: true);
    }

    /// <exception cref="MigrationException">BackupManifestInvalid: a line that is none, or a path that leads elsewhere.</exception>
    public static IReadOnlyList<TreeEntry> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return [.. File.ReadLines(path).Select(line => Inside(JsonSerializer.Deserialize<TreeEntry>(line, Options)))];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new MigrationException("BackupManifestInvalid", ErrorKind.Conflict, $"{path} cannot be read: {e.Message}", e)
            {
                Offender = path,
                RecommendedAction = "The backup cannot be trusted: use another.",
            };
        }
    }

    private static TreeEntry Inside(TreeEntry? entry) =>
        entry?.Path is { } path
        && !Path.IsPathRooted(path)
        && !path.Split('/').Any(part => part is "" or "." or ".." || LeftOut.Is(part))
        && !(OperatingSystem.IsWindows() && path.AsSpan().ContainsAny('\\', ':'))
            ? entry
            : throw new JsonException($"'{entry?.Path}' is not a path inside the folder");
}
