using CsCheck;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Tests.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public sealed class ScriptVariablesTests : IDisposable
{
    private static readonly ScriptVariables Variables = new(
        new Dictionary<string, string>
        {
            ["region"] = "eu", ["table"] = "orders", ["name"] = "O'Brien; --", ["list"] = "'a', 'b'", ["two"] = "x;\ny", ["empty"] = "",
        },
        (kind, name) => name == "MISSING" ? null : $"{kind}:{name}");

    private readonly ScriptFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Are_replaced_in_every_part()
    {
        var content = files.Content("""
            -- Verify: select * from ${table} where region <> '${region}'
            update ${TABLE} set region = '${region}${empty}' where id in (${list});
            -- Rollback
            -- update "${table}" set region = null;
            """, Variables);
        Assert.Equal("update orders set region = 'eu' where id in ('a', 'b')", content.Forward.Statements[0].Text);
        Assert.Equal("update \"orders\" set region = null", content.Rollback!.Statements[0].Text);
        Assert.Equal("select * from orders where region <> 'eu'", content.Verify[0].Text);
        Assert.Equal("update \"${table}\" set region = null;", content.RollbackText);
    }

    [Fact]
    public void Do_not_change_the_checksum()
    {
        var script = files.Read("select '${region}';");
        var again = files.Read("select '${region}';");
        script.ReadContent(SqlDialect.Sqlite, Variables);
        Assert.Equal(again.Checksum, script.Checksum);
    }

    [Fact]
    public void A_value_never_ends_the_string_that_it_stands_in()
    {
        var statements = files.Content("select '${name}', \"${name}\", `${name}`; select 2;", Variables).Forward.Statements;
        Assert.Equal(2, statements.Count);
        Assert.Equal("select 'O''Brien; --', \"O'Brien; --\", `O'Brien; --`", statements[0].Text);

        var brackets = new ScriptVariables(new Dictionary<string, string> { ["b"] = "a]b" });
        Refused.At(1, 9, "VariableNotQuotable", () => files.Content("select [${b}]", brackets));
        Assert.Equal("select '''', x'00'", Of("select '${q}', x'${h}'", ("q", "'"), ("h", "00")));
        Refused.At(1, 10, "VariableNotQuotable", () => Of("select x'${q}'", ("q", "'")));
    }

    [Fact]
    public void Two_dollars_stand_for_one() =>
        Assert.Equal("select '${region}', '$eu', '$', '${'", files.Content("select '$${region}', '$$${region}', '$', '$${'", Variables)
            .Forward.Statements[0].Text.Replace("'$${region}'", "'$eu'"));

    [Fact]
    public void Comments_are_left_alone()
    {
        var content = files.Content("-- ${nobody} ${\nselect 1 /* ${nobody} */ + 1; -- ${\n-- Rollback\n-- -- ${nobody}\n-- select '${region}';", Variables);
        Assert.Equal("select 1 /* ${nobody} */ + 1", content.Forward.Statements[0].Text);
        Assert.Equal("select 'eu'", content.Rollback!.Statements[0].Text);
    }

    [Theory]
    [InlineData("select 1,\n '${regoin}'", 2, 3)]
    [InlineData("select 1;\n-- Rollback\n--  select ${regoin};", 3, 12)]
    [InlineData("-- Verify: select ${regoin}\nselect 1;", 1, 19)]
    public void An_unknown_name_is_refused_at_its_place(string text, int line, int column)
    {
        var error = Refused.At(line, column, "UnknownVariable", () => files.Content(text, Variables));
        Assert.Contains("'regoin'", error.Message);
        Assert.Contains("'region'", error.RecommendedAction);
    }

    [Fact]
    public void Without_variables_every_name_is_unknown() =>
        Refused.At(1, 8, "UnknownVariable", () => files.Content("select ${a}"));

    [Theory]
    [InlineData("select '${'")]
    [InlineData("select '${}'")]
    [InlineData("select '${a b}'")]
    [InlineData("select '${1}'")]
    [InlineData("select '${a--b}'")]
    [InlineData("select '${other:NAME}'")]
    public void What_is_no_name_is_refused(string text) =>
        Refused.At(1, 9, "VariableInvalid", () => files.Content(text, Variables));

    [Fact]
    public void Places_after_a_value_are_those_of_the_file()
    {
        var statements = files.Content("select '${region}', a;  select ${two};\n select z;", Variables).Forward.Statements;
        Assert.Equal(["select 'eu', a", "select x", "y", "select z"], statements.Texts());
        Assert.Equal([(1, 1), (1, 25), (1, 32), (2, 2)], statements.Select(s => (s.Line, s.Column)));
        Assert.Equal(new SourcePlace(statements[0].File, 1, 21), statements[0].PlaceAt(statements[0].Text.IndexOf('a')));
    }

    [Fact]
    public void Secrets_are_resolved_when_they_are_used_and_never_shown()
    {
        var statement = files.Content("insert into t values ('${secret:OPS}', '${env:HOME_OF}', '${region}');", Variables).Forward.Statements[0];
        Assert.Equal("insert into t values ('secret:OPS', 'env:HOME_OF', 'eu')", statement.Text);
        Assert.Equal("insert into t values ('${secret:OPS}', '${env:HOME_OF}', 'eu')", statement.Shown);
        Assert.DoesNotContain("'secret:OPS'", statement.ToString());
        Refused.At(1, 8, "SecretNotFound", () => files.Content("select ${secret:MISSING}", Variables));
    }

    [Fact]
    public void For_planning_references_stay_as_they_are()
    {
        var planning = new ScriptVariables(new Dictionary<string, string> { ["region"] = "eu" });
        Assert.Equal("select '${secret:OPS}', 'eu'", files.Content("select '${secret:OPS}', '${region}'", planning).Forward.Statements[0].Text);
    }

    [Fact]
    public void Whatever_the_value_a_string_stays_one_string() =>
        SqlGen.Soup.Where(value => !value.Contains('\0')).Sample(value =>
        {
            var statements = ScriptPart.Read("select '${v}', \"${v}\";select 2", "x", SqlDialect.Sqlite, new ScriptVariables(new Dictionary<string, string> { ["v"] = value })).Statements;
            Assert.Equal(2, statements.Count);
            var tokens = SqlTokenizer.Significant(statements[0].Text, SqlDialect.Sqlite);
            Assert.Equal($"'{value.Replace("'", "''")}'", tokens[1].In(statements[0].Text).ToString());
            Assert.Equal((1, 23), (statements[1].Line, statements[1].Column));
        }, iter: 2000);

    private static string Of(string sql, params (string Name, string Value)[] values) =>
        ScriptPart.Read(sql, "x", SqlDialect.Sqlite, new ScriptVariables(values.ToDictionary(v => v.Name, v => v.Value))).Statements[0].Text;
}
