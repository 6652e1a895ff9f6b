using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

public class PostgreSqlSplitterTests
{
    [Theory]
    [InlineData("select $$a;b$$; select 2", new[] { "select $$a;b$$", "select 2" })]
    [InlineData("select $f$ $$;$$ $F$ ; $f$; select 2", new[] { "select $f$ $$;$$ $F$ ; $f$", "select 2" })]
    [InlineData("select $1, a$b$c; select $größe$;$größe$", new[] { "select $1, a$b$c", "select $größe$;$größe$" })]
    [InlineData("/* a /* ; */ ; */ select 1; select 2", new[] { "select 1", "select 2" })]
    [InlineData(@"select E'it\'s;'; select 2", new[] { @"select E'it\'s;'", "select 2" })]
    [InlineData(@"select 'c:\'; select 2", new[] { @"select 'c:\'", "select 2" })]
    [InlineData(@"select e'\\'; select 'E'';'", new[] { @"select e'\\'", "select 'E'';'" })]
    [InlineData("select U&'d!0061t!;a' UESCAPE '!'; select U&\"a;b\"", new[] { "select U&'d!0061t!;a' UESCAPE '!'", "select U&\"a;b\"" })]
    [InlineData("select B'10;01', X'1F'; select N'a;b'", new[] { "select B'10;01', X'1F'", "select N'a;b'" })]
    [InlineData("select 'a'\n';b'; select 2", new[] { "select 'a'\n';b'", "select 2" })]
    [InlineData("create rule r as on insert to t do (insert into a values (1); delete from b); select 2",
        new[] { "create rule r as on insert to t do (insert into a values (1); delete from b)", "select 2" })]
    [InlineData("create function f(begin int) returns int begin atomic select case when 1=1 then 2 end; select 3; end; select 4",
        new[] { "create function f(begin int) returns int begin atomic select case when 1=1 then 2 end; select 3; end", "select 4" })]
    [InlineData("CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END; SELECT 1",
        new[] { "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END", "SELECT 1" })]
    [InlineData("begin; select 1; end; select 2", new[] { "begin", "select 1", "end", "select 2" })]
    [InlineData("select a ?| array['b;'], c @> d, e #>> '{f}', g::text, -- ;\n h -> 'i' ->> 'j'; select 2",
        new[] { "select a ?| array['b;'], c @> d, e #>> '{f}', g::text, -- ;\n h -> 'i' ->> 'j'", "select 2" })]
    [InlineData("select 1 /*+ ; */ + -1; select a-- ;\n-1; select @-1", new[] { "select 1 /*+ ; */ + -1", "select a-- ;\n-1", "select @-1" })]
    [InlineData("\\set ON_ERROR_STOP on\n\\echo 'it''s'\n\\timing\nselect 1;\n\\pset pager off\nselect 2;", new[] { "select 1", "select 2" })]
    [InlineData("\\restrict aB3\n\nSET a = 1;\n\\unrestrict aB3\nselect 2;", new[] { "SET a = 1", "select 2" })]
    [InlineData("select \"a;b\"\"c\"; select [1:2] from t[1]; select {", new[] { "select \"a;b\"\"c\"", "select [1:2] from t[1]", "select {" })]
    public void Cuts_where_psql_does(string text, string[] statements) => Assert.Equal(statements, Split(text).Select(s => s.Text));

    [Fact]
    public void Rows_behind_a_copy_belong_to_it()
    {
        var statements = Split("COPY public.t (a, b) FROM stdin;\n1\tit's; $$\n2\t\\.x\n\\.\n\n-- next\nCOPY u FROM STDIN WITH (FORMAT csv) ;  -- rows\n\\.\nselect 3;");
        Assert.Equal(["COPY public.t (a, b) FROM stdin", "COPY u FROM STDIN WITH (FORMAT csv)", "select 3"], statements.Select(s => s.Text));
        Assert.Equal("1\tit's; $$\n2\t\\.x\n", statements[0].CopyData!.Open().ReadToEnd());
        Assert.Equal("1\tit's; $$\n2\t\\.x\n", statements[0].CopyData!.Open().ReadToEnd());
        Assert.Equal(new SourcePlace("file.sql", 2, 1), statements[0].CopyData!.Place);
        Assert.Equal("", statements[1].CopyData!.Open().ReadToEnd());
        Assert.Equal((9, 1), (statements[2].Line, statements[2].Column));
        Assert.Null(statements[2].CopyData);
    }

    [Theory]
    [InlineData("COPY t (a, \"from stdin\") TO stdout; select 1")]
    [InlineData("COPY (select a from stdin) TO '/f'; select 1")]
    [InlineData("COPY t FROM '/stdin'; select 1")]
    public void Other_copies_have_no_rows_here(string text) => Assert.All(Split(text), s => Assert.Null(s.CopyData));

    [Theory]
    [InlineData("select 1;\nCOPY t FROM stdin;\n1\n2\n", 3, 1, "CopyDataUnclosed")]
    [InlineData("COPY t FROM stdin; select 1;\n\\.\n", 1, 19, "CopyDataUnclosed")]
    [InlineData("select 1;\n\\connect other\n", 2, 1, "ClientCommandRefused")]
    [InlineData("\\set ON_ERROR_STOP off\n", 1, 1, "ClientCommandRefused")]
    [InlineData("\\set x 1\n", 1, 1, "ClientCommandRefused")]
    [InlineData("select 1 \\gexec", 1, 10, "ClientCommandRefused")]
    [InlineData("\\i other.sql", 1, 1, "ClientCommandRefused")]
    [InlineData("select $a$ $b$", 1, 8, "UnclosedString")]
    [InlineData("select e'\\'", 1, 8, "UnclosedString")]
    [InlineData("select U&\"a", 1, 8, "UnclosedIdentifier")]
    [InlineData("/* /* */", 1, 1, "UnclosedComment")]
    [InlineData("select 'a;\n/* b", 1, 8, "UnclosedString")]
    public void What_cannot_be_read_is_refused_at_its_place(string text, int line, int column, string errorId) =>
        Refused.At(line, column, errorId, () => Split(text));

    private static IReadOnlyList<SqlStatement> Split(string text) => SqlSplitter.Split(text, SqlDialect.PostgreSql, "file.sql");
}
