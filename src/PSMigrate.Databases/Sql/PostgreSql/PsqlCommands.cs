namespace PSMigrate.Databases.Sql.PostgreSql;

/// <summary>
/// The backslash commands of psql. Those that pg_dump writes to lock psql down (<c>\restrict</c> and <c>\unrestrict</c>) mean nothing
/// here, nor do those that only say how psql shows what it does, that it stops at the first error, and going to the database where the script is
/// already; all others would have an effect that PSMigrate cannot plan.
/// </summary>
internal sealed class PsqlCommands : IClientCommands
{
    public static readonly PsqlCommands Instance = new();

    /// <summary>What psql shows, and how.</summary>
    private static readonly HashSet<string> Shows = new(StringComparer.Ordinal)
    {
        "\\echo", "\\qecho", "\\warn", "\\timing", "\\pset", "\\x", "\\a", "\\t", "\\H", "\\f", "\\C", "\\T",
    };

    public bool MayBegin(ReadOnlySpan<char> token, bool beginsLine, ClientState state) => token[0] == '\\';

    public ClientCommand? Read(string line, ClientState state, SourcePlace place)
    {
        var name = line.AsSpan(1);
        var length = name.IndexOfAny(' ', '\t', '\r');
        var command = line[..(length < 0 ? line.Length : length + 1)];
        if (!state.InStatement && (command is "\\restrict" or "\\unrestrict" || Shows.Contains(command) || (command == "\\set" && StopsAtErrors(line[command.Length..]))))
        {
            return new ClientCommand(ClientCommandKind.Nothing, line.Length);
        }

        if (command is "\\connect" or "\\c" && !state.InStatement && state.Database?.Is(DatabaseIn(state.Expand(line)[command.Length..])) == true)
        {
            return new ClientCommand(ClientCommandKind.Nothing, line.Length);
        }

        throw ClientCommandErrors.Refused(place, command, "psql", command switch
        {
            "\\connect" or "\\c" => "Give each database a step of its own, with its target.",
            "\\i" or "\\ir" or "\\include" or "\\include_relative" => "Put the other script into the folder as a script of its own.",
            "\\g" or "\\gexec" or "\\gset" or "\\gx" or "\\;" => "End the statement with a semicolon.",
            "\\." => "Put the rows behind a COPY … FROM STDIN; that ends with a semicolon.",
            _ => "Leave the line out.",
        });
    }

    /// <summary>It stops at the first error here in any case.</summary>
    private static bool StopsAtErrors(string argument) =>
        argument.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["ON_ERROR_STOP", ..] words && (words.Length == 1 || words[1].TrimEnd(';').ToUpperInvariant() is "1" or "ON" or "TRUE" or "YES");

    /// <summary>
    /// The database that <c>\connect</c> goes to, if it names nothing else: psql takes it as it is written, whatever its case, without
    /// semicolons behind it. Null where it names a user, host or port as well.
    /// </summary>
    private static string? DatabaseIn(string argument)
    {
        var name = argument.Trim().TrimEnd(';').TrimEnd();
        if (name.Length > 1 && name[0] is '"' or '\'' && name[^1] == name[0])
        {
            return name[1..^1].Replace(new string(name[0], 2), name[..1], StringComparison.Ordinal);
        }

        return name.AsSpan().ContainsAny(" \t\"':`=") ? null : name;
    }
}
