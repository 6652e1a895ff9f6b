using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Tests.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

/// <summary>What becomes of transactions and settings in scripts for servers.</summary>
public sealed class ServerTransactionTests
{
    [Theory]
    [InlineData("BEGIN; a; END;")]
    [InlineData("start transaction isolation level serializable; a; commit work")]
    [InlineData("begin; a; commit; begin transaction; end transaction")]
    public void The_scripts_own_transaction_is_taken_out_on_postgresql(string sql) => Assert.Equal(["a"], Read(sql, SqlDialect.PostgreSql).Statements.Texts());

    [Theory]
    [InlineData("START TRANSACTION; delete from a; COMMIT;")]
    [InlineData("SET autocommit=0; delete from a; COMMIT; SET autocommit=1;")]
    [InlineData("begin work; delete from a; commit;")]
    public void The_scripts_own_transaction_is_taken_out_on_mysql(string sql) => Assert.Equal(["delete from a"], Read(sql, SqlDialect.MySql).Statements.Texts());

    [Fact]
    public void Begin_and_commit_are_taken_out_of_the_text_of_a_batch_and_places_stay()
    {
        var part = Read("BEGIN TRAN; delete a\nCOMMIT\ndelete b\nGO\nbegin tran\nGO\ndelete c\nGO\ncommit;", SqlDialect.SqlServer);
        Assert.Equal(["            delete a\n      \ndelete b", "delete c"], part.Statements.Texts());
        Assert.Equal((3, 1), Place(part.Statements[0], "delete b"));
        Assert.Equal((1, 13), Place(part.Statements[0], "delete a"));
    }

    [Fact]
    public void What_stands_in_a_branch_stays_and_is_marked()
    {
        const string Batch = "begin try begin tran; delete a; commit end try begin catch rollback end catch";
        var part = Read(Batch, SqlDialect.SqlServer);
        Assert.Equal([Batch], part.Statements.Texts());
        Assert.Equal(Batch, part.FirstOwnTransaction?.Text);
        Assert.Null(Read("begin tran; delete a; commit", SqlDialect.SqlServer).FirstOwnTransaction);
        Assert.Single(Read("create procedure p as begin tran commit", SqlDialect.SqlServer).Statements);
    }

    [Theory]
    [InlineData("select 1;\nbegin tran\ndelete a", 2, 1)]
    [InlineData("delete a\n  commit", 2, 3)]
    [InlineData("begin tran x delete a rollback tran y", 1, 1)]
    [InlineData("begin tran\nGO\ndelete a\nGO\nrollback", 5, 1)]
    public void What_does_not_balance_is_refused(string sql, int line, int column)
    {
        var error = Refused.With("TransactionUnbalanced", () => Read(sql, SqlDialect.SqlServer));
        Assert.Equal((line, column), (error.Place!.Line, error.Place.Column));
    }

    [Fact]
    public void Settings_at_the_beginning_are_set_before_the_transaction()
    {
        var part = Read("SET lock_timeout = 0; set session client_encoding to 'UTF8'; set local a.b = 1; create table t(a int); set work_mem = '1MB'; select 1; drop table u; reset all", SqlDialect.PostgreSql);
        Assert.Equal(["SET lock_timeout = 0", "set session client_encoding to 'UTF8'"], part.Prelude.Texts());
        Assert.Equal(["set local a.b = 1", "create table t(a int)", "set work_mem = '1MB'", "select 1", "drop table u", "reset all"], part.Statements.Texts());

        part = Read("SET ANSI_NULLS ON\nSET QUOTED_IDENTIFIER ON\nGO\ncreate table t(a int)\nGO\nset nocount off", SqlDialect.SqlServer);
        Assert.Equal(["SET ANSI_NULLS ON\nSET QUOTED_IDENTIFIER ON"], part.Prelude.Texts());
        Assert.Equal(["create table t(a int)"], part.Statements.Texts());
        Assert.Equal(["set nocount off"], part.Postlude.Texts());

        part = Read("SET NAMES utf8mb4; SET foreign_key_checks=0, unique_checks=0; SET @a = 1; drop table t; SET foreign_key_checks=1;", SqlDialect.MySql);
        Assert.Equal(["SET NAMES utf8mb4", "SET foreign_key_checks=0, unique_checks=0"], part.Prelude.Texts());
        Assert.Equal(["SET @a = 1", "drop table t"], part.Statements.Texts());
    }

    [Fact]
    public void A_setting_that_the_server_refuses_in_a_transaction_is_refused_before() =>
        Refused.With("PragmaInTransaction", () => Read("delete from a; set sql_log_bin = 0; delete from b", SqlDialect.MySql));

    [Fact]
    public void What_does_not_go_into_a_transaction_is_told()
    {
        Assert.Equal("vacuum", Read("delete from a; vacuum; create index concurrently i on t(a)", SqlDialect.PostgreSql).FirstOutsideTransaction?.Text);
        Assert.Equal("drop table b", Read("delete from a; drop table b", SqlDialect.MySql).FirstImplicitCommit?.Text);
        var part = Read("delete a\nGO\nif 1=1 alter database d set recovery simple", SqlDialect.SqlServer, transactionNone: true);
        Assert.StartsWith("if", part.FirstOutsideTransaction?.Text);
    }

    [Fact]
    public void A_batch_is_there_as_often_as_go_says()
    {
        var part = Read("insert t values (1)\nGO 3\nselect 2", SqlDialect.SqlServer);
        Assert.Equal(["insert t values (1)", "insert t values (1)", "insert t values (1)", "select 2"], part.Statements.Texts());
        Assert.Equal((4, "select 2", "insert t values (1)"), (part.Statements.Count, part.Statements[^1].Text, part.Statements[2].Text));
        Assert.Equal(2_000_000_000, Read("select 1\nGO 2000000000", SqlDialect.SqlServer).Statements.Count);
    }

    private static (int Line, int Column) Place(SqlStatement statement, string text)
    {
        var place = statement.PlaceAt(statement.Text.IndexOf(text, StringComparison.Ordinal));
        return (place.Line, place.Column);
    }

    private static ScriptPart Read(string sql, SqlDialect dialect, bool transactionNone = false) =>
        ScriptPart.Read(sql, "script.sql", dialect, transactionNone: transactionNone);
}
