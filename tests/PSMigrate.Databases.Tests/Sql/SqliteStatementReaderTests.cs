using PSMigrate.Databases.Sql;
using Xunit;
using static PSMigrate.Databases.Sql.StatementKind;

namespace PSMigrate.Databases.Tests.Sql;

public class SqliteStatementReaderTests
{
    [Theory]
    [InlineData("create table t(a)", CreateTable, "t")]
    [InlineData("create temp table if not exists \"a b\"(a)", CreateTable, "a b")]
    [InlineData("create virtual table main.v using fts5(a)", CreateVirtualTable, "v")]
    [InlineData("create unique index if not exists main.i on t(a) where a > 0", CreateIndex, "i")]
    [InlineData("create temporary view v as select 1", CreateView, "v")]
    [InlineData("create trigger tr after insert on t begin select 1; end", CreateTrigger, "tr")]
    [InlineData("drop table if exists main.[t]", DropTable, "t")]
    [InlineData("drop index i", DropIndex, "i")]
    [InlineData("drop view `v`", DropView, "v")]
    [InlineData("drop trigger tr", DropTrigger, "tr")]
    [InlineData("alter table t add column c int", AlterTableAddColumn, "t")]
    [InlineData("alter table t add c", AlterTableAddColumn, "t")]
    [InlineData("alter table t drop column c", AlterTableDropColumn, "t")]
    [InlineData("alter table t drop c", AlterTableDropColumn, "t")]
    [InlineData("alter table t rename column a to b", AlterTableRenameColumn, "t")]
    [InlineData("alter table t rename a to b", AlterTableRenameColumn, "t")]
    [InlineData("alter table main.t rename to u", AlterTableRename, "t")]
    [InlineData("alter table t add constraint c check (a > 0)", AlterTableOther, "t")]
    [InlineData("alter table t drop constraint c", AlterTableOther, "t")]
    [InlineData("alter table t alter column c set not null", AlterTableOther, "t")]
    [InlineData("insert into t values (1)", Insert, "t")]
    [InlineData("insert or ignore into main.t select * from u", Insert, "t")]
    [InlineData("insert or replace into t values (1)", Replace, "t")]
    [InlineData("replace into t values (1)", Replace, "t")]
    [InlineData("update or replace t set a = 1", Replace, "t")]
    [InlineData("update or fail \"t\" set a = 1", Update, "t")]
    [InlineData("delete from t", Delete, "t")]
    [InlineData("with a as (select 1), b(x) as not materialized (values (2)) delete from t", Delete, "t")]
    [InlineData("with recursive r(n) as (select 1 union select n + 1 from r) insert into t select n from r", Insert, "t")]
    [InlineData("with recursive as (select 1) update t set a = 1", Update, "t")]
    [InlineData("with replace as (select 1) select * from replace", Select, null)]
    [InlineData("select 1", Select, null)]
    [InlineData("values (1)", Select, null)]
    [InlineData("pragma foreign_keys", Pragma, "foreign_keys")]
    [InlineData("vacuum", Vacuum, null)]
    [InlineData("attach database 'a.db' as other", Attach, "other")]
    [InlineData("attach 'a' || 'b' as [o]", Attach, "o")]
    [InlineData("detach other", Detach, "other")]
    [InlineData("analyze main.t", Analyze, "t")]
    [InlineData("reindex", Reindex, null)]
    [InlineData("begin immediate transaction", Begin, null)]
    [InlineData("commit", Commit, null)]
    [InlineData("end transaction", Commit, null)]
    [InlineData("rollback transaction", Rollback, null)]
    [InlineData("rollback transaction to savepoint s", RollbackTo, "s")]
    [InlineData("rollback to s", RollbackTo, "s")]
    [InlineData("savepoint s", Savepoint, "s")]
    [InlineData("release savepoint s", Release, "s")]
    [InlineData("explain drop table t", Explain, null)]
    [InlineData("explain query plan delete from t", Explain, null)]
    [InlineData("hello world", Other, null)]
    [InlineData("create", Other, null)]
    [InlineData("alter", Other, null)]
    [InlineData("with", Other, null)]
    [InlineData("drop table", DropTable, null)]
    public void Tells_what_it_does_and_to_what(string sql, StatementKind kind, string? name)
    {
        var facts = Read(sql);
        Assert.Equal(kind, facts.Kind);
        Assert.Equal(name, facts.ObjectName);
    }

    [Theory]
    [InlineData("delete from t where a = 1", true)]
    [InlineData("delete from t", false)]
    [InlineData("update t set a = (select b from u where u.id = t.id)", false)]
    [InlineData("update t set a = (select b from u where 1) where a > 0", true)]
    [InlineData("with x as (select 1 where 1) update t set a = 1", false)]
    [InlineData("update t set a = 1 from (select * from u where 1) as w", false)]
    [InlineData("update t set a = b.c from b where b.id = t.id returning a", true)]
    [InlineData("delete from t returning (select 1 where 1)", false)]
    [InlineData("update t set \"where\" = 1, [limit] = 2", false)]
    [InlineData("update or replace t set a = 1 where b", true)]
    public void Sees_a_where_of_its_own_only(string sql, bool expected) => Assert.Equal(expected, Read(sql).HasWhere);

    [Fact]
    public void Sees_limit_and_returning()
    {
        var facts = Read("delete from t where a returning * order by a limit 5");
        Assert.True(facts.HasLimit);
        Assert.True(facts.HasReturning);
        Assert.False(Read("update t set a = (select 1 limit 1)").HasLimit);
        Assert.True(Read("insert into t(a) values (1) returning a").HasReturning);
        Assert.False(Read("insert into t(\"returning\") values (1)").HasReturning);
    }

    [Fact]
    public void Reads_an_added_column()
    {
        var facts = Read("ALTER TABLE main.t ADD COLUMN \"e mail\" varchar(20) NOT NULL DEFAULT ('a' || ';') /* x */ UNIQUE CHECK (1)");
        Assert.Equal("main", facts.Schema);
        Assert.Equal("e mail", facts.ColumnName);
        Assert.Equal("\"e mail\" varchar(20) NOT NULL DEFAULT ('a' || ';') /* x */ UNIQUE CHECK (1)", facts.ColumnDefinition);
        Assert.Equal("('a' || ';')", facts.DefaultText);
        Assert.True(facts is { NotNull: true, HasDefault: true, IsUnique: true, HasCheck: true });
        Assert.True(facts is { HasReferences: false, IsPrimaryKey: false, IsGenerated: false });

        facts = Read("alter table t add c integer primary key default -1.5 references u(id) on delete set default on update set null");
        Assert.True(facts is { IsPrimaryKey: true, HasReferences: true, NotNull: false, DefaultText: "-1.5" });

        facts = Read("alter table t add c int references u(id) on delete set default");
        Assert.False(facts.HasDefault);
        Assert.True(Read("alter table t add c int generated always as (a + 1)").IsGenerated);
        Assert.False(Read("alter table t add c int check (c is not null)").NotNull);
    }

    [Fact]
    public void Reads_renames()
    {
        var column = Read("alter table t rename column \"a b\" to [c d]");
        Assert.Equal(("a b", "c d"), (column.ColumnName, column.NewName));
        Assert.Equal("u", Read("alter table t rename to 'u'").NewName);
    }

    [Fact]
    public void Reads_what_belongs_to_a_definition()
    {
        Assert.True(Read("create table t as select 1").AsSelect);
        Assert.False(Read("create table t(a)").AsSelect);
        Assert.True(Read("create temp table t(a)").IsTemporary);
        Assert.True(Read("create table temp.t(a)").IsTemporary);
        Assert.True(Read("create table if not exists t(a)").IfNotExists);
        Assert.True(Read("drop view if exists v").IfExists);
        Assert.True(Read("create unique index i on t(a)") is { IsUnique: true, OnTable: "t" });
        var trigger = Read("create trigger if not exists main.tr before update of a, b on \"t\" when new.a > 0 begin select 1; end");
        Assert.True(trigger is { Schema: "main", OnTable: "t", IfNotExists: true, HasTriggerBody: true });
        Assert.False(Read("create trigger tr after insert on t").HasTriggerBody);
    }

    [Theory]
    [InlineData("pragma Foreign_Keys = off", null, "foreign_keys", "off")]
    [InlineData("pragma main.user_version(5)", "main", "user_version", "5")]
    [InlineData("pragma table_info('a b')", null, "table_info", "a b")]
    [InlineData("pragma cache_size = -2000", null, "cache_size", "-2000")]
    [InlineData("pragma foreign_key_check", null, "foreign_key_check", null)]
    public void Reads_pragmas(string sql, string? schema, string name, string? argument)
    {
        var facts = Read(sql);
        Assert.Equal((schema, name, argument), (facts.Schema, facts.PragmaName, facts.PragmaArgument));
    }

    [Fact]
    public void Reads_files_that_are_reached()
    {
        Assert.Equal("'b.db'", Read("vacuum main into 'b.db'").VacuumInto);
        Assert.Equal("main", Read("vacuum main into 'b.db'").Schema);
        Assert.Null(Read("vacuum").VacuumInto);
        Assert.Equal("'a.db'", Read("attach 'a.db' as b").AttachedFile);
    }

    private static StatementFacts Read(string sql) => SqliteStatementReader.Read(sql);
}
