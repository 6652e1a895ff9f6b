namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The generated way back, as SQL for people to read. Captures get their names when the script runs; here they are called by what
/// they are of.
/// </summary>
internal static class SqliteInverseText
{
    public static string Of(IReadOnlyList<SqliteOp> ops)
    {
        var lines = ops.Reverse().Select(Of).ToList();
        return lines.Count == 0 ? "-- nothing to take back" : string.Join('\n', lines);
    }

    private static string Of(SqliteOp op) => op switch
    {
        SqliteOp.Created c => $"DROP {c.Kind.ToUpperInvariant()} {SqliteName.Quote(c.Name)};",
        SqliteOp.Dropped d => $"{d.Sql};",
        SqliteOp.DroppedTable d => $"{d.Sql};\n{Insert(d)}{string.Concat(d.Definitions.Select(s => $"\n{s};"))}",
        SqliteOp.AddedColumn a => $"ALTER TABLE {SqliteName.Quote(a.Table)} DROP COLUMN {SqliteName.Quote(a.Column)};",
        SqliteOp.DroppedColumn d => Rebuild(d, d.Sql, d.Former,
            $"{string.Join(", ", d.Former.Select(c => c.Equals(d.Column, StringComparison.OrdinalIgnoreCase) ? "s.c0" : "t." + SqliteName.Quote(c)))}{(d.ByRowId ? ", t." + d.By[0] : "")} FROM {Parked(d)} t LEFT JOIN {Store(d)} s ON {Match(d)}"),
        SqliteOp.RenamedColumn r => $"ALTER TABLE {SqliteName.Quote(r.Table)} RENAME COLUMN {SqliteName.Quote(r.To)} TO {SqliteName.Quote(r.From)};",
        SqliteOp.RenamedTable r => $"ALTER TABLE {SqliteName.Quote(r.To)} RENAME TO {SqliteName.Quote(r.From)};",
        SqliteOp.RebuiltTable r => Rebuild(r, r.Sql, r.Kept, $"{Values(r)} FROM {Store(r)} WHERE i = 1"),
        SqliteOp.ChangedRows c =>
            $"-- rows of {c.Table} that the script changes ({string.Join(", ", c.Kinds)}); what others write to them later is kept\nDELETE FROM {SqliteName.Quote(c.Table)} AS t WHERE EXISTS (SELECT 1 FROM {Store(c)} s WHERE {Match(c)});\n{Insert(c)}",
        SqliteOp.SetPragma s => $"PRAGMA {s.Name} = {s.Value};",
        SqliteOp.NotCaptured n => $"-- {n.What} cannot be captured ({n.Why}): restore a backup",
        _ => $"-- {op}",
    };

    /// <summary>The procedure of sqlite.org/lang_altertable.html.</summary>
    private static string Rebuild(SqliteOp.Capturing c, string sql, IReadOnlyList<string> columns, string select) => $"""
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE {SqliteName.Quote(c.Table)} RENAME TO {Parked(c)};
        PRAGMA legacy_alter_table = OFF;
        {sql};
        INSERT INTO {SqliteName.Quote(c.Table)} ({Names(c, columns)}) SELECT {select};
        DROP TABLE {Parked(c)};
        -- and the table's indexes and triggers again
        """.ReplaceLineEndings("\n");

    private static string Insert(SqliteOp.Capturing c) =>
        $"INSERT INTO {SqliteName.Quote(c.Table)} ({Names(c, c.Kept)}) SELECT {Values(c)} FROM {Store(c)} WHERE i = 1;";

    private static string Names(SqliteOp.Capturing c, IReadOnlyList<string> columns) =>
        string.Join(", ", columns.Select(SqliteName.Quote).Concat(c.ByRowId ? c.By : []));

    private static string Values(SqliteOp.Capturing c) => string.Join(", ", c.Kept.Select((_, i) => $"c{i}").Concat(c.ByRowId ? ["k0"] : []));

    private static string Match(SqliteOp.Capturing c) => string.Join(" AND ", c.By.Select((k, i) => $"t.{(c.ByRowId ? k : SqliteName.Quote(k))} = s.k{i}"));

    private static string Store(SqliteOp.Capturing c) => SqliteName.Quote($"{SqliteName.Prefix}capture_of_{c.Table}");

    private static string Parked(SqliteOp.Capturing c) => SqliteName.Quote($"{SqliteName.Prefix}rebuild_{c.Table}");
}
