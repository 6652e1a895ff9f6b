using CsCheck;
using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

public class SqlTokenizerTests
{
    [Theory]
    [InlineData("'it''s; --'", SqlTokenKind.String)]
    [InlineData("\"a\"\"b;\"", SqlTokenKind.QuotedIdentifier)]
    [InlineData("[a \"b' ;]", SqlTokenKind.QuotedIdentifier)]
    [InlineData("`a``b`", SqlTokenKind.QuotedIdentifier)]
    [InlineData("x'0AfF'", SqlTokenKind.Blob)]
    [InlineData("X'not hex'", SqlTokenKind.Blob)]
    [InlineData("-- to the end; 'x", SqlTokenKind.Comment)]
    [InlineData("/* ; ' /* */", SqlTokenKind.Comment)]
    [InlineData("/*/ */", SqlTokenKind.Comment)]
    [InlineData("größe_1$", SqlTokenKind.Word)]
    [InlineData("1.5e-10", SqlTokenKind.Number)]
    [InlineData(".5", SqlTokenKind.Number)]
    [InlineData("0xFF", SqlTokenKind.Number)]
    [InlineData("1_000.5", SqlTokenKind.Number)]
    [InlineData("?12", SqlTokenKind.Parameter)]
    [InlineData(":name", SqlTokenKind.Parameter)]
    [InlineData("$a::b(c;d)", SqlTokenKind.Parameter)]
    [InlineData("->>", SqlTokenKind.Punctuation)]
    [InlineData("<>", SqlTokenKind.Punctuation)]
    [InlineData("||", SqlTokenKind.Punctuation)]
    [InlineData(" \t\r\n\f\uFEFF", SqlTokenKind.WhiteSpace)]
    public void Reads_one_token_whole(string text, SqlTokenKind kind) =>
        Assert.Equal([new SqlToken(kind, 0, text.Length)], Tokens(text));

    [Fact]
    public void Line_comment_ends_before_the_line_feed() =>
        Assert.Equal(["-- a\r", "\n", "b"], Texts("-- a\r\nb"));

    [Fact]
    public void A_blob_ends_at_the_first_quote() => Assert.Equal(["x'00'", "'a'"], Texts("x'00''a'"));

    [Theory]
    [InlineData("select\n  'abc", 2, 3, "UnclosedString")]
    [InlineData("x'00", 1, 1, "UnclosedString")]
    [InlineData("a\r\nb \"c", 2, 3, "UnclosedIdentifier")]
    [InlineData("a\rb\r [c", 3, 2, "UnclosedIdentifier")]
    [InlineData("`c", 1, 1, "UnclosedIdentifier")]
    [InlineData("select 1 /* why", 1, 10, "UnclosedComment")]
    [InlineData("/*/", 1, 1, "UnclosedComment")]
    public void What_is_never_closed_is_an_error_at_its_opening(string text, int line, int column, string errorId) =>
        Assert.Equal("file.sql", Refused.At(line, column, errorId, () => Tokens(text)).Place!.File);

    [Fact]
    public void A_dialect_decides_what_is_a_comment_and_what_a_string()
    {
        var other = SqlDialect.Sqlite with
        {
            BracketIdentifiers = false, NestedComments = true, HashComments = true, BackslashEscapes = true, DollarQuotes = true,
        };
        Assert.Equal(["/* /* ; */ */", ";"], Texts("/* /* ; */ */;", other));
        Assert.Equal(["# ;", "\n", ";"], Texts("# ;\n;", other));
        Assert.Equal([@"'a\';'", ";"], Texts(@"'a\';';", other));
        Assert.Equal(["$$a;$b$;$$", ";"], Texts("$$a;$b$;$$;", other));
        Assert.Equal(["$f$ $$;$$ $f$", ";"], Texts("$f$ $$;$$ $f$;", other));
        Assert.Equal(["[", "a", ";"], Texts("[a;", other));
    }

    [Fact]
    public void Tokens_laid_end_to_end_are_the_text() =>
        SqlGen.Soup.Sample(text =>
        {
            try
            {
                Assert.Equal(text, string.Concat(Texts(text)));
            }
            catch (MigrationException e)
            {
                Assert.StartsWith("Unclosed", e.ErrorId);
            }
        });

    private static List<SqlToken> Tokens(string text, SqlDialect? dialect = null)
    {
        var tokenizer = new SqlTokenizer(MappedText.Of(text, "file.sql"), dialect ?? SqlDialect.Sqlite);
        var tokens = new List<SqlToken>();
        while (tokenizer.Read(out var token))
        {
            tokens.Add(token);
        }

        return tokens;
    }

    private static List<string> Texts(string text, SqlDialect? dialect = null) =>
        [.. Tokens(text, dialect).Select(token => token.In(text).ToString())];
}
