namespace PSMigrate.Databases.Sqlite;

/// <summary>Finds, in all tables whose rows a script wrote, what others wrote since.</summary>
internal sealed class SqliteSetAside(SqliteSession session, SqliteUndoRecord record, SqliteSavedRows saved, UndoConflicts conflicts, SqliteTheirsKept kept)
{
    private readonly SqliteLineage lineage = new(record.Ops);
    private readonly List<SqliteTheirs> found = [];

    /// <summary>What goes back into tables that stay. What was in tables that go is saved and listed already.</summary>
    public IReadOnlyList<SqliteTheirs> Run()
    {
        var changed = record.Ops.Select((op, i) => (Op: op as SqliteOp.Capturing, At: i)).Where(c => c.Op is { Left: not null })
            .GroupBy(c => lineage.NameInTheEnd(c.At, c.Op!.Table)!, c => c.Op!, StringComparer.OrdinalIgnoreCase);
        foreach (var table in changed)
        {
            FromCaptures(table.Key, [.. table]);
        }

        foreach (var created in record.Ops.OfType<SqliteOp.Created>().Where(c => c.NameInTheEnd is not null))
        {
            FromCreated(created);
        }

        return found;
    }

    private void FromCaptures(string table, IReadOnlyList<SqliteOp.Capturing> captures)
    {
        if (!SqliteTableShape.Exists(session, table))
        {
            throw conflicts.Stop($"the table {table}, whose rows the step changed, is gone", "Restore a backup with Restore-MigrationTarget.");
        }

        var shape = SqliteTableShape.Read(session, table);
        var (former, column) = lineage.Before(table);
        var theirs = new SqliteTheirs(session, shape, kept.Next())
        {
            Former = former,
            FormerColumn = column,
            Captures = [.. captures.Where(c => c is not SqliteOp.DroppedColumn).Select(c => c.Capture)],
        };
        foreach (var captured in captures)
        {
            if (captured.Left!.FirstOrDefault(c => !shape.Columns.Any(s => s.Name.Equals(c, StringComparison.OrdinalIgnoreCase))) is { } gone)
            {
                throw conflicts.Stop($"the column {table}.{gone} is gone", "Restore a backup with Restore-MigrationTarget.");
            }

            if (captured is SqliteOp.DroppedColumn dropped)
            {
                Detach(dropped, shape);
            }
            else
            {
                theirs.TakeChanged("main." + SqliteName.Quote(captured.Capture), captured.Left!, kept.Has(table, theirs.Key));
            }
        }

        Keep(theirs);
    }

    /// <summary>
    /// A dropped column's values whose rows are not as the script left them, where nothing but what is in them tells the rows: they
    /// must not come back into somebody else's row.
    /// </summary>
    private void Detach(SqliteOp.DroppedColumn dropped, SqliteTableShape shape)
    {
        var key = new SqliteRowKey(shape);
        var store = "main." + SqliteName.Quote(dropped.Capture);
        var other = $"EXISTS (SELECT 1 FROM main.{SqliteName.Quote(shape.Name)} t WHERE {key.Match("s", "t")} AND s.h <> {SqliteRowHash.Of(dropped.Left!.Select(c => "t." + SqliteName.Quote(c)))})";
        new SqliteLostValues(session, saved, conflicts, dropped, key).Tell(shape.Name, other, Plans.ConflictKind.Changed);
        session.Execute($"DELETE FROM {store} AS s WHERE {other}");
    }

    private void FromCreated(SqliteOp.Created created)
    {
        var former = record.Before.FirstOrDefault(b => b.Key.Equals(created.NameInTheEnd, StringComparison.OrdinalIgnoreCase)
            && b.Value is { } sql && sql.StartsWith("CREATE TABLE", StringComparison.OrdinalIgnoreCase)).Key;
        if (!SqliteTableShape.Exists(session, created.NameInTheEnd!))
        {
            if (former is not null)
            {
                throw conflicts.Stop($"the table {created.NameInTheEnd} is gone", "Restore a backup with Restore-MigrationTarget.");
            }

            return;
        }

        var shape = SqliteTableShape.Read(session, created.NameInTheEnd!);
        if (shape.IsVirtual)
        {
            return;
        }

        var theirs = new SqliteTheirs(session, shape, kept.Next())
        {
            Former = former,
            FormerColumn = column => column,
            HasFormerKeys = created.HasFormerKeys,
        };
        if (!theirs.Key.IsPossible)
        {
            SaveWhole(shape, created.Left);
            return;
        }

        // Where others took columns away that the script left, nothing tells what they wrote: then all of it is taken for theirs.
        var left = created.Left is { } rows && rows.Columns.All(c => shape.Columns.Any(s => s.Name.Equals(c, StringComparison.OrdinalIgnoreCase)))
            ? rows.Few is null ? "main." + SqliteName.Quote(rows.Capture!) : Few(rows)
            : null;
        if (left is not null)
        {
            theirs.TakeChanged(left, created.Left!.Columns, kept.Has(shape.Name, theirs.Key));
        }

        theirs.TakeAdded(left);
        Keep(theirs);
    }

    private string Few(SqliteLeftRows rows)
    {
        var name = $"temp.{SqliteName.Prefix}left_{kept.Number}";
        session.Execute($"DROP TABLE IF EXISTS {name}");
        session.Execute($"CREATE TABLE {name} (k0 INTEGER PRIMARY KEY, h BLOB NOT NULL)");
        foreach (var (key, hash) in rows.Few!)
        {
            session.Execute($"INSERT INTO {name} VALUES (?1, ?2)", key, Convert.FromHexString(hash));
        }

        return name;
    }

    /// <summary>Rows that cannot be told apart are kept together.</summary>
    private void SaveWhole(SqliteTableShape shape, SqliteLeftRows? left)
    {
        var table = $"main.{SqliteName.Quote(shape.Name)} t";
        if (left is not null && left.Columns.All(c => shape.Columns.Any(s => s.Name.Equals(c, StringComparison.OrdinalIgnoreCase))))
        {
            var (rows, sum) = SqliteRowHash.SumOf(session, shape.Name, $"SELECT {string.Join(", ", left.Columns.Select(SqliteName.Quote))} FROM {table}", Engine.SilentObserver.Instance, CancellationToken.None);
            if (rows == left.Rows && sum == left.Sum)
            {
                return;
            }
        }

        if (saved.Save(shape.Name, SqliteSavedRows.Of(shape, "t"), table, SqliteSavedRows.Present) is { } savedIn)
        {
            conflicts.Add(shape.Name, Plans.ConflictResolution.Saved, savedIn, () => new Plans.UndoConflict(
                conflicts.Step, shape.Name, "all rows", Plans.ConflictKind.Changed, Plans.ConflictResolution.Saved));
        }
    }

    private void Keep(SqliteTheirs theirs)
    {
        if (!theirs.Any)
        {
            theirs.Drop();
        }
        else if (theirs.Former is null)
        {
            theirs.SaveAll(saved, conflicts);
            theirs.Drop();
        }
        else
        {
            found.Add(theirs);
        }
    }
}
