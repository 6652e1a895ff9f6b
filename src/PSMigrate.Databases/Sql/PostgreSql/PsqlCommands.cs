namespace PSMigrate.Databases.Sql.PostgreSql;

/// <summary>
/// The backslash commands of psql. Those that pg_dump writes to lock psql down (<c>\restrict</c> and <c>\unrestrict</c>) mean nothing
/// here; all others would have an effect that PSMigrate cannot plan.
/// </summary>
internal sealed class PsqlCommands : IClientCommands
{
    public static readonly PsqlCommands Instance = new();

    public bool MayBegin(ReadOnlySpan<char> token, bool beginsLine, ClientState state) => token[0] == '\\';

    public ClientCommand? Read(string line, ClientState state, SourcePlace place)
    {
        var name = line.AsSpan(1);
        var length = name.IndexOfAny(' ', '\t', '\r');
        var command = line[..(length < 0 ? line.Length : length + 1)];
        if (command is "\\restrict" or "\\unrestrict" && !state.InStatement)
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
}
