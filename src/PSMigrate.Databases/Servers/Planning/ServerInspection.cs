using PSMigrate.Databases.Rules;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Sql;
using PSMigrate.Plans;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Servers.Planning;

/// <summary>
/// Looks at one script for a server: what its words say that it would change, what is risky about it, how it would be taken back and how
/// long it may take. Nothing is run; a rehearsal is.
/// </summary>
internal sealed class ServerInspection(ServerTarget target, ServerScratch scratch, string step, SqlScript script, ScriptContent content)
{
    private readonly ServerEngine engine = target.Engine;

    public async Task<StepInspection> InspectAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (content.Forward.Head is { } head)
        {
            await new EmptyDatabase(target, step, head).RequireAsync(scratch.Structure, scratch.Steps, cancel).ConfigureAwait(false);
        }

        scratch.Steps.Add(step);
        var statements = content.Forward.Statements.SelectMany(s => engine.Dialect.ReadFacts(s).Each.Select(f => OwnNames.Of(f, engine, scratch.Database)).SelectMany(ActionFacts.Of).Select(f => new ReviewedStatement(s, f))).ToList();
        var changes = new ServerChanges(scratch, engine, step);
        if (content.Forward.Head is { } leftOut)
        {
            changes.AddHead(leftOut, target.NameInScripts);
        }

        if (content.Forward.FirstTableLock is { } tableLock)
        {
            changes.AddTableLock(tableLock);
        }

        foreach (var statement in statements)
        {
            changes.Add(statement);
        }

        changes.NotCaptured.AddRange(OutOfSight(statements));

        var transactional = TransactionNeeds.RunInUnit(engine, content);
        var review = new ScriptReview(step, script, content, statements)
        {
            Dialect = engine.Dialect,
            TablesCreated = changes.TablesCreated,
            TablesRebuilt = changes.TablesRebuilt,
            Retyped = changes.Retyped,
            IsTransactional = transactional,
            Failure = changes.Failure,
            // Statements that are sent as one batch stand at one place.
            NotExamined = [.. changes.NotExamined.Distinct(StringComparer.Ordinal)],
            NotCaptured = changes.NotCaptured,
        };
        return new StepInspection
        {
            Changes = changes.All,
            Findings = ScriptRules.Examine(review),
            Rollback = Rollback(changes),
            EstimatedDuration = changes.Estimate(transactional),
            Touches = [.. changes.Touches],
            Types = changes.Types,
        };
    }

    /// <summary>What is written by code whose text does not say what, on servers that do not count what is written.</summary>
    private IReadOnlyList<string> OutOfSight(IReadOnlyList<ReviewedStatement> statements)
    {
        scratch.RoutinesMade.UnionWith(statements.Where(s => s.Facts is { Kind: StatementKind.Create, ObjectKind: SqlObjectKind.Procedure or SqlObjectKind.Function, ObjectName: not null }).Select(s => s.Facts.ObjectName!));
        var unknown = new List<string>();
        if (engine.CountsWrites)
        {
            return unknown;
        }

        var reached = new ReachedCode(engine, scratch.Structure, scratch.RoutinesMade);
        foreach (var statement in statements.Select(s => s.Statement).Distinct())
        {
            var before = reached.Unknown.Count;
            reached.Follow(statement);
            unknown.AddRange(reached.Unknown.Skip(before).Select(what => $"{statement.Place}: {what}"));
        }

        return unknown;
    }

    private RollbackStep Rollback(ServerChanges changes)
    {
        var reversibility = changes.NotCaptured.Count > 0 && content.RollbackText is null ? Reversibility.RestoreOnly
            : changes.Captures || changes.NotCaptured.Count > 0 ? Reversibility.InverseWithCapture
            : Reversibility.Inverse;
        return content.RollbackText is { } text
            ? new RollbackStep(step, reversibility, "author", false, text.Trim())
            : new RollbackStep(step, reversibility, changes.NotCaptured.Count > 0 ? "backup" : "generated", false, changes.WayBack);
    }
}
