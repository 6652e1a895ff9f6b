namespace PSMigrate.Databases.Sql.MySql;

/// <summary>Reads CREATE, ALTER, DROP and RENAME. All of them commit by themselves, but for temporary tables.</summary>
internal static class MySqlDefinitionReader
{
    public static StatementFacts? Read(TokenCursor cursor) =>
        cursor.Take("CREATE") ? ReadCreate(cursor)
        : cursor.Take("ALTER") ? ReadAlter(cursor)
        : cursor.Take("DROP") ? ReadDrop(cursor)
        : cursor.Take("RENAME") ? ReadRename(cursor)
        : null;

    private static StatementFacts ReadCreate(TokenCursor cursor)
    {
        var replaces = cursor.Take("OR", "REPLACE");
        SkipDefiner(cursor);
        var temporary = cursor.Take("TEMPORARY");
        var unique = cursor.Take("UNIQUE");
        cursor.TakeAny("FULLTEXT", "SPATIAL", "VECTOR");
        cursor.TakeAny("AGGREGATE", "ONLINE", "OFFLINE");
        if (TakeKind(cursor) is not { } kind)
        {
            return MySqlStatementReader.Commits(new StatementFacts(StatementKind.Other));
        }

        var ifNotExists = cursor.Take("IF", "NOT", "EXISTS");
        var facts = kind switch
        {
            SqlObjectKind.Table => ReadTable(cursor),
            SqlObjectKind.Index => ReadIndex(cursor),
            SqlObjectKind.Trigger => ReadTrigger(cursor),
            SqlObjectKind.User or SqlObjectKind.Role => new StatementFacts(StatementKind.Create) { ObjectKind = kind, ObjectName = cursor.TakeName() },
            _ => MySqlStatementReader.Named(kind == SqlObjectKind.View ? StatementKind.CreateView : StatementKind.Create, kind, cursor.TakeObjectName()),
        };
        facts = facts with
        {
            OrReplace = replaces,
            IsTemporary = temporary,
            IsUnique = unique,
            IfNotExists = ifNotExists || facts.IfNotExists,
        };
        return temporary && kind == SqlObjectKind.Table ? facts : MySqlStatementReader.Commits(facts);
    }

    /// <summary><c>DEFINER = user@host</c>, <c>ALGORITHM = MERGE</c>, <c>SQL SECURITY INVOKER</c>.</summary>
    private static void SkipDefiner(TokenCursor cursor)
    {
        while (cursor.IsAny("DEFINER", "ALGORITHM", "SQL"))
        {
            if (cursor.Take("SQL", "SECURITY"))
            {
                cursor.Skip();
                continue;
            }

            var isDefiner = cursor.Is("DEFINER");
            cursor.Skip();
            cursor.TakePunctuation('=');
            cursor.Skip();
            if (!isDefiner)
            {
                continue;
            }

            if (cursor.IsPunctuation('('))
            {
                cursor.SkipGroup();
            }
            else if (cursor.TakePunctuation('@'))
            {
                cursor.Skip();
            }
            else if (cursor.Kind == SqlTokenKind.Parameter)
            {
                // root@localhost without quotes.
                cursor.Skip();
            }
        }
    }

    private static SqlObjectKind? TakeKind(TokenCursor cursor)
    {
        if (cursor.Take("RESOURCE", "GROUP") || cursor.Take("LOGFILE", "GROUP") || cursor.Take("SPATIAL", "REFERENCE", "SYSTEM") || cursor.Take("INSTANCE"))
        {
            return SqlObjectKind.Other;
        }

        cursor.Take("UNDO");
        var at = cursor.Current.ToString().ToUpperInvariant();
        SqlObjectKind? kind = at switch
        {
            "TABLE" or "TABLES" => SqlObjectKind.Table,
            "INDEX" or "KEY" => SqlObjectKind.Index,
            "VIEW" => SqlObjectKind.View,
            "TRIGGER" => SqlObjectKind.Trigger,
            "PROCEDURE" => SqlObjectKind.Procedure,
            "FUNCTION" => SqlObjectKind.Function,
            "PACKAGE" => SqlObjectKind.Package,
            "EVENT" => SqlObjectKind.Event,
            "DATABASE" or "SCHEMA" => SqlObjectKind.Database,
            "SEQUENCE" => SqlObjectKind.Sequence,
            "USER" => SqlObjectKind.User,
            "ROLE" => SqlObjectKind.Role,
            "SERVER" => SqlObjectKind.Server,
            "TABLESPACE" => SqlObjectKind.Tablespace,
            _ => null,
        };
        if (kind is not null)
        {
            cursor.Skip();
            cursor.Take("BODY");
        }

        return kind;
    }

    private static StatementFacts ReadTable(TokenCursor cursor)
    {
        var facts = MySqlStatementReader.Named(StatementKind.CreateTable, SqlObjectKind.Table, cursor.TakeObjectName());
        return cursor.Is("LIKE") ? facts : facts with { AsSelect = cursor.HasAhead("SELECT") || (cursor.HasAhead("AS") && !cursor.HasAhead("PARTITION")) };
    }

    private static StatementFacts ReadIndex(TokenCursor cursor)
    {
        var name = cursor.TakeName();
        if (cursor.Take("USING"))
        {
            cursor.Skip();
        }

        cursor.SkipPast("ON");
        var table = cursor.TakeObjectName();
        var columns = cursor.TakeNameList();
        return new StatementFacts(StatementKind.CreateIndex)
        {
            ObjectKind = SqlObjectKind.Index,
            ObjectName = name,
            Schema = table?.Schema,
            OnSchema = table?.Schema,
            OnTable = table?.Name,
            Columns = columns,
            IsOnline = MySqlAlterTableReader.SaysOnline(cursor.Rest),
        };
    }

    private static StatementFacts ReadTrigger(TokenCursor cursor)
    {
        var name = cursor.TakeObjectName();
        cursor.SkipPast("ON");
        var table = cursor.TakeObjectName();
        return MySqlStatementReader.Named(StatementKind.CreateTrigger, SqlObjectKind.Trigger, name) with
        {
            OnSchema = table?.Schema,
            OnTable = table?.Name,
            HasTriggerBody = cursor.HasAhead("BEGIN"),
        };
    }

    private static StatementFacts ReadDrop(TokenCursor cursor)
    {
        var temporary = cursor.Take("TEMPORARY");
        if (cursor.Take("PREPARE"))
        {
            return new StatementFacts(StatementKind.Control);
        }

        if (TakeKind(cursor) is not { } kind)
        {
            return MySqlStatementReader.Commits(new StatementFacts(StatementKind.Other));
        }

        var ifExists = cursor.Take("IF", "EXISTS");
        var names = MySqlStatementReader.TakeNames(cursor);
        var facts = MySqlStatementReader.Named(kind switch
        {
            SqlObjectKind.Table => StatementKind.DropTable,
            SqlObjectKind.Index => StatementKind.DropIndex,
            SqlObjectKind.View => StatementKind.DropView,
            SqlObjectKind.Trigger => StatementKind.DropTrigger,
            _ => StatementKind.Drop,
        }, kind, names) with
        {
            IfExists = ifExists,
            IsTemporary = temporary,
            Cascade = cursor.HasAhead("CASCADE"),
        };
        if (kind == SqlObjectKind.Index && cursor.Take("ON"))
        {
            var table = cursor.TakeObjectName();
            facts = facts with
            {
                Schema = table?.Schema,
                OnSchema = table?.Schema,
                OnTable = table?.Name,
                IsOnline = MySqlAlterTableReader.SaysOnline(cursor.Rest),
            };
        }

        return temporary ? facts : MySqlStatementReader.Commits(facts);
    }

    private static StatementFacts ReadAlter(TokenCursor cursor)
    {
        SkipDefiner(cursor);
        cursor.TakeAny("ONLINE", "OFFLINE");
        cursor.Take("IGNORE");
        if (TakeKind(cursor) is not { } kind)
        {
            return MySqlStatementReader.Commits(new StatementFacts(StatementKind.Other));
        }

        var ifExists = cursor.Take("IF", "EXISTS");
        if (kind == SqlObjectKind.Table)
        {
            var altered = MySqlAlterTableReader.Read(cursor);
            return MySqlStatementReader.Commits(altered with { IfExists = altered.IfExists || ifExists });
        }

        return MySqlStatementReader.Commits(
            MySqlStatementReader.Named(StatementKind.Alter, kind, cursor.TakeObjectName()) with { IfExists = ifExists });
    }

    /// <summary><c>RENAME TABLE a TO b, c TO d</c></summary>
    private static StatementFacts ReadRename(TokenCursor cursor)
    {
        if (!cursor.TakeAny("TABLE", "TABLES"))
        {
            cursor.Take("USER");
            return MySqlStatementReader.Commits(new StatementFacts(StatementKind.Alter) { ObjectKind = SqlObjectKind.User, ObjectName = cursor.TakeName() });
        }

        var ifExists = cursor.Take("IF", "EXISTS");
        var names = new List<SqlObjectName>();
        do
        {
            var name = cursor.TakeObjectName();
            cursor.SkipPast("TO");
            var target = cursor.TakeObjectName();
            if (name is not null)
            {
                names.Add(name with { NewName = target?.ToString() });
            }
        }
        while (cursor.TakePunctuation(','));

        return MySqlStatementReader.Commits(MySqlStatementReader.Named(StatementKind.AlterTableRename, SqlObjectKind.Table, names) with
        {
            Names = names,
            NewName = names.Count > 0 ? names[0].NewName : null,
            IfExists = ifExists,
            Actions = names.Count == 1 ? [new TableAction(TableActionKind.RenameTable) { NewName = names[0].NewName }] : [],
        });
    }
}
