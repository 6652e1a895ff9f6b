using System.Globalization;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>
/// Runs a script that cannot be one transaction: because it asks for none, or because it has statements that the engine takes in none.
/// Each statement that can be taken back, and each transaction that the script itself opens, is committed together with the progress
/// that it is and with what undoing it needs. One that cannot is announced before it, with the session that runs it and with the
/// structure that it finds, so that whoever comes later can tell whether it was done: see <see cref="Doubt"/>.
/// </summary>
internal sealed class PiecewiseRun(ServerTarget target, string step, CaptureNames names, SqlScript script, ScriptContent content, StepContext context)
{
    /// <summary>False where the history knows nothing of how far it came, so that whoever runs it must find that out.</summary>
    public bool IsInHistory { get; init; } = true;

    private readonly ServerEngine engine = target.Engine;
    private readonly List<ServerUndoRecord> pieces = [];
    private readonly SortedSet<string> touched = new(StringComparer.OrdinalIgnoreCase);
    private ServerScriptRun? authors;
    private long rowsChanged;
    private long rowsPending;

    /// <summary>How many statements are known to be done.</summary>
    private int kept;

    public async Task<(ServerUndoRecord Record, long Rows, IReadOnlyList<string> Touched)> RunAsync(CancellationToken cancel)
    {
        List<SqlStatement> statements = [.. content.Forward.Prelude, .. content.Forward.Statements];
        var begun = context.Begun;
        var attempt = 1;
        for (var isOver = false; !isOver;)
        {
            pieces.Clear();
            kept = begun is null ? 0 : await SettleAsync(begun, cancel).ConfigureAwait(false);
            try
            {
                await RunFromAsync(statements, kept, cancel).ConfigureAwait(false);
                isOver = true;
            }
            catch (MigrationException e) when (e.ErrorId == "ConnectionLost" && context.Keep is not null && IsInHistory)
            {
                // The server may have gone on with it: it is asked, as it would be after a crash.
                await target.ReconnectAsync(cancel).ConfigureAwait(false);
                begun = await BegunAsync(cancel).ConfigureAwait(false);
                if (begun is null || await CameToAsync(begun, cancel).ConfigureAwait(false) <= kept)
                {
                    throw;
                }

                context.Observer.Decision($"The connection was lost, and the server had done what it was sent: '{step}' is gone on with.");
                names.TakePending();
                await engine.RemoveLeftoversAsync(target.Session, cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (e.IsTransient && context.Keep is not null && IsInHistory && attempt < Retry.MostAttempts)
            {
                // What the server refused a lock for was not done, or is found half done and cleaned up as after a crash.
                context.Observer.Warning($"'{step}' is tried again from where it came to ({++attempt} of {Retry.MostAttempts}): {e.Message}");
                await Task.Delay(Retry.PauseAfter(attempt - 1), cancel).ConfigureAwait(false);
                begun = await BegunAsync(cancel).ConfigureAwait(false) ?? begun;
            }
        }

        await target.EndUnitAsync(committed: true).ConfigureAwait(false);
        return (ServerUndoRecord.Merge(pieces), rowsChanged, [.. touched]);
    }

    /// <summary>Finds out how far an earlier attempt came.</summary>
    /// <returns>The statements that are done.</returns>
    private async Task<int> SettleAsync(HistoryEntry begun, CancellationToken cancel)
    {
        var settled = await new Doubt(target).SettleAsync(begun, cancel).ConfigureAwait(false);
        pieces.Add(settled);
        return settled.DoneStatements ?? Number(begun.Progress.LastOrDefault(p => p.At.Length > 0)?.At);
    }

    private async Task<int> CameToAsync(HistoryEntry begun, CancellationToken cancel) =>
        (await new Doubt(target).SettleAsync(begun, cancel).ConfigureAwait(false)).DoneStatements ?? Number(begun.Progress.LastOrDefault(p => p.At.Length > 0)?.At);

    /// <summary>What the history knows of this step; null where it knows nothing.</summary>
    private async Task<HistoryEntry?> BegunAsync(CancellationToken cancel)
    {
        var entry = (await target.History.ReadAsync(cancel).ConfigureAwait(false)).LastOrDefault(e => e is { IsBegun: true, IsUndone: false } && e.Step == step);
        return entry is null ? null : await target.History.ReadUndoRecordAsync(entry, cancel).ConfigureAwait(false);
    }

    private async Task RunFromAsync(IReadOnlyList<SqlStatement> statements, int from, CancellationToken cancel)
    {
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

                await RunAsync(statements, i, cancel).ConfigureAwait(false);
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
    }

    private async Task RunAsync(IReadOnlyList<SqlStatement> statements, int at, CancellationToken cancel)
    {
        var statement = statements[at];
        var facts = engine.Dialect.ReadFacts(statement);
        if (authors is not null && !engine.StructureIsTransactional && !TransactionNeeds.CanBeInTransaction(engine, statement))
        {
            // It commits what is open, whatever the script meant: what follows it stands alone.
            await CommitAuthorsAsync(at, () => target.Session.ExecuteAsync(engine.Commit, CancellationToken.None), cancel).ConfigureAwait(false);
        }

        if (authors is not null)
        {
            await InAuthorsAsync(statement, facts, at, cancel).ConfigureAwait(false);
        }
        else if (facts.Kind == StatementKind.Begin)
        {
            await BeginAuthorsAsync(statements, at, cancel).ConfigureAwait(false);
        }
        else if (IsSetting(statement) || facts.Kind is StatementKind.Commit or StatementKind.Rollback)
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
                await run.PrepareAsync(statement, commitsByItself: false, cancel).ConfigureAwait(false);
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
        IsKept(at + together.Count);
        names.TakePending();
        await run.AbandonAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A transaction of the script's own begins.</summary>
    private async Task BeginAuthorsAsync(IReadOnlyList<SqlStatement> statements, int at, CancellationToken cancel)
    {
        authors = target.NewRun(names, new Demand { IsTransactional = false }, context.Observer);
        if (!engine.StructureIsTransactional)
        {
            // What captures need would commit it in its middle.
            foreach (var statement in statements.Skip(at + 1).TakeWhile(s => !Ends(s)))
            {
                await authors.PrepareAsync(statement, commitsByItself: false, cancel).ConfigureAwait(false);
            }
        }

        await target.SendAsync(statements[at], cancel).ConfigureAwait(false);
    }

    private bool Ends(SqlStatement statement) =>
        engine.Dialect.ReadFacts(statement).Kind is StatementKind.Commit or StatementKind.Rollback || !TransactionNeeds.CanBeInTransaction(engine, statement);

    private async Task CommitAuthorsAsync(int done, Func<Task> commit, CancellationToken cancel)
    {
        await SealAsync(authors!, cancel).ConfigureAwait(false);
        await KeepAsync(authors!, done, cancel).ConfigureAwait(false);
        await commit().ConfigureAwait(false);
        IsKept(done);
        names.TakePending();
        await authors!.AbandonAsync(cancel).ConfigureAwait(false);
        authors = null;
    }

    /// <summary>In a transaction of the script's own: it counts when it is committed, and not at all when it is rolled back.</summary>
    private async Task InAuthorsAsync(SqlStatement statement, StatementFacts facts, int at, CancellationToken cancel)
    {
        if (facts.Kind == StatementKind.Commit)
        {
            await CommitAuthorsAsync(at + 1, () => target.SendAsync(statement, CancellationToken.None), cancel).ConfigureAwait(false);
        }
        else if (facts.Kind == StatementKind.Rollback)
        {
            await target.SendAsync(statement, cancel).ConfigureAwait(false);
            await authors!.AbandonAsync(cancel).ConfigureAwait(false);
            authors = null;
            target.Forget();
            await DropPendingAsync().ConfigureAwait(false);
        }
        else if (engine.StructureIsTransactional)
        {
            await authors!.RunAsync(statement, target.SendAsync, cancel).ConfigureAwait(false);
        }
        else
        {
            await authors!.SendAsync(statement, target.SendAsync, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>A statement that commits by itself: announced before it, noted after it.</summary>
    private async Task AloneAsync(SqlStatement statement, int at, CancellationToken cancel)
    {
        var run = target.NewRun(names, new Demand { IsTransactional = false }, context.Observer);
        await run.PrepareAsync(statement, commitsByItself: true, cancel).ConfigureAwait(false);
        if (context.Keep is { } keep)
        {
            var intent = new Intent(target.SessionId, run.Before, run.Scope is null ? null : [.. run.Scope]) { Images = run.PreparedImages, Ops = [.. run.Ops], Renames = run.Renames(), Dropped = run.Dropped };
            await keep(new StepProgress(Text(at), new ServerUndoRecord { Intent = intent }.ToJson()), cancel).ConfigureAwait(false);
            names.TakePending();
        }

        kept = at;
        await run.SendAsync(statement, target.SendAsync, cancel).ConfigureAwait(false);
        await SealAsync(run, cancel).ConfigureAwait(false);
        await KeepAsync(run, at + 1, cancel).ConfigureAwait(false);
        IsKept(at + 1);
        await run.AbandonAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>What watches tables goes with the transaction where it can, and after it where dropping it would commit.</summary>
    private Task SealAsync(ServerScriptRun run, CancellationToken cancel) =>
        engine.StructureIsTransactional ? run.EndAsync(cancel) : run.SealAsync(cancel);

    private async Task KeepAsync(ServerScriptRun run, int done, CancellationToken cancel)
    {
        var piece = new ServerUndoRecord { Ops = [.. run.Ops] };
        pieces.Add(piece);
        rowsPending = run.RowsChanged;
        touched.UnionWith(run.Touched);
        if (context.Keep is { } keep)
        {
            await keep(new StepProgress(Text(done), piece.ToJson()), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What was kept is committed: it is done, and is not done again.</summary>
    private void IsKept(int done)
    {
        kept = done;
        rowsChanged += rowsPending;
        rowsPending = 0;
    }

    private async Task LimitAsync(CancellationToken cancel)
    {
        foreach (var limit in engine.Limits(script.LockTimeout, script.StatementTimeout))
        {
            await target.Session.ExecuteAsync(limit, cancel).ConfigureAwait(false);
        }

        (target.Session.StatementTimeout, target.Session.LockTimeout) = (script.StatementTimeout, script.LockTimeout);
    }

    /// <summary>Leaves nothing behind that nobody would know of, where no rollback takes it away.</summary>
    private async Task EndAsync()
    {
        authors = null;
        await target.RollBackAsync().ConfigureAwait(false);
        if (!engine.StructureIsTransactional && target.Session.Connection.State == System.Data.ConnectionState.Open)
        {
            await engine.RemoveLeftoversAsync(target.Session, CancellationToken.None).ConfigureAwait(false);
            await DropPendingAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Captures of what was rolled back: where tables are not rolled back with it, nobody would know of them.</summary>
    private async Task DropPendingAsync()
    {
        foreach (var capture in names.TakePending().Where(_ => !engine.StructureIsTransactional))
        {
            await target.Session.ExecuteAsync(engine.Rows.DropTable(engine.Own(capture)), CancellationToken.None).ConfigureAwait(false);
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
