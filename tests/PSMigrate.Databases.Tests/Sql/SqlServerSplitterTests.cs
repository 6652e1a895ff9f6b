using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

public class SqlServerSplitterTests
{
    [Theory]
    [InlineData("select 1\nGO\nselect 2\ngo\n", new[] { "select 1", "select 2" })]
    [InlineData("select 1\n \tGo \t\nselect 2", new[] { "select 1", "select 2" })]
    [InlineData("select 1\nGO;\nselect 2\nGO -- why\nselect 3\nGO /* c */\nselect 4\nGO--x", new[] { "select 1", "select 2", "select 3", "select 4" })]
    [InlineData("GO\n\nGO\nselect 1;", new[] { "select 1;" })]
    [InlineData("select * from dbo.t go\nselect 2", new[] { "select * from dbo.t go\nselect 2" })]
    [InlineData("select 1 as\ngo.x, 2", new[] { "select 1 as\ngo.x, 2" })]
    [InlineData("select 1 as\ngo, 2", new[] { "select 1 as\ngo, 2" })]
    [InlineData("select 'a\nGO\nb'; select 2", new[] { "select 'a\nGO\nb'; select 2" })]
    [InlineData("select [a\nGO\n]]b], \"c\nGO\n\"", new[] { "select [a\nGO\n]]b], \"c\nGO\n\"" })]
    [InlineData("select 1 /* /* \nGO\n */ \nGO\n */ + 2", new[] { "select 1 /* /* \nGO\n */ \nGO\n */ + 2" })]
    [InlineData("select 1 -- GO\n+ 2\nGO", new[] { "select 1 -- GO\n+ 2" })]
    [InlineData("/* c */ GO\nselect 2", new[] { "/* c */ GO\nselect 2" })]
    [InlineData("select 'it''s\\'\nGO\nselect N'x'", new[] { "select 'it''s\\'", "select N'x'" })]
    [InlineData("gold\nGO\ngo_on\nGO\n@go\nGO\n#go", new[] { "gold", "go_on", "@go", "#go" })]
    [InlineData("-- why\ncreate procedure p as select 1;\nGO\n-- only a comment\nGO\nselect 2", new[] { "-- why\ncreate procedure p as select 1;", "select 2" })]
    [InlineData(":on error exit\nselect 1\nGO", new[] { "select 1" })]
    [InlineData("select dbo.f::g\nGO\n::fn()", new[] { "select dbo.f::g", "::fn()" })]
    public void Cuts_where_sqlcmd_does(string text, string[] batches) => Assert.Equal(batches, Split(text).Select(s => s.Text));

    [Fact]
    public void Go_with_a_count_repeats_the_batch()
    {
        Assert.Equal([("select 1", 5), ("select 2", 1)], Split("select 1\nGO 5\nselect 2\nGO 1 -- once").Select(s => (s.Text, s.Times)));
        Assert.Equal((3, 1), Split("select 1\nGO 5\nselect 2").Select(s => (s.Line, s.Column)).Last());
    }

    [Theory]
    [InlineData("select 1\nGO 0", 2, 1, "BatchSeparatorInvalid")]
    [InlineData("select 1\n  GO -1", 2, 3, "BatchSeparatorInvalid")]
    [InlineData("select 1\ngo home", 2, 1, "BatchSeparatorInvalid")]
    [InlineData("select 1\nGO 5 6", 2, 1, "BatchSeparatorInvalid")]
    [InlineData("select 1\nGO 99999999999", 2, 1, "BatchSeparatorInvalid")]
    [InlineData("select 1\n:connect other", 2, 1, "ClientCommandRefused")]
    [InlineData("!!dir", 1, 1, "ClientCommandRefused")]
    [InlineData("select 1\nGO\n:out x.txt", 3, 1, "ClientCommandRefused")]
    [InlineData(":on error ignore", 1, 1, "ClientCommandRefused")]
    [InlineData(":on error what", 1, 1, "ClientCommandInvalid")]
    [InlineData(":setvar", 1, 1, "ClientCommandInvalid")]
    [InlineData(":setvar a \"b", 1, 1, "ClientCommandInvalid")]
    [InlineData(":r", 1, 1, "ClientCommandInvalid")]
    [InlineData(":r other.sql", 1, 1, "IncludeRefused")]
    [InlineData("select [a]]\nGO", 1, 8, "UnclosedIdentifier")]
    [InlineData("select /* /* */\nGO", 1, 8, "UnclosedComment")]
    [InlineData("select 'a\nGO", 1, 8, "UnclosedString")]
    public void What_cannot_be_read_is_refused_at_its_place(string text, int line, int column, string errorId) =>
        Refused.At(line, column, errorId, () => Split(text));

    private static IReadOnlyList<SqlStatement> Split(string text) => SqlSplitter.Split(text, SqlDialect.SqlServer, "file.sql");
}
