namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>Reads CREATE, ALTER and DROP.</summary>
internal static class SqlServerDefinitionReader
{
    private static readonly (string[] Words, SqlObjectKind Kind)[] Kinds =
    [
        (["TABLE"], SqlObjectKind.Table), (["VIEW"], SqlObjectKind.View), (["PROC"], SqlObjectKind.Procedure),
        (["PROCEDURE"], SqlObjectKind.Procedure), (["FUNCTION"], SqlObjectKind.Function), (["TRIGGER"], SqlObjectKind.Trigger),
        (["SCHEMA"], SqlObjectKind.Schema), (["SEQUENCE"], SqlObjectKind.Sequence), (["TYPE"], SqlObjectKind.Type),
        (["SYNONYM"], SqlObjectKind.Synonym), (["USER"], SqlObjectKind.User), (["ROLE"], SqlObjectKind.Role),
        (["APPLICATION", "ROLE"], SqlObjectKind.Role), (["SERVER", "ROLE"], SqlObjectKind.Login), (["CREDENTIAL"], SqlObjectKind.Login), (["LOGIN"], SqlObjectKind.Login),
        (["DATABASE", "AUDIT"], SqlObjectKind.Other), (["DATABASE", "ENCRYPTION"], SqlObjectKind.Other),
        (["DATABASE", "SCOPED"], SqlObjectKind.System), (["DATABASE"], SqlObjectKind.Database), (["STATISTICS"], SqlObjectKind.Statistics),
        (["PARTITION", "FUNCTION"], SqlObjectKind.PartitionFunction), (["PARTITION", "SCHEME"], SqlObjectKind.PartitionScheme),
        (["FULLTEXT", "INDEX"], SqlObjectKind.FullTextIndex), (["FULLTEXT", "CATALOG"], SqlObjectKind.FullTextCatalog),
        (["FULLTEXT", "STOPLIST"], SqlObjectKind.Other), (["SECURITY", "POLICY"], SqlObjectKind.Policy), (["INDEX"], SqlObjectKind.Index),
        (["AGGREGATE"], SqlObjectKind.Aggregate), (["DEFAULT"], SqlObjectKind.Other), (["RULE"], SqlObjectKind.Rule),
        (["EXTERNAL", "TABLE"], SqlObjectKind.ForeignTable), (["SERVER", "CONFIGURATION"], SqlObjectKind.System),
        (["SERVER", "AUDIT"], SqlObjectKind.Login), (["ENDPOINT"], SqlObjectKind.System), (["AVAILABILITY", "GROUP"], SqlObjectKind.System),
    ];

    public static StatementFacts? Read(TokenCursor cursor) =>
        cursor.Take("CREATE") ? ReadCreate(cursor)
        : cursor.Take("ALTER") ? ReadAlter(cursor)
        : cursor.Take("DROP") ? ReadDrop(cursor)
        : null;

    private static SqlObjectKind TakeKind(TokenCursor cursor)
    {
        if (cursor.Is("XML") && cursor.Is("SCHEMA", 1) && cursor.Is("COLLECTION", 2))
        {
            cursor.Mark += 3;
            return SqlObjectKind.Type;
        }

        foreach (var (words, kind) in Kinds)
        {
            if (cursor.Is(words[0]) && (words.Length == 1 || cursor.Is(words[1], 1)))
            {
                cursor.Mark += words.Length;
                return kind;
            }
        }

        return SqlObjectKind.Other;
    }

    private static StatementFacts ReadCreate(TokenCursor cursor)
    {
        var text = cursor.Rest;
        var replaces = cursor.Take("OR", "ALTER");
        var unique = cursor.Take("UNIQUE");
        while (!cursor.Is("SCHEMA", 1) && (cursor.TakeAny("CLUSTERED", "NONCLUSTERED", "COLUMNSTORE", "XML", "SPATIAL", "SELECTIVE", "JSON", "VECTOR") || cursor.Take("PRIMARY", "XML")))
        {
        }

        var kind = TakeKind(cursor);
        var facts = kind switch
        {
            SqlObjectKind.Table => ReadTable(cursor),
            SqlObjectKind.Index or SqlObjectKind.Statistics => ReadIndex(cursor, kind),
            SqlObjectKind.Trigger => ReadTrigger(cursor),
            SqlObjectKind.Schema => ReadSchema(cursor),
            SqlObjectKind.FullTextIndex => ReadFullTextIndex(cursor),
            SqlObjectKind.Other => new StatementFacts(StatementKind.Create) { ObjectKind = kind },
            SqlObjectKind.View => SqlServerStatementReader.Named(StatementKind.CreateView, kind, cursor.TakeObjectName()),
            _ => SqlServerStatementReader.Named(StatementKind.Create, kind, cursor.TakeObjectName()),
        };
        return facts with
        {
            OrReplace = replaces,
            IsUnique = unique,
            Transaction = Need(kind, text),

            // FOR ATTACH, AS SNAPSHOT OF, AS COPY OF: it holds what the other one does.
            IsOpaque = facts.IsOpaque || (kind == SqlObjectKind.Database && (cursor.HasAhead("FOR") || cursor.HasAhead("AS"))),
        };
    }

    private static TransactionNeed Need(SqlObjectKind kind, string text) => kind switch
    {
        SqlObjectKind.Database or SqlObjectKind.FullTextCatalog or SqlObjectKind.FullTextIndex or SqlObjectKind.System =>
            TransactionNeed.CannotBeInTransaction,
        SqlObjectKind.Table or SqlObjectKind.Index or SqlObjectKind.Procedure or SqlObjectKind.Function or SqlObjectKind.Trigger or SqlObjectKind.Type
            when SqlServerStatementReader.AvoidsTransactions(text) => TransactionNeed.CannotBeInTransaction,
        _ => TransactionNeed.Any,
    };

    private static StatementFacts ReadTable(TokenCursor cursor)
    {
        var facts = SqlServerStatementReader.Named(StatementKind.CreateTable, SqlObjectKind.Table, cursor.TakeObjectName());
        return facts with { AsSelect = cursor.HasAhead("AS", "SELECT") };
    }

    private static StatementFacts ReadIndex(TokenCursor cursor, SqlObjectKind kind)
    {
        var name = cursor.TakeName();
        cursor.Take("ON");
        var table = cursor.TakeObjectName();
        var columns = cursor.TakeNameList();
        IReadOnlyList<string> included = [];
        string? filter = null;
        var online = false;
        while (!cursor.AtEnd)
        {
            if (cursor.Take("INCLUDE"))
            {
                included = cursor.TakeNameList();
            }
            else if (cursor.Take("WHERE"))
            {
                filter = cursor.TakeUpTo("WITH");
            }
            else
            {
                online |= cursor.IsPunctuation('(') && AlterTableFacts.IsOnline(cursor.TakeGroup());
                cursor.SkipGroup();
            }
        }

        return new StatementFacts(kind == SqlObjectKind.Index ? StatementKind.CreateIndex : StatementKind.Create)
        {
            ObjectKind = kind,
            ObjectName = name,
            Database = table?.Database,
            Schema = table?.Schema,
            OnSchema = table?.Schema,
            OnTable = table?.Name,
            Columns = columns,
            IncludedColumns = included,
            FilterText = filter,
            IsOnline = online,
            IsTemporary = table?.Name.StartsWith('#') == true,
        };
    }

    private static StatementFacts ReadTrigger(TokenCursor cursor)
    {
        var name = cursor.TakeObjectName();
        cursor.SkipPast("ON");
        var onDatabase = cursor.Is("DATABASE") || cursor.Is("ALL");
        var table = onDatabase ? null : cursor.TakeObjectName();
        return SqlServerStatementReader.Named(StatementKind.CreateTrigger, onDatabase ? SqlObjectKind.EventTrigger : SqlObjectKind.Trigger, name) with
        {
            OnSchema = table?.Schema,
            OnTable = table?.Name,
            HasTriggerBody = true,
        };
    }

    private static StatementFacts ReadSchema(TokenCursor cursor)
    {
        var name = cursor.Is("AUTHORIZATION") ? null : cursor.TakeName();
        if (cursor.Take("AUTHORIZATION"))
        {
            var owner = cursor.TakeName();
            name ??= owner;
        }

        return new StatementFacts(StatementKind.Create) { ObjectKind = SqlObjectKind.Schema, ObjectName = name, IsOpaque = !cursor.AtEnd };
    }

    private static StatementFacts ReadFullTextIndex(TokenCursor cursor)
    {
        cursor.Take("ON");
        var table = cursor.TakeObjectName();
        return new StatementFacts(StatementKind.Create)
        {
            ObjectKind = SqlObjectKind.FullTextIndex,
            OnSchema = table?.Schema,
            OnTable = table?.Name,
        };
    }

    private static StatementFacts ReadDrop(TokenCursor cursor)
    {
        var kind = TakeKind(cursor);
        var ifExists = cursor.Take("IF", "EXISTS");
        var facts = kind switch
        {
            SqlObjectKind.Index => ReadDropIndex(cursor),
            SqlObjectKind.FullTextIndex => ReadFullTextIndex(cursor) with { Kind = StatementKind.Drop },
            SqlObjectKind.Other => new StatementFacts(StatementKind.Drop) { ObjectKind = kind },
            _ => SqlServerStatementReader.Named(kind switch
            {
                SqlObjectKind.Table or SqlObjectKind.ForeignTable => StatementKind.DropTable,
                SqlObjectKind.View => StatementKind.DropView,
                SqlObjectKind.Trigger => StatementKind.DropTrigger,
                _ => StatementKind.Drop,
            }, kind, SqlServerStatementReader.TakeNames(cursor)),
        };
        if (kind == SqlObjectKind.Trigger && cursor.Is("ON"))
        {
            facts = facts with { ObjectKind = SqlObjectKind.EventTrigger };
        }

        return facts with { IfExists = ifExists, Transaction = Need(kind, "") };
    }

    /// <summary><c>DROP INDEX i ON t, j ON u</c>, or <c>DROP INDEX t.i</c> as it was written once.</summary>
    private static StatementFacts ReadDropIndex(TokenCursor cursor)
    {
        var names = new List<SqlObjectName>();
        SqlObjectName? first = null;
        var online = false;
        do
        {
            var name = cursor.TakeObjectName();
            var table = cursor.Take("ON") ? cursor.TakeObjectName()
                : name?.Schema is { } owner ? new SqlObjectName(null, name.Database, owner)
                : null;
            online |= cursor.Take("WITH") && AlterTableFacts.IsOnline(cursor.TakeGroup());
            first ??= table;
            if (name is not null)
            {
                names.Add(new SqlObjectName(table?.Database, table?.Schema, name.Name));
            }
        }
        while (cursor.TakePunctuation(','));

        return SqlServerStatementReader.Named(StatementKind.DropIndex, SqlObjectKind.Index, names) with
        {
            OnSchema = first?.Schema,
            OnTable = first?.Name,
            IsOnline = online,
        };
    }

    private static StatementFacts ReadAlter(TokenCursor cursor)
    {
        var text = cursor.Rest;
        var kind = TakeKind(cursor);
        if (kind == SqlObjectKind.Table)
        {
            return SqlServerAlterTableReader.Read(cursor) with { Transaction = Need(kind, text) };
        }

        if (kind == SqlObjectKind.Index)
        {
            return ReadAlterIndex(cursor) with { Transaction = Need(kind, text) };
        }

        if (kind == SqlObjectKind.FullTextIndex)
        {
            return ReadFullTextIndex(cursor) with { Kind = StatementKind.Alter, Transaction = Need(kind, text) };
        }

        var name = kind is SqlObjectKind.Other or SqlObjectKind.System ? null : cursor.TakeObjectName();
        return SqlServerStatementReader.Named(StatementKind.Alter, kind, name) with { Transaction = Need(kind, text) };
    }

    private static StatementFacts ReadAlterIndex(TokenCursor cursor)
    {
        var all = cursor.Is("ALL");
        var name = cursor.TakeName();
        cursor.Take("ON");
        var table = cursor.TakeObjectName();
        var action = cursor.Rest;
        return new StatementFacts(cursor.IsAny("REBUILD", "REORGANIZE", "RESUME") ? StatementKind.Reindex : StatementKind.Alter)
        {
            ObjectKind = SqlObjectKind.Index,
            ObjectName = all ? null : name,
            Database = table?.Database,
            Schema = table?.Schema,
            OnSchema = table?.Schema,
            OnTable = table?.Name,
            IsOnline = AlterTableFacts.IsOnline(action) || cursor.Is("REORGANIZE"),
        };
    }
}
