namespace PSMigrate.Databases.Sql;

/// <summary>
/// Reads a text token by token, in one pass and without allocating. Every character belongs to exactly one token, so the
/// tokens laid end to end are the text.
/// </summary>
/// <exception cref="MigrationException">UnclosedString, UnclosedIdentifier, UnclosedComment, with the place of the opening.</exception>
public ref struct SqlTokenizer(MappedText source, SqlDialect dialect)
{
    private readonly ReadOnlySpan<char> text = source.Text;
    private int position;

    /// <summary>The next token, whatever it is; false at the end.</summary>
    public bool Read(out SqlToken token)
    {
        if (position >= text.Length)
        {
            token = default;
            return false;
        }

        var start = position;
        var kind = Scan(start);
        token = new SqlToken(kind, start, position - start);
        return true;
    }

    /// <summary>The next token that is neither comment nor white space; false at the end.</summary>
    public bool ReadSignificant(out SqlToken token)
    {
        while (Read(out token))
        {
            if (!token.IsTrivia)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>All tokens of a text that are neither comment nor white space.</summary>
    public static List<SqlToken> Significant(string text, SqlDialect dialect)
    {
        var tokenizer = new SqlTokenizer(MappedText.Of(text, "sql"), dialect);
        var tokens = new List<SqlToken>();
        while (tokenizer.ReadSignificant(out var token))
        {
            tokens.Add(token);
        }

        return tokens;
    }

    /// <summary>True when the whole text could stand as one word, so that as a name it needs no quotes.</summary>
    public static bool IsWord(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || !IsWordStart(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!IsWordPart(c))
            {
                return false;
            }
        }

        return true;
    }

    private SqlTokenKind Scan(int start)
    {
        var c = text[start];
        var next = Peek(1);
        switch (c)
        {
            case '\'':
                return Quoted(start, 1, '\'', SqlTokenKind.String, "UnclosedString", "string");
            case '"':
                return Quoted(start, 1, '"', SqlTokenKind.QuotedIdentifier, "UnclosedIdentifier", "quoted identifier");
            case '`' when dialect.BacktickIdentifiers:
                return Quoted(start, 1, '`', SqlTokenKind.QuotedIdentifier, "UnclosedIdentifier", "quoted identifier");
            case '[' when dialect.BracketIdentifiers:
                return UpTo(start, 1, ']', SqlTokenKind.QuotedIdentifier, "UnclosedIdentifier", "quoted identifier");
            case 'x' or 'X' when next == '\'':
                return UpTo(start, 2, '\'', SqlTokenKind.Blob, "UnclosedString", "blob literal");
            case '-' when next == '-':
            case '#' when dialect.HashComments:
                return LineComment(start);
            case '/' when next == '*':
                return BlockComment(start);
            case '$' when dialect.DollarQuotes && DollarTagLength(start) is var length && length > 0:
                return DollarQuoted(start, length);
            case '.' when char.IsAsciiDigit(next):
            case >= '0' and <= '9':
                return Number();
        }

        if (IsWhiteSpace(c))
        {
            while (position < text.Length && IsWhiteSpace(text[position]))
            {
                position++;
            }

            return SqlTokenKind.WhiteSpace;
        }

        if (IsWordStart(c))
        {
            SkipWord();
            return SqlTokenKind.Word;
        }

        return dialect.ParameterPrefixes.Contains(c) ? Parameter(c) : Punctuation(c, next);
    }

    /// <summary>A quote is written inside by doubling it.</summary>
    private SqlTokenKind Quoted(int start, int opening, char quote, SqlTokenKind kind, string errorId, string what)
    {
        var escapes = dialect.BackslashEscapes && kind == SqlTokenKind.String;
        position = start + opening;
        while (true)
        {
            var rest = text[position..];
            var found = escapes ? rest.IndexOfAny(quote, '\\') : rest.IndexOf(quote);
            if (found < 0)
            {
                throw Unclosed(start, errorId, what);
            }

            var at = position + found;
            var doubled = at + 1 < text.Length && text[at + 1] == quote;
            if (text[at] == quote && !doubled)
            {
                position = at + 1;
                return kind;
            }

            position = Math.Min(at + 2, text.Length);
        }
    }

    private SqlTokenKind UpTo(int start, int opening, char closing, SqlTokenKind kind, string errorId, string what)
    {
        var found = text[(start + opening)..].IndexOf(closing);
        if (found < 0)
        {
            throw Unclosed(start, errorId, what);
        }

        position = start + opening + found + 1;
        return kind;
    }

    private SqlTokenKind LineComment(int start)
    {
        // Only a line feed ends it, as in SQLite; readers of script files turn other line ends into line feeds first.
        var found = text[start..].IndexOf('\n');
        position = found < 0 ? text.Length : start + found;
        return SqlTokenKind.Comment;
    }

    private SqlTokenKind BlockComment(int start)
    {
        position = start + 2;
        for (var depth = 1; depth > 0;)
        {
            var rest = text[position..];
            var close = rest.IndexOf("*/");
            if (close < 0)
            {
                throw Unclosed(start, "UnclosedComment", "comment");
            }

            var open = dialect.NestedComments ? rest[..close].IndexOf("/*") : -1;
            depth += open >= 0 ? 1 : -1;
            position += (open >= 0 ? open : close) + 2;
        }

        return SqlTokenKind.Comment;
    }

    /// <summary>The length of <c>$tag$</c> here, or 0 where none begins.</summary>
    private readonly int DollarTagLength(int start)
    {
        var at = start + 1;
        while (at < text.Length && text[at] != '$' && IsWordPart(text[at]))
        {
            at++;
        }

        var closed = at < text.Length && text[at] == '$';
        return closed && !char.IsAsciiDigit(text[start + 1]) ? at + 1 - start : 0;
    }

    private SqlTokenKind DollarQuoted(int start, int length)
    {
        var tag = text.Slice(start, length);
        var found = text[(start + length)..].IndexOf(tag);
        if (found < 0)
        {
            throw Unclosed(start, "UnclosedString", "string");
        }

        position = start + length + found + length;
        return SqlTokenKind.String;
    }

    /// <summary>Digits, fraction and exponent, and whatever sticks to them, so that <c>0xFF</c> and <c>1_000</c> stay whole.</summary>
    private SqlTokenKind Number()
    {
        SkipDigits();
        if (Peek(0) == '.')
        {
            position++;
            SkipDigits();
        }

        if (Peek(0) is 'e' or 'E' && Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))
        {
            position += 2;
            SkipDigits();
        }

        SkipWord();
        return SqlTokenKind.Number;
    }

    /// <summary>As SQLite reads them: <c>?1</c>, <c>:a</c>, <c>@a</c>, <c>$a::b(c)</c>.</summary>
    private SqlTokenKind Parameter(char prefix)
    {
        position++;
        if (prefix == '?')
        {
            SkipDigits();
            return SqlTokenKind.Parameter;
        }

        var named = false;
        while (position < text.Length)
        {
            var c = text[position];
            if (IsWordPart(c))
            {
                named = true;
                position++;
            }
            else if (c == '(' && named)
            {
                do
                {
                    position++;
                }
                while (position < text.Length && text[position] != ')' && !IsWhiteSpace(text[position]));

                position += Peek(0) == ')' ? 1 : 0;
                break;
            }
            else if (c == ':' && Peek(1) == ':')
            {
                position += 2;
            }
            else
            {
                break;
            }
        }

        return named ? SqlTokenKind.Parameter : SqlTokenKind.Punctuation;
    }

    private SqlTokenKind Punctuation(char c, char next)
    {
        position += (c, next) switch
        {
            ('-', '>') => Peek(2) == '>' ? 3 : 2,
            ('<', '=' or '>' or '<') or ('>', '=' or '>') or ('=' or '!', '=') or ('|', '|') => 2,
            _ => 1,
        };
        return SqlTokenKind.Punctuation;
    }

    private void SkipDigits()
    {
        while (Peek(0) is (>= '0' and <= '9') or '_')
        {
            position++;
        }
    }

    private void SkipWord()
    {
        while (position < text.Length && IsWordPart(text[position]))
        {
            position++;
        }
    }

    private readonly char Peek(int ahead) => position + ahead < text.Length ? text[position + ahead] : '\0';

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_' || (c >= 0x80 && c != '\uFEFF');

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c >= 0x80;

    /// <summary>A byte order mark counts as white space wherever it stands.</summary>
    private static bool IsWhiteSpace(char c) => c is ' ' or (>= '\t' and <= '\r') or '\uFEFF';

    private readonly MigrationException Unclosed(int start, string errorId, string what) =>
        source.PlaceAt(start).Error(errorId, $"the {what} that begins here is never closed.", $"Close the {what}.");
}
