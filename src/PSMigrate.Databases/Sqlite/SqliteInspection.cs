using PSMigrate.Databases.Rules;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Looks at one script: what it would change, what is risky about it, how it would be taken back and how long it may take.</summary>
internal sealed class SqliteInspection(
    SqliteSession original, SqliteScratch scratch, string step, SqlScript script, ScriptContent content, IMigrationObserver observer)
{
    public StepInspection Inspect()
    {
        var run = new SqliteScriptRun(scratch.Session, scratch.Schema, scratch.Actions, null, observer);
        var statements = content.Forward.Statements.Select(s => new ReviewedStatement(s, SqliteStatementReader.Read(s))).ToList();
        var failure = scratch.Try(() =>
        {
            foreach (var pragma in content.Forward.Prelude.Where(p => SqliteStatementReader.Read(p).PragmaName == "legacy_alter_table"))
            {
                scratch.Session.Execute(pragma.Text);
            }

            try
            {
                foreach (var statement in statements.Where(s => !ReachesOutside.Is(s.Statement, s.Facts) && s.Facts.Kind is not (StatementKind.Vacuum or StatementKind.Detach or StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback)))
                {
                    run.Run(statement.Statement);
                }
            }
            finally
            {
                scratch.Session.Execute("PRAGMA legacy_alter_table = OFF");
            }
        });

        var changes = new SqliteChanges(run, scratch, new TableSizes(original), step);
        var review = new ScriptReview(step, script, content, statements)
        {
            TablesCreated = changes.TablesCreated,
            TablesRebuilt = changes.TablesRebuilt,
            Retyped = changes.Retyped,
            IsTransactional = SqliteUnitSettings.For(script, content) is not null,
            Failure = failure,
            NotExamined = scratch.TakeNotExamined(),
            NotCaptured = [.. run.Ops.OfType<SqliteOp.NotCaptured>().Select(n => $"{n.What}: {n.Why}")],
        };
        return new StepInspection
        {
            Changes = changes.All,
            Findings = ScriptRules.Examine(review),
            Rollback = Rollback(run),
            EstimatedDuration = changes.Estimate(review.IsTransactional),
            Touches = [.. run.Touched],
            Types = Types(run),
        };
    }

    private RollbackStep Rollback(SqliteScriptRun run)
    {
        var captured = run.Ops.Any(op => op is SqliteOp.ChangedRows or SqliteOp.DroppedTable or SqliteOp.DroppedColumn or SqliteOp.RebuiltTable);
        var notCaptured = run.Ops.OfType<SqliteOp.NotCaptured>().Any();
        var reversibility = notCaptured && content.RollbackText is null ? Reversibility.RestoreOnly
            : captured || notCaptured ? Reversibility.InverseWithCapture
            : Reversibility.Inverse;
        return content.RollbackText is { } text
            ? new RollbackStep(step, reversibility, "author", false, text.Trim())
            : new RollbackStep(step, reversibility, notCaptured ? "backup" : "generated", false, SqliteInverseText.Of(run.Ops));
    }

    private static IReadOnlyList<MigrationType> Types(SqliteScriptRun run)
    {
        var types = new SortedSet<MigrationType>();
        if (run.Ops.Any(op => op is SqliteOp.ChangedRows))
        {
            types.Add(MigrationType.Data);
        }

        if (run.Ops.Any(op => op is not (SqliteOp.ChangedRows or SqliteOp.NotCaptured)))
        {
            types.Add(MigrationType.Schema);
        }

        return [.. types];
    }
}
