using PSMigrate.Databases.Rules;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Looks at one script: what it would change, what is risky about it, how it would be taken back and how long it may take.</summary>
internal sealed class SqliteInspection(
    SqliteScratch scratch, string step, SqlScript script, ScriptContent content, IMigrationObserver observer)
{
    public StepInspection Inspect()
    {
        scratch.Prepare(content.Forward);
        var run = new SqliteScriptRun(scratch.Session, scratch.Schema, scratch.Actions, null, observer);
        var statements = content.Forward.Statements.Select(s => new ReviewedStatement(s, SqliteStatementReader.Read(s))).ToList();
        MigrationException? failure = null;
        try
        {
            foreach (var statement in statements.Where(CanBeTried))
            {
                run.Run(statement.Statement);
            }
        }
        catch (MigrationException e)
        {
            failure = e;
        }

        var changes = new SqliteChanges(run, scratch, step);
        var review = new ScriptReview(step, script, content, statements)
        {
            Dialect = SqlDialect.Sqlite,
            TablesCreated = changes.TablesCreated,
            TablesRebuilt = changes.TablesRebuilt,
            Retyped = changes.Retyped,
            IsTransactional = SqliteUnitSettings.For(script, content) is not null,
            Failure = failure,
            NotExamined = scratch.TakeNotExamined(),
            NotCaptured = [.. run.Ops.OfType<SqliteOp.NotCaptured>().Select(n => $"{n.What}: {n.Why}")],
        };
        var inspection = new StepInspection
        {
            Changes = changes.All,
            Findings = ScriptRules.Examine(review),
            Rollback = Rollback(run),
            EstimatedDuration = changes.Estimate(review.IsTransactional),
            Touches = [.. run.Structure.Touched],
            Types = Types(run),
        };
        if (failure is null)
        {
            scratch.Keep(run, content.Forward);
        }
        else
        {
            scratch.Discard();
        }

        return inspection;
    }

    /// <summary>What reaches outside must not be tried, and what needs to be outside a transaction says nothing about the structure.</summary>
    private static bool CanBeTried(ReviewedStatement statement) => !ReachesOutside.Is(statement.Statement, statement.Facts, SqlDialect.Sqlite)
        && statement.Facts.Kind is not (StatementKind.Vacuum or StatementKind.Detach or StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback);

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
