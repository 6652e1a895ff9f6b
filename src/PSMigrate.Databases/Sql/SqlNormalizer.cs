using System.Text;

namespace PSMigrate.Databases.Sql;

/// <summary>
/// The canonical form of a definition, for comparing two of them: without comments, one space between every two tokens,
/// keywords in upper case, names quoted only where they must be. It is for comparing, not for running.
/// </summary>
public static class SqlNormalizer
{
    /// <exception cref="MigrationException">UnclosedString, UnclosedIdentifier, UnclosedComment.</exception>
    public static string Normalize(string sql, SqlDialect dialect)
    {
        var tokens = SqlTokenizer.Significant(sql, dialect);
        while (tokens is [.., var last] && last.In(sql) is ";")
        {
            tokens.RemoveAt(tokens.Count - 1);
        }

        var normal = new StringBuilder(sql.Length);
        foreach (var token in tokens)
        {
            if (normal.Length > 0)
            {
                normal.Append(' ');
            }

            normal.Append(Normalize(token, sql, dialect));
        }

        return normal.ToString();
    }

    private static string Normalize(SqlToken token, string sql, SqlDialect dialect)
    {
        var text = token.In(sql);
        return token.Kind switch
        {
            SqlTokenKind.Word => Keyword(text, dialect.Keywords) ?? text.ToString(),
            SqlTokenKind.QuotedIdentifier => Name(SqlIdentifier.Unquote(text), dialect),
            _ => text.ToString(),
        };
    }

    /// <summary>
    /// A column named <c>key</c> may be written bare, and SQLite itself writes it quoted after a rename, so such a name takes
    /// the form of the bare word. A name that must be quoted to mean a name keeps its quotes.
    /// </summary>
    private static string Name(string name, SqlDialect dialect)
    {
        if (!SqlTokenizer.IsWord(name))
        {
            return SqlIdentifier.Quote(name);
        }

        return Keyword(name, dialect.Keywords) is not { } keyword ? name
            : dialect.KeywordsUsableAsNames.Contains(keyword) ? keyword
            : SqlIdentifier.Quote(name);
    }

    private static string? Keyword(ReadOnlySpan<char> word, System.Collections.Frozen.FrozenSet<string> keywords) =>
        Ascii.IsValid(word) && keywords.TryGetValue(word.ToString(), out var keyword) ? keyword : null;
}
