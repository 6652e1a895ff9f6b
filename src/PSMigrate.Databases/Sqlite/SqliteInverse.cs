using PSMigrate.Engine;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The way back that was noted and captured while a script ran: each thing that it did is taken back, the last first, with triggers
/// off, because what they did was noted as well.
/// </summary>
internal sealed class SqliteInverse(SqliteSession session, SqliteUndoRecord record, string step, UndoConflicts conflicts, IMigrationObserver observer)
{
    // sqlite.org/c3ref/c_dbconfig_defensive.html
    private const int DbConfigEnableTrigger = 1003;

    private readonly HashSet<string> captures = new(StringComparer.Ordinal);

    /// <summary>The captures that were used.</summary>
    public IReadOnlySet<string> Captures => captures;

    /// <summary>Takes back all that was noted.</summary>
    public void Run(CancellationToken cancel)
    {
        raw.sqlite3_db_config(session.Handle, DbConfigEnableTrigger, 0, out _);
        try
        {
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
                // What the script itself wrote into it later, in a transaction of its own, is taken back by now.
                RequireNobodyWrote(created, cancel);
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
            conflicts.Found($"rows of {changed.Table} that '{step}' had changed were changed again since");
        }

        rows.PutRowsBack();
        PutSequenceBack(changed.Table, changed.Sequence);
    }

    private void RequireNobodyWrote(SqliteOp.Created created, CancellationToken cancel)
    {
        if (created.Content is null || !Exists(created.Name))
        {
            return;
        }

        var name = created.NameInTheEnd ?? created.Name;
        var present = SqliteContent.Read(session, created.Name, observer, cancel);
        if (present.Fingerprint != created.Content)
        {
            conflicts.Found($"the table {name}, which '{step}' created, has been written to since and now has {present.Rows} rows");
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
            conflicts.Found($"the column {added.Table}.{column.Name}, which '{step}' added, has been filled in since in {filled} rows");
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

    private SqliteCapture Capture(string table, string name)
    {
        captures.Add(name);
        var capture = new SqliteCapture(session, SqliteTableShape.Read(session, table), name);
        capture.RequireExists();
        return capture;
    }

    private bool Exists(string name) =>
        session.Long("SELECT count(*) FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE", name) > 0;

    private void Execute(string sql)
    {
        observer.Detail(sql);
        session.Execute(sql);
    }
}
