using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public sealed class ScriptHeaderTests : IDisposable
{
    private readonly ScriptFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Reads_every_key()
    {
        var script = files.Read("""
            /* Licence: do what you like */
            -- A remark.
            --requires: other_script, 002_more
            -- REQUIRES: third
            --   Transaction :  None
            -- Repeat: onchange
            -- Environment: production, Staging
            -- LockTimeout: 5s
            -- Verify: SELECT * FROM t WHERE a IS NULL
            -- Verify: PRAGMA foreign_key_check;

            -- Forward migration
            -- Description: after the section's line, and still before the first statement
            SELECT 1;
            -- Repeat: always
            """);
        Assert.Equal(["other_script", "002_more", "third"], script.Requires);
        Assert.True(script.TransactionNone);
        Assert.Equal(RepeatMode.OnChange, script.Repeat);
        Assert.Equal(["production", "Staging"], script.Environments);
        Assert.Equal(TimeSpan.FromSeconds(5), script.LockTimeout);
        Assert.Equal(["SELECT * FROM t WHERE a IS NULL", "PRAGMA foreign_key_check;"], script.VerifyQueries);
        Assert.StartsWith("after the section", script.Description);

        var verify = script.ReadContent(SqlDialect.Sqlite).Verify;
        Assert.Equal(["SELECT * FROM t WHERE a IS NULL", "PRAGMA foreign_key_check"], verify.Texts());
        Assert.Equal(new SourcePlace(script.FilePath, 9, 12), verify[0].Place);
    }

    [Fact]
    public void Leaves_out_what_the_header_leaves_out()
    {
        var script = files.Read("select 1");
        Assert.Empty(script.Requires);
        Assert.Empty(script.Environments);
        Assert.False(script.TransactionNone);
        Assert.Null(script.LockTimeout);
        Assert.Null(script.Date);
        Assert.Null(script.Description);
        Assert.True(script.IsFor(null));
        Assert.True(script.IsFor("production"));
    }

    [Theory]
    [InlineData("-- Note: this is prose")]
    [InlineData("-- Author: someone")]
    [InlineData("-- Data: the rows come from elsewhere")]
    [InlineData("-- see https://example.org/x")]
    [InlineData("-- TODO: later")]
    [InlineData("-- What this does, in short: nothing")]
    [InlineData("-- : ")]
    [InlineData("--")]
    [InlineData("-- Rollback: not possible")]
    public void Prose_is_left_alone(string line) => Assert.NotNull(files.Read(line + "\nselect 1;"));

    [Theory]
    [InlineData("-- Reqires: x", 4, "Requires")]
    [InlineData("--  Transction: none", 5, "Transaction")]
    [InlineData("-- Lock Timeout: 5s", 4, "LockTimeout")]
    [InlineData("-- Environments: x", 4, "Environment")]
    [InlineData("-- Repaet: always", 4, "Repeat")]
    [InlineData("-- Data: 2026-11-22", 4, "Date")]
    [InlineData("-- verfy: select 1", 4, "Verify")]
    public void A_key_that_is_almost_right_is_refused(string line, int column, string meant)
    {
        var error = Refused.At(2, column, "HeaderKeyUnknown", () => files.Read("-- x\n" + line + "\nselect 1;"));
        Assert.Contains($"'{meant}'", error.Message);
    }

    [Theory]
    [InlineData("-- Repeat: sometimes", 12)]
    [InlineData("-- Repeat:", 11)]
    [InlineData("-- Transaction: maybe", 17)]
    [InlineData("-- LockTimeout: 5 parsecs", 17)]
    [InlineData("-- LockTimeout: 5", 17)]
    [InlineData("-- LockTimeout: -5s", 17)]
    [InlineData("-- LockTimeout: 25h", 17)]
    [InlineData("-- LockTimeout: 99999999999999999999999999999999s", 17)]
    [InlineData("-- Date:   22.11.2026", 12)]
    [InlineData("-- Date: 2026-02-30", 10)]
    [InlineData("-- Environment: ,", 17)]
    [InlineData("-- Verify:", 11)]
    public void A_wrong_value_is_refused(string line, int column) =>
        Refused.At(1, column, "HeaderValueInvalid", () => files.Read(line + "\nselect 1;"));

    [Theory]
    [InlineData("-- Verify: select 1; select 2", 12)]
    [InlineData("-- Verify: delete from t", 12)]
    [InlineData("-- Verify: with x as (select 1) update t set a = 1", 12)]
    [InlineData("-- Verify: ;", 12)]
    public void A_check_that_is_not_one_query_is_refused(string line, int column) =>
        Refused.At(1, column, "HeaderValueInvalid", () => files.Content(line + "\nselect 1;"));

    [Fact]
    public void An_open_string_in_a_check_is_refused_at_its_place() =>
        Refused.At(1, 19, "UnclosedString", () => files.Content("-- Verify: select 'a\nselect 1;"));

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("0", 0)]
    [InlineData("1.5 s", 1500)]
    [InlineData("2m", 120_000)]
    [InlineData("1H", 3_600_000)]
    [InlineData("00:01:30", 90_000)]
    public void Reads_lock_timeouts(string value, int milliseconds) =>
        Assert.Equal(milliseconds, files.Read($"-- LockTimeout: {value}\nselect 1;").LockTimeout!.Value.TotalMilliseconds);

    [Fact]
    public void A_key_given_twice_is_refused() =>
        Refused.At(2, 4, "HeaderKeyRepeated", () => files.Read("-- Repeat: once\n-- repeat: always\nselect 1;"));

    [Theory]
    [InlineData("V1__add_email.sql", "Add-Email")]
    [InlineData("001_add_email.sql", "001_add_email")]
    [InlineData("2026-11-22_add_email.sql", "add email")]
    [InlineData("R__add_email.sql", "add_email")]
    public void The_name_may_be_written_in_several_ways(string file, string name) =>
        Assert.Equal(name, files.Read($"-- Migration: {name}\nselect 1;", file).MigrationName);

    [Fact]
    public void Another_name_is_refused()
    {
        var error = Refused.At(1, 15, "HeaderNameMismatch", () => files.Read("-- Migration: add_phone\nselect 1;", "V1__add_email.sql"));
        Assert.Contains("add_phone", error.Message);
        Assert.Contains("add_email", error.Message);
    }

    [Fact]
    public void An_open_comment_at_the_top_is_refused() =>
        Refused.At(2, 1, "UnclosedComment", () => files.Read("-- x\n/* y\nselect 1;"));
}
