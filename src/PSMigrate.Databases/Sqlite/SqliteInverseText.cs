namespace PSMigrate.Databases.Sqlite;

/// <summary>The generated way back, as SQL for people to read; what comes from a capture is a comment.</summary>
internal static class SqliteInverseText
{
    public static string Of(IEnumerable<SqliteOp> ops)
    {
        var lines = ops.Reverse().Select(Of).ToList();
        return lines.Count == 0 ? "-- nothing to take back" : string.Join('\n', lines);
    }

    private static string Of(SqliteOp op) => op switch
    {
        SqliteOp.Created c => $"DROP {c.Kind.ToUpperInvariant()} {SqliteName.Quote(c.Name)};",
        SqliteOp.Dropped d => $"{d.Sql};",
        SqliteOp.DroppedTable d => $"{d.Sql};\n-- its rows come back from the capture\n{string.Concat(d.Definitions.Select(s => s + ";\n"))}".TrimEnd(),
        SqliteOp.AddedColumn a => $"ALTER TABLE {SqliteName.Quote(a.Table)} DROP COLUMN {SqliteName.Quote(a.Column)};",
        SqliteOp.DroppedColumn d => $"-- {d.Table} is rebuilt as it was; the values of {d.Column} come back from the capture:\n{d.Sql};",
        SqliteOp.RenamedColumn r => $"ALTER TABLE {SqliteName.Quote(r.Table)} RENAME COLUMN {SqliteName.Quote(r.To)} TO {SqliteName.Quote(r.From)};",
        SqliteOp.RenamedTable r => $"ALTER TABLE {SqliteName.Quote(r.To)} RENAME TO {SqliteName.Quote(r.From)};",
        SqliteOp.RebuiltTable r => $"-- {r.Table} is rebuilt as it was, with its rows from the capture:\n{r.Sql};",
        SqliteOp.ChangedRows c => $"-- the rows of {c.Table} that were changed ({string.Join(", ", c.Kinds)}) come back from the capture",
        SqliteOp.SetPragma s => $"PRAGMA {s.Name} = {s.Value};",
        SqliteOp.NotCaptured n => $"-- {n.What} cannot be captured ({n.Why}): restore a backup",
        _ => $"-- {op}",
    };
}
