using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Sql.SqlServer;
using Xunit;
using static PSMigrate.Databases.Sql.StatementKind;

namespace PSMigrate.Databases.Tests.Sql;

public class SqlServerBatchReaderTests
{
    [Theory]
    [InlineData("create table dbo.t(a int)", CreateTable, "dbo.t")]
    [InlineData("create table #t(a int)", CreateTable, "#t")]
    [InlineData("select a into x.dbo.u from t", CreateTable, "x.dbo.u")]
    [InlineData("create unique nonclustered index i on dbo.t (a, b desc) include (c) where d > 0 with (online = on) on fg", CreateIndex, "dbo.i")]
    [InlineData("create clustered columnstore index i on t", CreateIndex, "i")]
    [InlineData("create or alter view v as select 1", CreateView, "v")]
    [InlineData("create proc dbo.p as begin select 1 insert into t values (1) end", Create, "dbo.p")]
    [InlineData("create trigger tr on dbo.t after insert, update as delete from u", CreateTrigger, "tr")]
    [InlineData("create xml schema collection dbo.x as '<s/>'", Create, "dbo.x")]
    [InlineData("alter xml schema collection dbo.x add '<s/>'", Alter, "dbo.x")]
    [InlineData("drop xml schema collection dbo.x", Drop, "dbo.x")]
    [InlineData("create primary xml index i on dbo.t (x)", CreateIndex, "dbo.i")]
    [InlineData("drop table if exists a, dbo.[b c]", DropTable, "a")]
    [InlineData("drop index i on dbo.t", DropIndex, "dbo.i")]
    [InlineData("drop index t.i", DropIndex, "i")]
    [InlineData("alter table dbo.t add c int null", AlterTableAddColumn, "dbo.t")]
    [InlineData("alter table t drop column c", AlterTableDropColumn, "t")]
    [InlineData("alter table t drop ck", AlterTableOther, "t")]
    [InlineData("alter table t alter column c bigint not null", AlterTableOther, "t")]
    [InlineData("exec sp_rename 'dbo.t.a', 'b', 'COLUMN'", AlterTableRenameColumn, "dbo.t")]
    [InlineData("exec sp_rename 'dbo.t', 'u'", Alter, "dbo.t")]
    [InlineData("insert into t (a) select 1", Insert, "t")]
    [InlineData("insert t exec p", Insert, "t")]
    [InlineData("insert @t values (1)", Insert, null)]
    [InlineData("update top (5) t set a = 1", Update, "t")]
    [InlineData("update o set a = 1 from dbo.Orders as o join x on x.a = o.a", Update, "dbo.Orders")]
    [InlineData("delete o from x join dbo.Orders o on x.a = o.a where x.b = 1", Delete, "dbo.Orders")]
    [InlineData("with c as (select 1 a) delete from t where a in (select a from c)", Delete, "t")]
    [InlineData("merge top (1) into t using s on t.a = s.a when matched then update set a = 1 when not matched then insert (a) values (1);", Merge, "t")]
    [InlineData("bulk insert t from 'f'", Copy, "t")]
    [InlineData("truncate table t", Truncate, "t")]
    [InlineData("select top 5 * from t", Select, null)]
    [InlineData("begin tran", Begin, null)]
    [InlineData("begin transaction x with mark 'm'", Begin, "x")]
    [InlineData("commit work", Commit, null)]
    [InlineData("save tran s", Savepoint, "s")]
    [InlineData("rollback tran s", RollbackTo, "s")]
    [InlineData("rollback", Rollback, null)]
    [InlineData("exec dbo.p @a = 1", Call, "dbo.p")]
    [InlineData("exec @r = p", Call, "p")]
    [InlineData("exec ('drop table t')", Call, null)]
    [InlineData("sp_mine t", Call, "sp_mine")]
    [InlineData("sp_help t", Control, null)]
    [InlineData("exec sys.sp_rename @objname = N'dbo.t.a', @newname = N'b', @objtype = 'COLUMN'", AlterTableRenameColumn, "dbo.t")]
    [InlineData("exec sp_rename 'dbo.t', @new", Call, "sp_rename")]
    [InlineData("exec other.dbo.sp_rename 'dbo.t', 'u'", Call, "other.dbo.sp_rename")]
    [InlineData("EXECUTE [sys].[sp_addextendedproperty] N'MS_Description', N'Says, what', N'SCHEMA', [Person], N'TABLE', [Address], N'COLUMN', [City]", Comment, "Person.Address")]
    [InlineData("exec sp_addextendedproperty @name = N'v', @value = 1.5, @level0type = N'SCHEMA', @level0name = 'dbo', @level1type = N'View', @level1name = v", Comment, "dbo.v")]
    [InlineData("exec sp_dropextendedproperty N'n', N'SCHEMA', N'dbo', N'TABLE', N't'", Comment, "dbo.t")]
    [InlineData("exec sp_addextendedproperty N'n', N'of the database', NULL, NULL, NULL, NULL", Comment, null)]
    [InlineData("execute sp_addtype id, 'varchar(11)', 'NOT NULL'", Create, "id")]
    [InlineData("exec sp_addrolemember 'db_owner', 'somebody'", Alter, "db_owner")]
    [InlineData("set xact_abort, nocount on", Set, null)]
    [InlineData("set @a = 1", Set, null)]
    [InlineData("use d", Use, "d")]
    [InlineData("grant select, execute on object::dbo.t to r with grant option", Grant, "dbo.t")]
    [InlineData("deny create table to r", Grant, null)]
    [InlineData("disable trigger tr on dbo.t", DisableTrigger, "tr")]
    [InlineData("backup database d to disk = 'f'", Backup, "d")]
    [InlineData("alter index all on t rebuild with (online = on)", Reindex, null)]
    [InlineData("update statistics t", Analyze, "t")]
    [InlineData("declare @a int = 1", Control, null)]
    public void Reads_what_a_statement_does(string sql, StatementKind kind, string? name)
    {
        var facts = SqlServerBatchReader.Read(sql);
        Assert.Equal(kind, facts.Kind);
        Assert.Equal(name, facts.ObjectName is null ? null : new SqlObjectName(facts.Database, facts.Schema, facts.ObjectName).ToString());
    }

    [Theory]
    [InlineData("create database d", TransactionNeed.CannotBeInTransaction)]
    [InlineData("alter database d set single_user with rollback immediate", TransactionNeed.CannotBeInTransaction)]
    [InlineData("drop database if exists d", TransactionNeed.CannotBeInTransaction)]
    [InlineData("backup log d to disk = 'f'", TransactionNeed.CannotBeInTransaction)]
    [InlineData("reconfigure", TransactionNeed.CannotBeInTransaction)]
    [InlineData("kill 55", TransactionNeed.CannotBeInTransaction)]
    [InlineData("create fulltext index on t(a) key index i", TransactionNeed.CannotBeInTransaction)]
    [InlineData("create fulltext catalog c", TransactionNeed.CannotBeInTransaction)]
    [InlineData("alter server configuration set x", TransactionNeed.CannotBeInTransaction)]
    [InlineData("exec sp_fulltext_database 'enable'", TransactionNeed.CannotBeInTransaction)]
    [InlineData("create table t(a int primary key nonclustered) with (memory_optimized = on)", TransactionNeed.CannotBeInTransaction)]
    [InlineData("create table t(a int)", TransactionNeed.Any)]
    [InlineData("create login l with password = 'x'", TransactionNeed.Any)]
    [InlineData("exec p", TransactionNeed.MayCommit)]
    public void Knows_what_goes_into_a_transaction(string sql, TransactionNeed need) => Assert.Equal(need, SqlServerBatchReader.Read(sql).Transaction);

    [Theory]
    [InlineData("select 1 select 2", "select 1|select 2")]
    [InlineData("set nocount on insert t values (1) set xact_abort on delete t set ansi_nulls on update t set a = 1", "set nocount on|insert t values (1)|set xact_abort on|delete t|set ansi_nulls on|update t set a = 1")]
    [InlineData("set nocount on create table t(a int) insert t values (1) update t set a = 2 delete t", "set nocount on|create table t(a int)|insert t values (1)|update t set a = 2|delete t")]
    [InlineData("insert t select 1 union all select 2 select 3", "insert t select 1 union all select 2|select 3")]
    [InlineData("insert t(a) values (1) select @@identity", "insert t(a) values (1)|select @@identity")]
    [InlineData("insert t exec p exec q", "insert t exec p|exec q")]
    [InlineData("alter table t add constraint f foreign key (a) references u(b) on delete set null on update cascade drop table x",
        "alter table t add constraint f foreign key (a) references u(b) on delete set null on update cascade|drop table x")]
    [InlineData("alter table t alter column a int alter table t drop column b", "alter table t alter column a int|alter table t drop column b")]
    [InlineData("alter table dbo.t drop ck drop table u", "alter table dbo.t drop ck|drop table u")]
    [InlineData("alter table t add a int drop table u", "alter table t add a int|drop table u")]
    [InlineData("alter table t enable trigger x set nocount off", "alter table t enable trigger x|set nocount off")]
    [InlineData("alter database d set recovery simple set nocount on", "alter database d set recovery simple|set nocount on")]
    [InlineData("alter role r add member m alter role r drop member n", "alter role r add member m|alter role r drop member n")]
    [InlineData("grant select, insert, update, delete, execute on s to r grant create table to r deny alter to r", "grant select, insert, update, delete, execute on s to r|grant create table to r|deny alter to r")]
    [InlineData("revoke grant option for select on t from r", "revoke grant option for select on t from r")]
    [InlineData("grant select on t to r with grant option select 1", "grant select on t to r with grant option|select 1")]
    [InlineData("merge t using s on 1=1 when matched then update set a = 1 when not matched by source then delete when not matched then insert values (1); select 2",
        "merge t using s on 1=1 when matched then update set a = 1 when not matched by source then delete when not matched then insert values (1)|select 2")]
    [InlineData("select a from t inner merge join u on 1=1 order by a offset 1 rows fetch next 2 rows only", "select a from t inner merge join u on 1=1 order by a offset 1 rows fetch next 2 rows only")]
    [InlineData("declare c cursor for select a from t for update of a open c fetch next from c into @a close c deallocate c",
        "declare c cursor for select a from t for update of a|open c|fetch next from c into @a|close c|deallocate c")]
    [InlineData("drop table if exists t drop view if exists v", "drop table if exists t|drop view if exists v")]
    [InlineData("drop procedure p if exists(select 1) print 'x'", "drop procedure p|?print 'x'")]
    [InlineData("if @a = 1 update t set a = 1 else delete t select 2", "?update t set a = 1|?delete t|select 2")]
    [InlineData("if exists (select 1) begin drop table t; select case when 1=1 then 2 else 3 end end select 4", "?drop table t|?select case when 1=1 then 2 else 3 end|select 4")]
    [InlineData("if case when 1=1 then 2 else 3 end = 2 select 1", "?select 1")]
    [InlineData("begin try begin tran; insert t values (1); commit end try begin catch if @@trancount > 0 rollback; throw end catch",
        "?begin tran|?insert t values (1)|?commit|?rollback|?throw")]
    [InlineData("while @i < 5 begin set @i = @i + 1 if @i = 3 break continue end", "?set @i = @i + 1|?break|?continue")]
    [InlineData("begin select 1; begin select 2 end end", "select 1|select 2")]
    [InlineData("create procedure p as begin select 1 select 2 end", "create procedure p as begin select 1 select 2 end")]
    [InlineData("with c as (select 1 a), d as (select 2 b) insert into t select a from c select 3", "with c as (select 1 a), d as (select 2 b) insert into t select a from c|select 3")]
    [InlineData("create table t(a int, foreign key (a) references u on delete cascade) exec p 1, @b = 2 waitfor delay '0:0:1'",
        "create table t(a int, foreign key (a) references u on delete cascade)|exec p 1, @b = 2|waitfor delay '0:0:1'")]
    [InlineData("again: select 1 goto again", "select 1|goto again")]
    [InlineData("execute as user = 'x' select 1 revert", "execute as user = 'x'|select 1|revert")]
    [InlineData("alter partition function f() merge range (1) alter partition function f() split range (2)", "alter partition function f() merge range (1)|alter partition function f() split range (2)")]
    [InlineData("create schema s create table t(a int) grant select on t to r", "create schema s create table t(a int) grant select on t to r")]
    [InlineData("select a.[select], b.\"from\", c.use from t", "select a.[select], b.\"from\", c.use from t")]
    [InlineData("bulk insert t from 'f' with (format = 'csv') truncate table u", "bulk insert t from 'f' with (format = 'csv')|truncate table u")]
    [InlineData("select * from openrowset(bulk 'f', single_clob) x use d", "select * from openrowset(bulk 'f', single_clob) x|use d")]
    [InlineData("update statistics t update t set a = 1", "update statistics t|update t set a = 1")]
    [InlineData("set transaction isolation level read committed begin transaction commit transaction", "set transaction isolation level read committed|begin transaction|commit transaction")]
    public void Finds_the_statements_of_a_batch(string sql, string statements)
    {
        var facts = SqlServerBatchReader.Read(sql);
        var found = facts.Parts.Count == 0 ? [sql] : facts.Parts.Select(p => (p.Facts.IsConditional ? "?" : "") + sql[p.Offset..p.End]);
        Assert.Equal(statements, string.Join('|', found));
    }

    [Fact]
    public void Reads_every_action_of_an_alter_table()
    {
        var added = SqlServerBatchReader.Read("""
            ALTER TABLE dbo.t WITH NOCHECK ADD a int NOT NULL CONSTRAINT df DEFAULT (getdate()) WITH VALUES, b AS (a * 2) PERSISTED,
                CONSTRAINT fk FOREIGN KEY (a) REFERENCES dbo.u (x) NOT FOR REPLICATION, CHECK (a > 0), DEFAULT 5 FOR b, c int IDENTITY(1, 1),
                CONSTRAINT pk PRIMARY KEY CLUSTERED (c) WITH (ONLINE = ON), INDEX i NONCLUSTERED (a, b)
            """);
        Assert.Equal(
            [
                TableActionKind.AddColumn, TableActionKind.AddColumn, TableActionKind.AddConstraint, TableActionKind.AddConstraint,
                TableActionKind.AddConstraint, TableActionKind.AddColumn, TableActionKind.AddConstraint, TableActionKind.AddIndex,
            ], added.Actions.Select(a => a.Kind));
        Assert.True(added.Actions[0] is { Name: "a", NotNull: true, DefaultText: "(getdate())" });
        Assert.True(added.Actions[1] is { Name: "b", IsGenerated: true, TypeText: null });
        Assert.True(added.Actions[2] is { Name: "fk", IsNotChecked: true, OtherTable: { Schema: "dbo", Name: "u" } });
        Assert.True(added.Actions[4] is { Constraint: ConstraintKind.Default, DefaultText: "5" });
        Assert.Equal(["b"], added.Actions[4].Columns);
        Assert.True(added.Actions[5].IsIdentity);
        Assert.True(added.Actions[6] is { IsOnline: true, IsPrimaryKey: true });

        var dropped = SqlServerBatchReader.Read("ALTER TABLE t DROP COLUMN IF EXISTS a, b, CONSTRAINT c WITH (ONLINE = ON)");
        Assert.Equal([("a", TableActionKind.DropColumn), ("b", TableActionKind.DropColumn), ("c", TableActionKind.DropConstraint)], dropped.Actions.Select(a => (a.Name!, a.Kind)));
        Assert.True(SqlServerBatchReader.Read("alter table t nocheck constraint all").Actions[0] is { Kind: TableActionKind.DisableConstraint, Name: null });
        Assert.True(SqlServerBatchReader.Read("alter table t switch partition 1 to dbo.u").Actions[0] is { Kind: TableActionKind.ExchangePartition, OtherTable.Name: "u" });
        Assert.True(SqlServerBatchReader.Read("alter table t alter column a varchar(10) collate Latin1_General_CI_AS not null with (online = on)").Actions[0] is { Kind: TableActionKind.ChangeColumn, Name: "a", TypeText: "varchar(10)", NotNull: true, IsOnline: true });
    }
}
