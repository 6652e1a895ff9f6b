using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Takes a script back. Two ways lead back: the author's rollback and the inverse that was noted and captured while the script ran.
/// The author's wins where it gives the same structure and data as the captured one; where it does not, the captured one is used
/// and the difference is said. Rows that others changed since are never overwritten unless forced.
/// </summary>
internal sealed class SqliteUndo(
    SqliteSession session, SqliteActions actions, SqliteUndoRecord record, string step, string runId, bool force, IMigrationObserver observer)
{
    private readonly UndoConflicts conflicts = new(step, force, observer);
    private readonly SqliteSavedRows saved = new(session, runId);

    /// <summary>What the script touched, and what the author's rollback touches beyond that.</summary>
    private readonly SortedSet<string> touched = new(
        record.Before.Keys.Concat(record.AllOps.OfType<SqliteOp.ChangedRows>().Select(c => c.Table)), StringComparer.OrdinalIgnoreCase);

    public UndoneStep Run(ScriptVariables variables, CancellationToken cancel)
    {
        var missing = record.AllOps.OfType<SqliteOp.NotCaptured>().Select(n => $"{n.What} ({n.Why})").ToList();
        new SqliteRowIds(session).RemoveLeftovers();
        var seals = new SqliteSeals(session, record, observer);
        if (record.Rollback is null)
        {
            seals.Require(cancel);
        }

        var brokenBefore = ForeignKeys.Violations(session).ToHashSet(StringComparer.Ordinal);
        var undone = record.Rollback is { } rollback
            ? RunAuthors(rollback, variables, missing, seals, cancel)
            : RunCaptured(missing, cancel);
        RequireForeignKeys(brokenBefore);
        foreach (var capture in seals.Captures)
        {
            session.Execute($"DROP TABLE IF EXISTS main.{SqliteName.Quote(capture)}");
        }

        conflicts.Warn();
        return undone with { Conflicts = conflicts.All };
    }

    /// <summary>A row that refers to nothing may come back as it was; a row of somebody else's may not be left without what it refers to.</summary>
    private void RequireForeignKeys(HashSet<string> brokenBefore)
    {
        var broken = ForeignKeys.Find(session).Where(v => !brokenBefore.Contains(v.Text) && !CameBack(v.Table, v.RowId)).Select(v => v.Text).ToList();
        if (broken.Count > 0)
        {
            conflicts.Refuse($"rows refer to what the undo takes away: {string.Join("; ", broken.Take(5))}{(broken.Count > 5 ? $" and {broken.Count - 5} more" : "")}");
        }
    }

    private bool CameBack(string? table, long? rowId)
    {
        if (table is null)
        {
            return record.Before.Count > 0;
        }

        // Under whatever name the table had when it was captured.
        bool Called(string name) => name.Equals(table, StringComparison.OrdinalIgnoreCase)
            || record.AllOps.OfType<SqliteOp.RenamedTable>().Any(r => r.To.Equals(name, StringComparison.OrdinalIgnoreCase));

        return record.AllOps.OfType<SqliteOp.Capturing>()
            .Where(c => c is not SqliteOp.DroppedColumn && Called(c.Table) && SqliteTableShape.Exists(session, c.Capture))
            .Any(c => rowId is null || session.Long($"SELECT count(*) FROM main.{SqliteName.Quote(c.Capture)} WHERE k0 = ?1 AND i = 1", rowId.Value) > 0);
    }

    private UndoneStep RunCaptured(List<string> missing, CancellationToken cancel)
    {
        if (missing.Count > 0)
        {
            throw new MigrationException("UndoNotPossible", ErrorKind.NotSupported, $"'{step}' cannot be undone by itself: it changed {string.Join(", ", missing)}.")
            {
                Offender = step,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
            };
        }

        Inverse(cancel);
        RequireStructureBack();
        return new UndoneStep(true, null);
    }

    private UndoneStep RunAuthors(string rollback, ScriptVariables variables, List<string> missing, SqliteSeals seals, CancellationToken cancel)
    {
        // The author's way is tried first, to see what else it touches; then the captured one, and what they leave is compared.
        var part = ScriptPart.Read(rollback, record.RollbackOrigin ?? step, SqlDialect.Sqlite, variables);
        session.Execute("SAVEPOINT psmigrate_author");
        MigrationException? failed = null;
        var given = "";
        try
        {
            RunAuthors(part, cancel);
            given = State(cancel);
        }
        catch (MigrationException e)
        {
            failed = e;
        }

        if (missing.Count > 0)
        {
            return failed is null ? new UndoneStep(true, $"not compared with what was before: it changed {string.Join(", ", missing)}") : throw failed;
        }

        session.Execute("ROLLBACK TO psmigrate_author");
        string expected;
        try
        {
            seals.Require(cancel);
            Inverse(cancel);
            RequireStructureBack();
            expected = State(cancel);
        }
        catch (MigrationException e) when (e.ErrorId is not ("UndoConflict" or "CaptureAltered") || force)
        {
            observer.Decision($"The captured way back of '{step}' does not work here: {e.Message}");
            session.Execute("ROLLBACK TO psmigrate_author");
            RunAuthors(part, cancel);
            return new UndoneStep(true, $"not compared with what was before: {e.Message}");
        }

        session.Execute("RELEASE psmigrate_author");
        if (failed is null && given == expected)
        {
            return new UndoneStep(true, null);
        }

        var why = failed is null
            ? "the author's rollback does not give back what was there before; the captured state was used instead"
            : $"the author's rollback failed ({failed.Message}); the captured state was used instead";
        observer.Warning($"{step}: {why}.");
        return new UndoneStep(true, why) { Origin = "captured" };
    }

    private void Inverse(CancellationToken cancel)
    {
        var kept = new SqliteTheirsKept();
        foreach (var piece in record.AllPieces.Reverse())
        {
            new SqliteInverse(session, piece, step, saved, conflicts, kept, observer).Run(cancel);
        }

        kept.Drop();
    }

    private void RunAuthors(ScriptPart part, CancellationToken cancel)
    {
        foreach (var statement in part.Prelude.Where(p => SqliteStatementReader.Read(p).PragmaName != "foreign_keys").Concat(part.Statements))
        {
            cancel.ThrowIfCancellationRequested();
            RunStatement(statement);
        }
    }

    private void RunStatement(SqlStatement statement)
    {
        observer.Detail(statement.Shown);
        actions.Clear();
        actions.IsListening = true;
        try
        {
            session.Execute(statement.Text);
        }
        catch (MigrationException e)
        {
            throw new MigrationException(e.ErrorId, e.Kind, $"{statement.Place}: {e.Message.TrimEnd('.')}. In: {statement.Shown}", e)
            {
                Place = statement.Place,
                Offender = step,
                RecommendedAction = e.RecommendedAction,
            };
        }
        finally
        {
            actions.IsListening = false;
            touched.UnionWith(actions.Names);
        }
    }

    /// <exception cref="MigrationException">UndoIncomplete: an object that the script touched is not what it was.</exception>
    private void RequireStructureBack()
    {
        var now = SqliteSchema.Read(session);
        var wrong = record.Before.Where(b => !Same(b.Value, now.Find(b.Key)?.Sql)).Select(b => b.Key).ToList();
        if (wrong.Count > 0)
        {
            throw new MigrationException("UndoIncomplete", ErrorKind.Failed, $"Undoing '{step}' would not give back the structure of {string.Join(", ", wrong)}.")
            {
                Offender = step,
                RecommendedAction = "Somebody may have changed the structure since. Restore a backup with Restore-MigrationTarget.",
            };
        }
    }

    private static bool Same(string? before, string? now) => before == now
        || (before is not null && now is not null && SqlNormalizer.Normalize(before, SqlDialect.Sqlite) == SqlNormalizer.Normalize(now, SqlDialect.Sqlite));

    /// <summary>Structure and content of all that was touched.</summary>
    private string State(CancellationToken cancel)
    {
        var schema = SqliteSchema.Read(session);
        var parts = new List<string>();
        foreach (var one in touched.Select(schema.Find).OfType<SqliteObject>())
        {
            parts.Add($"{one.Kind} {one.Name} {SqliteSnapshot.FingerprintOf(one)}");
            if (one.Kind == "table")
            {
                parts.Add(SqliteContent.Read(session, one.Name, observer, cancel).Fingerprint!);
            }
        }

        return Targets.Fingerprint.OfText(parts);
    }
}
