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
    private readonly bool capture;
    private readonly IMigrationObserver observer;
    private readonly List<SqliteOp> ops = [];
    private readonly SqliteRowCaptures rows;
    private readonly SqliteSealing sealing;
    private readonly SqliteRowIds rowIds;

    /// <summary>Tables that the script made, under their present names.</summary>
    private readonly HashSet<string> createdHere = new(StringComparer.OrdinalIgnoreCase);
    private readonly SqliteStructureWatch structure;

    /// <param name="schema">The present structure; kept up to date as statements run.</param>
    /// <param name="actions">Filled by the session's authorizer.</param>
    /// <param name="captureName">What the names of captures begin with; null to capture nothing.</param>
    public SqliteScriptRun(SqliteSession session, SqliteSchema schema, SqliteActions actions, string? captureName, IMigrationObserver observer)
    {
        this.session = session;
        this.schema = schema;
        this.actions = actions;
        capture = captureName is not null;
        structure = new SqliteStructureWatch(session, schema, keepShapes: !capture);
        this.observer = observer;
        rows = new SqliteRowCaptures(session, schema, actions, captureName, ops);
        sealing = new SqliteSealing(session, schema, rows, observer);
        rowIds = new SqliteRowIds(session);
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
        var noted = ops.Count;
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

            if (capture && facts.Kind == StatementKind.Vacuum)
            {
                rowIds.Keep(() => Step(query));
            }
            else if (capture || actions.ChangesStructure || facts.Kind is StatementKind.Savepoint or StatementKind.Release or StatementKind.RollbackTo)
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
        catch (MigrationException e)
        {
            ForgetFailed(noted);
            throw e.Place is null ? Failed(statement, e) : e;
        }
    }

    /// <summary>What was captured for a statement that then failed, where no rollback takes it away.</summary>
    private void ForgetFailed(int noted)
    {
        if (!capture || session.InTransaction)
        {
            return;
        }

        rows.Abandon();
        foreach (var captured in ops.Skip(noted).OfType<SqliteOp.Capturing>().Select(op => op.Capture).Where(name => structure.ReadObject(name) is not null))
        {
            session.Execute($"DROP TABLE main.{SqliteName.Quote(captured)}");
        }

        ops.RemoveRange(Math.Min(noted, ops.Count), Math.Max(0, ops.Count - noted));
    }

    /// <summary>Captures that were begun after the savepoint are gone with it.</summary>
    private void ForgetRolledBack()
    {
        rows.Abandon();
        ops.RemoveAll(op => capture && op is SqliteOp.ChangedRows changed && structure.ReadObject(changed.Capture) is null);
    }

    /// <summary>
    /// Ends the captures, and notes what the script left, so that later changes by others can be told. After it, what was run
    /// so far can be taken back by itself; more statements may follow, and another end.
    /// </summary>
    public void End(CancellationToken cancel)
    {
        rows.EndAll();
        if (capture)
        {
            sealing.Seal(ops, structure.Before, cancel);
        }
    }

    /// <summary>Removes the temporary triggers; safe at any time.</summary>
    public void EndRows() => rows.Abandon();

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
        try
        {
            query.ReadToEnd();
        }
        catch (MigrationException e) when (e.Message.Contains("foreign key mismatch", StringComparison.Ordinal) && rows.TakeAllInstead())
        {
            // Where a foreign key refers to what is no key, SQLite still inserts a row, but not while a trigger watches.
            query.Reset();
            query.ReadToEnd();
            rows.EndTakenInstead();
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
            rows.Prepare(facts, createdHere, structure);
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
        rows.End(name);
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
        if (rows.New(name) is not { } image)
        {
            ops.Add(new SqliteOp.NotCaptured($"table {name}", "its rows cannot be told apart or belong to a virtual table"));
            return;
        }

        ops.Add(new SqliteOp.DroppedTable(name, table.Sql, image.Name, [.. dependents.Select(d => d.Sql)])
        {
            Sequence = capture ? SqliteSequence.Read(session, name) : -1,
            Kept = image.Kept,
            By = image.KeyColumns,
            ByRowId = image.HasHiddenKey,
            Key = image.DeclaredKey,
        });
        if (capture)
        {
            image.TakeTable();
        }
    }

    private void PrepareAlter(string table, StatementFacts facts)
    {
        rows.End(table);
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
                ops.Add(new SqliteOp.AddedColumn(table, facts.ColumnName!, present.Sql, [.. SqliteTableShape.Read(session, present).Columns.Select(c => c.Name)]));
                break;
            case StatementKind.AlterTableRenameColumn:
                ops.Add(new SqliteOp.RenamedColumn(table, facts.ColumnName!, facts.NewName!));
                break;
            case StatementKind.AlterTableRename:
                structure.Touch(facts.NewName!);
                break;
            case StatementKind.AlterTableDropColumn when rows.New(table) is { } values && createdHere.Contains(table) is false:
                ops.Add(new SqliteOp.DroppedColumn(table, facts.ColumnName!, present.Sql, values.Name, values.Kept)
                {
                    Kept = [facts.ColumnName!],
                    By = values.KeyColumns,
                    ByRowId = values.HasHiddenKey,
                });
                if (capture)
                {
                    values.TakeColumn(facts.ColumnName!);
                }

                break;
            default:
                if (createdHere.Contains(table))
                {
                    break;
                }

                if (rows.New(table) is { } image)
                {
                    ops.Add(new SqliteOp.RebuiltTable(table, present.Sql, image.Name)
                    {
                        Kept = image.Kept,
                        By = image.KeyColumns,
                        ByRowId = image.HasHiddenKey,
                    });
                    if (capture)
                    {
                        image.TakeTable();
                    }
                }
                else
                {
                    ops.Add(new SqliteOp.NotCaptured($"table {table}", "its rows cannot be told apart"));
                }

                break;
        }
    }

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
}
