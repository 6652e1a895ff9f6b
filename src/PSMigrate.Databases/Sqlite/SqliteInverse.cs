using PSMigrate.Engine;
using PSMigrate.Plans;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The way back that was noted and captured while a script ran. What others wrote since is set aside; then each thing that the
/// script did is taken back, the last first, with triggers off, because what they did was noted as well; then theirs is put back
/// into what is there again.
/// </summary>
internal sealed class SqliteInverse(
    SqliteSession session, SqliteUndoRecord record, string step, SqliteSavedRows saved, UndoConflicts conflicts, SqliteTheirsKept kept, IMigrationObserver observer)
{
    // sqlite.org/c3ref/c_dbconfig_defensive.html
    private const int DbConfigEnableTrigger = 1003;

    private readonly SqliteRebuild rebuild = new(session, saved, conflicts, observer)
    {
        IsOurs = name => record.Before.Keys.Contains(name, StringComparer.OrdinalIgnoreCase)
            || record.Ops.OfType<SqliteOp.Created>().Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)),
    };

    /// <summary>Takes back all that was noted.</summary>
    public void Run(CancellationToken cancel)
    {
        raw.sqlite3_db_config(session.Handle, DbConfigEnableTrigger, 0, out _);
        try
        {
            // While the tables are still called and shaped as the script left them.
            var theirs = new SqliteSetAside(session, record, saved, conflicts, kept).Run();
            var onReplaced = OthersOnReplaced();
            DropIndexesThatGo();
            foreach (var op in record.Ops.Reverse())
            {
                cancel.ThrowIfCancellationRequested();
                TakeBack(op);
            }

            foreach (var rows in theirs)
            {
                new SqliteMerge(session, rows, saved, conflicts).Run();
                kept.Add(rows);
            }

            foreach (var (name, definition) in onReplaced)
            {
                rebuild.BringBack(name, definition);
            }
        }
        finally
        {
            raw.sqlite3_db_config(session.Handle, DbConfigEnableTrigger, 1, out _);
        }
    }

    /// <summary>An index that the script made must not keep out a row that was there before it.</summary>
    private void DropIndexesThatGo()
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var op in record.Ops.Reverse())
        {
            if (op is SqliteOp.Created { Kind: "index" } created && seen.Add(created.Name))
            {
                Execute($"DROP INDEX IF EXISTS main.{SqliteName.Quote(created.Name)}");
            }
            else if (op is SqliteOp.Dropped dropped)
            {
                seen.Add(dropped.Name);
            }
        }
    }

    /// <summary>Indexes and triggers that others made on a table that took another's place: they belong to whatever has its name.</summary>
    private List<(string Name, string Sql)> OthersOnReplaced() =>
    [
        .. record.Ops.OfType<SqliteOp.Created>()
            .Where(c => c.NameInTheEnd is { } name && record.Before.Any(b => b.Value is not null && b.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .SelectMany(c => session.List(
                "SELECT name, sql FROM main.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid",
                row => (Name: row.RequiredText(0), Sql: row.RequiredText(1)), c.NameInTheEnd))
            .Where(d => !rebuild.IsOurs(d.Name) && !SqliteName.IsOurs(d.Name)),
    ];

    private void TakeBack(SqliteOp op)
    {
        switch (op)
        {
            case SqliteOp.Created created:
                Execute($"DROP {created.Kind.ToUpperInvariant()} IF EXISTS main.{SqliteName.Quote(created.Name)}");
                break;
            case SqliteOp.Dropped dropped:
                RequireFree(dropped.Name);
                BringBack(dropped);
                break;
            case SqliteOp.DroppedTable dropped:
                RequireFree(dropped.Table);
                Execute(dropped.Sql);
                new SqliteRowsBack(session, saved, conflicts, dropped).Fill();
                PutSequenceBack(dropped.Table, dropped.Sequence);
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
                rebuild.With(dropped);
                break;
            case SqliteOp.RebuiltTable rebuilt:
                rebuild.With(rebuilt);
                break;
            case SqliteOp.ChangedRows changed:
                new SqliteRowsBack(session, saved, conflicts, changed).Replace();
                PutSequenceBack(changed.Table, changed.Sequence);
                break;
            case SqliteOp.SetPragma set:
                Execute($"PRAGMA main.{set.Name} = {set.Value}");
                break;
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

    /// <summary>A unique index may find that others wrote the same value twice since; which of the rows is to go is not for undo to say.</summary>
    private void BringBack(SqliteOp.Dropped dropped)
    {
        try
        {
            Execute(dropped.Sql);
        }
        catch (MigrationException e) when (e.ErrorId == "ConstraintViolated")
        {
            throw conflicts.Stop($"the index {dropped.Name} allows no value twice, and now there is one ({e.Message.TrimEnd('.')})", "Change or remove the rows in question first.", e);
        }
    }

    private void DropColumn(SqliteOp.AddedColumn added)
    {
        var shape = SqliteTableShape.Read(session, added.Table);
        var column = shape.Columns.FirstOrDefault(c => c.Name.Equals(added.Column, StringComparison.OrdinalIgnoreCase))
            ?? throw conflicts.Stop($"the column {added.Table}.{added.Column} is gone", "Restore a backup with Restore-MigrationTarget.");
        foreach (var theirs in rebuild.RequireNoOthersColumns(added.Table, shape, [.. added.Former, added.Column]))
        {
            Execute($"ALTER TABLE main.{SqliteName.Quote(added.Table)} DROP COLUMN {SqliteName.Quote(theirs)}");
        }

        if (column.Hidden == 0)
        {
            // What the script itself filled in is taken back by now: a value that is not the default is somebody else's.
            rebuild.SaveAndTell(added.Table, SqliteTableShape.Read(session, added.Table), $"t.{SqliteName.Quote(column.Name)} IS NOT ({column.Default ?? "NULL"})", ConflictKind.Changed);
        }

        try
        {
            Execute($"ALTER TABLE main.{SqliteName.Quote(added.Table)} DROP COLUMN {SqliteName.Quote(added.Column)}");
        }
        catch (MigrationException e)
        {
            observer.Decision($"{added.Table}.{added.Column} cannot be dropped in place ({e.Message}): the table is rebuilt.");
            rebuild.Without(added);
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
            SqliteRenaming.Legacy(session, () => Execute(rename));
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

    private bool Exists(string name) =>
        session.Long("SELECT count(*) FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE", name) > 0;

    private void Execute(string sql)
    {
        observer.Detail(sql);
        session.Execute(sql);
    }
}
