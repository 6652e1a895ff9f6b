using System.Collections.Frozen;
using System.Text;

namespace PSMigrate.Databases.Sql.MySql;

/// <summary>
/// The commands of the clients <c>mysql</c> and <c>mariadb</c>. DELIMITER is obeyed as they do: at the beginning of a line, with the first
/// word behind it, in quotes or not. What reads other files, runs programs or connects elsewhere is refused.
/// </summary>
internal sealed class MySqlCommands : IClientCommands
{
    public static readonly MySqlCommands Instance = new();

    private static readonly FrozenSet<string> Refused = WordSet.Of("""
        CHARSET CLEAR CONNECT EDIT EGO EXIT NOPAGER NOTEE NOWARNING PAGER PRINT PROMPT QUIT REHASH SOURCE STATUS SYSTEM TEE WARNINGS
        """);

    public bool MayBegin(ReadOnlySpan<char> token, bool beginsLine, ClientState state) =>
        token[0] == '\\' || (beginsLine && !state.IsInside && token[0] is >= 'A' and <= 'z'
            && (Ascii.EqualsIgnoreCase(token, "DELIMITER") || (!state.InStatement && Refused.Contains(token.ToString()))));

    public ClientCommand? Read(string line, ClientState state, SourcePlace place)
    {
        if (line[0] == '\\')
        {
            var command = line.Length > 1 ? line[..2] : line;
            throw ClientCommandErrors.Refused(place, command, "mysql", command is "\\g" or "\\G"
                ? "End the statement with the delimiter."
                : "Leave the line out.");
        }

        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (!words[0].Equals("DELIMITER", StringComparison.OrdinalIgnoreCase))
        {
            throw ClientCommandErrors.Refused(place, words[0], "mysql", words[0].Equals("SOURCE", StringComparison.OrdinalIgnoreCase)
                ? "Put the other script into the folder as a script of its own."
                : "Leave the line out.");
        }

        var delimiter = words.Length > 1 ? Unquoted(words[1]) : "";
        if (delimiter.Length > 0 && !delimiter.Contains('\\', StringComparison.Ordinal))
        {
            return new ClientCommand(ClientCommandKind.SetDelimiter, line.Length) { Name = delimiter };
        }

        throw place.Error(
            "DelimiterInvalid",
            delimiter.Length == 0 ? "DELIMITER does not say what shall end statements." : "a delimiter cannot have a backslash.",
            "Write something like DELIMITER //, and DELIMITER ; where the semicolon is to end statements again.");
    }

    private static string Unquoted(string word) =>
        word is ['\'' or '"' or '`', .., _] && word.IndexOf(word[0], 1) is var close and > 1 ? word[1..close] : word;
}
