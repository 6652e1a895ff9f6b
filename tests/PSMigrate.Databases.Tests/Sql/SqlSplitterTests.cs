using CsCheck;
using PSMigrate.Databases.Sql;
using SQLitePCL;
using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

public class SqlSplitterTests
{
    static SqlSplitterTests() => Batteries_V2.Init();

    [Theory]
    [InlineData("", new string[0])]
    [InlineData(" ;; -- only ; a comment\n; /* ; */", new string[0])]
    [InlineData("select 1", new[] { "select 1" })]
    [InlineData("select 1; select 2 ;", new[] { "select 1", "select 2" })]
    [InlineData("select ';', \";\", [;], `;`; select x'3b'", new[] { "select ';', \";\", [;], `;`", "select x'3b'" })]
    [InlineData("select 1 -- one;\n, 2 /* two; */;", new[] { "select 1 -- one;\n, 2" })]
    [InlineData("(;)", new[] { "(", ")" })]
    [InlineData("begin; select 1; end; select 2", new[] { "begin", "select 1", "end", "select 2" })]
    [InlineData("create trigger a after insert on t begin select 1; end; select 2",
        new[] { "create trigger a after insert on t begin select 1; end", "select 2" })]
    [InlineData("CREATE TEMP TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END; SELECT 4;",
        new[] { "CREATE TEMP TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END", "SELECT 4" })]
    [InlineData("explain /* ; */ create /**/ temporary -- ;\n trigger a begin select 1;; end /* x */ ; b",
        new[] { "explain /* ; */ create /**/ temporary -- ;\n trigger a begin select 1;; end", "b" })]
    [InlineData("create table trigger_log(x); select 1", new[] { "create table trigger_log(x)", "select 1" })]
    [InlineData("create table \"trigger\"(x); select 1", new[] { "create table \"trigger\"(x)", "select 1" })]
    public void Cuts_where_sqlite_does(string text, string[] statements) =>
        Assert.Equal(statements, Split(text).Select(statement => statement.Text));

    [Fact]
    public void Says_where_each_statement_begins()
    {
        var text = "-- why\r\n  select 1;\rselect\n2; /* é */ \ud83d\ude00;";
        Assert.Equal(
            [("select 1", 10, 2, 3), ("select\n2", 20, 3, 1), ("\ud83d\ude00", 38, 4, 12)],
            Split(text).Select(s => (s.Text, s.Offset, s.Line, s.Column)));
        Assert.All(Split(text), s => Assert.Equal(s.Text, text.Substring(s.Offset, s.Text.Length)));
        Assert.All(Split(text), s => Assert.Equal("file.sql", s.Place.File));
    }

    [Fact]
    public void Finds_places_inside_a_statement()
    {
        var statement = Split("\n select a,\n   b from t")[0];
        Assert.Equal(new SourcePlace("file.sql", 3, 4), statement.PlaceAt(statement.Text.IndexOf('b')));
        Assert.Equal(new SourcePlace("file.sql", 2, 2), statement.PlaceAt(-5));
        Assert.Equal(new SourcePlace("file.sql", 3, 12), statement.PlaceAt(1000));
    }

    [Fact]
    public void Agrees_with_sqlite_on_sound_scripts()
    {
        using var database = OpenDatabase();
        SqlGen.Script.Sample(text => AssertSameTails(database, text), iter: 2000, threads: 1);
    }

    /// <summary>On senseless text SQLite's parser stops, but its judge of complete statements does not.</summary>
    [Fact]
    public void Agrees_with_sqlite_on_where_senseless_statements_end() =>
        SqlGen.BoundarySoup.Sample(text =>
        {
            foreach (var statement in Split(text + ";END;"))
            {
                Assert.Equal(1, raw.sqlite3_complete(statement.Text + ";"));
                foreach (var inner in SqlTokenizer.Significant(statement.Text, SqlDialect.Sqlite).Where(t => t.In(statement.Text) is ";"))
                {
                    Assert.Equal(0, raw.sqlite3_complete(statement.Text[..inner.End]));
                }
            }
        }, iter: 3000);

    [Fact]
    public void Terminates_on_anything_and_throws_nothing_unexpected() =>
        SqlGen.Soup.Sample(text =>
        {
            try
            {
                foreach (var statement in Split(text))
                {
                    Assert.Equal(statement.Text, text.Substring(statement.Offset, statement.Text.Length));
                    SqliteStatementReader.Read(statement);
                }
            }
            catch (MigrationException e)
            {
                Assert.StartsWith("Unclosed", e.ErrorId);
                Assert.NotNull(e.Place);
            }
        }, iter: 5000);

    [Fact]
    public void Takes_time_in_proportion_to_the_text()
    {
        // Were it quadratic, these would take minutes rather than milliseconds.
        var text = string.Concat(Enumerable.Repeat("insert into t values ('a', /* b */ \"c\"); -- d\n", 50_000));
        Assert.Equal(50_000, Split(text).Count);
        Refused.With("UnclosedComment", () => Split(string.Concat(Enumerable.Repeat("/**/", 200_000)) + "/*"));
    }

    private static IReadOnlyList<SqlStatement> Split(string text) => SqlSplitter.Split(text, SqlDialect.Sqlite, "file.sql");

    private static sqlite3 OpenDatabase()
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(":memory:", out var database));
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(database, "create table t(a, b)"));
        return database;
    }

    private static void AssertSameTails(sqlite3 database, string text)
    {
        var statements = new Queue<SqlStatement>(Split(text));
        var rest = text;
        while (rest.Length > 0)
        {
            var start = text.Length - rest.Length;
            var result = raw.sqlite3_prepare_v2(database, rest, out var prepared, out var tail);
            Assert.True(result == raw.SQLITE_OK, $"the generator made a bad statement: {raw.sqlite3_errmsg(database).utf8_to_string()}\n{rest}");
            var end = text.Length - tail.Length;
            rest = tail;
            using (prepared)
            {
                if (prepared.IsInvalid)
                {
                    continue;
                }

                var ours = statements.Dequeue();
                Assert.Empty(Split(text[start..ours.Offset]));
                Assert.Empty(Split(text[(ours.Offset + ours.Text.Length)..end]));
                Assert.EndsWith(";", text[start..end]);
            }
        }

        Assert.Empty(statements);
    }
}
