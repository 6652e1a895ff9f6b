using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>
/// The lines that sqlcmd and Management Studio read themselves: GO and the commands that begin with a colon. GO begins its line and is
/// followed by nothing, a count or a comment, as Microsoft's documentation of GO has it; where something else follows, their batch
/// parser stops with an error, and so does this one.
/// </summary>
internal sealed partial class SqlcmdCommands : IClientCommands
{
    public static readonly SqlcmdCommands Instance = new();

    public bool MayBegin(ReadOnlySpan<char> token, bool beginsLine, ClientState state) =>
        beginsLine && (token is ":" or "!" || Ascii.EqualsIgnoreCase(token, "GO"));

    public ClientCommand? Read(string line, ClientState state, SourcePlace place) =>
        line[0] is 'g' or 'G' ? ReadGo(line, state, place)
        : line[0] == ':' ? ReadCommand(line, state, place)
        : line.StartsWith("!!", StringComparison.Ordinal) ? throw Refused(place, "!!")
        : null;

    private static ClientCommand? ReadGo(string line, ClientState state, SourcePlace place)
    {
        var rest = line.AsSpan(2);
        if (!rest.IsEmpty && !char.IsWhiteSpace(rest[0]) && rest[0] != ';' && !rest.StartsWith("--") && !rest.StartsWith("/*"))
        {
            // "go.id", "go = 1": a name.
            return null;
        }

        if (rest.IsWhiteSpace())
        {
            return new ClientCommand(ClientCommandKind.EndStatement, line.Length);
        }

        var count = state.Expand(WithoutComments(rest.ToString())).Trim().TrimEnd(';').Trim();
        if (count.Length == 0)
        {
            return new ClientCommand(ClientCommandKind.EndStatement, line.Length);
        }

        return int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times > 0
            ? new ClientCommand(ClientCommandKind.EndStatement, line.Length) { Times = times }
            : throw place.Error(
                "BatchSeparatorInvalid",
                $"'{count}' after GO is no number of times to run the batch.",
                "Write GO alone on its line, or with a count from 1; write a name that is 'go' in brackets.");
    }

    private static string WithoutComments(string text)
    {
        var plain = BlockComment().Replace(text, " ");
        return plain.IndexOf("--", StringComparison.Ordinal) is var dashes and >= 0 ? plain[..dashes] : plain;
    }

    private static ClientCommand? ReadCommand(string line, ClientState state, SourcePlace place)
    {
        var match = Command().Match(line);
        if (!match.Success)
        {
            return null;
        }

        var name = match.Groups["name"].Value.ToUpperInvariant();
        var rest = match.Groups["rest"].Value.Trim();
        return name switch
        {
            "SETVAR" => ReadSetVariable(line, rest, place),
            "R" => ReadInclude(line, state.Expand(rest), place),
            "ON ERROR" => ReadOnError(line, rest, place),
            _ => throw Refused(place, $":{match.Groups["name"].Value}"),
        };
    }

    private static ClientCommand ReadSetVariable(string line, string rest, SourcePlace place)
    {
        var match = Setting().Match(rest);
        if (!match.Success)
        {
            throw ClientCommandErrors.Invalid(place, line.Trim(), ":setvar name value, or :setvar name \"a value with blanks\"");
        }

        var value = match.Groups["quoted"] is { Success: true } quoted ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal)
            : match.Groups["bare"] is { Success: true } bare ? bare.Value
            : null;
        return new ClientCommand(ClientCommandKind.SetVariable, line.Length) { Name = match.Groups["name"].Value, Value = value };
    }

    private static ClientCommand ReadInclude(string line, string rest, SourcePlace place)
    {
        var match = FileName().Match(rest);
        return match.Success
            ? new ClientCommand(ClientCommandKind.Include, line.Length)
            {
                Name = match.Groups["quoted"] is { Success: true } quoted ? quoted.Value : match.Groups["bare"].Value,
            }
            : throw ClientCommandErrors.Invalid(place, line.Trim(), ":r file, or :r \"a file with blanks\"");
    }

    /// <summary>PSMigrate always stops at the first error.</summary>
    private static ClientCommand ReadOnError(string line, string rest, SourcePlace place) =>
        WithoutComments(rest).Trim().ToUpperInvariant() switch
        {
            "EXIT" => new ClientCommand(ClientCommandKind.Nothing, line.Length),
            "IGNORE" => throw Refused(place, ":on error ignore"),
            _ => throw ClientCommandErrors.Invalid(place, line.Trim(), ":on error exit"),
        };

    private static MigrationException Refused(SourcePlace place, string command) => ClientCommandErrors.Refused(place, command, "sqlcmd",
        command.ToUpperInvariant() switch
        {
            ":CONNECT" => "Give each server a step of its own, with its target.",
            "!!" => "Use a script step for programs.",
            ":ON ERROR IGNORE" => "Leave the line out: PSMigrate always stops at an error.",
            _ => "Leave the line out.",
        });

    [GeneratedRegex(@"/\*.*?\*/")]
    private static partial Regex BlockComment();

    [GeneratedRegex(@"^:(?<name>setvar|r|on error|connect|ed|error|exit|help|list|listvar|out|perftrace|quit|reset|serverlist|xml|!!)(?:[ \t\r]+(?<rest>.*))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Command();

    [GeneratedRegex("^(?<name>[A-Za-z_][A-Za-z0-9_-]*)(?:[ \\t]+(?:\"(?<quoted>(?:[^\"]|\"\")*)\"|(?<bare>(?!--)[^\\s\"]+)))?\\s*(?:--.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Setting();

    [GeneratedRegex("^(?:\"(?<quoted>[^\"]+)\"|(?<bare>(?!--)[^\\s\"]+))\\s*(?:--.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
