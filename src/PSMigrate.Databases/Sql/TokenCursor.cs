using System.Text;

namespace PSMigrate.Databases.Sql;

/// <summary>Walks over the tokens of one statement, comments and white space left out.</summary>
internal sealed class TokenCursor(string sql, IReadOnlyList<SqlToken> tokens)
{
    private int at;

    public bool AtEnd => at >= tokens.Count;

    /// <summary>The text from the current token to the end of the statement.</summary>
    public string Rest => AtEnd ? "" : sql[tokens[at].Offset..tokens[^1].End];

    public bool Is(string word, int ahead = 0) =>
        at + ahead < tokens.Count && tokens[at + ahead].Kind == SqlTokenKind.Word
        && Ascii.EqualsIgnoreCase(tokens[at + ahead].In(sql), word);

    public bool IsPunctuation(char c, int ahead = 0) =>
        at + ahead < tokens.Count && tokens[at + ahead] is { Kind: SqlTokenKind.Punctuation, Length: 1 }
        && sql[tokens[at + ahead].Offset] == c;

    public bool Take(string word)
    {
        var found = Is(word);
        at += found ? 1 : 0;
        return found;
    }

    /// <summary>Takes all of these words, or none.</summary>
    public bool Take(string first, string second, string? third = null)
    {
        var found = Is(first) && Is(second, 1) && (third is null || Is(third, 2));
        at += !found ? 0 : third is null ? 2 : 3;
        return found;
    }

    public bool TakePunctuation(char c)
    {
        var found = IsPunctuation(c);
        at += found ? 1 : 0;
        return found;
    }

    public void Skip() => at++;

    /// <summary>Takes a name, quoted or not; null where none stands here.</summary>
    public string? TakeName()
    {
        if (AtEnd || tokens[at].Kind is not (SqlTokenKind.Word or SqlTokenKind.QuotedIdentifier or SqlTokenKind.String))
        {
            return null;
        }

        return SqlIdentifier.Unquote(tokens[at++].In(sql));
    }

    /// <summary>Takes <c>name</c> or <c>schema.name</c>.</summary>
    public (string? Schema, string? Name) TakeQualifiedName()
    {
        var first = TakeName();
        return first is not null && TakePunctuation('.') ? (first, TakeName()) : (null, first);
    }

    /// <summary>Takes one token, or all from an opening parenthesis to the one that closes it, and gives its text.</summary>
    public string TakeGroup()
    {
        if (AtEnd)
        {
            return "";
        }

        var first = tokens[at].Offset;
        var depth = 0;
        do
        {
            depth += IsPunctuation('(') ? 1 : IsPunctuation(')') ? -1 : 0;
            at++;
        }
        while (depth > 0 && !AtEnd);

        return sql[first..tokens[at - 1].End];
    }

    /// <summary>Takes everything up to a word outside parentheses, and gives its text.</summary>
    public string TakeUpTo(string word)
    {
        if (AtEnd || Is(word))
        {
            return "";
        }

        var first = tokens[at].Offset;
        while (!AtEnd && !Is(word))
        {
            TakeGroup();
        }

        return sql[first..tokens[at - 1].End];
    }
}
