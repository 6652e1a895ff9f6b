using PSMigrate.Databases.Sql;
using PSMigrate.Databases.Sql.PostgreSql;
using Xunit;
using static PSMigrate.Databases.Sql.StatementKind;

namespace PSMigrate.Databases.Tests.Sql;

public class PostgreSqlStatementReaderTests
{
    [Theory]
    [InlineData("create table public.Orders(a int)", CreateTable, "public.orders")]
    [InlineData("create unlogged table if not exists \"My Table\"(a int)", CreateTable, "My Table")]
    [InlineData("create temp table t as select 1", CreateTable, "t")]
    [InlineData("create table s.p partition of s.t for values in (1)", CreateTable, "s.p")]
    [InlineData("select a, b into u from t", CreateTable, "u")]
    [InlineData("create unique index concurrently if not exists i on s.t using btree (a, lower(b)) include (c) where d > 0", CreateIndex, "s.i")]
    [InlineData("create index on t (a)", CreateIndex, null)]
    [InlineData("create or replace view v as select 1", CreateView, "v")]
    [InlineData("create materialized view mv as select 1 with no data", Create, "mv")]
    [InlineData("create constraint trigger tr after insert on s.t for each row execute function f()", CreateTrigger, "tr")]
    [InlineData("create or replace function s.f(a int) returns int language sql as $$select 1$$", Create, "s.f")]
    [InlineData("create schema if not exists s authorization r", Create, "s")]
    [InlineData("create type e as enum ('a')", Create, "e")]
    [InlineData("create extension if not exists pgcrypto", Create, "pgcrypto")]
    [InlineData("create policy p on t using (true)", Create, "p")]
    [InlineData("create operator @@@ (leftarg = int)", Create, null)]
    [InlineData("drop table if exists a, s.b cascade", DropTable, "a")]
    [InlineData("drop index concurrently i", DropIndex, "i")]
    [InlineData("drop trigger tr on t", DropTrigger, "tr")]
    [InlineData("drop function f(int), g", Drop, "f")]
    [InlineData("drop materialized view mv", Drop, "mv")]
    [InlineData("alter table only s.t add column if not exists c int not null default 1", AlterTableAddColumn, "s.t")]
    [InlineData("alter table if exists t drop c cascade", AlterTableDropColumn, "t")]
    [InlineData("alter table t rename a to b", AlterTableRenameColumn, "t")]
    [InlineData("alter table t rename to u", AlterTableRename, "t")]
    [InlineData("alter table t rename constraint a to b", AlterTableOther, "t")]
    [InlineData("alter table t add c int, drop column d", AlterTable, "t")]
    [InlineData("alter type e add value if not exists 'b' before 'a'", Alter, "e")]
    [InlineData("alter sequence s owned by t.a", Alter, "s")]
    [InlineData("insert into s.t as x (a, b) values (1, 2) on conflict do nothing returning a", Insert, "s.t")]
    [InlineData("update only t set a = 1 where b = 2", Update, "t")]
    [InlineData("delete from t using u where t.a = u.a", Delete, "t")]
    [InlineData("merge into t using u on t.a = u.a when matched then delete", Merge, "t")]
    [InlineData("truncate table only a, b restart identity cascade", Truncate, "a")]
    [InlineData("copy t (a) from stdin", Copy, "t")]
    [InlineData("with x as (select 1), y(a) as not materialized (select 2) select * from x", Select, null)]
    [InlineData("(select 1) union (select 2)", Select, null)]
    [InlineData("table t", Select, null)]
    [InlineData("explain analyze delete from t", Delete, "t")]
    [InlineData("explain (analyze, verbose) update t set a = 1", Update, "t")]
    [InlineData("explain (analyze off) update t set a = 1", Explain, null)]
    [InlineData("explain delete from t", Explain, null)]
    [InlineData("begin isolation level serializable", Begin, null)]
    [InlineData("start transaction", Begin, null)]
    [InlineData("end", Commit, null)]
    [InlineData("commit work", Commit, null)]
    [InlineData("abort", Rollback, null)]
    [InlineData("rollback transaction to savepoint s", RollbackTo, "s")]
    [InlineData("savepoint s", Savepoint, "s")]
    [InlineData("release s", Release, "s")]
    [InlineData("call p(1)", Call, "p")]
    [InlineData("do $$begin end$$", Do, null)]
    [InlineData("set local search_path = a, b", Set, null)]
    [InlineData("grant select on table s.a, b to r", Grant, "s.a")]
    [InlineData("grant r to s", Grant, null)]
    [InlineData("revoke all on schema s from r cascade", Revoke, "s")]
    [InlineData("comment on table s.t is 'x'", Comment, "s.t")]
    [InlineData("comment on column s.t.c is 'x'", Comment, "s.t")]
    [InlineData("comment on column t.c is null", Comment, "t")]
    [InlineData("lock table t in access exclusive mode", LockTables, "t")]
    [InlineData("refresh materialized view concurrently s.mv", RefreshMaterializedView, "s.mv")]
    [InlineData("vacuum full t", Vacuum, null)]
    [InlineData("analyze verbose s.t(a), u", Analyze, "s.t")]
    [InlineData("reindex table concurrently t", Reindex, "t")]
    [InlineData("listen x", Control, null)]
    [InlineData("frobnicate the table", Other, null)]
    [InlineData("", Other, null)]
    public void Reads_what_a_statement_does(string sql, StatementKind kind, string? name)
    {
        var facts = PostgreSqlStatementReader.Read(sql);
        Assert.Equal(kind, facts.Kind);
        Assert.Equal(name, facts.ObjectName is null ? null : facts.Schema is null ? facts.ObjectName : $"{facts.Schema}.{facts.ObjectName}");
    }

    [Fact]
    public void Reads_an_index()
    {
        var facts = PostgreSqlStatementReader.Read("create unique index concurrently i on s.t using gin (a, lower(b), \"C d\" desc, (e + 1)) include (f, g) with (x=1) where h > 0 and j");
        Assert.True(facts is { IsUnique: true, IsOnline: true, OnSchema: "s", OnTable: "t", FilterText: "h > 0 and j" });
        Assert.Equal(["a", "C d"], facts.Columns);
        Assert.Equal(["f", "g"], facts.IncludedColumns);
    }

    [Fact]
    public void Reads_every_action_of_an_alter_table()
    {
        var facts = PostgreSqlStatementReader.Read("""
            ALTER TABLE t ADD COLUMN a numeric(10, 2) DEFAULT now() + interval '1 day' NOT NULL, ADD b int GENERATED ALWAYS AS (a * 2) STORED,
                ALTER COLUMN c TYPE bigint USING c::bigint, ALTER d SET NOT NULL, ALTER d DROP DEFAULT, ALTER e SET DEFAULT coalesce(1, 2),
                ADD CONSTRAINT f FOREIGN KEY (g, h) REFERENCES s.u (i, j) ON DELETE SET NULL NOT VALID, VALIDATE CONSTRAINT f,
                DROP CONSTRAINT IF EXISTS k CASCADE, ADD PRIMARY KEY (l), ENABLE ROW LEVEL SECURITY, DISABLE TRIGGER ALL, OWNER TO m,
                SET (fillfactor = 70), ADD UNIQUE NULLS NOT DISTINCT (n), SET TABLESPACE o, ADD p serial UNIQUE, FROB
            """);
        Assert.Equal(
            [
                TableActionKind.AddColumn, TableActionKind.AddColumn, TableActionKind.ChangeColumn, TableActionKind.SetNotNull,
                TableActionKind.DropDefault, TableActionKind.SetDefault, TableActionKind.AddConstraint, TableActionKind.ValidateConstraint,
                TableActionKind.DropConstraint, TableActionKind.AddConstraint, TableActionKind.RowSecurity, TableActionKind.DisableTrigger,
                TableActionKind.SetOwner, TableActionKind.SetOption, TableActionKind.AddConstraint, TableActionKind.Rebuild,
                TableActionKind.AddColumn, TableActionKind.Other,
            ], facts.Actions.Select(a => a.Kind));
        Assert.True(facts.Actions[0] is { Name: "a", TypeText: "numeric(10, 2)", DefaultText: "now() + interval '1 day'", NotNull: true });
        Assert.True(facts.Actions[1] is { Name: "b", TypeText: "int", IsGenerated: true, IsIdentity: false });
        Assert.True(facts.Actions[2] is { Name: "c", TypeText: "bigint", UsingText: "c::bigint" });
        Assert.True(facts.Actions[5] is { Name: "e", DefaultText: "coalesce(1, 2)" });
        Assert.True(facts.Actions[6] is { Name: "f", Constraint: ConstraintKind.ForeignKey, IsNotChecked: true, OtherTable: { Schema: "s", Name: "u" } });
        Assert.Equal(["g", "h"], facts.Actions[6].Columns);
        Assert.True(facts.Actions[8] is { Name: "k", IfExists: true, Cascade: true });
        Assert.True(facts.Actions[9] is { Constraint: ConstraintKind.PrimaryKey, Name: null });
        Assert.Equal(["n"], facts.Actions[14].Columns);
        Assert.True(facts.Actions[16] is { IsIdentity: true, IsUnique: true, TypeText: "serial" });
    }

    [Theory]
    [InlineData("create index concurrently i on t(a)", TransactionNeed.CannotBeInTransaction)]
    [InlineData("create index i on t(a)", TransactionNeed.Any)]
    [InlineData("drop index concurrently i", TransactionNeed.CannotBeInTransaction)]
    [InlineData("reindex index concurrently i", TransactionNeed.CannotBeInTransaction)]
    [InlineData("reindex (concurrently, verbose) table t", TransactionNeed.CannotBeInTransaction)]
    [InlineData("reindex (concurrently off) table t", TransactionNeed.Any)]
    [InlineData("reindex database d", TransactionNeed.CannotBeInTransaction)]
    [InlineData("reindex table t", TransactionNeed.Any)]
    [InlineData("vacuum", TransactionNeed.CannotBeInTransaction)]
    [InlineData("create database d", TransactionNeed.CannotBeInTransaction)]
    [InlineData("drop database if exists d", TransactionNeed.CannotBeInTransaction)]
    [InlineData("create tablespace t location '/x'", TransactionNeed.CannotBeInTransaction)]
    [InlineData("alter system set a = 1", TransactionNeed.CannotBeInTransaction)]
    [InlineData("alter database d set tablespace t", TransactionNeed.CannotBeInTransaction)]
    [InlineData("alter database d set work_mem = '1MB'", TransactionNeed.Any)]
    [InlineData("create subscription s connection 'x' publication p", TransactionNeed.CannotBeInTransaction)]
    [InlineData("create subscription s connection 'x' publication p with (create_slot = false)", TransactionNeed.Any)]
    [InlineData("alter type e add value 'x'", TransactionNeed.Any)]
    [InlineData("cluster", TransactionNeed.CannotBeInTransaction)]
    [InlineData("cluster verbose", TransactionNeed.CannotBeInTransaction)]
    [InlineData("cluster t using i", TransactionNeed.Any)]
    [InlineData("discard all", TransactionNeed.CannotBeInTransaction)]
    [InlineData("discard plans", TransactionNeed.Any)]
    [InlineData("refresh materialized view concurrently mv", TransactionNeed.Any)]
    [InlineData("alter table t detach partition p concurrently", TransactionNeed.CannotBeInTransaction)]
    [InlineData("commit prepared 'x'", TransactionNeed.CannotBeInTransaction)]
    [InlineData("call p()", TransactionNeed.MayCommit)]
    [InlineData("do $$begin commit; end$$", TransactionNeed.MayCommit)]
    [InlineData("do $$begin perform 1; end$$", TransactionNeed.Any)]
    public void Knows_what_goes_into_a_transaction(string sql, TransactionNeed need) =>
        Assert.Equal(need, PostgreSqlStatementReader.Read(sql).Transaction);

    [Fact]
    public void Statements_in_with_that_write_are_told()
    {
        var facts = PostgreSqlStatementReader.Read("with gone as (delete from a returning *), x as (select 1) insert into b select * from gone");
        Assert.Equal([("a", Delete), ("b", Insert)], facts.Each.Select(f => (f.ObjectName!, f.Kind)));
        Assert.False(facts.Each.First().HasWhere);
    }

    [Fact]
    public void Reads_names_as_the_server_does()
    {
        var facts = PostgreSqlStatementReader.Read("drop table Abc.Def, \"Abc\".\"d\"\"e\", U&\"d\\0061t\\+000061\" cascade");
        Assert.Equal(["abc.def", "Abc.d\"e", "data"], facts.Names.Select(n => n.ToString()));
        Assert.True(facts.Cascade);
    }

    [Fact]
    public void Reads_settings()
    {
        Assert.True(PostgreSqlStatementReader.Read("SET Statement_Timeout TO '5s'") is { SettingName: "statement_timeout", SettingValue: "'5s'", SettingScope: SettingScope.Session });
        Assert.True(PostgreSqlStatementReader.Read("set local my.var = default") is { SettingName: "my.var", SettingValue: null, SettingScope: SettingScope.Transaction });
        Assert.True(PostgreSqlStatementReader.Read("set session time zone 'UTC'") is { SettingName: "timezone", SettingValue: "'UTC'" });
        Assert.True(PostgreSqlStatementReader.Read("set transaction read only") is { SettingScope: SettingScope.Transaction });
        Assert.True(PostgreSqlStatementReader.Read("alter type e add value 'x'").IsUsableOnlyAfterCommit);
        Assert.Equal("isolation level serializable", PostgreSqlStatementReader.Read("begin isolation level serializable").TransactionModes);
    }
}
