using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Tests.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

public sealed class ScriptTransactionTests
{
    [Theory]
    [InlineData("begin; a; commit")]
    [InlineData("BEGIN IMMEDIATE TRANSACTION; a; END TRANSACTION;")]
    [InlineData("a;")]
    [InlineData("begin exclusive; commit; begin deferred; a; end")]
    public void The_scripts_own_transaction_is_taken_out(string sql)
    {
        var part = Read(sql);
        Assert.Equal(["a"], part.Statements.Texts());
        Assert.True(part.InTransaction);
    }

    [Fact]
    public void Several_transactions_become_one() =>
        Assert.Equal(["a", "b", "c", "d"], Read("a; begin; b; commit; begin; c; commit; d").Statements.Texts());

    [Fact]
    public void Savepoints_stay() =>
        Assert.Equal(
            ["savepoint s", "a", "rollback to s", "release s"],
            Read("begin; savepoint s; a; rollback to s; release s; commit").Statements.Texts());

    [Theory]
    [InlineData("a;\nbegin;\nb;", 2, 1)]
    [InlineData("a; commit;", 1, 4)]
    [InlineData("begin; a; commit; end;", 1, 19)]
    [InlineData("begin; begin; a; commit;", 1, 8)]
    [InlineData("begin; a; rollback;", 1, 11)]
    [InlineData("a; rollback;", 1, 4)]
    public void What_does_not_balance_is_refused(string sql, int line, int column) =>
        Refused.At(line, column, "TransactionUnbalanced", () => Read(sql));

    [Fact]
    public void Without_a_transaction_everything_stays()
    {
        var part = Read("pragma foreign_keys=off; begin; a; commit; vacuum; pragma foreign_keys=on", transactionNone: true);
        Assert.Equal(["pragma foreign_keys=off", "begin", "a", "commit", "vacuum", "pragma foreign_keys=on"], part.Statements.Texts());
        Assert.Empty(part.Prelude);
        Assert.False(part.InTransaction);
        Assert.Equal(["begin", "a", "rollback"], Read("begin; a; rollback", transactionNone: true).Statements.Texts());
        Refused.At(1, 1, "TransactionUnbalanced", () => Read("begin; a;", transactionNone: true));
        Refused.At(1, 1, "TransactionUnbalanced", () => Read("commit;", transactionNone: true));
    }

    [Fact]
    public void Pragmas_around_a_table_rebuild_are_set_outside_the_transaction()
    {
        var part = Read("""
            PRAGMA foreign_keys = OFF;
            PRAGMA legacy_alter_table = ON;
            BEGIN;
            create table n(a); insert into n select a from t; drop table t; alter table n rename to t;
            PRAGMA foreign_key_check;
            COMMIT;
            PRAGMA legacy_alter_table = OFF;
            PRAGMA foreign_keys = ON;
            """);
        Assert.Equal(["PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON"], part.Prelude.Texts());
        Assert.Equal(5, part.Statements.Count);
        Assert.Equal(["PRAGMA legacy_alter_table = OFF", "PRAGMA foreign_keys = ON"], part.Postlude.Texts());
    }

    [Fact]
    public void Pragmas_are_recognised_without_begin_as_well()
    {
        var part = Read("pragma foreign_keys=off; drop table t; pragma foreign_keys=on; pragma foreign_key_check;");
        Assert.Equal(["pragma foreign_keys=off"], part.Prelude.Texts());
        Assert.Equal(["drop table t", "pragma foreign_key_check"], part.Statements.Texts());
        Assert.Equal(["pragma foreign_keys=on"], part.Postlude.Texts());
    }

    [Fact]
    public void Pragmas_that_work_inside_a_transaction_stay() =>
        Assert.Equal(
            ["pragma user_version = 3", "pragma foreign_keys", "a", "pragma defer_foreign_keys=on", "pragma recursive_triggers=on", "b"],
            Read("pragma user_version = 3; pragma foreign_keys; a; pragma defer_foreign_keys=on; pragma recursive_triggers=on; b").Statements.Texts());

    [Fact]
    public void Two_rebuilds_become_one()
    {
        const string Rebuild = "pragma foreign_keys=off; begin; drop table t; commit; pragma foreign_keys=on;";
        var part = Read(Rebuild + Rebuild);
        Assert.Equal(["pragma foreign_keys=off"], part.Prelude.Texts());
        Assert.Equal(["drop table t", "drop table t"], part.Statements.Texts());
        Assert.Equal(["pragma foreign_keys=on"], part.Postlude.Texts());
    }

    [Theory]
    [InlineData("create table a(x); pragma foreign_keys=off; drop table t;", 20)]
    [InlineData("pragma foreign_keys=off; drop table t; pragma foreign_keys=on; delete from u;", 40)]
    [InlineData("begin; a; commit; pragma foreign_keys=off; begin; b; commit", 19)]
    [InlineData("a; pragma journal_mode=wal;", 4)]
    public void A_pragma_that_would_silently_do_nothing_is_refused(string sql, int column) =>
        Refused.At(1, column, "PragmaInTransaction", () => Read(sql));

    [Fact]
    public void A_script_may_be_pragmas_alone()
    {
        var part = Read("pragma journal_mode=wal;");
        Assert.False(part.IsEmpty);
        Assert.Single(part.Prelude);
    }

    private static ScriptPart Read(string sql, bool transactionNone = false) =>
        ScriptPart.Read(sql, "script.sql", SqlDialect.Sqlite, transactionNone: transactionNone);
}
