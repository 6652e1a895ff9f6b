using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The captures of rows that a script's statements change: one a table, open from the first statement that writes to the table
/// until its structure changes or the script ends.
/// </summary>
internal sealed class SqliteRowCaptures(SqliteSession session, SqliteSchema schema, SqliteActions actions, string? captureName, List<SqliteOp> ops)
{
    private readonly Dictionary<string, SqliteCapture> open = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool capture = captureName is not null;
    private int captures;

    /// <summary>The name that the next capture table gets.</summary>
    public string NextName() => $"{captureName}_{++captures}";

    /// <summary>A capture for a table as it is now; null where its rows cannot be told apart.</summary>
    public SqliteCapture? New(string table)
    {
        var made = new SqliteCapture(session, SqliteTableShape.Read(session, table), NextName());
        return made.IsPossible ? made : null;
    }

    /// <summary>Sees to it that the rows that the statement is about to change are captured.</summary>
    /// <returns>The tables that the script did not make itself.</returns>
    public void Prepare(StatementFacts facts, IReadOnlySet<string> createdHere, SqliteStructureWatch structure)
    {
        var unseen = actions.Dropped.Count > 0;
        foreach (var table in actions.Written)
        {
            if (actions.Dropped.ContainsKey(table) || actions.Created.ContainsKey(table) || SqliteName.IsOurs(table) || schema.FindTable(table) is not { } present)
            {
                continue;
            }

            structure.Touched.Add(present.Name);
            if (createdHere.Contains(table) || Open(present) is not { } rows)
            {
                continue;
            }

            // No trigger sees the rows that REPLACE puts out of the way, nor those that dropping a parent table changes.
            var replaces = facts.Kind == StatementKind.Replace || ReplacesOnConflict(present) || TriggersReplace(table);
            if (capture && (unseen || replaces))
            {
                rows.TakeAll();
            }

            Note(table, rows, replaces);
        }
    }

    /// <summary>True when there were triggers to do without.</summary>
    public bool TakeAllInstead()
    {
        var ours = actions.Written.Where(open.ContainsKey).Select(table => open[table]).ToList();
        ours.ForEach(rows => rows.TakeAllInstead());
        return ours.Count > 0;
    }

    /// <summary>Ends the captures that went on without triggers.</summary>
    public void EndTakenInstead()
    {
        foreach (var table in actions.Written.Where(open.ContainsKey).ToList())
        {
            open[table].TakeNew();
            End(table);
        }
    }

    /// <summary>Ends the capture of a table's rows, if there is one.</summary>
    public void End(string table)
    {
        if (open.Remove(table, out var rows) && capture)
        {
            rows.EndTriggers();
            rows.ForgetUnchanged();
        }
    }

    public void EndAll()
    {
        foreach (var table in open.Keys.ToList())
        {
            End(table);
        }
    }

    /// <summary>Removes the temporary triggers; safe at any time, also where the captures themselves are gone.</summary>
    public void Abandon()
    {
        foreach (var rows in open.Values)
        {
            rows.EndTriggers();
        }

        open.Clear();
    }

    private SqliteCapture? Open(SqliteObject table)
    {
        if (open.TryGetValue(table.Name, out var rows))
        {
            return rows;
        }

        if (New(table.Name) is not { } fresh)
        {
            if (!ops.OfType<SqliteOp.NotCaptured>().Any(n => n.What == $"rows of {table.Name}"))
            {
                ops.Add(new SqliteOp.NotCaptured($"rows of {table.Name}", table.IsVirtualTable ? "it is a virtual table" : "its rows cannot be told apart"));
            }

            return null;
        }

        ops.Add(new SqliteOp.ChangedRows(table.Name, fresh.Name, [])
        {
            Sequence = capture ? SqliteSequence.Read(session, table.Name) : -1,
            Kept = fresh.Kept,
            By = fresh.KeyColumns,
            ByRowId = fresh.HasHiddenKey,
        });
        if (capture)
        {
            fresh.BeginRows();
        }

        return open[table.Name] = fresh;
    }

    private void Note(string table, SqliteCapture rows, bool replaces)
    {
        // What was noted before it may have been taken out since.
        var at = ops.FindIndex(op => op is SqliteOp.ChangedRows changed && changed.Capture == rows.Name);
        var op = (SqliteOp.ChangedRows)ops[at];
        var kinds = new SortedSet<string>(op.Kinds, StringComparer.Ordinal);
        if (actions.Inserted.Contains(table))
        {
            kinds.Add("insert");
        }

        if (replaces || actions.Deleted.Contains(table))
        {
            kinds.Add("delete");
        }

        var columns = op.Columns;
        if (actions.Updated.TryGetValue(table, out var set))
        {
            kinds.Add("update");
            columns = [.. set.Concat(columns).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        }

        ops[at] = op with { Kinds = [.. kinds], Columns = columns };
    }

    private bool TriggersReplace(string table) => schema.Objects.Any(o =>
        o.Kind == "trigger" && o.Sql.Contains("REPLACE", StringComparison.OrdinalIgnoreCase) && o.Sql.Contains(table, StringComparison.OrdinalIgnoreCase));

    private static bool ReplacesOnConflict(SqliteObject table) =>
        table.Sql.Contains("REPLACE", StringComparison.OrdinalIgnoreCase) &&
        SqlNormalizer.Normalize(table.Sql, SqlDialect.Sqlite).Contains("ON CONFLICT REPLACE", StringComparison.Ordinal);
}
