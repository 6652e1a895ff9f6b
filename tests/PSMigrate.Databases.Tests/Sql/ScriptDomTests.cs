using Microsoft.SqlServer.TransactSql.ScriptDom;
using PSMigrate.Databases.Sql.SqlServer;
using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

/// <summary>Holds the boundaries of statements in a batch against Microsoft's own parser.</summary>
public class ScriptDomTests
{
    private static readonly string[] Statements =
    [
        "select 1", "select a from t where b in (select c from u) order by a offset 1 rows fetch next 2 rows only", "insert into t (a) values (1)",
        "insert t select a from u union all select b from v", "insert t exec dbo.p", "update t set a = 1 from t join u on t.a = u.a where u.b = 2",
        "delete from t where a = 1", "delete top (5) t output deleted.a", "with c as (select 1 a) update t set a = (select a from c)",
        "merge t using u on t.a = u.a when matched then update set a = 1 when not matched then insert (a) values (1);",
        "create table t (a int not null identity(1, 1) primary key, b as (a * 2), foreign key (b) references u (c) on delete cascade on update no action)",
        "alter table t add a int null, constraint c check (a > 0)", "alter table t with nocheck add constraint f foreign key (a) references u (b) on delete set null",
        "alter table t drop column a, constraint b", "alter table t alter column a bigint not null", "alter table t nocheck constraint all",
        "alter table t enable trigger all", "alter table t switch to u", "alter table t set (lock_escalation = auto)",
        "create unique nonclustered index i on t (a desc) include (b) where c is not null with (online = on)", "drop index i on t", "drop table if exists t, u",
        "create statistics s on t (a) with fullscan", "update statistics t s with fullscan", "truncate table t", "exec dbo.p @a = 1, @b = @c output",
        "execute ('select 1')", "execute as user = 'u'", "revert", "set nocount on", "set xact_abort, ansi_nulls on", "set @a = (select max(b) from t)",
        "set transaction isolation level snapshot", "set identity_insert t on", "declare @a int = 1, @b table (c int)", "declare c cursor local for select a from t for update of a",
        "open c", "fetch next from c into @a", "close c", "deallocate c", "print 'x'", "raiserror ('x', 16, 1) with nowait", "waitfor delay '00:00:01'", "return",
        "begin tran", "begin transaction x with mark 'm'", "commit transaction", "save tran s", "rollback tran s", "if @a = 1 select 1 else select 2",
        "if exists (select 1 from t) begin delete t; print 'gone' end", "while @a < 5 begin set @a = @a + 1 if @a = 3 break else continue end",
        "begin try select 1 / 0 end try begin catch print error_message() end catch", "if case when @a = 1 then 2 else 3 end = 2 print 'x'",
        "grant select, insert, update, delete, execute on schema::dbo to r with grant option", "revoke grant option for select on t from r cascade",
        "deny create table to r", "create user u for login l", "create role r authorization dbo", "alter role r add member u", "alter role r drop member u", "use master",
        "alter database d set read_committed_snapshot on with rollback immediate", "create sequence s as bigint start with 1 increment by 1",
        "alter sequence s restart with 5", "create synonym y for dbo.t", "create type y from nvarchar(10) not null", "dbcc checkdb with no_infomsgs",
        "backup database d to disk = 'f' with copy_only, checksum", "bulk insert t from 'f' with (firstrow = 2)", "alter index all on t rebuild with (fillfactor = 80)",
        "alter partition function f() split range (5)", "alter partition function f() merge range (5)", "disable trigger tr on t", "goto l", "checkpoint", "kill 55",
        "alter authorization on schema::s to u", "select a, case when b = 1 then 'end' else 'begin' end as c into #t from t option (merge join, use hint ('x'))",
        "select * from t inner merge join u on t.a = u.a for xml path('x'), root('y')", "create login l with password = 'x'", "drop user if exists u",
    ];

    [Fact]
    public void Boundaries_are_those_of_the_parser()
    {
        // Each statement before and behind every other, without semicolons where the grammar lets them out.
        var parser = new TSql160Parser(initialQuotedIdentifiers: true);
        var compared = 0;
        var differ = new List<string>();
        foreach (var first in Statements)
        {
            foreach (var second in Statements)
            {
                var separator = second.StartsWith("with", StringComparison.Ordinal) || second.StartsWith("disable", StringComparison.Ordinal) ? ";\n" : "\n";
                var sql = first + separator + second + (second[^1] == ';' ? "" : ";");
                var script = (TSqlScript)parser.Parse(new StringReader(sql), out var errors);
                if (errors.Count > 0 || script.Batches.Count != 1)
                {
                    continue;
                }

                var leaves = new Leaves();
                script.Batches[0].Accept(leaves);
                var starts = leaves.Starts;
                var facts = SqlServerBatchReader.Read(sql);
                var ours = facts.Parts.Count == 0 ? [0] : facts.Parts.Select(part => part.Offset).ToList();
                if (!starts.SequenceEqual(ours))
                {
                    differ.Add($"{sql}\nparser: {string.Join(", ", starts)}\nours: {string.Join(", ", ours)}");
                }

                compared++;
            }
        }

        Assert.True(differ.Count == 0, $"{differ.Count} differ:\n{string.Join('\n', differ.Take(12))}");
        Assert.True(compared > 0.9 * Statements.Length * Statements.Length, $"only {compared} of {Statements.Length * Statements.Length} pairs are accepted by the parser");
    }

    /// <summary>Where each statement begins that is not only there to hold others.</summary>
    private sealed class Leaves : TSqlFragmentVisitor
    {
        private int end;

        public List<int> Starts { get; } = [];

        public override void Visit(TSqlStatement node)
        {
            // A cursor's query is a statement to the parser, inside the declaration.
            if (node is BeginEndBlockStatement or IfStatement or WhileStatement or TryCatchStatement or LabelStatement || node.StartOffset < end)
            {
                return;
            }

            Starts.Add(node.StartOffset);
            end = node.StartOffset + node.FragmentLength;
        }
    }
}
