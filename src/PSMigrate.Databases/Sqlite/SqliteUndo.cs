using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Steps;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Takes a script back. Two ways lead back: the author's rollback and the inverse that was noted and captured while the script ran.
/// The author's wins where it gives the same structure and data as the captured one; where it does not, the captured one is used
/// and the difference is said. Rows that others changed since are never overwritten unless forced.
/// </summary>
internal sealed class SqliteUndo(
    SqliteSession session, SqliteActions actions, SqliteUndoRecord record, string step, bool force, IMigrationObserver observer)
{
    // sqlite.org/c3ref/c_dbconfig_defensive.html
    private const int DbConfigEnableTrigger = 1003;

    private readonly HashSet<string> captures = new(StringComparer.Ordinal);

    /// <summary>What the script touched, and what the author's rollback touches beyond that.</summary>
    private readonly SortedSet<string> touched = new(
        record.Before.Keys.Concat(record.Ops.OfType<SqliteOp.ChangedRows>().Select(c => c.Table)), StringComparer.OrdinalIgnoreCase);

    public UndoneStep Run(ScriptVariables variables, CancellationToken cancel)
    {
        var missing = record.Ops.OfType<SqliteOp.NotCaptured>().Select(n => $"{n.What} ({n.Why})").ToList();
        var brokenBefore = ForeignKeys.Violations(session).ToHashSet(StringComparer.Ordinal);
        var undone = record.Rollback is { } rollback
            ? RunAuthors(rollback, variables, missing, cancel)
            : RunCaptured(missing, cancel);
        RequireForeignKeys(brokenBefore);
        foreach (var capture in captures)
        {
            session.Execute($"DROP TABLE IF EXISTS main.{SqliteName.Quote(capture)}");
        }

        return undone;
    }

    /// <summary>A row that refers to nothing may come back as it was; a row of somebody else's may not be left without what it refers to.</summary>
    private void RequireForeignKeys(HashSet<string> brokenBefore)
    {
        var broken = ForeignKeys.Find(session).Where(v => !brokenBefore.Contains(v.Text) && !CameBack(v.Table, v.RowId)).Select(v => v.Text).ToList();
        if (broken.Count > 0)
        {
            Conflict($"rows refer to what the undo takes away: {string.Join("; ", broken.Take(5))}{(broken.Count > 5 ? $" and {broken.Count - 5} more" : "")}");
        }
    }

    private bool CameBack(string? table, long? rowId)
    {
        if (table is null)
        {
            return record.Before.Count > 0;
        }

        var shape = SqliteTableShape.Read(session, table);
        return captures.Where(IsThere).Select(name => new SqliteCapture(session, shape, name)).Any(c => rowId is null || c.HasImageOf(rowId.Value));

        bool IsThere(string capture) => Exists(capture) && record.Ops.Any(op => op switch
        {
            SqliteOp.ChangedRows c => c.Capture == capture && Called(c.Table),
            SqliteOp.DroppedTable d => d.Capture == capture && Called(d.Name),
            SqliteOp.RebuiltTable r => r.Capture == capture && Called(r.Table),
            _ => false,
        });

        // Under whatever name the table had when it was captured.
        bool Called(string name) => name.Equals(table, StringComparison.OrdinalIgnoreCase)
            || record.Ops.OfType<SqliteOp.RenamedTable>().Any(r => r.To.Equals(name, StringComparison.OrdinalIgnoreCase));
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

    private UndoneStep RunAuthors(string rollback, ScriptVariables variables, List<string> missing, CancellationToken cancel)
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
            NoteCaptures();
            return failed is null ? new UndoneStep(true, $"not compared with what was before: it changed {string.Join(", ", missing)}") : throw failed;
        }

        session.Execute("ROLLBACK TO psmigrate_author");
        string expected;
        try
        {
            Inverse(cancel);
            RequireStructureBack();
            expected = State(cancel);
        }
        catch (MigrationException e) when (e.ErrorId != "UndoConflict" || force)
        {
            observer.Decision($"The captured way back of '{step}' does not work here: {e.Message}");
            session.Execute("ROLLBACK TO psmigrate_author");
            RunAuthors(part, cancel);
            NoteCaptures();
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

    /// <summary>Takes back what was noted, last first, with triggers off: what they did was noted as well.</summary>
    private void Inverse(CancellationToken cancel)
    {
        raw.sqlite3_db_config(session.Handle, DbConfigEnableTrigger, 0, out _);
        try
        {
            // While the tables are still called and shaped as the script left them.
            foreach (var created in record.Ops.OfType<SqliteOp.Created>())
            {
                RequireNobodyWrote(created, cancel);
            }

            foreach (var op in record.Ops.Reverse())
            {
                cancel.ThrowIfCancellationRequested();
                TakeBack(op, cancel);
            }
        }
        finally
        {
            raw.sqlite3_db_config(session.Handle, DbConfigEnableTrigger, 1, out _);
        }
    }

    private void TakeBack(SqliteOp op, CancellationToken cancel)
    {
        switch (op)
        {
            case SqliteOp.Created created:
                Execute($"DROP {created.Kind.ToUpperInvariant()} IF EXISTS main.{SqliteName.Quote(created.Name)}");
                break;
            case SqliteOp.Dropped dropped:
                RequireFree(dropped.Name);
                Execute(dropped.Sql);
                break;
            case SqliteOp.DroppedTable dropped:
                RequireFree(dropped.Name);
                Execute(dropped.Sql);
                Capture(dropped.Name, dropped.Capture).PutImagesInto(dropped.Name);
                PutSequenceBack(dropped.Name, dropped.Sequence);
                foreach (var definition in dropped.Definitions)
                {
                    Execute(definition);
                }

                break;
            case SqliteOp.AddedColumn added:
                DropColumn(added);
                break;
            case SqliteOp.RenamedColumn renamed:
                Execute($"ALTER TABLE main.{SqliteName.Quote(renamed.Table)} RENAME COLUMN {SqliteName.Quote(renamed.To)} TO {SqliteName.Quote(renamed.From)}");
                break;
            case SqliteOp.RenamedTable renamed:
                RenameBack(renamed);
                break;
            case SqliteOp.DroppedColumn dropped:
                BringColumnBack(dropped);
                break;
            case SqliteOp.RebuiltTable rebuilt:
                Rebuild(rebuilt.Table, rebuilt.Sql, (_, _) => null, rebuilt.Capture);
                break;
            case SqliteOp.ChangedRows changed:
                PutRowsBack(changed, cancel);
                break;
            case SqliteOp.SetPragma set:
                Execute($"PRAGMA main.{set.Name} = {set.Value}");
                break;
        }
    }

    private void PutRowsBack(SqliteOp.ChangedRows changed, CancellationToken cancel)
    {
        var rows = Capture(changed.Table, changed.Capture);
        var present = SqliteContent.OfQuery(session, changed.Table, rows.PresentRowsQuery, observer, cancel).Fingerprint;
        if (present != changed.Content)
        {
            Conflict($"rows of {changed.Table} that '{step}' had changed were changed again since");
        }

        rows.PutRowsBack();
        PutSequenceBack(changed.Table, changed.Sequence);
    }

    private void RequireNobodyWrote(SqliteOp.Created created, CancellationToken cancel)
    {
        if (created is not { Content: not null, NameInTheEnd: { } name } || !Exists(name))
        {
            return;
        }

        var present = SqliteContent.Read(session, name, observer, cancel);
        if (present.Fingerprint != created.Content)
        {
            Conflict($"the table {name}, which '{step}' created, has been written to since and now has {present.Rows} rows");
        }
    }

    private void RequireFree(string name)
    {
        if (Exists(name))
        {
            throw new MigrationException("UndoConflict", ErrorKind.Conflict, $"'{step}' dropped {name}, and somebody has made another {name} since.")
            {
                Offender = name,
                RecommendedAction = $"Rename or remove the present {name} first.",
            };
        }
    }

    private void Conflict(string what)
    {
        if (!force)
        {
            throw new MigrationException("UndoConflict", ErrorKind.Conflict, $"Undoing would overwrite what others wrote: {what}.")
            {
                Offender = step,
                RecommendedAction = "Save what was written since, then undo with -Force.",
            };
        }

        observer.Warning($"Forced: {what}.");
    }

    /// <summary>What the script itself filled in is taken back by now: a value that is not the default is somebody else's.</summary>
    private void RequireNobodyFilled(SqliteOp.AddedColumn added)
    {
        var column = SqliteTableShape.Read(session, added.Table).Columns.FirstOrDefault(c => c.Name.Equals(added.Column, StringComparison.OrdinalIgnoreCase));
        if (column is not { Hidden: 0 })
        {
            return;
        }

        var filled = session.Long($"SELECT count(*) FROM main.{SqliteName.Quote(added.Table)} AS t WHERE t.{SqliteName.Quote(column.Name)} IS NOT ({column.Default ?? "NULL"})");
        if (filled > 0)
        {
            Conflict($"the column {added.Table}.{column.Name}, which '{step}' added, has been filled in since in {filled} rows");
        }
    }

    private void DropColumn(SqliteOp.AddedColumn added)
    {
        RequireNobodyFilled(added);
        try
        {
            Execute($"ALTER TABLE main.{SqliteName.Quote(added.Table)} DROP COLUMN {SqliteName.Quote(added.Column)}");
        }
        catch (MigrationException e)
        {
            observer.Decision($"{added.Table}.{added.Column} cannot be dropped in place ({e.Message}): the table is rebuilt.");
            Rebuild(added.Table, added.Sql, (_, _) => null, null);
        }
    }

    private void BringColumnBack(SqliteOp.DroppedColumn dropped)
    {
        var values = Capture(dropped.Table, dropped.Capture);
        Rebuild(dropped.Table, dropped.Sql,
            (column, shape) => column.Equals(dropped.Column, StringComparison.OrdinalIgnoreCase)
                ? values.ValueOf(shape.Columns.First(c => c.Name == column).Default ?? "NULL")
                : null, null);
    }

    /// <summary>
    /// The table under its former definition, filled from the present rows, or from an image, by the procedure of
    /// sqlite.org/lang_altertable.html; its present indexes and triggers follow.
    /// </summary>
    private void Rebuild(string table, string sql, Func<string, SqliteTableShape, string?> valueOf, string? image)
    {
        var dependents = session.List(
            "SELECT sql FROM main.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid",
            row => row.RequiredText(0), table);
        var present = SqliteTableShape.Read(session, table);
        var sequence = SqliteSequence.Read(session, table);
        var parked = $"{SqliteName.Prefix}rebuild_{table}";
        WithLegacyRename(() => Execute($"ALTER TABLE main.{SqliteName.Quote(table)} RENAME TO {SqliteName.Quote(parked)}"));
        foreach (var index in session.List(
            "SELECT name FROM main.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE AND type = 'index' AND sql IS NOT NULL", row => row.RequiredText(0), parked))
        {
            Execute($"DROP INDEX main.{SqliteName.Quote(index)}");
        }

        Execute(sql);
        if (image is not null)
        {
            Capture(table, image).PutImagesInto(table);
        }
        else
        {
            var shape = SqliteTableShape.Read(session, table);
            var names = new List<string>();
            var values = new List<string>();
            foreach (var column in shape.Stored)
            {
                if ((valueOf(column.Name, shape)
                    ?? (present.Stored.Any(c => c.Name.Equals(column.Name, StringComparison.OrdinalIgnoreCase)) ? "t." + SqliteName.Quote(column.Name) : null)) is { } value)
                {
                    names.Add(SqliteName.Quote(column.Name));
                    values.Add(value);
                }
            }

            if (shape.RowId is { } rowId && !shape.HasRowIdColumn && present.RowId is { } presentRowId)
            {
                names.Add(rowId);
                values.Add("t." + presentRowId);
            }

            Execute($"INSERT INTO main.{SqliteName.Quote(table)} ({string.Join(", ", names)}) SELECT {string.Join(", ", values)} FROM main.{SqliteName.Quote(parked)} t");
        }

        Execute($"DROP TABLE main.{SqliteName.Quote(parked)}");
        SqliteSequence.Write(session, table, sequence);
        foreach (var dependent in dependents)
        {
            Execute(dependent);
        }
    }

    private void RenameBack(SqliteOp.RenamedTable renamed)
    {
        if (!Exists(renamed.To))
        {
            return;
        }

        var rename = $"ALTER TABLE main.{SqliteName.Quote(renamed.To)} RENAME TO {SqliteName.Quote(renamed.From)}";
        if (renamed.Rewrote)
        {
            Execute(rename);
        }
        else
        {
            // Nothing else followed the rename, so nothing else may follow it back.
            WithLegacyRename(() => Execute(rename));
        }
    }

    private void WithLegacyRename(Action rename)
    {
        session.Execute("PRAGMA legacy_alter_table = ON");
        try
        {
            rename();
        }
        finally
        {
            session.Execute("PRAGMA legacy_alter_table = OFF");
        }
    }

    private void PutSequenceBack(string table, long sequence)
    {
        if (sequence >= 0)
        {
            SqliteSequence.Write(session, table, sequence);
        }
        else if (sequence == -1)
        {
            SqliteSequence.Remove(session, table);
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

    private SqliteCapture Capture(string table, string name)
    {
        captures.Add(name);
        var capture = new SqliteCapture(session, SqliteTableShape.Read(session, table), name);
        capture.RequireExists();
        return capture;
    }

    private void NoteCaptures()
    {
        foreach (var op in record.Ops)
        {
            if (op switch
            {
                SqliteOp.ChangedRows c => c.Capture,
                SqliteOp.DroppedTable d => d.Capture,
                SqliteOp.DroppedColumn d => d.Capture,
                SqliteOp.RebuiltTable r => r.Capture,
                _ => null,
            } is { } capture)
            {
                captures.Add(capture);
            }
        }
    }

    private bool Exists(string name) =>
        session.Long("SELECT count(*) FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE", name) > 0;

    private void Execute(string sql)
    {
        observer.Detail(sql);
        session.Execute(sql);
    }
}
