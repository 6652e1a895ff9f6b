using CsCheck;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

/// <summary>What holds for every dialect and every text.</summary>
public class DialectPropertyTests
{
    public static TheoryData<string> Dialects => [.. DialectGen.All.Select(dialect => dialect.Name)];

    [Theory, MemberData(nameof(Dialects))]
    public void Statements_that_are_joined_come_out_again(string name)
    {
        var dialect = Dialect(name);
        DialectGen.Statement(dialect).Array[1, 6].Sample(statements =>
        {
            var text = string.Concat(statements.Select(s => s + DialectGen.Separator(dialect) + "\n"));
            var found = SqlSplitter.Split(text, dialect, "file.sql");
            Assert.Equal(statements, found.Select(s => s.Text));
            var at = 0;
            foreach (var statement in found)
            {
                Assert.Equal(at = text.IndexOf(statement.Text, at, StringComparison.Ordinal), statement.Offset);
                Assert.Equal((text[..at].Count(c => c == '\n') + 1, at - text.LastIndexOf('\n', Math.Max(0, at - 1), at)), (statement.Line, statement.Column));
                at += statement.Text.Length;
            }
        }, iter: 500);
    }

    [Theory, MemberData(nameof(Dialects))]
    public void Any_text_is_read_or_refused_with_a_place(string name)
    {
        var dialect = Dialect(name);
        DialectGen.Soup.Sample(text =>
        {
            try
            {
                foreach (var statement in SqlSplitter.Split(text, dialect, "file.sql"))
                {
                    var facts = dialect.ReadFacts(statement);
                    Assert.All(facts.Parts, part => Assert.InRange(part.End, part.Offset, statement.Text.Length));
                }

                ScriptPart.Read(text, "file.sql", dialect, new ScriptVariables(new Dictionary<string, string> { ["v"] = "it's" }));
            }
            catch (MigrationException e)
            {
                Assert.True(e.Place is { Line: > 0, Column: > 0 }, $"{e.ErrorId} has no place");
            }
        }, iter: 3000);
    }

    /// <summary>However small the pieces are that a file is read in.</summary>
    [Theory, MemberData(nameof(Dialects))]
    public void Reading_piece_by_piece_gives_the_same(string name)
    {
        var dialect = Dialect(name);
        Gen.Select(Gen.OneOf(DialectGen.Soup, DialectGen.Statement(dialect).Array[0, 4].Select(s => string.Join(DialectGen.Separator(dialect), s))), Gen.Int[1, 7]).Sample((text, size) =>
            Assert.Equal(Outcome(() => new MappedTextSource(MappedText.Of(text, "f")), dialect), Outcome(() => new TinySource(text, size), dialect)), iter: 3000);
    }

    [Theory, MemberData(nameof(Dialects))]
    public void Takes_time_in_proportion_to_the_text(string name)
    {
        // Were it quadratic, these would take minutes rather than milliseconds.
        var dialect = Dialect(name);
        var many = string.Concat(Enumerable.Repeat($"insert into t values ('a', /* b */ 1, (2)){DialectGen.Separator(dialect)}-- d\n", 50_000));
        Assert.Equal(50_000, SqlSplitter.Split(many, dialect, "f").Count);
        var variables = new ScriptVariables(new Dictionary<string, string> { ["v"] = "x" });
        Assert.Equal(20_000, ScriptPart.Read(string.Concat(Enumerable.Repeat($"delete from ${{v}} where a = '${{v}}'{DialectGen.Separator(dialect)}\n", 20_000)), "f", dialect, variables).Statements.Count);
        var open = string.Concat(Enumerable.Repeat("(select case when begin if ", 20_000));
        Assert.Single(SqlSplitter.Split(open, dialect, "f"));
        dialect.ReadFacts(new SqlStatement(open, 0, 1, 1));
        dialect.ReadFacts(new SqlStatement(string.Concat(Enumerable.Repeat("select a, (b) from t where c in (select d) ", 10_000)), 0, 1, 1));
    }

    private static List<string> Outcome(Func<ISqlSource> source, SqlDialect dialect)
    {
        var outcome = new List<string>();
        try
        {
            var references = new VariableReferences(new ScriptVariables(new Dictionary<string, string> { ["v"] = "it's;", ["a"] = "b" }));
            using var reader = new SqlStatementReader(source(), dialect, new SqlReading { References = references, Sections = new ScriptSections("f") }, 0);
            while (reader.Read() is { } statement)
            {
                outcome.Add($"{statement.Place} {statement.Offset} {statement.PlaceAt(5)} {statement.Times} {statement.Text} {statement.CopyData?.Open().ReadToEnd()}");
            }
        }
        catch (MigrationException e)
        {
            outcome.Add($"{e.ErrorId} {e.Place} {e.Message}");
        }

        return outcome;
    }

    private static SqlDialect Dialect(string name) => DialectGen.All.Single(dialect => dialect.Name == name);

    /// <summary>Gives a text a few characters at a time.</summary>
    private sealed class TinySource(string text, int size) : ISqlSource
    {
        private int at;

        public string File => "f";

        public int Read(Span<char> into, out MappedPiece piece, out bool continues)
        {
            piece = new MappedPiece(0, 0, SourcePoint.StartOf("f"));
            continues = at > 0;
            var count = Math.Min(Math.Min(size, into.Length), text.Length - at);
            text.AsSpan(at, count).CopyTo(into);
            at += count;
            return count;
        }

        public void Dispose()
        {
        }
    }
}
