using System.Text;

namespace PSMigrate.Databases.Sql;

/// <summary>Walks over the tokens of one statement, comments and white space left out.</summary>
internal sealed class TokenCursor(string sql, IReadOnlyList<SqlToken> tokens, int first, int count, bool foldsNames = false)
{
    private readonly int end = first + count;
    private int at = first;

    public TokenCursor(string sql, IReadOnlyList<SqlToken> tokens, bool foldsNames = false)
        : this(sql, tokens, 0, tokens.Count, foldsNames)
    {
    }

    /// <summary>Over all tokens of a text.</summary>
    public static TokenCursor Over(string sql, SqlDialect dialect) =>
        new(sql, SqlTokenizer.Significant(sql, dialect), dialect.FoldsNames);

    public bool AtEnd => at >= end;

    /// <summary>A cursor over some of the tokens only.</summary>
    /// <param name="mark">The first, as <see cref="Mark"/> counts.</param>
    /// <param name="length">How many.</param>
    public TokenCursor Part(int mark, int length) => new(sql, tokens, mark, length, foldsNames);

    /// <summary>The text from the current token to the end of the statement.</summary>
    public string Rest => AtEnd ? "" : sql[tokens[at].Offset..tokens[end - 1].End];

    /// <summary>Where the current token begins; the end of the last one at the end.</summary>
    public int Offset => AtEnd ? count == 0 ? 0 : tokens[end - 1].End : tokens[at].Offset;

    public SqlTokenKind Kind => AtEnd ? SqlTokenKind.WhiteSpace : tokens[at].Kind;

    public ReadOnlySpan<char> Current => AtEnd ? [] : tokens[at].In(sql);

    /// <summary>Where the cursor stands, to come back to.</summary>
    public int Mark
    {
        get => at;
        set => at = value;
    }

    public bool Is(string word, int ahead = 0) =>
        at + ahead < end && tokens[at + ahead].Kind == SqlTokenKind.Word
        && Ascii.EqualsIgnoreCase(tokens[at + ahead].In(sql), word);

    public bool IsAny(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Is(word))
            {
                return true;
            }
        }

        return false;
    }

    public bool IsWord(int ahead = 0) => at + ahead < end && tokens[at + ahead].Kind == SqlTokenKind.Word;

    public bool IsPunctuation(char c, int ahead = 0) =>
        at + ahead < end && tokens[at + ahead] is { Kind: SqlTokenKind.Punctuation, Length: 1 }
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

    /// <summary>Takes whichever of these words stands here.</summary>
    public bool TakeAny(params ReadOnlySpan<string> words)
    {
        var found = IsAny(words);
        at += found ? 1 : 0;
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

        var name = SqlIdentifier.Unquote(tokens[at].In(sql));
        var folds = foldsNames && tokens[at].Kind == SqlTokenKind.Word;
        at++;
        return folds ? name.ToLowerInvariant() : name;
    }

    /// <summary>Takes <c>name</c> or <c>schema.name</c>.</summary>
    public (string? Schema, string? Name) TakeQualifiedName()
    {
        var first = TakeName();
        return first is not null && TakePunctuation('.') ? (first, TakeName()) : (null, first);
    }

    /// <summary>
    /// Takes a name with whatever qualifies it, up to <c>server.database.schema.name</c>, of which parts may be empty; null where
    /// none stands here.
    /// </summary>
    public SqlObjectName? TakeObjectName()
    {
        var parts = new List<string?>(4);
        if (TakeName() is not { } first)
        {
            return null;
        }

        parts.Add(first);
        while (IsPunctuation('.'))
        {
            Skip();
            parts.Add(TakeName());
        }

        return parts[^1] is { } name
            ? new SqlObjectName(parts.Count > 2 ? parts[^3] : null, parts.Count > 1 ? parts[^2] : null, name)
            : null;
    }

    /// <summary>Takes one token, or all from an opening parenthesis to the one that closes it, and gives its text.</summary>
    public string TakeGroup()
    {
        if (AtEnd)
        {
            return "";
        }

        var start = tokens[at].Offset;
        SkipGroup();
        return sql[start..tokens[at - 1].End];
    }

    /// <summary>The same without its text.</summary>
    public void SkipGroup()
    {
        var depth = 0;
        do
        {
            depth += IsPunctuation('(') ? 1 : IsPunctuation(')') ? -1 : 0;
            at++;
        }
        while (depth > 0 && !AtEnd);
    }

    /// <summary>Takes a group in parentheses where one stands here; null where none does. What it gives is without them.</summary>
    public string? TakeParentheses()
    {
        if (!IsPunctuation('('))
        {
            return null;
        }

        var text = TakeGroup();
        return text.EndsWith(')') ? text[1..^1].Trim() : text[1..].Trim();
    }

    /// <summary>Takes everything up to a word outside parentheses, and gives its text.</summary>
    public string TakeUpTo(string word)
    {
        if (AtEnd || Is(word))
        {
            return "";
        }

        var start = tokens[at].Offset;
        while (!AtEnd && !Is(word))
        {
            SkipGroup();
        }

        return sql[start..tokens[at - 1].End];
    }

    /// <summary>Goes on to a word outside parentheses, or to the end, and takes it; true where it was found.</summary>
    public bool SkipPast(string word)
    {
        while (!AtEnd && !Is(word))
        {
            SkipGroup();
        }

        return Take(word);
    }

    /// <summary>Takes everything up to a comma outside parentheses, or to the end, and gives its text.</summary>
    public string TakeItem()
    {
        if (AtEnd || IsPunctuation(','))
        {
            return "";
        }

        var start = tokens[at].Offset;
        while (!AtEnd && !IsPunctuation(','))
        {
            SkipGroup();
        }

        return sql[start..tokens[at - 1].End];
    }

    /// <summary>The text from where an earlier <see cref="Mark"/> stood to just before the current token.</summary>
    public string Since(int mark) => at > mark ? sql[tokens[mark].Offset..tokens[at - 1].End] : "";

    /// <summary>The first word of each item of a list in parentheses, as far as it is a name by itself.</summary>
    public IReadOnlyList<string> TakeNameList()
    {
        var names = new List<string>();
        if (!TakePunctuation('('))
        {
            return names;
        }

        while (!AtEnd && !IsPunctuation(')'))
        {
            // An expression is in parentheses or a call, and has no name; "name(10)" is a name and how much of it.
            var isCall = IsPunctuation('(', 1) && !(at + 2 < end && tokens[at + 2].Kind == SqlTokenKind.Number);
            if (TakeName() is { } name && !isCall)
            {
                names.Add(name);
            }

            while (!AtEnd && !IsPunctuation(',') && !IsPunctuation(')'))
            {
                SkipGroup();
            }

            TakePunctuation(',');
        }

        TakePunctuation(')');
        return names;
    }

    /// <summary>True when a word stands anywhere from here on outside parentheses.</summary>
    public bool HasAhead(string word)
    {
        var mark = at;
        var found = SkipPast(word);
        at = mark;
        return found;
    }

    /// <summary>True when these words stand one after the other anywhere from here on outside parentheses.</summary>
    public bool HasAhead(string first, string second)
    {
        var mark = at;
        var found = false;
        while (!AtEnd && !found)
        {
            found = Is(first) && Is(second, 1);
            SkipGroup();
        }

        at = mark;
        return found;
    }
}
