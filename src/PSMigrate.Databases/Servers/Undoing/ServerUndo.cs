using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// Takes a script back. Two ways lead back: the author's rollback and what was noted and captured while the script ran. The author's
/// wins where it gives back what was captured; where it does not, the captured state is used and the difference is said. Rows that
/// others changed since are never overwritten unless forced.
/// </summary>
internal sealed class ServerUndo(
    ServerEngine engine, ServerSession session, ServerHistory history, ServerUndoRecord record, string step, string runId, bool force, IMigrationObserver observer)
{
    private const string Author = "psmigrate_author";

    private readonly UndoConflicts conflicts = new(step, force, observer);
    private readonly SavedRows saved = new(engine, session, runId);

    /// <summary>How the author's rollback is read.</summary>
    public required SqlDialect Dialect { get; init; }

    /// <summary>The history entry that is taken back.</summary>
    public long Entry { get; init; }

    /// <summary>The author's rollback, run already as a script of its own, where what it does cannot be rolled back; null where it can, or there is none.</summary>
    public AuthorsTrial? Trial { get; init; }

    /// <summary>True when something was taken back that stays so whatever happens next.</summary>
    public bool HasActed { get; private set; }

    /// <summary>Removes what was saved meanwhile, where nothing was taken back.</summary>
    public Task LeaveNothingAsync(CancellationToken cancel) => saved.DropAllAsync(cancel);

    /// <param name="send">Runs a statement of the author's.</param>
    public async Task<UndoneStep> RunAsync(ScriptVariables variables, Func<SqlStatement, CancellationToken, Task> send, CancellationToken cancel)
    {
        var missing = record.Ops.OfType<ServerOp.NotCaptured>().Select(n => $"{n.What} ({n.Why})").Concat(record.RemovedCaptures.Select(_ => $"rows ({record.RemovedNote})").Take(1)).ToList();
        await new TriggerPause(engine, session, history).BringBackAsync(cancel).ConfigureAwait(false);
        await using var settings = await engine.HashSettingsAsync(session, cancel).ConfigureAwait(false);
        var undone = Trial is { } trial ? await TriedAsync(trial, missing, cancel).ConfigureAwait(false)
            : record.Rollback is { } rollback
            ? await AuthorsAsync(rollback, missing, variables, send, cancel).ConfigureAwait(false)
            : await CapturedAsync(missing, cancel).ConfigureAwait(false);
        foreach (var image in record.Images)
        {
            await session.ExecuteAsync(engine.Rows.DropTable(engine.Own(image.Capture)), cancel).ConfigureAwait(false);
        }

        conflicts.Warn();
        return undone with { Conflicts = conflicts.All };
    }

    private async Task<UndoneStep> CapturedAsync(List<string> missing, CancellationToken cancel)
    {
        if (missing.Count > 0)
        {
            throw new MigrationException("UndoNotPossible", ErrorKind.NotSupported, $"'{step}' cannot be undone by itself: it changed {string.Join(", ", missing)}.")
            {
                Offender = step,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
            };
        }

        await InverseAsync(cancel).ConfigureAwait(false);
        return new UndoneStep(true, null);
    }

    private async Task<UndoneStep> AuthorsAsync(
        string rollback, List<string> missing, ScriptVariables variables, Func<SqlStatement, CancellationToken, Task> send, CancellationToken cancel)
    {
        var part = ScriptPart.Read(rollback, record.RollbackOrigin ?? step, Dialect, variables);
        var writesBefore = await engine.WritesAsync(session, cancel).ConfigureAwait(false);
        await session.ExecuteAsync(engine.Savepoint(Author), cancel).ConfigureAwait(false);
        MigrationException? failed = null;
        try
        {
            foreach (var statement in part.Statements)
            {
                cancel.ThrowIfCancellationRequested();
                await send(statement, cancel).ConfigureAwait(false);
            }
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            failed = e;
        }

        if (missing.Count > 0)
        {
            return failed is null ? NotCompared(missing) : throw failed;
        }

        var difference = failed?.Message ?? await DifferenceAsync(writesBefore, cancel).ConfigureAwait(false) ?? (writesBefore is null ? await WritesElsewhereAsync(part, cancel).ConfigureAwait(false) : null);
        if (difference is null)
        {
            return new UndoneStep(true, null);
        }

        await TakeAuthorsBackAsync(cancel).ConfigureAwait(false);
        return await InsteadAsync(failed, difference, cancel).ConfigureAwait(false);
    }

    /// <summary>Back to before the author's rollback. Where its failure has ended the transaction, or doomed it, a new one stands in for that.</summary>
    private async Task TakeAuthorsBackAsync(CancellationToken cancel)
    {
        try
        {
            await session.ExecuteAsync(engine.RollbackTo(Author), cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            observer.Decision($"The author's rollback left no transaction to go back in ({e.Message}): a new one is begun.");
            await session.ExecuteAsync(engine.Rollback, cancel).ConfigureAwait(false);
            await session.ExecuteAsync(engine.BeginTransaction, cancel).ConfigureAwait(false);
            await new TriggerPause(engine, session, history).BringBackAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The author's rollback is done already: where it does not give back what was there, it is taken back itself.</summary>
    private async Task<UndoneStep> TriedAsync(AuthorsTrial trial, List<string> missing, CancellationToken cancel)
    {
        if (missing.Count > 0)
        {
            if (trial.Failure is { } error)
            {
                throw error;
            }

            await trial.ForgetAsync(cancel).ConfigureAwait(false);
            return NotCompared(missing);
        }

        if ((trial.Failure?.Message ?? await DifferenceAsync(null, cancel).ConfigureAwait(false) ?? await trial.WroteElsewhereAsync(record, cancel).ConfigureAwait(false)) is not { } difference)
        {
            await trial.ForgetAsync(cancel).ConfigureAwait(false);
            return new UndoneStep(true, null);
        }

        await trial.TakeBackAsync(cancel).ConfigureAwait(false);
        return await InsteadAsync(trial.Failure, difference, cancel).ConfigureAwait(false);
    }

    private static UndoneStep NotCompared(List<string> missing) => new(true, $"not compared with what was before: it changed {string.Join(", ", missing)}");

    private async Task<UndoneStep> InsteadAsync(MigrationException? failed, string difference, CancellationToken cancel)
    {
        await InverseAsync(cancel).ConfigureAwait(false);
        var why = failed is null
            ? $"the author's rollback does not give back what was there before ({difference}); the captured state was used instead"
            : $"the author's rollback failed ({failed.Message}); the captured state was used instead";
        observer.Warning($"{step}: {why}.");
        return new UndoneStep(true, why) { Origin = "captured" };
    }

    private async Task InverseAsync(CancellationToken cancel)
    {
        if (!engine.StructureIsTransactional && await history.GetAsync(ServerHistory.UndoneOf(Entry), cancel).ConfigureAwait(false) is { Length: > 0 } done
            && int.Parse(done.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) is var count and > 0 && count >= record.Ops.Count)
        {
            // All of it was taken back, and then the process ended before it could say so.
            return;
        }

        await new CaptureSeals(engine, session).RequireAsync(record, cancel).ConfigureAwait(false);
        var inverse = new ServerInverse(engine, session, history, record, step, saved, conflicts, observer) { Progress = ServerHistory.UndoneOf(Entry) };
        try
        {
            await inverse.RunAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            HasActed = inverse.HasActed;
        }
    }

    /// <summary>What is not as it was before the script, now that the author's rollback has run; null where all of it is.</summary>
    private async Task<string?> DifferenceAsync(IReadOnlyDictionary<string, long>? writesBefore, CancellationToken cancel)
    {
        var present = await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
        // What was first changed was what it was before the script.
        var first = new Dictionary<string, DbObject>(StringComparer.Ordinal);
        foreach (var one in record.Ops.OfType<ServerOp.Changed>().SelectMany(c => c.Before))
        {
            first.TryAdd(one.Id.Length > 0 ? one.Id : one.Key, one);
        }

        foreach (var one in first.Values)
        {
            if (present.Find(one.Key)?.IsLike(one) != true && !IsOfCreated(one))
            {
                return $"{one} is not what it was";
            }
        }

        foreach (var (key, order) in record.Ops.OfType<ServerOp.Changed>().SelectMany(c => c.Orders))
        {
            if (present.Find(key) is not null && !present.ColumnsOf(key).Select(c => c.Name).Take(order.Count).SequenceEqual(order))
            {
                return $"the columns of {key} are not in their former order";
            }
        }

        foreach (var created in record.Ops.OfType<ServerOp.Created>())
        {
            var name = created.OnTable is { } table ? $"{table}.{created.Name}" : created.Schema.Length > 0 ? $"{created.Schema}.{created.Name}" : created.Name;
            if (present.Objects.FirstOrDefault(o => o.Kind == created.Kind && string.Equals(o.FullName, name, engine.NameComparison)) is { } left && !first.Values.Any(f => f.Key == left.Key))
            {
                return $"{left} is still there";
            }
        }

        foreach (var made in record.Ops.OfType<ServerOp.Changed>().SelectMany(c => c.After))
        {
            if (present.Find(made.Key) is { } left && !first.Values.Any(f => f.Key == left.Key || (f.Id.Length > 0 && f.Id == left.Id)) && !IsOfCreated(left) && record.Ops.OfType<ServerOp.Changed>().SelectMany(c => c.Before).All(b => b.Key != left.Key))
            {
                return $"{left} is still there";
            }
        }

        return await RowDifferenceAsync(present, cancel).ConfigureAwait(false) ?? await UnknownWritesAsync(writesBefore, cancel).ConfigureAwait(false);
    }

    private bool IsOfCreated(DbObject one) => record.Ops.OfType<ServerOp.Created>().Any(c =>
        c.Kind == DbKinds.Table && (one.Kind == DbKinds.Table ? one.FullName : one.Parent?[(one.Parent.IndexOf(' ', StringComparison.Ordinal) + 1)..]) is { } table
        && string.Equals(table, c.Schema.Length > 0 ? $"{c.Schema}.{c.Name}" : c.Name, engine.NameComparison));

    private async Task<string?> RowDifferenceAsync(DbStructure present, CancellationToken cancel)
    {
        var sql = engine.Rows;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var image in record.Ops.Where(op => op is not ServerOp.Created).SelectMany(op => new ServerUndoRecord { Ops = [op] }.Images))
        {
            // The first capture of a table has what was there before the script; later ones have what it was in between.
            if (!seen.Add(image.FullName) || IsOfCreated(image.Table))
            {
                continue;
            }

            if (present.Find(image.Table.Key) is not { } table)
            {
                return $"{image.FullName} is not there";
            }

            var columns = present.ColumnsOf(table.Key).ToDictionary(c => c.Name, StringComparer.Ordinal);
            if (image.Kept.Concat(image.Key).Any(c => !columns.ContainsKey(c.Name)))
            {
                return $"{image.FullName} has lost a column";
            }

            if (image.Key.Count == 0)
            {
                if (image.Kept.Count > 0 && !await new RowSealing(engine, session).IsSameAsync(image, table, cancel).ConfigureAwait(false))
                {
                    return $"rows of {image.FullName} are not what they were";
                }

                continue;
            }

            var match = RowMatch.Of(sql, image.Key, "c", "p", [.. image.Key.Select(k => columns[k.Name])]);
            var same = image.Kept.Count == 0 ? "1 = 1" : string.Join(" AND ", image.Kept.Select((c, i) => sql.Same($"c.c{i}", sql.ToCapture($"p.{sql.Quote(c.Name)}", c), c)));
            var store2 = engine.Own(image.Capture);
            if (await ExistsAsync($"{store2} c WHERE c.i = 1 AND NOT EXISTS (SELECT 1 FROM {sql.RowsOf(table)} p WHERE {match} AND {same})", cancel).ConfigureAwait(false)
                || await ExistsAsync($"{store2} c WHERE c.i = 0 AND EXISTS (SELECT 1 FROM {sql.RowsOf(table)} p WHERE {match})", cancel).ConfigureAwait(false))
            {
                return $"rows of {image.FullName} are not what they were";
            }
        }

        return null;
    }

    /// <summary>The author's rollback may write where the script did not.</summary>
    private async Task<string?> UnknownWritesAsync(IReadOnlyDictionary<string, long>? before, CancellationToken cancel)
    {
        if (await engine.WritesAsync(session, cancel).ConfigureAwait(false) is not { } after)
        {
            return null;
        }

        var known = Known();
        return after.Where(w => w.Key.Length > 0 && w.Value > (before?.GetValueOrDefault(w.Key) ?? 0) && !known.Contains(w.Key)).Select(w => $"it writes {w.Key}, which the script did not").FirstOrDefault();
    }

    /// <summary>Where the server does not tell what was written, the rollback's words do: not what triggers and routines made of it.</summary>
    private async Task<string?> WritesElsewhereAsync(ScriptPart rollback, CancellationToken cancel)
    {
        var home = (await engine.SearchPathAsync(session, cancel).ConfigureAwait(false)).FirstOrDefault() ?? "";
        var known = Known();
        var elsewhere = rollback.Statements.SelectMany(s => engine.Dialect.ReadFacts(s).Each)
            .Where(f => !f.IsTemporary && f.Kind is StatementKind.Insert or StatementKind.Update or StatementKind.Delete or StatementKind.Merge or StatementKind.Truncate or StatementKind.Replace or StatementKind.Copy)
            .SelectMany(f => f.Names.Append(f.ReturnsInto)).OfType<SqlObjectName>()
            .Select(n => (n.Schema ?? home) is { Length: > 0 } schema ? $"{schema}.{n.Name}" : n.Name)
            .FirstOrDefault(name => !known.Contains(name));
        return elsewhere is null ? null : $"it writes {elsewhere}, which the script did not";
    }

    /// <summary>The tables that the script wrote or changed.</summary>
    private HashSet<string> Known() => record.Images.Select(i => i.FullName)
        .Concat(record.Ops.OfType<ServerOp.Changed>().SelectMany(c => c.Before.Concat(c.After)).Select(o => o.Parent is { } p ? p[(p.IndexOf(' ', StringComparison.Ordinal) + 1)..] : o.FullName))
        .Concat(record.Ops.OfType<ServerOp.Created>().Select(c => c.Schema.Length > 0 ? $"{c.Schema}.{c.Name}" : c.Name)).ToHashSet(StringComparer.FromComparison(engine.NameComparison));

    private async Task<bool> ExistsAsync(string from, CancellationToken cancel) =>
        await session.ScalarAsync<int?>(engine.Rows.Limit($"SELECT 1 FROM {from}", 1), cancel).ConfigureAwait(false) is not null;
}
