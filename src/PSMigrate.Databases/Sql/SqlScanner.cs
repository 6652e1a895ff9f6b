namespace PSMigrate.Databases.Sql;

/// <summary>
/// Finds the end of one token in a window of text. Where the window ends before it can be told, it asks for more, so that a
/// token is the same however small the pieces are that a file is read in.
/// </summary>
internal ref struct SqlScanner
{
    /// <summary>No decision looks further ahead than this past the end of a token.</summary>
    private const int Lookahead = 4;

    private readonly ReadOnlySpan<char> text;
    private readonly SqlDialect dialect;
    private readonly bool isWhole;
    private int position;

    /// <param name="text">The window.</param>
    /// <param name="dialect">Its SQL.</param>
    /// <param name="isWhole">True when nothing follows the window.</param>
    /// <param name="inExecutable">True when the window begins inside a comment whose content is run.</param>
    public SqlScanner(ReadOnlySpan<char> text, SqlDialect dialect, bool isWhole, bool inExecutable)
    {
        this.text = text;
        this.dialect = dialect;
        this.isWhole = isWhole;
        InExecutable = inExecutable;
    }

    /// <summary>True after the opening of a comment whose content is run.</summary>
    public bool InExecutable { get; private set; }

    /// <summary>Set when the last scan found something that is never closed.</summary>
    public UnclosedToken? Unclosed { get; private set; }

    /// <summary>False when more text is needed, or when the token is never closed.</summary>
    public bool Scan(int start, out SqlToken token)
    {
        token = default;
        Unclosed = null;
        position = start;
        var executable = InExecutable;
        var kind = ScanToken(start);
        if (!isWhole && (Unclosed is not null || position + Lookahead > text.Length))
        {
            Unclosed = null;
            InExecutable = executable;
            return false;
        }

        if (Unclosed is not null)
        {
            return false;
        }

        token = new SqlToken(kind, start, position - start);
        return true;
    }

    private SqlTokenKind ScanToken(int start)
    {
        if (dialect.Delimiter is { } delimiter)
        {
            if (text[start..].StartsWith(delimiter))
            {
                position = start + delimiter.Length;
                return SqlTokenKind.Delimiter;
            }

            var kind = ScanPlainToken(start);
            if (delimiter != ";" && kind is SqlTokenKind.Word or SqlTokenKind.Number or SqlTokenKind.Parameter or SqlTokenKind.Punctuation
                && text[start..position].IndexOf(delimiter) is var inside and > 0)
            {
                // "END$$": the delimiter ends the word as well.
                position = start + inside;
            }

            return kind;
        }

        return ScanPlainToken(start);
    }

    private SqlTokenKind ScanPlainToken(int start)
    {
        var c = text[start];
        if (SqlCharacters.IsWordStart(c, dialect))
        {
            return WordOrPrefixed(start, c);
        }

        if (SqlCharacters.IsWhiteSpace(c, dialect))
        {
            do
            {
                position++;
            }
            while (position < text.Length && SqlCharacters.IsWhiteSpace(text[position], dialect));

            return SqlTokenKind.WhiteSpace;
        }

        var next = Peek(1);
        switch (c)
        {
            case '\'':
                return Quoted(start, 1, '\'', SqlTokenKind.String, dialect.BackslashEscapes);
            case '"' when dialect.DoubleQuotedStrings:
                return Quoted(start, 1, '"', SqlTokenKind.String, dialect.BackslashEscapes);
            case '"':
                return Quoted(start, 1, '"', SqlTokenKind.QuotedIdentifier, escapes: false);
            case '`' when dialect.BacktickIdentifiers:
                return Quoted(start, 1, '`', SqlTokenKind.QuotedIdentifier, escapes: false);
            case '[' when dialect.BracketIdentifiers && dialect.BracketsAreDoubled:
                return Quoted(start, 1, ']', SqlTokenKind.QuotedIdentifier, escapes: false);
            case '[' when dialect.BracketIdentifiers:
                return UpTo(start, 1, ']', SqlTokenKind.QuotedIdentifier);
            case '-' when next == '-' && IsDashComment():
            case '#' when dialect.HashComments:
                return LineComment(start);
            case '/' when next == '*':
                return BlockComment(start);
            case '*' when next == '/' && InExecutable:
                position += 2;
                InExecutable = false;
                return SqlTokenKind.ExecutableComment;
            case '$' when dialect.DollarQuotes && DollarTagLength(start) is var length && length > 0:
                return DollarQuoted(start, length);
            case '.' when char.IsAsciiDigit(next):
            case >= '0' and <= '9':
                return Number();
        }

        return IsParameter(c, next) ? Parameter(c)
            : dialect.OperatorCharacters.Contains(c) ? Operator(start)
            : Punctuation(c, next);
    }

    /// <summary>A word, or a string with letters before its quote.</summary>
    private SqlTokenKind WordOrPrefixed(int start, char c)
    {
        var next = Peek(1);
        if (next == '\'' && dialect.StringPrefixes.Contains(c))
        {
            return c switch
            {
                'x' or 'X' or 'b' or 'B' => UpTo(start, 2, '\'', SqlTokenKind.Blob),
                'e' or 'E' => Quoted(start, 2, '\'', SqlTokenKind.String, escapes: true),
                _ => Quoted(start, 2, '\'', SqlTokenKind.String, dialect.BackslashEscapes),
            };
        }

        if (next == '&' && dialect.UnicodeEscapes && c is 'u' or 'U' && Peek(2) is '\'' or '"')
        {
            return Peek(2) == '\''
                ? Quoted(start, 3, '\'', SqlTokenKind.String, escapes: false)
                : Quoted(start, 3, '"', SqlTokenKind.QuotedIdentifier, escapes: false);
        }

        SkipWord();
        return SqlTokenKind.Word;
    }

    /// <summary>A quote is written inside by doubling it.</summary>
    private SqlTokenKind Quoted(int start, int opening, char quote, SqlTokenKind kind, bool escapes)
    {
        position = start + opening;
        while (position < text.Length)
        {
            var rest = text[position..];
            var found = escapes ? rest.IndexOfAny(quote, '\\') : rest.IndexOf(quote);
            if (found < 0)
            {
                break;
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

        return Never(kind == SqlTokenKind.QuotedIdentifier ? UnclosedToken.Identifier : UnclosedToken.String, kind);
    }

    private SqlTokenKind UpTo(int start, int opening, char closing, SqlTokenKind kind)
    {
        var found = text[(start + opening)..].IndexOf(closing);
        if (found < 0)
        {
            return Never(kind == SqlTokenKind.QuotedIdentifier ? UnclosedToken.Identifier : UnclosedToken.Blob, kind);
        }

        position = start + opening + found + 1;
        return kind;
    }

    /// <summary>MySQL reads <c>5--1</c> as a subtraction.</summary>
    private readonly bool IsDashComment() => !dialect.DashCommentNeedsSpace || Peek(2) is <= ' ' or '\u007f';

    private SqlTokenKind LineComment(int start)
    {
        // Only a line feed ends it, as in SQLite; readers of script files turn other line ends into line feeds first.
        var found = text[start..].IndexOf('\n');
        position = found < 0 ? text.Length : start + found;
        return SqlTokenKind.Comment;
    }

    private SqlTokenKind BlockComment(int start)
    {
        if (dialect.ExecutableComments && !InExecutable && ExecutableOpening(start) is var length and > 0)
        {
            position = start + length;
            InExecutable = true;
            return SqlTokenKind.ExecutableComment;
        }

        position = start + 2;
        for (var depth = 1; depth > 0;)
        {
            var rest = text[position..];
            var close = rest.IndexOf("*/");
            if (close < 0)
            {
                return Never(UnclosedToken.Comment, SqlTokenKind.Comment);
            }

            var open = dialect.NestedComments ? rest[..close].IndexOf("/*") : -1;
            depth += open >= 0 ? 1 : -1;
            position += (open >= 0 ? open : close) + 2;
        }

        return SqlTokenKind.Comment;
    }

    /// <summary>
    /// The length of <c>/*!50003</c> or <c>/*M!100100</c>, or 0 for a comment that no server runs: 99999 and 999999 are the versions
    /// that dumps use for what only clients shall read.
    /// </summary>
    private readonly int ExecutableOpening(int start)
    {
        var at = start + 2;
        at += At(at) is 'M' && At(at + 1) == '!' ? 2 : At(at) == '!' ? 1 : 0;
        if (at == start + 2)
        {
            return 0;
        }

        var digits = 0;
        while (digits < 6 && char.IsAsciiDigit(At(at + digits)))
        {
            digits++;
        }

        digits = digits < 5 ? 0 : digits;
        return text.Slice(at, digits) is "99999" or "999999" ? 0 : at + digits - start;
    }

    /// <summary>The length of <c>$tag$</c> here, or 0 where none begins.</summary>
    private readonly int DollarTagLength(int start)
    {
        var at = start + 1;
        while (at < text.Length && text[at] != '$' && SqlCharacters.IsWordPart(text[at], dialect))
        {
            at++;
        }

        if (at >= text.Length && !isWhole)
        {
            // It may be a tag: what follows tells.
            return at - start;
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
            return Never(UnclosedToken.String, SqlTokenKind.String);
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

    private readonly bool IsParameter(char c, char next) => dialect.Parameters switch
    {
        ParameterForm.Sqlite => c is '?' or ':' or '@' or '$' or '#',
        ParameterForm.At => c == '@' && (next == '@' || SqlCharacters.IsWordPart(next, dialect)),
        ParameterForm.DollarNumber => c == '$' && char.IsAsciiDigit(next),
        _ => false,
    };

    private SqlTokenKind Parameter(char prefix)
    {
        position++;
        if (dialect.Parameters == ParameterForm.Sqlite)
        {
            return SqliteParameter(prefix);
        }

        position += prefix == '@' && Peek(0) == '@' ? 1 : 0;
        SkipWord();
        return SqlTokenKind.Parameter;
    }

    /// <summary>As SQLite reads them: <c>?1</c>, <c>:a</c>, <c>@a</c>, <c>$a::b(c)</c>.</summary>
    private SqlTokenKind SqliteParameter(char prefix)
    {
        if (prefix == '?')
        {
            SkipDigits();
            return SqlTokenKind.Parameter;
        }

        var named = false;
        while (position < text.Length)
        {
            var c = text[position];
            if (SqlCharacters.IsWordPart(c, dialect))
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
                while (position < text.Length && text[position] != ')' && !SqlCharacters.IsWhiteSpace(text[position], dialect));

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

    /// <summary>An operator of as many characters as there are, up to where a comment begins, as PostgreSQL reads them.</summary>
    private SqlTokenKind Operator(int start)
    {
        position++;
        while (position < text.Length && dialect.OperatorCharacters.Contains(text[position])
            && !(text[position] == '-' && Peek(1) == '-') && !(text[position] == '/' && Peek(1) == '*'))
        {
            position++;
        }

        // "=>" and "->" and the like stay whole, but "=-1" is an equals sign and a number.
        if (text[start] == '=' && position - start == 2 && text[start + 1] is '-' or '+')
        {
            position--;
        }

        return SqlTokenKind.Punctuation;
    }

    private SqlTokenKind Punctuation(char c, char next)
    {
        position += (c, next) switch
        {
            ('-', '>') => Peek(2) == '>' ? 3 : 2,
            (':', ':' or '=') when dialect.Parameters != ParameterForm.Sqlite => 2,
            ('<', '=' or '>' or '<') or ('>', '=' or '>') or ('=' or '!', '=') or ('|', '|') => 2,
            _ => 1,
        };
        return SqlTokenKind.Punctuation;
    }

    private SqlTokenKind Never(UnclosedToken what, SqlTokenKind kind)
    {
        Unclosed = what;
        position = text.Length;
        return kind;
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
        while (position < text.Length && SqlCharacters.IsWordPart(text[position], dialect))
        {
            position++;
        }
    }

    private readonly char Peek(int ahead) => At(position + ahead);

    private readonly char At(int offset) => offset < text.Length ? text[offset] : '\0';
}

/// <summary>Something that begins and does not end.</summary>
internal enum UnclosedToken { String, Blob, Identifier, Comment }
