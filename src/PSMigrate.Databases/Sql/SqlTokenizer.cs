namespace PSMigrate.Databases.Sql;

/// <summary>
/// Reads a text token by token, in one pass and without allocating. Every character belongs to exactly one token, so the
/// tokens laid end to end are the text.
/// </summary>
/// <exception cref="MigrationException">UnclosedString, UnclosedIdentifier, UnclosedComment, with the place of the opening.</exception>
public ref struct SqlTokenizer(MappedText source, SqlDialect dialect)
{
    private readonly int length = source.Text.Length;
    private SqlScanner scanner = new(source.Text, dialect, isWhole: true, inExecutable: false);
    private int position;
    private int executableStart;

    /// <summary>The next token, whatever it is; false at the end.</summary>
    public bool Read(out SqlToken token)
    {
        if (position >= length)
        {
            token = default;
            return scanner.InExecutable ? throw SqlUnclosed.Error(UnclosedToken.Comment, source.PlaceAt(executableStart)) : false;
        }

        if (!scanner.Scan(position, out token))
        {
            throw SqlUnclosed.Error(scanner.Unclosed!.Value, source.PlaceAt(position));
        }

        executableStart = token.Kind == SqlTokenKind.ExecutableComment && scanner.InExecutable ? token.Offset : executableStart;
        position = token.End;
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

    /// <summary>All tokens of a text that mean something to the engine.</summary>
    public static List<SqlToken> Significant(string text, SqlDialect dialect)
    {
        var tokenizer = new SqlTokenizer(MappedText.Of(text, "sql"), dialect);
        var tokens = new List<SqlToken>();
        while (tokenizer.ReadSignificant(out var token))
        {
            if (token.Kind != SqlTokenKind.ExecutableComment)
            {
                tokens.Add(token);
            }
        }

        return tokens;
    }

    /// <summary>True when the whole text could stand as one word, so that as a name it needs no quotes.</summary>
    public static bool IsWord(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || !SqlCharacters.IsWordStart(name[0], SqlDialect.Sqlite))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!SqlCharacters.IsWordPart(c, SqlDialect.Sqlite))
            {
                return false;
            }
        }

        return true;
    }
}
