using PSMigrate.Databases.Sql;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Sqlite;

/// <summary>The rows of the plan's table for one script: what there was before it and what there is after it, not how it got there.</summary>
internal sealed class SqliteChanges
{
    // Rough costs on an ordinary disk, for estimates without a rehearsal.
    private static readonly TimeSpan PerCommit = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PerRowWritten = TimeSpan.FromMicroseconds(3);

    private readonly List<Change> changes = [];
    private readonly SqliteScriptRun run;
    private readonly SqliteScratch scratch;
    private readonly TableSizes sizes;
    private readonly string step;
    private long rowsWritten;

    public SqliteChanges(SqliteScriptRun run, SqliteScratch scratch, string step)
    {
        this.run = run;
        this.scratch = scratch;
        sizes = scratch.Sizes;
        this.step = step;
        Collect();
    }

    public IReadOnlyList<Change> All => changes;

    public HashSet<string> TablesCreated { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Tables that are written anew as a whole.</summary>
    public List<string> TablesRebuilt { get; } = [];

    /// <summary>Columns whose type changes, each with both types.</summary>
    public List<string> Retyped { get; } = [];

    public TimeSpan Estimate(bool transactional) => (transactional ? PerCommit : 2 * PerCommit) + (rowsWritten * PerRowWritten);

    private void Collect()
    {
        var renamedAway = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var renamedTo = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (to, from) in Renames())
        {
            // A new table that takes the place of an old one is a rebuild; an old table under a new name is a rename.
            if (run.Structure.Before.GetValueOrDefault(from) is { } old && run.Structure.Before.GetValueOrDefault(to) is null && scratch.Schema.FindTable(to) is { } now)
            {
                renamedAway.Add(from);
                renamedTo.Add(to);
                Add($"rename table {from} to {to}", from, to, RiskLevel.Medium);
                Columns(to, Shape(from), SqliteTableShape.Read(scratch.Session, to), old, now);
            }
        }

        foreach (var (name, before) in run.Structure.Before.OrderBy(b => b.Value is null ? 1 : 0))
        {
            var after = scratch.Schema.Find(name);
            if (before?.Kind == "table" || after?.Kind == "table")
            {
                if (!renamedTo.Contains(name))
                {
                    Table(name, renamedAway.Contains(name) ? null : before, after);
                }
            }
            else
            {
                Other(before, after);
            }
        }

        foreach (var rows in run.Ops.OfType<SqliteOp.ChangedRows>())
        {
            Rows(rows);
        }

        foreach (var pragma in run.Ops.OfType<SqliteOp.SetPragma>())
        {
            Add($"set {pragma.Name}", "", "", RiskLevel.Low);
        }

        rowsWritten += run.Ops.OfType<SqliteOp.Created>().Where(c => c.Kind == "index").Sum(c => sizes.Of(scratch.Schema.Find(c.Name)?.Table ?? ""));
    }

    /// <summary>Tables that were renamed, by what they are called in the end, each with what it was called before the script.</summary>
    private Dictionary<string, string> Renames()
    {
        var origins = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var op in run.Ops)
        {
            if (op is SqliteOp.RenamedTable renamed)
            {
                origins[renamed.To] = origins.Remove(renamed.From, out var origin) ? origin : renamed.From;
            }
            else if (op is SqliteOp.DroppedTable dropped)
            {
                origins.Remove(dropped.Table);
            }
        }

        return origins;
    }

    private void Table(string name, SqliteObject? before, SqliteObject? after)
    {
        switch (before, after)
        {
            case (null, { } made):
                TablesCreated.Add(made.Name);
                Add($"create table {made.Name}", "", Describe(SqliteTableShape.Read(scratch.Session, made)), RiskLevel.Low);
                break;
            case ({ } gone, null):
                var rows = sizes.Of(gone.Name);
                rowsWritten += rows;
                changes.Add(new Change(step, $"drop table {gone.Name}", $"{rows} rows: {Describe(Shape(gone.Name))}", "", RiskLevel.High) { RowsLost = rows });
                break;
            case ({ } old, { } now) when SqlNormalizer.Normalize(old.Sql, SqlDialect.Sqlite) != SqlNormalizer.Normalize(now.Sql, SqlDialect.Sqlite):
                Columns(now.Name, Shape(old.Name), SqliteTableShape.Read(scratch.Session, now), old, now);
                break;
        }

        if (before is not null && after is not null && run.Ops.OfType<SqliteOp.RenamedTable>().Any(r => r.To.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            TablesRebuilt.Add(after.Name);
            rowsWritten += 2 * sizes.Of(after.Name);
        }
    }

    private void Columns(string table, SqliteTableShape before, SqliteTableShape after, SqliteObject old, SqliteObject now)
    {
        var count = changes.Count;
        var renamed = run.Ops.OfType<SqliteOp.RenamedColumn>()
            .Where(r => r.Table.Equals(table, StringComparison.OrdinalIgnoreCase) || r.Table.Equals(before.Name, StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var rename in renamed)
        {
            Add($"rename column {table}.{rename.From} to {rename.To}", rename.From, rename.To, RiskLevel.Medium);
        }

        string Now(string column) => renamed.Aggregate(column, (name, r) => name.Equals(r.From, StringComparison.OrdinalIgnoreCase) ? r.To : name);
        foreach (var column in before.Columns.Where(c => c.Hidden != 1))
        {
            if (after.Columns.FirstOrDefault(c => c.Name.Equals(Now(column.Name), StringComparison.OrdinalIgnoreCase)) is not { } same)
            {
                var rows = sizes.Of(before.Name);
                rowsWritten += 2 * rows;
                changes.Add(new Change(step, $"drop column {table}.{column.Name}", column.ToString(), "", RiskLevel.High) { RowsLost = rows });
            }
            else if (!(column with { Name = same.Name }).Equals(same))
            {
                if (!column.Type.Equals(same.Type, StringComparison.OrdinalIgnoreCase))
                {
                    Retyped.Add($"{table}.{same.Name} from {Typed(column)} to {Typed(same)}");
                }

                Add($"change column {table}.{same.Name}", column.ToString(), same.ToString(), RiskLevel.Medium);
            }
        }

        foreach (var column in after.Columns.Where(c => c.Hidden != 1 && !before.Columns.Any(b => Now(b.Name).Equals(c.Name, StringComparison.OrdinalIgnoreCase))))
        {
            Add($"add column {table}.{column.Name}", "", column.ToString(), RiskLevel.Low);
        }

        if (changes.Count == count && before.Name.Equals(table, StringComparison.OrdinalIgnoreCase))
        {
            Add($"change table {table}", OneLine(old.Sql), OneLine(now.Sql), RiskLevel.Medium);
        }
    }

    private void Other(SqliteObject? before, SqliteObject? after)
    {
        switch (before, after)
        {
            case (null, { } made):
                Add($"create {made.Kind} {made.Name}{On(made)}", "", OneLine(made.Sql), RiskLevel.Low);
                break;
            case ({ } gone, null):
                // What goes with its table is part of dropping the table.
                if (gone.Kind == "view" || scratch.Schema.FindTable(gone.Table) is not null)
                {
                    Add($"drop {gone.Kind} {gone.Name}{On(gone)}", OneLine(gone.Sql), "", gone.Kind == "index" ? RiskLevel.Low : RiskLevel.Medium);
                }

                break;
            case ({ } old, { } now) when SqlNormalizer.Normalize(old.Sql, SqlDialect.Sqlite) != SqlNormalizer.Normalize(now.Sql, SqlDialect.Sqlite):
                Add($"change {now.Kind} {now.Name}{On(now)}", OneLine(old.Sql), OneLine(now.Sql), RiskLevel.Low);
                break;
        }
    }

    private void Rows(SqliteOp.ChangedRows rows)
    {
        var present = sizes.Of(rows.Table);
        foreach (var kind in rows.Kinds)
        {
            var what = kind switch
            {
                "insert" => $"insert rows into {rows.Table}",
                "delete" => $"delete rows from {rows.Table}",
                _ => $"update rows of {rows.Table} ({string.Join(", ", rows.Columns)})",
            };
            Add(what, $"{present} rows", kind switch { "insert" => "more rows", "delete" => "fewer rows", _ => "other values" }, kind == "insert" ? RiskLevel.Low : RiskLevel.Medium);
            rowsWritten += present;
        }
    }

    private SqliteTableShape Shape(string table) =>
        run.Structure.ShapesBefore.TryGetValue(table, out var shape) ? shape : SqliteTableShape.Read(scratch.Session, table);

    private void Add(string description, string before, string after, RiskLevel risk) => changes.Add(new Change(step, description, before, after, risk));

    private static string Describe(SqliteTableShape shape) =>
        $"{shape.Columns.Count} {(shape.Columns.Count == 1 ? "column" : "columns")} ({string.Join(", ", shape.Columns.Select(c => c.Name).Take(6))}{(shape.Columns.Count > 6 ? ", …" : "")})";

    private static string Typed(SqliteColumn column) => column.Type.Length == 0 ? "no type" : column.Type;

    private static string On(SqliteObject one) => one.Kind is "index" or "trigger" ? $" on {one.Table}" : "";

    private static string OneLine(string sql)
    {
        var line = string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 120 ? line[..119] + "…" : line;
    }
}
