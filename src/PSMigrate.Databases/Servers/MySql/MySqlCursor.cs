namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Goes through the words of a definition.</summary>
internal sealed class MySqlCursor(IReadOnlyList<MySqlToken> tokens)
{
    public int At { get; private set; }

    public bool AtEnd => At >= tokens.Count;

    /// <summary>What comes next; a word without letters at the end.</summary>
    public MySqlToken Current => AtEnd ? new MySqlToken(MySqlTokenKind.Sign, "", false) : tokens[At];

    /// <summary>True when these words come next; they are then read.</summary>
    public bool Took(params ReadOnlySpan<string> words)
    {
        if (!Comes(words))
        {
            return false;
        }

        At += words.Length;
        return true;
    }

    public bool Comes(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (At + i >= tokens.Count || !tokens[At + i].Is(words[i]))
            {
                return false;
            }
        }

        return true;
    }

    public MySqlToken Take() => AtEnd ? throw new FormatException("A definition ends too early.") : tokens[At++];

    /// <summary>The words in the brackets that come next, without them.</summary>
    public List<MySqlToken> TakeBrackets()
    {
        if (!Comes("("))
        {
            throw new FormatException($"A bracket is missing before '{Current.Text}'.");
        }

        var start = At + 1;
        var depth = 0;
        do
        {
            var token = Take();
            depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
        }
        while (depth > 0);
        return [.. tokens.Skip(start).Take(At - 1 - start)];
    }

    /// <summary>The words up to those for which it holds, outside of brackets, or to the end.</summary>
    public List<MySqlToken> TakeUntil(Func<MySqlToken, bool> end)
    {
        var start = At;
        for (var depth = 0; !AtEnd && (depth > 0 || !end(Current)); At++)
        {
            depth += Current.Is("(") ? 1 : Current.Is(")") ? -1 : 0;
        }

        return [.. tokens.Skip(start).Take(At - start)];
    }

    public List<MySqlToken> TakeRest() => TakeUntil(_ => false);

    /// <summary>The words between commas that are in no further brackets.</summary>
    public static List<List<MySqlToken>> Items(IReadOnlyList<MySqlToken> tokens)
    {
        var cursor = new MySqlCursor(tokens);
        var items = new List<List<MySqlToken>>();
        while (!cursor.AtEnd)
        {
            items.Add(cursor.TakeUntil(token => token.Is(",")));
            cursor.Took(",");
        }

        return items;
    }
}
