using PSMigrate.Databases.Tests.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public sealed class ScriptSectionsTests : IDisposable
{
    private readonly ScriptFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("-- Rollback")]
    [InlineData("--rollback:")]
    [InlineData("-- ROLLBACK (if needed)")]
    [InlineData("  -- Rollback migration (careful: slow):")]
    [InlineData("-- Rollback: (if needed)")]
    [InlineData("-- === Rollback ===")]
    public void Recognises_the_rollback_section(string header)
    {
        var content = files.Content($"select 1;\n{header}\n-- select 2;\n");
        Assert.Equal(["select 1"], content.Forward.Statements.Texts());
        Assert.Equal(["select 2"], content.Rollback!.Statements.Texts());
    }

    [Theory]
    [InlineData("-- Rollback is not possible")]
    [InlineData("-- Rollbacks")]
    [InlineData("-- see the rollback")]
    [InlineData("select 1 -- Rollback")]
    [InlineData("/*\n-- Rollback\n*/")]
    [InlineData("select '\n-- Rollback\n'")]
    [InlineData("select \"\n-- Rollback\n\"")]
    public void Other_lines_are_no_section(string text)
    {
        var content = files.Content($"{text}\n;\n-- select 3;\nselect 4;");
        Assert.Null(content.Rollback);
        Assert.Equal("select 4", content.Forward.Statements[^1].Text);
    }

    [Fact]
    public void Uncomments_one_mark_a_line_and_keeps_the_rest()
    {
        var content = files.Content("""
            select 1;
            -- Rollback
            -- -- why: it's gone
            --update t set a = '--'
            --   where b = 1;

              -- insert into t values ('x
            -- y'); -- done
            """);
        Assert.Equal(["update t set a = '--'\n  where b = 1", "insert into t values ('x\ny')"], content.Rollback!.Statements.Texts());
        Assert.Equal([(4, 3), (7, 6)], content.Rollback.Statements.Select(s => (s.Line, s.Column)));
        var second = content.Rollback.Statements[1];
        Assert.Equal((8, 4), (second.PlaceAt(second.Text.IndexOf('y')).Line, second.PlaceAt(second.Text.IndexOf('y')).Column));
    }

    [Theory]
    [InlineData("select 1;\n-- Rollback\n-- select 2;\n select 3;", 4, 2)]
    [InlineData("select 1;\n-- Rollback\nselect 2;", 3, 1)]
    [InlineData("select 1;\n-- Rollback\n/* select 2; */", 3, 1)]
    public void Rollback_that_is_not_commented_is_refused(string text, int line, int column) =>
        Refused.At(line, column, "RollbackNotCommented", () => files.Content(text));

    [Fact]
    public void A_forward_section_may_follow_the_rollback()
    {
        var content = files.Content("-- Rollback\n-- select 2;\n-- Forward migration\nselect 1;\n");
        Assert.Equal(["select 1"], content.Forward.Statements.Texts());
        Assert.Equal(["select 2"], content.Rollback!.Statements.Texts());
        Assert.Equal(4, content.Forward.Statements[0].Line);

        content = files.Content("select 1;\n-- Rollback\n-- select 2;\n-- Forward migration\nselect 3;\n-- Forward\nselect 4;");
        Assert.Equal([("select 1", 1), ("select 3", 5), ("select 4", 7)], content.Forward.Statements.Select(s => (s.Text, s.Line)));
    }

    [Fact]
    public void A_second_rollback_section_is_refused() =>
        Refused.At(4, 1, "SectionRepeated", () => files.Content("select 1;\n-- Rollback\n-- select 2;\n-- Rollback:\n-- select 3;"));

    [Theory]
    [InlineData("")]
    [InlineData("-- none")]
    [InlineData("-- None.")]
    [InlineData("-- Can't be undone: restore the backup.")]
    [InlineData("-- -- select 1;")]
    [InlineData("-- /* select 1; */")]
    [InlineData("-- BEGIN;\n-- COMMIT;")]
    public void A_rollback_section_without_sql_is_no_rollback(string section)
    {
        var content = files.Content($"select 1;\n-- Rollback\n{section}\n");
        Assert.Null(content.Rollback);
        Assert.Null(content.RollbackText);
    }

    [Theory]
    [InlineData("-- This loses data.\n-- drop table t;", 3, 4)]
    [InlineData("-- -- fine\n-- dorp table t;", 4, 4)]
    [InlineData("--   ;", 3, 6)]
    public void A_rollback_section_that_may_be_either_is_refused(string section, int line, int column) =>
        Refused.At(line, column, "RollbackNotSql", () => files.Content($"select 1;\n-- Rollback\n{section}\n"));

    [Fact]
    public void A_trigger_in_the_rollback_stays_whole()
    {
        var content = files.Content("drop trigger a;\n-- Rollback\n-- create trigger a after insert on t\n-- begin\n--   select 1;\n-- end;\n-- select 2;");
        Assert.Equal(["create trigger a after insert on t\nbegin\n  select 1;\nend", "select 2"], content.Rollback!.Statements.Texts());
    }
}
