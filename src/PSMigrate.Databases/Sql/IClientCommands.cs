namespace PSMigrate.Databases.Sql;

/// <summary>Knows the lines of a script that are for the engine's own client, such as GO, DELIMITER and <c>\connect</c>.</summary>
internal interface IClientCommands
{
    /// <summary>True when such a line may begin at this token; <see cref="Read"/> then sees the rest of the line.</summary>
    /// <param name="token">The token.</param>
    /// <param name="beginsLine">Nothing but white space stands before it on its line.</param>
    /// <param name="state">What is being read.</param>
    bool MayBegin(ReadOnlySpan<char> token, bool beginsLine, ClientState state);

    /// <summary>Reads the line; null where it is none of the client's.</summary>
    /// <param name="line">From the token to the end of the line.</param>
    /// <param name="state">What is being read.</param>
    /// <param name="place">Where the line begins.</param>
    ClientCommand? Read(string line, ClientState state, SourcePlace place);
}

/// <summary>What a reader of scripts is in the middle of.</summary>
/// <param name="InStatement">A statement has begun.</param>
/// <param name="IsInside">Its parentheses or blocks are open.</param>
/// <param name="Expand">Replaces the variables in a line.</param>
/// <param name="Database">The database that it will be run in; null where nobody knows.</param>
internal readonly record struct ClientState(bool InStatement, bool IsInside, Func<string, string> Expand, OwnDatabase? Database = null);

/// <summary>What a line tells the client.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Length">How much of the line it takes.</param>
internal sealed record ClientCommand(ClientCommandKind Kind, int Length)
{
    public string Name { get; init; } = "";

    /// <summary>A variable's value; null to unset it.</summary>
    public string? Value { get; init; }

    public int Times { get; init; } = 1;
}

/// <summary>What a client is told.</summary>
internal enum ClientCommandKind
{
    /// <summary>Nothing that matters here.</summary>
    Nothing,

    /// <summary>The statement ends here.</summary>
    EndStatement,

    /// <summary>Another delimiter ends statements from here on.</summary>
    SetDelimiter,

    /// <summary>A variable gets a value.</summary>
    SetVariable,

    /// <summary>Another file is read here.</summary>
    Include,
}
