namespace PSMigrate.Databases.Sqlite;

/// <summary>What became of tables and columns in the course of a script, under whatever names.</summary>
internal sealed class SqliteLineage(IReadOnlyList<SqliteOp> ops)
{
    /// <summary>What a table that had this name when an operation was noted was called in the end; null where it was dropped.</summary>
    public string? NameInTheEnd(int at, string table)
    {
        foreach (var op in ops.Skip(at + 1))
        {
            switch (op)
            {
                case SqliteOp.RenamedTable renamed when Same(renamed.From, table):
                    table = renamed.To;
                    break;
                case SqliteOp.DroppedTable dropped when Same(dropped.Table, table):
                    return null;
            }
        }

        return table;
    }

    /// <summary>
    /// What a table that was there before the script was called then, and how to find out the same of its columns: null for one
    /// that the script added.
    /// </summary>
    public (string Table, Func<string, string?> Column) Before(string nameInTheEnd)
    {
        var changes = new List<SqliteOp>();
        var table = nameInTheEnd;
        foreach (var op in ops.Reverse())
        {
            switch (op)
            {
                case SqliteOp.RenamedTable renamed when Same(renamed.To, table):
                    table = renamed.From;
                    break;
                case SqliteOp.RenamedColumn renamed when Same(renamed.Table, table):
                case SqliteOp.AddedColumn added when Same(added.Table, table):
                    changes.Add(op);
                    break;
            }
        }

        return (table, column =>
        {
            foreach (var change in changes)
            {
                if (change is SqliteOp.AddedColumn added && Same(added.Column, column))
                {
                    return null;
                }

                if (change is SqliteOp.RenamedColumn renamed && Same(renamed.To, column))
                {
                    column = renamed.From;
                }
            }

            return column;
        });
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
