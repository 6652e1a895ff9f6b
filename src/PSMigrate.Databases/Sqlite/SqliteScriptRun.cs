using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Runs a script's statements one by one. Before each one SQLite itself says what it will do; what it will destroy is captured,
/// and what it did is noted, so that it can be taken back. The same run on an empty copy of the structure says what a script
/// would change.
/// </summary>
internal sealed class SqliteScriptRun
{
    private readonly SqliteSession session;
    private readonly SqliteSchema schema;
    private readonly SqliteActions actions;
    private readonly string captureName;
    private readonly bool capture;
    private readonly IMigrationObserver observer;
    private readonly List<SqliteOp> ops = [];
    private readonly Dictionary<string, SqliteCapture> rows = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> createdHere = new(StringComparer.OrdinalIgnoreCase);
    private readonly SqliteStructureWatch structure;
    private int captures;

    /// <param name="schema">The present structure; kept up to date as statements run.</param>
    /// <param name="actions">Filled by the session's authorizer.</param>
    /// <param name="captureName">What the names of captures begin with; null to capture nothing.</param>
    public SqliteScriptRun(SqliteSession session, SqliteSchema schema, SqliteActions actions, string? captureName, IMigrationObserver observer)
    {
        this.session = session;
        this.schema = schema;
        this.actions = actions;
        this.captureName = captureName ?? "";
        capture = captureName is not null;
        structure = new SqliteStructureWatch(session, schema, keepShapes: !capture);
        this.observer = observer;
    }

    public IReadOnlyList<SqliteOp> Ops => ops;

    /// <summary>Rows that the statements themselves changed.</summary>
    public long RowsChanged { get; private set; }

    /// <summary>What the script touched, and what that was before.</summary>
    public SqliteStructureWatch Structure => structure;

    /// <exception cref="MigrationException">StatementFailed: with file, line, column and the statement.</exception>
    public void Run(SqlStatement statement)
    {
        observer.Detail(statement.Shown);
        try
        {
            actions.Clear();
            using var query = PrepareListening(statement.Text);
            var facts = SqliteStatementReader.Read(statement);
            if (facts.Kind is StatementKind.Insert or StatementKind.Replace or StatementKind.Update or StatementKind.Delete
                && facts.ObjectName is { } written && SqliteName.IsInternal(written))
            {
                ops.Add(new SqliteOp.NotCaptured($"table {written}", "it is SQLite's own"));
            }

            if (actions.Any)
            {
                Prepare(facts);
            }

            if (capture || actions.ChangesStructure || facts.Kind is StatementKind.Savepoint or StatementKind.Release or StatementKind.RollbackTo)
            {
                Step(query);
            }

            if (actions.ChangesStructure)
            {
                Note(facts);
            }

            if (facts.Kind == StatementKind.RollbackTo)
            {
                structure.Reload();
                ForgetRolledBack();
                ops.Add(new SqliteOp.NotCaptured("a savepoint", "it was rolled back, and with it what had been noted since"));
            }
        }
        catch (MigrationException e) when (e.Place is null)
        {
            throw Failed(statement, e);
        }
    }

    /// <summary>Captures that were begun after the savepoint are gone with it.</summary>
    private void ForgetRolledBack()
    {
        EndRows();
        ops.RemoveAll(op => capture && op is SqliteOp.ChangedRows changed && structure.ReadObject(changed.Capture) is null);
    }

    /// <summary>Ends the captures, and fingerprints what the script left, so that later changes by others can be told.</summary>
    public void End(CancellationToken cancel)
    {
        EndRows();
        for (var i = 0; i < ops.Count && capture; i++)
        {
            ops[i] = ops[i] switch
            {
                SqliteOp.ChangedRows changed => changed with { Content = ContentOf(changed, i, cancel) },
                SqliteOp.Created { Kind: "table" } created when schema.FindTable(NameInTheEnd(created, i)) is { IsVirtualTable: false } made =>
                    created with { NameInTheEnd = made.Name, Content = SqliteContent.Read(session, made.Name, observer, cancel).Fingerprint },
                var other => other,
            };
        }

        // A capture into which nothing went says that no row was changed.
        for (var i = ops.Count - 1; i >= 0 && capture; i--)
        {
            if (ops[i] is SqliteOp.ChangedRows { Content: null } changed)
            {
                session.Execute($"DROP TABLE main.{SqliteName.Quote(changed.Capture)}");
                ops.RemoveAt(i);
            }
        }
    }

    /// <summary>Removes the temporary triggers; safe at any time.</summary>
    public void EndRows()
    {
        foreach (var row in rows.Values)
        {
            row.EndRows();
        }

        rows.Clear();
    }

    private static MigrationException Failed(SqlStatement statement, MigrationException e)
    {
        var shown = statement.Shown.ReplaceLineEndings(" ");
        return new MigrationException(
            e.ErrorId == "SqlFailed" ? "StatementFailed" : e.ErrorId, e.Kind,
            $"{statement.Place}: {e.Message.TrimEnd('.')}. In: {(shown.Length > 200 ? shown[..200] + "…" : shown)}", e)
        {
            Place = statement.Place,
            Offender = statement.File,
            RecommendedAction = e.RecommendedAction,
        };
    }

    private SqliteQuery PrepareListening(string sql)
    {
        actions.IsListening = true;
        try
        {
            return session.Prepare(sql);
        }
        finally
        {
            actions.IsListening = false;
        }
    }

    private void Step(SqliteQuery query)
    {
        var changes = raw.sqlite3_total_changes(session.Handle);
        while (query.Read())
        {
        }

        if (actions.Inserted.Count + actions.Updated.Count + actions.Deleted.Count > 0 && actions.Created.Count + actions.Dropped.Count + actions.Altered.Count == 0)
        {
            RowsChanged += Math.Min(raw.sqlite3_changes(session.Handle), raw.sqlite3_total_changes(session.Handle) - changes);
        }
    }

    /// <summary>Captures what the statement will destroy.</summary>
    private void Prepare(StatementFacts facts)
    {
        if (actions.Dropped.Count + actions.Altered.Count > 0)
        {
            schema.ReadDefinitions();
        }

        foreach (var pragma in actions.Pragmas)
        {
            PreparePragma(pragma);
        }

        foreach (var name in actions.Created.Keys)
        {
            structure.Touch(name);
        }

        foreach (var (name, kind) in actions.Dropped)
        {
            structure.Touch(name);
            if (kind == "table")
            {
                PrepareDropTable(name);
            }
        }

        foreach (var table in actions.Altered)
        {
            structure.Touch(table);
            PrepareAlter(table, facts);
        }

        if (actions.Altered.Count == 0)
        {
            PrepareRows(facts);
        }
    }

    /// <summary>Pragmas that write into the file's header.</summary>
    private void PreparePragma(string pragma)
    {
        switch (pragma)
        {
            case "user_version" or "application_id":
                ops.Add(new SqliteOp.SetPragma(pragma, session.Long($"PRAGMA main.{pragma}")));
                break;
            case "journal_mode" or "auto_vacuum" or "page_size" or "encoding":
                ops.Add(new SqliteOp.NotCaptured($"pragma {pragma}", "it is a property of the file"));
                break;
        }
    }

    private void PrepareDropTable(string name)
    {
        EndRows(name);
        if (schema.FindTable(name) is not { } table || createdHere.Contains(name))
        {
            foreach (var dependent in schema.DependentsOf(name))
            {
                structure.Touch(dependent.Name);
            }

            return;
        }

        var dependents = schema.DependentsOf(name).ToList();
        dependents.ForEach(d => structure.Touch(d.Name));
        if (NewCapture(name) is not { } image)
        {
            ops.Add(new SqliteOp.NotCaptured($"table {name}", "its rows cannot be told apart or belong to a virtual table"));
            return;
        }

        if (capture)
        {
            image.TakeTable();
        }

        ops.Add(new SqliteOp.DroppedTable(name, table.Sql, image.Name, [.. dependents.Select(d => d.Sql)]) { Sequence = SequenceOf(name) });
    }

    private void PrepareAlter(string table, StatementFacts facts)
    {
        EndRows(table);
        if (schema.FindTable(table) is not { } present)
        {
            return;
        }

        foreach (var dependent in schema.DependentsOf(table))
        {
            structure.Touch(dependent.Name);
        }

        switch (facts.Kind)
        {
            case StatementKind.AlterTableAddColumn or StatementKind.AlterTableRenameColumn when createdHere.Contains(table):
                // The table goes as a whole.
                break;
            case StatementKind.AlterTableAddColumn:
                ops.Add(new SqliteOp.AddedColumn(table, facts.ColumnName!, present.Sql));
                break;
            case StatementKind.AlterTableRenameColumn:
                ops.Add(new SqliteOp.RenamedColumn(table, facts.ColumnName!, facts.NewName!));
                break;
            case StatementKind.AlterTableRename:
                structure.Touch(facts.NewName!);
                break;
            case StatementKind.AlterTableDropColumn when NewCapture(table) is { } values && createdHere.Contains(table) is false:
                if (capture)
                {
                    values.TakeColumn(facts.ColumnName!);
                }

                ops.Add(new SqliteOp.DroppedColumn(table, facts.ColumnName!, present.Sql, values.Name));
                break;
            default:
                if (createdHere.Contains(table))
                {
                    break;
                }

                if (NewCapture(table) is { } image)
                {
                    if (capture)
                    {
                        image.TakeTable();
                    }

                    ops.Add(new SqliteOp.RebuiltTable(table, present.Sql, image.Name));
                }
                else
                {
                    ops.Add(new SqliteOp.NotCaptured($"table {table}", "its rows cannot be told apart"));
                }

                break;
        }
    }

    private void PrepareRows(StatementFacts facts)
    {
        var unseen = actions.Dropped.Count > 0;
        foreach (var table in actions.Inserted.Concat(actions.Updated.Keys).Concat(actions.Deleted).Distinct(StringComparer.OrdinalIgnoreCase).ToList())
        {
            if (actions.Dropped.ContainsKey(table) || actions.Created.ContainsKey(table) || SqliteName.IsOurs(table) || schema.FindTable(table) is not { } present)
            {
                continue;
            }

            structure.Touched.Add(present.Name);
            if (createdHere.Contains(table))
            {
                continue;
            }

            if (!rows.TryGetValue(table, out var open))
            {
                if (NewCapture(table) is not { } fresh)
                {
                    if (!ops.OfType<SqliteOp.NotCaptured>().Any(n => n.What == $"rows of {present.Name}"))
                    {
                        ops.Add(new SqliteOp.NotCaptured($"rows of {present.Name}", present.IsVirtualTable ? "it is a virtual table" : "its rows cannot be told apart"));
                    }

                    continue;
                }

                if (capture)
                {
                    fresh.BeginRows();
                }

                ops.Add(new SqliteOp.ChangedRows(present.Name, fresh.Name, []) { Sequence = SequenceOf(present.Name) });
                rows[table] = open = fresh;
            }

            var at = OpOf(open);
            var op = (SqliteOp.ChangedRows)ops[at];
            var kinds = new SortedSet<string>(op.Kinds, StringComparer.Ordinal);
            if (actions.Inserted.Contains(table))
            {
                kinds.Add("insert");
            }

            if (actions.Deleted.Contains(table))
            {
                kinds.Add("delete");
            }

            var columns = op.Columns;
            if (actions.Updated.TryGetValue(table, out var set))
            {
                kinds.Add("update");
                columns = [.. set.Concat(columns).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
            }

            // No trigger sees the rows that REPLACE puts out of the way, nor those that dropping a parent table changes.
            var replaces = facts.Kind == StatementKind.Replace || ReplacesOnConflict(present) || TriggersReplace(table);
            if (capture && (unseen || replaces))
            {
                open.TakeAll();
            }

            if (replaces)
            {
                kinds.Add("delete");
            }

            ops[at] = op with { Kinds = [.. kinds], Columns = columns };
        }
    }

    private bool TriggersReplace(string table) => schema.Objects.Any(o =>
        o.Kind == "trigger" && o.Sql.Contains("REPLACE", StringComparison.OrdinalIgnoreCase) && o.Sql.Contains(table, StringComparison.OrdinalIgnoreCase));

    private static bool ReplacesOnConflict(SqliteObject table) =>
        table.Sql.Contains("REPLACE", StringComparison.OrdinalIgnoreCase) &&
        SqlNormalizer.Normalize(table.Sql, SqlDialect.Sqlite).Contains("ON CONFLICT REPLACE", StringComparison.Ordinal);

    /// <summary>Notes what the statement did, now that it is done.</summary>
    private void Note(StatementFacts facts)
    {
        // A view comes back before its triggers: what is noted last is taken back first.
        foreach (var (name, kind) in actions.Dropped.OrderBy(d => d.Value == "view" ? 1 : 0).ToList())
        {
            NoteDropped(name, kind);
        }

        var renamed = actions.Altered.Count > 0 ? schema.FindTable(actions.Altered.First()) : null;
        var rewrote = actions.Altered.Count > 0 || actions.Dropped.ContainsValue("view") || actions.Dropped.ContainsValue("table") ? structure.Reload() : [];
        if (facts.Kind == StatementKind.AlterTableRename && actions.Altered.Count > 0)
        {
            var from = actions.Altered.First();
            var to = facts.NewName!;
            if (renamed is not null && schema.FindTable(to) is { } table)
            {
                rewrote.Add((renamed, table));
            }

            ops.Add(new SqliteOp.RenamedTable(from, to, rewrote.Any(r => r.Now.Sql != r.Old.Sql && !SqliteStructureWatch.IsPartOfRename(r.Old, r.Now, to))));
            if (createdHere.Remove(from))
            {
                createdHere.Add(to);
            }
        }

        foreach (var (name, kind) in actions.Created)
        {
            NoteNameShared(name, kind);
            if (schema.Find(name) is null && structure.Made(name, kind, facts) is { } made)
            {
                schema.Add(made);
                ops.Add(new SqliteOp.Created(kind, made.Name));
                if (kind == "table")
                {
                    createdHere.Add(made.Name);
                    structure.Touched.Add(made.Name);
                }
                else
                {
                    structure.Touched.Add(made.Kind == "view" ? made.Name : made.Table);
                }
            }
        }
    }

    /// <summary>A trigger may have the name of a table; what is known by name is then the table.</summary>
    private void NoteNameShared(string name, string kind)
    {
        if (kind == "trigger" && schema.Find(name) is { Kind: not "trigger" } other)
        {
            ops.Add(new SqliteOp.NotCaptured($"trigger {name}", $"a {other.Kind} has the same name"));
        }
    }

    private void NoteDropped(string name, string kind)
    {
        NoteNameShared(name, kind);
        if (schema.Find(name) is not { } gone || structure.ReadObject(name) is not null)
        {
            return;
        }

        if (kind == "table")
        {
            structure.Touched.Add(gone.Name);
            if (createdHere.Remove(name))
            {
                ForgetCreated(name);
            }

            return;
        }

        structure.Touched.Add(gone.Kind == "view" ? gone.Name : gone.Table);
        schema.Remove(name);
        if (gone.Kind == "view" || actions.Dropped.GetValueOrDefault(gone.Table) != "table")
        {
            // What goes with its table comes back with it.
            ops.Add(new SqliteOp.Dropped(kind, gone.Name, gone.Sql));
        }
    }

    /// <summary>A table that came and went within the script leaves nothing to take back, under whatever names it was known.</summary>
    private void ForgetCreated(string name)
    {
        for (var i = ops.Count - 1; i >= 0; i--)
        {
            if (ops[i] is SqliteOp.RenamedTable renamed && renamed.To.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                name = renamed.From;
                ops.RemoveAt(i);
            }
            else if (ops[i] is SqliteOp.Created { Kind: "table" } created && created.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                ops.RemoveAt(i);
                return;
            }
        }
    }

    private string NameInTheEnd(SqliteOp.Created created, int at) => ops.Skip(at + 1).OfType<SqliteOp.RenamedTable>().Aggregate(
        created.Name, (name, renamed) => renamed.From.Equals(name, StringComparison.OrdinalIgnoreCase) ? renamed.To : name);

    private SqliteCapture? NewCapture(string table)
    {
        var made = new SqliteCapture(session, SqliteTableShape.Read(session, table), $"{captureName}_{++captures}");
        return made.IsPossible ? made : null;
    }

    private void EndRows(string table)
    {
        if (rows.Remove(table, out var open))
        {
            open.EndRows();
            if (capture)
            {
                var at = OpOf(open);
                ops[at] = (SqliteOp.ChangedRows)ops[at] with { Content = SqliteContent.OfQuery(session, table, open.PresentRowsQuery, observer, CancellationToken.None).Fingerprint };
            }
        }
    }

    /// <summary>Where a capture's rows are noted; what was noted before it may have been taken out since.</summary>
    private int OpOf(SqliteCapture rows) => ops.FindIndex(op => op is SqliteOp.ChangedRows changed && changed.Capture == rows.Name);

    /// <summary>Fingerprint of the rows that the script changed; null where it changed none.</summary>
    private string? ContentOf(SqliteOp.ChangedRows changed, int at, CancellationToken cancel)
    {
        var shape = SqliteTableShape.Read(session, changed.Table);
        var store = new SqliteCapture(session, shape, changed.Capture);
        if (store.IsEmpty)
        {
            return null;
        }

        // Once the table's structure was changed later in the script, what its rows were then was noted at that moment.
        return changed.Content ?? SqliteContent.OfQuery(session, changed.Table, store.PresentRowsQuery, observer, cancel).Fingerprint;
    }

    private long SequenceOf(string table) => capture ? SqliteSequence.Read(session, table) : -1;
}
