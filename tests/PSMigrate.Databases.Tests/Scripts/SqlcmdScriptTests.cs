using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Tests.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public sealed class SqlcmdScriptTests : IDisposable
{
    private readonly ScriptFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Variables_are_replaced_everywhere_but_in_comments()
    {
        var content = Content("""
            :setvar schema sales
            :setvar title "the ""big"" one" -- why
            :SETVAR title2 x
            select '$(title)', [$(schema)], "$(schema)" /* $(nobody) */ from $(schema).t$(title2) -- $(nobody)
            GO
            :setvar schema dbo
            select '$(schema)', '${region}', '$$(schema)'
            """);
        Assert.Equal("select 'the \"big\" one', [sales], \"sales\" /* $(nobody) */ from sales.tx", content.Forward.Statements[0].Text);
        Assert.Equal("select 'dbo', 'eu', '$dbo'", content.Forward.Statements[1].Text);
        Assert.Equal((4, 1), (content.Forward.Statements[0].Line, content.Forward.Statements[0].Column));
    }

    [Fact]
    public void Setvar_goes_before_the_plan_and_the_plan_before_the_environment()
    {
        Environment.SetEnvironmentVariable("PSMIGRATE_TEST_SPLIT", "from environment");
        Assert.Equal(["select 'eu'", "select 'us'"], Content("select '$(region)'\nGO\n:setvar region us\nselect '$(region)'").Forward.Statements.Texts());
        var resolving = new ScriptVariables(new Dictionary<string, string>(), (kind, name) => kind == "env" ? Environment.GetEnvironmentVariable(name) : null);
        var statement = Content("select '$(PSMIGRATE_TEST_SPLIT)'", resolving).Forward.Statements[0];
        Assert.Equal(("select 'from environment'", "select '$(PSMIGRATE_TEST_SPLIT)'"), (statement.Text, statement.Shown));
        Assert.Equal("select '$(PSMIGRATE_TEST_SPLIT)'", Content("select '$(PSMIGRATE_TEST_SPLIT)'").Forward.Statements[0].Text);
    }

    [Theory]
    [InlineData("select 1\nGO\nselect '$(nobody)'", 3, 9, "UnknownVariable")]
    [InlineData(":setvar region\nselect $(region)", 2, 8, "UnknownVariable")]
    [InlineData("select '$(1x)'", 1, 9, "VariableInvalid")]
    [InlineData("select $(x", 1, 8, "VariableInvalid")]
    public void A_variable_that_is_not_known_is_an_error(string text, int line, int column, string errorId) =>
        Refused.At(line, column, errorId, () => Content(text));

    [Fact]
    public void Files_are_read_in_where_they_are_named()
    {
        files.Write("parts/tables.sql", "create table a(b int)\nGO\n:r \"more tables.sql\"\n");
        files.Write("parts/more tables.sql", "create table '$(region)'\n");
        var script = files.Read("select 1\n:r parts\\tables.sql -- the tables\nselect 2\nGO\nselect 3", "all.sql");
        var statements = Content(script).Forward.Statements;
        Assert.Equal(["select 1\ncreate table a(b int)", "create table 'eu'\n\n\nselect 2", "select 3"], statements.Texts());
        Assert.Equal(["all.sql:1:1", "more tables.sql:1:1", "all.sql:5:1"], statements.Select(s => $"{Path.GetFileName(s.Place.File)}:{s.Place.Line}:{s.Place.Column}"));
        var place = statements[0].PlaceAt(statements[0].Text.IndexOf("a(b", StringComparison.Ordinal));
        Assert.Equal(("tables.sql", 1, 14), (Path.GetFileName(place.File), place.Line, place.Column));
        Assert.Equal(3, statements[1].PlaceAt(statements[1].Text.Length - 1).Line);
    }

    [Fact]
    public void Files_that_are_read_in_belong_to_the_checksum()
    {
        var include = files.Write("b.sql", "select 1");
        var path = files.Write("a.sql", ":r b.sql\nselect 2");
        var before = SqlScriptReader.Read(path);
        Assert.Equal([include], before.Includes.Files.Select(f => f.Path));
        files.Write("b.sql", "select 3");
        Assert.NotEqual(before.Checksum, SqlScriptReader.Read(path).Checksum);
        Assert.Equal(before.Text.Checksum, SqlScriptReader.Read(path).Text.Checksum);
    }

    [Fact]
    public void A_file_that_reads_itself_in_is_refused()
    {
        files.Write("b.sql", "select 1\n:r c.sql");
        files.Write("c.sql", "\n  :r b.sql");
        var error = Refused.At(2, 1, "IncludeCycle", () => Content(":r b.sql"));
        Assert.EndsWith("b.sql", error.Place!.File);
        Refused.At(1, 1, "IncludeCycle", () => Content(":r script.sql"));
    }

    [Theory]
    [InlineData("select 1\n:r nowhere.sql", 2, 1, "IncludeNotFound")]
    [InlineData(":r /etc/passwd", 1, 1, "IncludeRefused")]
    public void A_file_that_cannot_be_read_in_is_refused(string text, int line, int column, string errorId) =>
        Refused.At(line, column, errorId, () => Content(text));

    [Fact]
    public void A_script_for_another_engine_may_have_such_lines_in_its_strings()
    {
        var script = files.Read("insert into t values ('\n:r nowhere.sql\n')", "string.sql");
        Assert.Empty(script.Includes.Files);
        Assert.Single(script.ReadContent(SqlDialect.PostgreSql).Forward.Statements);
        Assert.Single(Content(script).Forward.Statements);
    }

    private ScriptContent Content(string text, ScriptVariables? variables = null) => Content(files.Read(text, "script.sql"), variables);

    private static ScriptContent Content(SqlScript script, ScriptVariables? variables = null) =>
        script.ReadContent(SqlDialect.SqlServer, variables ?? new ScriptVariables(new Dictionary<string, string> { ["region"] = "eu" }));
}
