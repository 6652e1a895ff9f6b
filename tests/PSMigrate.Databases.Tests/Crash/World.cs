using System.Text.RegularExpressions;
using PSMigrate.Databases.Crash;
using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>
/// All that a migration changes, as somebody sees it who knows nothing of PSMigrate: the database, the files, the flag. What
/// VACUUM may change by itself, the row ids of tables that have no key of their own, does not count.
/// </summary>
internal sealed partial record World(DatabaseImage Database, IReadOnlyList<string> Files)
{
    private const int Shown = 8;

    /// <summary>Of a room whose database is a file.</summary>
    public static World Of(CrashRoom room) => Of(room, DatabaseImage.Of(room.Database));

    public static World Of(CrashRoom room, DatabaseImage database) => new(
        new DatabaseImage([.. database.Lines.Select(line => RowIdOfKeyless().Replace(line, "")).Order(StringComparer.Ordinal)]),
        [
            .. Directory.EnumerateFiles(room.Files).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)}: {File.ReadAllText(file).ReplaceLineEndings("|")}"),
            .. Directory.EnumerateFiles(room.Scripts, CrashPlan.Flag).Select(_ => "the maintenance flag"),
        ]);

    /// <summary>The first lines that only one of the two has; empty when both are the same.</summary>
    public string DifferenceTo(World other)
    {
        var lines = (Database.DifferenceTo(other.Database)
            + string.Concat(Files.Except(other.Files).Select(file => $"\n  only before: {file}"))
            + string.Concat(other.Files.Except(Files).Select(file => $"\n  only after:  {file}"))).Split('\n');
        return string.Join('\n', lines.Length > Shown ? [.. lines[..Shown], $"  and {lines.Length - Shown} lines more"] : lines);
    }

    [GeneratedRegex(@"(?<=^(tags|log|audit|numbers|counters|loose): .*) \| \d+$")]
    private static partial Regex RowIdOfKeyless();
}
