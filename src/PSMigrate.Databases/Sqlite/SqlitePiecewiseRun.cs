using System.Globalization;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Runs a script that asks for no transaction. Each statement, and each transaction that the script itself opens, is committed together
/// with the progress that it is and with what undoing it needs: killed at any instant, the script goes on or back from where it is.
/// What SQLite refuses in a transaction, such as VACUUM, can be run again without harm, and is where it was not kept in time.
/// </summary>
/// <param name="newRun">Makes the run of one such piece.</param>
internal sealed class SqlitePiecewiseRun(SqliteSession session, IReadOnlyList<SqlStatement> statements, StepContext context, Func<SqliteScriptRun> newRun)
{
    private readonly List<SqliteUndoRecord> pieces = [.. Earlier(context)];
    private readonly Dictionary<string, string> putBack = new(StringComparer.Ordinal);
    private readonly SortedSet<string> touched = new(StringComparer.OrdinalIgnoreCase);
    private SqliteScriptRun? running;
    private string? opened;

    public long RowsChanged { get; private set; }

    public IEnumerable<string> Touched => touched;

    /// <summary>What undo needs of all that was done, also by an earlier process.</summary>
    public SqliteUndoRecord Record => SqliteUndoRecord.Merge(pieces);

    public async Task RunAsync(CancellationToken cancel)
    {
        var from = context.Begun?.Progress.LastOrDefault()?.At is { Length: > 0 } at ? int.Parse(at, CultureInfo.InvariantCulture) : 0;
        try
        {
            foreach (var earlier in statements.Take(from).Where(SetsUpConnection))
            {
                context.Observer.Decision($"Run again, because only the connection knew of it: {earlier.Shown}");
                NoteFormer(SqliteStatementReader.Read(earlier));
                session.Execute(earlier.Text);
            }

            for (var i = from; i < statements.Count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                await RunAsync(statements[i], (i + 1).ToString(CultureInfo.InvariantCulture), cancel).ConfigureAwait(false);
            }
        }
        catch
        {
            if (session.InTransaction)
            {
                session.Execute("ROLLBACK");
            }

            running?.EndRows();
            throw;
        }
        finally
        {
            foreach (var (pragma, value) in session.InTransaction ? [] : putBack)
            {
                session.Execute($"PRAGMA {pragma} = {value}");
            }
        }
    }

    private async Task RunAsync(SqlStatement statement, string at, CancellationToken cancel)
    {
        var facts = SqliteStatementReader.Read(statement);
        if (SetsUpConnection(statement))
        {
            NoteFormer(facts);
        }

        if (session.InTransaction)
        {
            await RunInAuthorsAsync(statement, facts, at, cancel).ConfigureAwait(false);
            return;
        }

        running = newRun();
        if (facts.Kind is StatementKind.Begin or StatementKind.Savepoint)
        {
            opened = facts.Kind == StatementKind.Savepoint ? facts.ObjectName : null;
            running.Run(statement);
            return;
        }

        var alone = CanBeInTransaction(facts);
        if (alone)
        {
            session.Execute("BEGIN IMMEDIATE");
        }

        running.Run(statement);
        await KeepAsync(at, cancel).ConfigureAwait(false);
        if (alone)
        {
            session.Execute("COMMIT");
        }

        running = null;
    }

    /// <summary>In a transaction of the script's own: it counts when it is committed, and not at all when it is rolled back.</summary>
    private async Task RunInAuthorsAsync(SqlStatement statement, StatementFacts facts, string at, CancellationToken cancel)
    {
        if (facts.Kind == StatementKind.Commit || (facts.Kind == StatementKind.Release && opened is not null && opened.Equals(facts.ObjectName, StringComparison.OrdinalIgnoreCase)))
        {
            await KeepAsync(at, cancel).ConfigureAwait(false);
            running!.Run(statement);
            running = null;
        }
        else if (facts.Kind == StatementKind.Rollback)
        {
            running!.EndRows();
            running.Run(statement);
            running = newRun();
            await KeepAsync(at, cancel).ConfigureAwait(false);
            running = null;
        }
        else
        {
            running!.Run(statement);
        }
    }

    private async Task KeepAsync(string at, CancellationToken cancel)
    {
        running!.End(cancel);
        var piece = SqliteUndoRecord.Of(running);
        pieces.Add(piece);
        RowsChanged += running.RowsChanged;
        touched.UnionWith(running.Structure.Touched);
        if (context.Keep is { } keep)
        {
            await keep(new StepProgress(at, piece.ToJson()), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What a pragma was before comes back at the end, for the steps that follow.</summary>
    private void NoteFormer(StatementFacts facts)
    {
        if (facts is { Kind: StatementKind.Pragma, PragmaName: { } name } && !putBack.ContainsKey(name) && session.Text($"PRAGMA {name}") is { } former)
        {
            putBack.Add(name, former);
        }
    }

    private static bool SetsUpConnection(SqlStatement statement) => SqliteStatementReader.Read(statement) is var facts
        && (facts.Kind is StatementKind.Attach or StatementKind.Detach || (ConnectionPragmas.Sets(facts) && !ConnectionPragmas.IsKeptByFile(facts)));

    private static bool CanBeInTransaction(StatementFacts facts) =>
        facts.Kind is not (StatementKind.Vacuum or StatementKind.Attach or StatementKind.Detach) && !ConnectionPragmas.Sets(facts);

    private static IEnumerable<SqliteUndoRecord> Earlier(StepContext context) =>
        context.Begun is { } begun ? begun.Progress.Select(p => SqliteUndoRecord.Parse(p.UndoPart, begun.Step)) : [];
}
