using PSMigrate.Databases.Rules;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Servers.Planning;

/// <summary>The rows of the plan's table for one script, as its words and the present structure tell them.</summary>
internal sealed class ServerChanges(ServerScratch scratch, ServerEngine engine, string step)
{
    // Rough costs on an ordinary server, for estimates without a rehearsal.
    private static readonly TimeSpan PerCommit = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PerRowWritten = TimeSpan.FromMicroseconds(5);

    private readonly List<Change> changes = [];
    private readonly List<string> wayBack = [];
    private readonly SortedSet<MigrationType> types = [];
    private long rowsWritten;

    public IReadOnlyList<Change> All => changes;

    public SortedSet<string> Touches { get; } = new(StringComparer.OrdinalIgnoreCase);

    public HashSet<string> TablesCreated { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<string> TablesRebuilt { get; } = [];

    public List<string> Retyped { get; } = [];

    public List<string> NotExamined { get; } = [];

    public List<string> NotCaptured { get; } = [];

    /// <summary>True where rows or values are kept for undo.</summary>
    public bool Captures { get; private set; }

    /// <summary>What the script would meet that is not there, or is there already.</summary>
    public MigrationException? Failure { get; private set; }

    public IReadOnlyList<MigrationType> Types => [.. types];

    /// <summary>How it is taken back, in words: the last thing first.</summary>
    public string WayBack => wayBack.Count == 0 ? "nothing to take back" : string.Join('\n', Enumerable.Reverse(wayBack));

    public TimeSpan Estimate(bool transactional) => (transactional ? PerCommit : 2 * PerCommit) + (rowsWritten * PerRowWritten);

    /// <summary>Says that what makes the database anew is left out.</summary>
    public void AddHead(ScriptHead head, string database) =>
        Note($"leave out {head.Lines}, where the script makes the database {database} anew", "it is empty", "it stays as it is", RiskLevel.Low, "nothing to take back", "");

    public void AddTableLock(SqlStatement first) =>
        Note($"leave out LOCK TABLES and UNLOCK TABLES (from line {first.Line})", OneLine(first.Shown), "rows are written in transactions", RiskLevel.Low, "nothing to take back", "");

    public void Add(ReviewedStatement reviewed)
    {
        var facts = reviewed.Facts;
        if (facts.Database is { } database && OwnNames.CanChange(facts))
        {
            Note($"reach into the database {database}", "", OneLine(reviewed.Statement.Shown), RiskLevel.High, "nothing", "");
            NotCaptured.Add($"{reviewed.Statement.Place}: it is in the database {database}");
            return;
        }

        var name = facts.ObjectName is { } bare ? scratch.FullName(facts.Schema, bare) : "";
        var present = facts.ObjectName is { } own ? scratch.Find(facts.Schema, own) : null;
        if (facts.IsOpaque)
        {
            NotExamined.Add($"{reviewed.Statement.Place}: what it does cannot be read off it");
            scratch.MayHaveMadeAnything = true;
        }

        switch (facts.Kind)
        {
            case StatementKind.CreateTable when !facts.IsTemporary && facts.ObjectName is not null:
                if (present is not null || scratch.IsMade(facts.Schema, facts.ObjectName))
                {
                    Fail(reviewed, !facts.IfNotExists && !facts.OrReplace, $"{name} is there already");
                }

                scratch.Make(facts.Schema, facts.ObjectName);
                TablesCreated.Add(facts.ObjectName);
                Note($"create table {name}", "", OneLine(reviewed.Statement.Shown), RiskLevel.Low, $"drop table {name}", name);
                break;
            case StatementKind.CreateView or StatementKind.CreateTrigger or StatementKind.CreateIndex or StatementKind.Create when facts.ObjectName is not null:
                Make(reviewed, name, present);
                break;
            case StatementKind.DropTable:
                foreach (var dropped in facts.Names)
                {
                    DropTable(reviewed, dropped);
                }

                break;
            case StatementKind.DropIndex or StatementKind.DropView or StatementKind.DropTrigger or StatementKind.Drop:
                Drop(facts, present);
                break;
            case StatementKind.AlterTableAddColumn or StatementKind.AlterTableDropColumn or StatementKind.AlterTableRename or StatementKind.AlterTableRenameColumn
                or StatementKind.AlterTableOther or StatementKind.AlterTable:
                AlterTable(reviewed, name, present);
                break;
            case StatementKind.Alter when facts.NewName is { } now && (present is not null || (facts.ObjectName is { } made && scratch.IsMade(facts.Schema, made))):
                // By a procedure that renames whatever has the name: what that is the catalog knows.
                Rename(new SqlObjectName(null, facts.Schema, facts.ObjectName!) { NewName = now });
                break;
            case StatementKind.Alter or StatementKind.RefreshMaterializedView or StatementKind.EnableTrigger or StatementKind.DisableTrigger:
                Note($"change {Kind(facts)} {name}", "", OneLine(reviewed.Statement.Shown), RiskLevel.Medium, $"change {Kind(facts)} {name} back", facts.OnTable ?? name);
                if (present is not null)
                {
                    scratch.Alter(present);
                }

                break;
            case StatementKind.Insert or StatementKind.Update or StatementKind.Delete or StatementKind.Replace or StatementKind.Merge or StatementKind.Truncate or StatementKind.Copy
                when !facts.IsTemporary:
                foreach (var written in facts.Names)
                {
                    Write(reviewed, written);
                }

                if (facts.ReturnsInto is { } into)
                {
                    Write(reviewed with { Facts = facts with { Kind = StatementKind.Insert } }, into);
                }

                break;
            case StatementKind.Grant or StatementKind.Revoke:
                Note($"{facts.Kind.ToString().ToLowerInvariant()} rights", "", OneLine(reviewed.Statement.Shown), RiskLevel.Medium, "give the rights that there were", "");
                break;
            case StatementKind.Comment:
                Note(name.Length > 0 ? $"comment on {name}" : "comment", "", OneLine(reviewed.Statement.Shown), RiskLevel.Low, name.Length > 0 ? $"put the comment on {name} back" : "put the former comment back", name);
                break;
            case StatementKind.Call or StatementKind.Do or StatementKind.Other:
                Note($"run {facts.Kind switch { StatementKind.Call => "a procedure", StatementKind.Do => "a block of code", _ => "a statement" }}", "", OneLine(reviewed.Statement.Shown), RiskLevel.High,
                    "what it did is read from the catalog when it is run", "");
                if (!facts.IsOpaque)
                {
                    NotExamined.Add($"{reviewed.Statement.Place}: what it does is not known");
                    scratch.MayHaveMadeAnything = true;
                }

                break;
            case StatementKind.RollbackTo:
                NotCaptured.Add($"{reviewed.Statement.Place}: a savepoint is rolled back, and with it what had been noted since");
                break;
            case StatementKind.Use or StatementKind.Backup or StatementKind.Restore:
                Note("reach beyond the database", "", OneLine(reviewed.Statement.Shown), RiskLevel.High, "nothing", "");
                NotCaptured.Add($"{reviewed.Statement.Place}: it is outside the database");
                break;
            case StatementKind.Vacuum or StatementKind.Reindex or StatementKind.Analyze:
                Note($"{facts.Kind.ToString().ToLowerInvariant()} {name}".Trim(), "", "", RiskLevel.Low, "nothing to take back", name, MigrationType.Schema);
                break;
        }
    }

    private void Make(ReviewedStatement reviewed, string name, DbObject? present)
    {
        var facts = reviewed.Facts;
        var on = facts.OnTable is { } table ? $" on {scratch.FullName(facts.OnSchema, table)}" : "";
        if (facts.OnTable is { } needed)
        {
            Require(reviewed, new SqlObjectName(null, facts.OnSchema, needed));
            if (scratch.Find(facts.OnSchema, needed) is { } onTable)
            {
                scratch.Alter(onTable);
                rowsWritten += facts.Kind == StatementKind.CreateIndex ? scratch.RowsOf(onTable) : 0;
            }
        }
        else if (facts.ObjectKind == SqlObjectKind.Schema)
        {
            scratch.MakeSchema();
        }
        else if (facts.ObjectKind is SqlObjectKind.View or SqlObjectKind.MaterializedView or SqlObjectKind.Sequence || facts.Kind == StatementKind.CreateView)
        {
            scratch.Make(facts.Schema, facts.ObjectName!);
        }

        if (facts.ObjectKind is SqlObjectKind.Database or SqlObjectKind.Login or SqlObjectKind.Tablespace or SqlObjectKind.System)
        {
            NotCaptured.Add($"{Kind(facts)} {facts.ObjectName}: it is outside the database");
        }

        var replaces = facts.OrReplace && present is not null;
        Note($"{(replaces ? "change" : "create")} {Kind(facts)} {(facts.OnTable is null && facts.ObjectKind != SqlObjectKind.Schema ? name : facts.ObjectName)}{on}",
            replaces ? OneLine(present!.Definition) : "", OneLine(reviewed.Statement.Shown), replaces ? RiskLevel.Medium : RiskLevel.Low,
            replaces ? $"make {name} again as it was" : $"drop {Kind(facts)} {facts.ObjectName}", facts.OnTable is { } t ? scratch.FullName(facts.OnSchema, t) : name);
    }

    private void DropTable(ReviewedStatement reviewed, SqlObjectName dropped)
    {
        var full = scratch.FullName(dropped.Schema, dropped.Name);
        if (scratch.Find(dropped.Schema, dropped.Name) is not { } table)
        {
            if (!scratch.IsMade(dropped.Schema, dropped.Name))
            {
                Fail(reviewed, !reviewed.Facts.IfExists, $"{full} is not there");
            }

            scratch.Drop(dropped.Schema, dropped.Name);
            return;
        }

        var rows = scratch.RowsOf(table);
        rowsWritten += rows;
        Captures = true;
        types.Add(MigrationType.Schema);
        Touches.Add(table.FullName);
        wayBack.Add($"create table {table.FullName} as it was, with its {rows} rows");
        changes.Add(new Change(step, $"drop table {table.FullName}", $"about {rows} rows: {Describe(table)}", "", RiskLevel.High) { RowsLost = rows });
        foreach (var user in scratch.Structure.DependentsOf(table.Key).Where(d => d.Parent != table.Key && d.Parent is null && reviewed.Facts.Cascade))
        {
            Note($"drop {user.Kind} {user.FullName}", OneLine(user.Definition), "", RiskLevel.Medium, $"create {user.Kind} {user.FullName} as it was", user.FullName);
        }

        scratch.Drop(table);
    }

    private void Drop(StatementFacts facts, DbObject? present)
    {
        foreach (var dropped in facts.Names)
        {
            var full = facts.ObjectKind is SqlObjectKind.Schema ? dropped.Name : scratch.FullName(dropped.Schema, dropped.Name);
            var there = facts.Kind is StatementKind.DropIndex or StatementKind.DropTrigger ? scratch.FindPart(facts.OnTable, dropped.Name) : present;
            Note($"drop {Kind(facts)} {full}", there is null ? "" : OneLine(there.Definition), "", facts.Kind == StatementKind.DropIndex ? RiskLevel.Low : RiskLevel.Medium,
                $"create {Kind(facts)} {full} as it was", facts.OnTable is { } on ? scratch.FullName(facts.OnSchema, on) : full);
            if (scratch.Find(dropped.Schema, dropped.Name) is { } gone)
            {
                scratch.Drop(gone);
            }
        }

        if (facts.Cascade && facts.ObjectKind is SqlObjectKind.Schema or SqlObjectKind.Type or SqlObjectKind.Extension)
        {
            Captures = true;
            NotExamined.Add($"what goes with {Kind(facts)} {facts.ObjectName} is known only when it is run");
        }
    }

    private void AlterTable(ReviewedStatement reviewed, string name, DbObject? table)
    {
        var facts = reviewed.Facts;
        if (facts.ObjectName is { } bare)
        {
            Require(reviewed, new SqlObjectName(null, facts.Schema, bare));
        }

        if (table is not null)
        {
            scratch.Alter(table);
        }

        var action = facts.Actions.FirstOrDefault();
        var column = table is not null && action?.Name is { } named
            ? scratch.Structure.ColumnsOf(table.Key).FirstOrDefault(c => string.Equals(c.Name, named, engine.NameComparison)) : null;
        var rows = scratch.RowsOf(table);
        switch (facts.Kind)
        {
            case StatementKind.AlterTableAddColumn:
                Note($"add column {name}.{facts.ColumnName}", "", OneLine(facts.ColumnDefinition ?? action?.TypeText ?? ""), RiskLevel.Low, $"drop column {name}.{facts.ColumnName}", name);
                break;
            case StatementKind.AlterTableDropColumn:
                Captures = true;
                rowsWritten += rows;
                types.Add(MigrationType.Schema);
                Touches.Add(name);
                wayBack.Add($"add column {name}.{facts.ColumnName} with the values that it had");
                changes.Add(new Change(step, $"drop column {name}.{facts.ColumnName}", column is null ? "" : OneLine(column.Definition), "", RiskLevel.High) { RowsLost = rows });
                break;
            case StatementKind.AlterTableRenameColumn:
                Note($"rename column {name}.{facts.ColumnName} to {facts.NewName}", facts.ColumnName ?? "", facts.NewName ?? "", RiskLevel.Medium, $"rename column {name}.{facts.NewName} to {facts.ColumnName}", name);
                break;
            case StatementKind.AlterTableRename:
                IReadOnlyList<SqlObjectName> names = facts.Names.Any(n => n.NewName is not null) ? facts.Names : [.. facts.Names.Take(1).Select(n => n with { NewName = facts.NewName })];
                foreach (var one in names)
                {
                    Rename(one);
                }

                break;
            default:
                if (action is { Kind: TableActionKind.ChangeColumn, TypeText: { } type })
                {
                    Captures = true;
                    rowsWritten += 2 * rows;
                    TablesRebuilt.Add(name);
                    Retyped.Add($"{name}.{action.Name} from {column?.Facet(DbFacets.Type) ?? "its present type"} to {type}");
                }
                else if (action?.Kind == TableActionKind.Rebuild)
                {
                    rowsWritten += 2 * rows;
                    TablesRebuilt.Add(name);
                }

                var what = action is null ? $"change table {name}" : $"{Words(action.Kind)} {(action.Name is { } part ? $"{name}.{part}" : name)}";
                Note(what, column is null ? "" : OneLine(column.Definition), OneLine(action?.Definition ?? action?.TypeText ?? ""), RiskLevel.Medium, $"{what}: back to what it was", name);
                break;
        }
    }

    private void Rename(SqlObjectName one)
    {
        var name = scratch.FullName(one.Schema, one.Name);
        var now = one.NewName ?? "";
        var table = scratch.Find(one.Schema, one.Name);
        var kind = table?.Kind ?? "table";
        Note($"rename {kind} {name} to {now}", name, now, RiskLevel.Medium, $"rename {kind} {now} to {name}", name);
        if (table is not null)
        {
            scratch.Rename(table, one.Schema, now);
        }
        else
        {
            scratch.Drop(one.Schema, one.Name);
            scratch.Make(one.Schema, now);
        }
    }

    private void Write(ReviewedStatement reviewed, SqlObjectName written)
    {
        var facts = reviewed.Facts;
        var full = scratch.FullName(written.Schema, written.Name);
        if (scratch.IsMade(written.Schema, written.Name))
        {
            types.Add(MigrationType.Data);
            Touches.Add(full);
            changes.Add(new Change(step, $"{Verb(facts.Kind)} {full}", "rows of this plan", After(facts.Kind), RiskLevel.Low));
            return;
        }

        Require(reviewed, written);
        var table = scratch.Find(written.Schema, written.Name);
        if (table is not null)
        {
            scratch.Write(table);
            Touches.Add(table.FullName);
        }

        var rows = scratch.RowsOf(table);
        rowsWritten += rows;
        Captures = true;
        types.Add(MigrationType.Data);
        wayBack.Add($"put the rows of {full} back that it changed");
        changes.Add(new Change(step, $"{Verb(facts.Kind)} {full}{(facts.Kind == StatementKind.Update && facts.Columns.Count > 0 ? $" ({string.Join(", ", facts.Columns)})" : "")}", $"about {rows} rows", After(facts.Kind), facts.Kind is StatementKind.Insert or StatementKind.Copy ? RiskLevel.Low : facts.Kind == StatementKind.Truncate ? RiskLevel.High : RiskLevel.Medium));
    }

    private void Require(ReviewedStatement reviewed, SqlObjectName name)
    {
        if (scratch.Find(name.Schema, name.Name) is null && !scratch.IsMade(name.Schema, name.Name))
        {
            Fail(reviewed, !reviewed.Facts.IfExists && !reviewed.Facts.IsTemporary, $"{scratch.FullName(name.Schema, name.Name)} is not there");
        }
    }

    private void Fail(ReviewedStatement reviewed, bool applies, string what)
    {
        if (applies && !scratch.MayHaveMadeAnything && !reviewed.Facts.IsConditional)
        {
            Failure ??= new MigrationException("StatementFailed", ErrorKind.InvalidInput, $"{reviewed.Statement.Place}: {what}") { Place = reviewed.Statement.Place, Offender = step };
        }
    }

    private void Note(string description, string before, string after, RiskLevel risk, string back, string touched, MigrationType type = MigrationType.Schema)
    {
        types.Add(type);
        if (touched.Length > 0)
        {
            Touches.Add(touched);
        }

        wayBack.Add(back);
        changes.Add(new Change(step, description, before, after, risk));
    }

    private string Describe(DbObject table)
    {
        var columns = scratch.Structure.ColumnsOf(table.Key);
        return $"{columns.Count} {(columns.Count == 1 ? "column" : "columns")} ({string.Join(", ", columns.Select(c => c.Name).Take(6))}{(columns.Count > 6 ? ", …" : "")})";
    }

    private static string Kind(StatementFacts facts) => facts.ObjectKind != SqlObjectKind.Unknown && facts.ObjectKind != SqlObjectKind.Other ? Words(facts.ObjectKind) : facts.Kind switch
    {
        StatementKind.CreateIndex or StatementKind.DropIndex => "index",
        StatementKind.CreateView or StatementKind.DropView => "view",
        StatementKind.CreateTrigger or StatementKind.DropTrigger or StatementKind.EnableTrigger or StatementKind.DisableTrigger => "trigger",
        _ => "object",
    };

    private static string After(StatementKind kind) => kind switch
    {
        StatementKind.Insert or StatementKind.Copy => "more rows",
        StatementKind.Delete => "fewer rows",
        StatementKind.Truncate => "no rows",
        _ => "other values",
    };

    private static string Verb(StatementKind kind) => kind switch
    {
        StatementKind.Insert => "insert rows into",
        StatementKind.Copy => "copy rows into",
        StatementKind.Update => "update rows of",
        StatementKind.Delete => "delete rows from",
        StatementKind.Truncate => "delete all rows from",
        StatementKind.Merge => "merge rows into",
        _ => "replace rows of",
    };

    /// <summary>The words of a name such as DropNotNull, in lower case.</summary>
    private static string Words(Enum name) => string.Concat(name.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString()));

    private static string OneLine(string sql)
    {
        var line = string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 120 ? line[..119] + "…" : line;
    }
}
