using System.Globalization;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>
/// Runs a script that cannot be one transaction: because it asks for none, or because it has statements that the engine takes in none.
/// Each statement that can be taken back, and each transaction that the script itself opens, is committed together with the progress
/// that it is and with what undoing it needs. One that cannot is announced before it, with the session that runs it and with the
/// structure that it finds, so that whoever comes later can tell whether it was done: see <see cref="Doubt"/>.
/// </summary>
internal sealed class PiecewiseRun(ServerTarget target, StructureCache cache, CaptureNames names, SqlScript script, ScriptContent content, StepContext context)
{
    private readonly ServerEngine engine = target.Engine;
    private readonly List<ServerUndoRecord> pieces = [];
    private readonly SortedSet<string> touched = new(StringComparer.OrdinalIgnoreCase);
    private ServerScriptRun? authors;
    private long rowsChanged;

    public async Task<(ServerUndoRecord Record, long Rows, IReadOnlyList<string> Touched)> RunAsync(CancellationToken cancel)
    {
        List<SqlStatement> statements = [.. content.Forward.Prelude, .. content.Forward.Statements];
        var from = 0;
        if (context.Begun is { } begun)
        {
            var settled = await new Doubt(target).SettleAsync(begun, cancel).ConfigureAwait(false);
            pieces.Add(settled);
            from = settled.DoneStatements ?? Number(begun.Progress.LastOrDefault(p => p.At.Length > 0)?.At);
        }

        await LimitAsync(cancel).ConfigureAwait(false);
        try
        {
            foreach (var earlier in statements.Take(from).Where(IsSetting))
            {
                context.Observer.Decision($"Run again, because only the connection knew of it: {earlier.Shown}");
                await target.SendAsync(earlier, cancel).ConfigureAwait(false);
            }

            for (var i = from; i < statements.Count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                if (authors is null && Together(statements, i) is var together and > 0)
                {
                    await InTransactionAsync([.. statements.Skip(i).Take(together)], i, cancel).ConfigureAwait(false);
                    i += together - 1;
                    continue;
                }

                await RunAsync(statements[i], i, cancel).ConfigureAwait(false);
            }

            if (await engine.IsInTransactionAsync(target.Session, cancel).ConfigureAwait(false))
            {
                throw LeftOpen(statements[^1]);
            }
        }
        catch
        {
            await EndAsync().ConfigureAwait(false);
            throw;
        }

        await target.EndUnitAsync(committed: true).ConfigureAwait(false);
        return (ServerUndoRecord.Merge(pieces), rowsChanged, [.. touched]);
    }

    private async Task RunAsync(SqlStatement statement, int at, CancellationToken cancel)
    {
        var facts = engine.Dialect.ReadFacts(statement);
        if (authors is not null)
        {
            await InAuthorsAsync(statement, facts, at, cancel).ConfigureAwait(false);
        }
        else if (facts.Kind == StatementKind.Begin)
        {
            authors = target.NewRun(names, new Demand { IsTransactional = false }, context.Observer);
            await target.SendAsync(statement, cancel).ConfigureAwait(false);
        }
        else if (IsSetting(statement))
        {
            await target.SendAsync(statement, cancel).ConfigureAwait(false);
        }
        else if (TransactionNeeds.CanBeInTransaction(engine, statement))
        {
            await InTransactionAsync([statement], at, cancel).ConfigureAwait(false);
        }
        else
        {
            await AloneAsync(statement, at, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// How many statements from here on are one transaction, because the script does not ask for none and nothing among them commits by
    /// itself; 0 where they are taken one by one.
    /// </summary>
    private int Together(IReadOnlyList<SqlStatement> statements, int from)
    {
        if (engine.StructureIsTransactional || !content.Forward.InTransaction)
        {
            return 0;
        }

        var count = 0;
        while (from + count < statements.Count && !IsSetting(statements[from + count]) && TransactionNeeds.CanBeInTransaction(engine, statements[from + count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>Statements in a transaction of their own, with their progress.</summary>
    private async Task InTransactionAsync(IReadOnlyList<SqlStatement> together, int at, CancellationToken cancel)
    {
        var run = target.NewRun(names, new Demand { IsTransactional = false }, context.Observer);
        if (engine.StructureIsTransactional)
        {
            await target.Session.ExecuteAsync(engine.BeginTransaction, cancel).ConfigureAwait(false);
            foreach (var statement in together)
            {
                await run.RunAsync(statement, target.SendAsync, cancel).ConfigureAwait(false);
            }
        }
        else
        {
            // What captures need is made of tables and triggers, which would commit what is open.
            foreach (var statement in together)
            {
                await run.PrepareAsync(statement, cancel).ConfigureAwait(false);
            }

            await target.Session.ExecuteAsync(engine.BeginTransaction, cancel).ConfigureAwait(false);
            foreach (var statement in together)
            {
                cancel.ThrowIfCancellationRequested();
                await run.SendAsync(statement, target.SendAsync, cancel).ConfigureAwait(false);
            }
        }

        await SealAsync(run, cancel).ConfigureAwait(false);
        await KeepAsync(run, at + together.Count, cancel).ConfigureAwait(false);
        await target.Session.ExecuteAsync(engine.Commit, CancellationToken.None).ConfigureAwait(false);
        names.TakePending();
        await run.AbandonAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>In a transaction of the script's own: it counts when it is committed, and not at all when it is rolled back.</summary>
    private async Task InAuthorsAsync(SqlStatement statement, StatementFacts facts, int at, CancellationToken cancel)
    {
        if (facts.Kind == StatementKind.Commit)
        {
            await SealAsync(authors!, cancel).ConfigureAwait(false);
            await KeepAsync(authors!, at + 1, cancel).ConfigureAwait(false);
            await target.SendAsync(statement, CancellationToken.None).ConfigureAwait(false);
            await authors!.AbandonAsync(cancel).ConfigureAwait(false);
            authors = null;
        }
        else if (facts.Kind == StatementKind.Rollback)
        {
            await target.SendAsync(statement, cancel).ConfigureAwait(false);
            await authors!.AbandonAsync(cancel).ConfigureAwait(false);
            authors = null;
            cache.Forget();
        }
        else
        {
            await authors!.RunAsync(statement, target.SendAsync, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>A statement that commits by itself: announced before it, noted after it.</summary>
    private async Task AloneAsync(SqlStatement statement, int at, CancellationToken cancel)
    {
        var run = target.NewRun(names, new Demand { IsTransactional = false }, context.Observer);
        await run.PrepareAsync(statement, cancel).ConfigureAwait(false);
        if (context.Keep is { } keep)
        {
            var intent = new Intent(target.SessionId, run.Before, run.Scope is null ? null : [.. run.Scope]) { Images = run.PreparedImages, Ops = [.. run.Ops], Renames = run.Renames(), Dropped = run.Dropped };
            await keep(new StepProgress(Text(at), new ServerUndoRecord { Intent = intent }.ToJson()), cancel).ConfigureAwait(false);
            names.TakePending();
        }

        try
        {
            await run.SendAsync(statement, target.SendAsync, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "ConnectionLost" && context.Keep is not null)
        {
            // The server may have gone on with it: it is asked, once it has ended.
            await target.ReconnectAsync(cancel).ConfigureAwait(false);
            if (!await new Doubt(target).WasDoneAsync(run, cancel).ConfigureAwait(false))
            {
                throw;
            }

            context.Observer.Decision($"The connection was lost, and the server had done it: {statement.Shown}");
            await run.NoteAsync(cancel).ConfigureAwait(false);
        }

        await SealAsync(run, cancel).ConfigureAwait(false);
        await KeepAsync(run, at + 1, cancel).ConfigureAwait(false);
        await run.AbandonAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>What watches tables goes with the transaction where it can, and after it where dropping it would commit.</summary>
    private Task SealAsync(ServerScriptRun run, CancellationToken cancel) =>
        engine.StructureIsTransactional ? run.EndAsync(cancel) : run.SealAsync(cancel);

    private async Task KeepAsync(ServerScriptRun run, int done, CancellationToken cancel)
    {
        var piece = new ServerUndoRecord { Ops = [.. run.Ops] };
        pieces.Add(piece);
        rowsChanged += run.RowsChanged;
        touched.UnionWith(run.Touched);
        if (context.Keep is { } keep)
        {
            await keep(new StepProgress(Text(done), piece.ToJson()), cancel).ConfigureAwait(false);
        }
    }

    private async Task LimitAsync(CancellationToken cancel)
    {
        foreach (var limit in engine.Limits(script.LockTimeout, script.StatementTimeout))
        {
            await target.Session.ExecuteAsync(limit, cancel).ConfigureAwait(false);
        }

        target.Session.StatementTimeout = script.StatementTimeout;
    }

    /// <summary>Leaves nothing behind that nobody would know of, where no rollback takes it away.</summary>
    private async Task EndAsync()
    {
        authors = null;
        await target.RollBackAsync().ConfigureAwait(false);
        if (!engine.StructureIsTransactional && target.Session.Connection.State == System.Data.ConnectionState.Open)
        {
            await engine.RemoveLeftoversAsync(target.Session, CancellationToken.None).ConfigureAwait(false);
            foreach (var capture in names.TakePending())
            {
                await target.Session.ExecuteAsync(engine.Rows.DropTable(engine.Own(capture)), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private bool IsSetting(SqlStatement statement) => engine.Dialect.ReadFacts(statement).Each.All(f => f.Kind is StatementKind.Set or StatementKind.Reset);

    private MigrationException LeftOpen(SqlStatement last) =>
        new("TransactionLeftOpen", ErrorKind.InvalidInput, $"{last.Place}: '{script.Name}' ends with its transaction still open.")
        {
            Place = last.Place,
            Offender = script.Name,
            RecommendedAction = "End it with COMMIT.",
        };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string? text) => text is null ? 0 : int.Parse(text, CultureInfo.InvariantCulture);
}
