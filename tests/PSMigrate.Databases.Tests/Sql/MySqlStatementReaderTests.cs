using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Sql.MySql;
using Xunit;
using static PSMigrate.Databases.Sql.StatementKind;

namespace PSMigrate.Databases.Tests.Sql;

public class MySqlStatementReaderTests
{
    [Theory]
    [InlineData("update a set v = 1", "a")]
    [InlineData("update a x join b on x.id = b.id set x.v = b.v", "a")]
    [InlineData("update a x, d.b y set x.v = 1, y.v = (select max(v) from c)", "a, d.b")]
    [InlineData("update a left join (b cross join c) using (id) set v = 1", "a, b, c")]
    [InlineData("update a join (select id from b) s using (id) set a.v = s.id", "a")]
    [InlineData("delete x from a as x join b y on x.id = y.id where y.v = 1", "a")]
    [InlineData("delete x.*, y from a x, b y where x.id = y.id", "a, b")]
    [InlineData("delete from x using a partition (p1) as x inner join b", "a")]
    [InlineData("delete from a where v in (select v from b)", "a")]
    public void The_tables_that_a_join_writes_are_told_by_their_own_names(string sql, string tables) =>
        Assert.Equal(tables, string.Join(", ", MySqlStatementReader.Read(sql).Names));

    [Theory]
    [InlineData("create table if not exists d.`t`(a int)", CreateTable, "d.t", TransactionNeed.CommitsImplicitly)]
    [InlineData("create temporary table t(a int)", CreateTable, "t", TransactionNeed.Any)]
    [InlineData("create table t as select 1", CreateTable, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("create or replace algorithm=merge definer='a'@'%' sql security invoker view v as select 1", CreateView, "v", TransactionNeed.CommitsImplicitly)]
    [InlineData("create definer=`a`@`b` procedure p() select 1", Create, "p", TransactionNeed.CommitsImplicitly)]
    [InlineData("create definer=root@localhost function f() returns int return 1", Create, "f", TransactionNeed.CommitsImplicitly)]
    [InlineData("create definer=current_user() trigger tr before insert on d.t for each row set @a=1", CreateTrigger, "tr", TransactionNeed.CommitsImplicitly)]
    [InlineData("create unique index i using btree on t (a(10), b desc) lock=none", CreateIndex, "i", TransactionNeed.CommitsImplicitly)]
    [InlineData("create event e on schedule every 1 day do select 1", Create, "e", TransactionNeed.CommitsImplicitly)]
    [InlineData("create database d", Create, "d", TransactionNeed.CommitsImplicitly)]
    [InlineData("create sequence s", Create, "s", TransactionNeed.CommitsImplicitly)]
    [InlineData("drop table if exists a, d.b cascade", DropTable, "a", TransactionNeed.CommitsImplicitly)]
    [InlineData("drop temporary table a", DropTable, "a", TransactionNeed.Any)]
    [InlineData("drop index i on d.t", DropIndex, "d.i", TransactionNeed.CommitsImplicitly)]
    [InlineData("drop view v", DropView, "v", TransactionNeed.CommitsImplicitly)]
    [InlineData("alter table t add column c int first", AlterTableAddColumn, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("alter table t drop c", AlterTableDropColumn, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("alter table t rename column a to b", AlterTableRenameColumn, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("alter table t rename d.u", AlterTableRename, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("rename table a to b, d.c to d.e", AlterTableRename, "a", TransactionNeed.CommitsImplicitly)]
    [InlineData("alter table t engine=InnoDB", AlterTableOther, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("truncate t", Truncate, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("insert ignore into d.t (a) values (1) on duplicate key update a = 2", Insert, "d.t", TransactionNeed.Any)]
    [InlineData("insert t set a = 1", Insert, "t", TransactionNeed.Any)]
    [InlineData("replace into t values (1)", Replace, "t", TransactionNeed.Any)]
    [InlineData("update low_priority t set a = 1 limit 5", Update, "t", TransactionNeed.Any)]
    [InlineData("delete quick from t where a = 1", Delete, "t", TransactionNeed.Any)]
    [InlineData("delete a, b.* from a join b on a.x = b.x", Delete, "a", TransactionNeed.Any)]
    [InlineData("load data local infile 'x' ignore into table t", Copy, "t", TransactionNeed.Any)]
    [InlineData("with x as (select 1) select * from x", Select, null, TransactionNeed.Any)]
    [InlineData("explain select 1", Explain, null, TransactionNeed.Any)]
    [InlineData("explain analyze delete from t", Delete, "t", TransactionNeed.Any)]
    [InlineData("start transaction read only", Begin, null, TransactionNeed.Any)]
    [InlineData("begin", Begin, null, TransactionNeed.Any)]
    [InlineData("commit and chain", Commit, null, TransactionNeed.Any)]
    [InlineData("rollback to s", RollbackTo, "s", TransactionNeed.Any)]
    [InlineData("release savepoint s", Release, "s", TransactionNeed.Any)]
    [InlineData("lock tables t write, u read", LockTables, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("unlock tables", UnlockTables, null, TransactionNeed.CommitsImplicitly)]
    [InlineData("set autocommit = 1", Set, null, TransactionNeed.CommitsImplicitly)]
    [InlineData("set autocommit = 0", Set, null, TransactionNeed.Any)]
    [InlineData("grant select on d.* to a", Grant, null, TransactionNeed.CommitsImplicitly)]
    [InlineData("set password for a = 'x'", Alter, null, TransactionNeed.CommitsImplicitly)]
    [InlineData("analyze table t", Analyze, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("optimize local table t", Reindex, "t", TransactionNeed.CommitsImplicitly)]
    [InlineData("flush tables", Control, null, TransactionNeed.CommitsImplicitly)]
    [InlineData("call d.p(1)", Call, "d.p", TransactionNeed.MayCommit)]
    [InlineData("begin not atomic commit; end", Do, null, TransactionNeed.MayCommit)]
    [InlineData("set statement max_statement_time = 1 for delete from t", Delete, "t", TransactionNeed.Any)]
    [InlineData("use d", Use, "d", TransactionNeed.Any)]
    [InlineData("xa start 'x'", Other, null, TransactionNeed.CannotBeInTransaction)]
    [InlineData("frobnicate", Other, null, TransactionNeed.Any)]
    public void Reads_what_a_statement_does(string sql, StatementKind kind, string? name, TransactionNeed need)
    {
        var facts = MySqlStatementReader.Read(sql);
        Assert.Equal((kind, need), (facts.Kind, facts.Transaction));
        Assert.Equal(name, facts.ObjectName is null ? null : facts.Schema is null ? facts.ObjectName : $"{facts.Schema}.{facts.ObjectName}");
    }

    [Fact]
    public void Reads_every_action_of_an_alter_table()
    {
        var facts = MySqlStatementReader.Read("""
            ALTER TABLE `t` ADD COLUMN (a INT NOT NULL, b VARCHAR(10) DEFAULT 'x,y'), ADD c INT AUTO_INCREMENT PRIMARY KEY AFTER d,
                MODIFY e BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'z', CHANGE COLUMN f g TEXT, ADD INDEX h (i, j(5)), ADD KEY (k),
                ADD CONSTRAINT l FOREIGN KEY m (n) REFERENCES o (p) ON DELETE CASCADE, DROP PRIMARY KEY, DROP FOREIGN KEY q, DROP INDEX r,
                ADD UNIQUE KEY s (t), ALTER u SET DEFAULT (1 + 2), RENAME INDEX v TO w, CONVERT TO CHARACTER SET utf8mb4, ENGINE=InnoDB,
                DROP PARTITION p0, ALGORITHM=INPLACE, LOCK=NONE
            """);
        Assert.Equal(
            [
                TableActionKind.AddColumn, TableActionKind.AddColumn, TableActionKind.AddColumn, TableActionKind.ChangeColumn,
                TableActionKind.ChangeColumn, TableActionKind.AddIndex, TableActionKind.AddIndex, TableActionKind.AddConstraint,
                TableActionKind.DropConstraint, TableActionKind.DropConstraint, TableActionKind.DropIndex, TableActionKind.AddConstraint,
                TableActionKind.SetDefault, TableActionKind.RenameIndex, TableActionKind.Rebuild, TableActionKind.Rebuild, TableActionKind.DropPartition,
            ], facts.Actions.Select(a => a.Kind));
        Assert.True(facts.IsOnline);
        Assert.True(facts.Actions[0] is { Name: "a", TypeText: "INT", NotNull: true });
        Assert.True(facts.Actions[1] is { Name: "b", DefaultText: "'x,y'" });
        Assert.True(facts.Actions[2] is { Name: "c", IsIdentity: true, IsPrimaryKey: true });
        Assert.True(facts.Actions[3] is { Name: "e", TypeText: "BIGINT UNSIGNED", NotNull: true, DefaultText: "0", NewName: null });
        Assert.True(facts.Actions[4] is { Name: "f", NewName: "g", TypeText: "TEXT" });
        Assert.True(facts.Actions[5] is { Name: "h" });
        Assert.Equal(["i", "j"], facts.Actions[5].Columns);
        Assert.True(facts.Actions[7] is { Name: "l", OtherTable.Name: "o", Constraint: ConstraintKind.ForeignKey });
        Assert.True(facts.Actions[11] is { Name: "s", Constraint: ConstraintKind.Unique });
    }

    [Fact]
    public void Reads_settings()
    {
        var facts = MySqlStatementReader.Read("/*!40101 SET @OLD=@@SQL_MODE, SESSION sql_mode='ANSI', GLOBAL x = 1, @@session.y := 2, z = DEFAULT */");
        Assert.Equal(
            [
                new("@old", "@@SQL_MODE", SettingScope.Variable), new("sql_mode", "'ANSI'", SettingScope.Session), new("x", "1", SettingScope.Server),
                new("y", "2", SettingScope.Session), new("z", null, SettingScope.Session),
            ], facts.Assignments);
        Assert.Equal("names", MySqlStatementReader.Read("set names utf8mb4").SettingName);
        Assert.Equal(SettingScope.Transaction, MySqlStatementReader.Read("set transaction isolation level serializable").SettingScope);
    }

    [Fact]
    public void Reads_every_name()
    {
        Assert.Equal(["a", "d.b"], MySqlStatementReader.Read("drop table a, d.b").Names.Select(n => n.ToString()));
        Assert.Equal([("a", "b"), ("d.c", "d.e")], MySqlStatementReader.Read("rename table a to b, d.c to d.e").Names.Select(n => (n.ToString(), n.NewName!)));
        Assert.Equal(["a", "b"], MySqlStatementReader.Read("delete a, b.* from a join b").Names.Select(n => n.ToString()));
        Assert.True(MySqlStatementReader.Read("create definer=`a`@`b` trigger tr after delete on d.t for each row begin end") is { OnSchema: "d", OnTable: "t", HasTriggerBody: true });
    }
}
