using System.Text;
using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Finds the files that a script names in lines such as <c>:r other.sql</c>. It does not know the script's engine: what only looks
/// like such a line, in a string or for an engine that has none, names no file that is there.
/// </summary>
internal sealed partial class IncludeFinder(string path)
{
    private const int LongestLine = 1024;

    private readonly List<string> found = [];
    private readonly StringBuilder rest = new();

    public void Read(ReadOnlySpan<char> text)
    {
        if (rest.Length > 0)
        {
            // The line that the text before ended in.
            var end = text.IndexOf('\n') is var at and >= 0 ? at : Math.Min(text.Length, LongestLine);
            rest.Append(text[..end]);
            Look(rest.ToString());
            rest.Clear();
            text = text[end..];
        }

        for (var from = 0; text[from..].IndexOf(":r", StringComparison.OrdinalIgnoreCase) is var at and >= 0;)
        {
            at += from;
            var start = text[..at].LastIndexOf('\n') + 1;
            var length = text[at..].IndexOf('\n');
            if (text[start..at].IsWhiteSpace() && length >= 0)
            {
                Look(text.Slice(at, length).ToString());
            }

            from = at + 2;
        }

        var last = text[(text.LastIndexOf('\n') + 1)..];
        if (last.Length < LongestLine && last.TrimStart() is var line && (line.IsEmpty || line[0] == ':'))
        {
            rest.Append(last);
        }
    }

    /// <summary>The full paths, each once.</summary>
    public IReadOnlyList<string> Finish()
    {
        Look(rest.ToString());
        return found;
    }

    /// <summary>The full path of a file that a script names; null where the name is a full path already.</summary>
    public static string? Resolve(string name, string fromScript) => Path.IsPathRooted(name)
        ? null
        : Path.GetFullPath(name.Replace('\\', '/'), Path.GetDirectoryName(Path.GetFullPath(fromScript))!);

    private void Look(string line)
    {
        if (Include().Match(line) is { Success: true } match && Resolve(match.Groups["name"].Value, path) is { } full
            && File.Exists(full) && !found.Contains(full))
        {
            found.Add(full);
        }
    }

    [GeneratedRegex("^[ \\t]*:r[ \\t]+(?:\"(?<name>[^\"]+)\"|(?<name>[^\\s\"]+))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Include();
}
