namespace PSMigrate.Databases.Sql.PostgreSql;

/// <summary>Reads CREATE, ALTER and DROP.</summary>
internal static class PostgreSqlDefinitionReader
{
    public static StatementFacts? Read(TokenCursor cursor) =>
        cursor.Take("CREATE") ? ReadCreate(cursor)
        : cursor.Take("ALTER") ? ReadAlter(cursor)
        : cursor.Take("DROP") ? ReadDrop(cursor)
        : null;

    private static StatementFacts ReadCreate(TokenCursor cursor)
    {
        var replaces = cursor.Take("OR", "REPLACE");
        cursor.TakeAny("GLOBAL", "LOCAL");
        var temporary = cursor.TakeAny("TEMP", "TEMPORARY");
        cursor.TakeAny("UNLOGGED", "RECURSIVE", "TRUSTED");
        var unique = cursor.Take("UNIQUE");
        if (cursor.Is("CONSTRAINT") && cursor.Is("TRIGGER", 1))
        {
            cursor.Skip();
        }

        if (PostgreSqlObjectKinds.Take(cursor) is not { } kind)
        {
            return new StatementFacts(StatementKind.Other);
        }

        var online = cursor.Take("CONCURRENTLY");
        var ifNotExists = cursor.Take("IF", "NOT", "EXISTS");
        var facts = kind switch
        {
            SqlObjectKind.Index => ReadIndex(cursor),
            SqlObjectKind.Table or SqlObjectKind.ForeignTable => ReadTable(cursor, kind),
            SqlObjectKind.Trigger or SqlObjectKind.Policy => ReadOnTable(cursor, kind, "ON"),
            SqlObjectKind.Rule => ReadOnTable(cursor, kind, "TO"),
            SqlObjectKind.Schema => ReadSchema(cursor),
            SqlObjectKind.Other => new StatementFacts(StatementKind.Create) { ObjectKind = kind },
            _ => PostgreSqlStatementReader.Named(KindOfCreate(kind), kind, cursor.TakeObjectName()),
        };
        return facts with
        {
            OrReplace = replaces,
            IsTemporary = temporary || facts.IsTemporary,
            IsUnique = unique,
            IsOnline = online,
            IfNotExists = ifNotExists,
            IsNotChecked = cursor.HasAhead("NO", "DATA") && kind == SqlObjectKind.MaterializedView,
            Transaction = NeedOfCreate(kind, online, cursor),
            IsOpaque = facts.IsOpaque || (kind == SqlObjectKind.Database && HasOtherTemplate(cursor.Rest)),
        };
    }

    /// <summary>The new database holds what the other one does.</summary>
    private static bool HasOtherTemplate(string options) => System.Text.RegularExpressions.Regex.IsMatch(
        options, @"\btemplate\b(?>\s*=?\s*)(?!""?template[01]""?(\s|$)|default\b)\S", System.Text.RegularExpressions.RegexOptions.IgnoreCase);

    private static StatementKind KindOfCreate(SqlObjectKind kind) => kind switch
    {
        SqlObjectKind.View => StatementKind.CreateView,
        _ => StatementKind.Create,
    };

    private static TransactionNeed NeedOfCreate(SqlObjectKind kind, bool online, TokenCursor cursor) => kind switch
    {
        SqlObjectKind.Index when online => TransactionNeed.CannotBeInTransaction,
        SqlObjectKind.Database or SqlObjectKind.Tablespace => TransactionNeed.CannotBeInTransaction,

        // A slot on the other server is made by default, and is not taken back.
        SqlObjectKind.Subscription when !SaysNo(cursor.Rest, "create_slot") && !SaysNo(cursor.Rest, "connect") => TransactionNeed.CannotBeInTransaction,
        _ => TransactionNeed.Any,
    };

    private static bool SaysNo(string options, string name) => System.Text.RegularExpressions.Regex.IsMatch(
        options, $@"\b{name}\s*=\s*'?(?:false|off|0|no)\b", System.Text.RegularExpressions.RegexOptions.IgnoreCase);

    private static StatementFacts ReadTable(TokenCursor cursor, SqlObjectKind kind)
    {
        var facts = PostgreSqlStatementReader.Named(StatementKind.CreateTable, kind, cursor.TakeObjectName());
        if (cursor.Take("PARTITION", "OF"))
        {
            var parent = cursor.TakeObjectName();
            return facts with { OnSchema = parent?.Schema, OnTable = parent?.Name };
        }

        return facts with { AsSelect = cursor.HasAhead("AS") };
    }

    private static StatementFacts ReadIndex(TokenCursor cursor)
    {
        var name = cursor.Is("ON") ? null : cursor.TakeObjectName();
        cursor.Take("ON");
        cursor.Take("ONLY");
        var table = cursor.TakeObjectName();
        if (cursor.Take("USING"))
        {
            cursor.TakeName();
        }

        var columns = cursor.TakeNameList();
        IReadOnlyList<string> included = [];
        string? filter = null;
        while (!cursor.AtEnd)
        {
            if (cursor.Take("INCLUDE"))
            {
                included = cursor.TakeNameList();
            }
            else if (cursor.Take("WHERE"))
            {
                filter = cursor.Rest;
                break;
            }
            else
            {
                cursor.SkipGroup();
            }
        }

        return PostgreSqlStatementReader.Named(StatementKind.CreateIndex, SqlObjectKind.Index, name) with
        {
            Schema = table?.Schema,
            OnSchema = table?.Schema,
            OnTable = table?.Name,
            Columns = columns,
            IncludedColumns = included,
            FilterText = filter,
        };
    }

    private static StatementFacts ReadOnTable(TokenCursor cursor, SqlObjectKind kind, string before)
    {
        var name = cursor.TakeName();
        cursor.SkipPast(before);
        var table = cursor.TakeObjectName();
        return new StatementFacts(kind == SqlObjectKind.Trigger ? StatementKind.CreateTrigger : StatementKind.Create)
        {
            ObjectKind = kind,
            ObjectName = name,
            OnSchema = table?.Schema,
            OnTable = table?.Name,
        };
    }

    /// <summary>The name may be that of the role alone, and objects may follow that are made in the schema.</summary>
    private static StatementFacts ReadSchema(TokenCursor cursor)
    {
        var name = cursor.Is("AUTHORIZATION") ? null : cursor.TakeName();
        if (cursor.Take("AUTHORIZATION"))
        {
            var role = cursor.TakeName();
            name ??= role;
        }

        return new StatementFacts(StatementKind.Create) { ObjectKind = SqlObjectKind.Schema, ObjectName = name, IsOpaque = !cursor.AtEnd };
    }

    private static StatementFacts ReadDrop(TokenCursor cursor)
    {
        if (cursor.Take("OWNED", "BY"))
        {
            return new StatementFacts(StatementKind.Drop) { ObjectKind = SqlObjectKind.Other, IsOpaque = true, Cascade = cursor.HasAhead("CASCADE") };
        }

        if (PostgreSqlObjectKinds.Take(cursor) is not { } kind)
        {
            return new StatementFacts(StatementKind.Other);
        }

        var online = cursor.Take("CONCURRENTLY");
        var ifExists = cursor.Take("IF", "EXISTS");
        var facts = kind switch
        {
            SqlObjectKind.Trigger or SqlObjectKind.Policy or SqlObjectKind.Rule => ReadDropOnTable(cursor, kind),
            SqlObjectKind.Other => new StatementFacts(StatementKind.Drop) { ObjectKind = kind },
            _ => PostgreSqlStatementReader.Named(KindOfDrop(kind), kind, PostgreSqlStatementReader.TakeNames(cursor)),
        };
        return facts with
        {
            IfExists = ifExists,
            IsOnline = online,
            Cascade = cursor.HasAhead("CASCADE"),
            Transaction = online || kind is SqlObjectKind.Database or SqlObjectKind.Tablespace or SqlObjectKind.Subscription
                ? TransactionNeed.CannotBeInTransaction
                : TransactionNeed.Any,
        };
    }

    private static StatementFacts ReadDropOnTable(TokenCursor cursor, SqlObjectKind kind)
    {
        var name = cursor.TakeName();
        cursor.Take("ON");
        var table = cursor.TakeObjectName();
        return new StatementFacts(kind == SqlObjectKind.Trigger ? StatementKind.DropTrigger : StatementKind.Drop)
        {
            ObjectKind = kind,
            ObjectName = name,
            OnSchema = table?.Schema,
            OnTable = table?.Name,
        };
    }

    private static StatementKind KindOfDrop(SqlObjectKind kind) => kind switch
    {
        SqlObjectKind.Table or SqlObjectKind.ForeignTable => StatementKind.DropTable,
        SqlObjectKind.Index => StatementKind.DropIndex,
        SqlObjectKind.View => StatementKind.DropView,
        _ => StatementKind.Drop,
    };

    private static StatementFacts ReadAlter(TokenCursor cursor)
    {
        if (PostgreSqlObjectKinds.Take(cursor) is not { } kind)
        {
            return new StatementFacts(StatementKind.Other);
        }

        // ALTER TABLE ALL IN TABLESPACE moves many tables at once.
        if (cursor.Take("ALL", "IN", "TABLESPACE"))
        {
            return new StatementFacts(StatementKind.Alter) { ObjectKind = kind, IsOpaque = true };
        }

        var ifExists = cursor.Take("IF", "EXISTS");
        if (kind is SqlObjectKind.Table or SqlObjectKind.ForeignTable)
        {
            return PostgreSqlAlterTableReader.Read(cursor, kind) with { IfExists = ifExists };
        }

        if (kind is SqlObjectKind.System)
        {
            return new StatementFacts(StatementKind.Alter) { ObjectKind = kind, Transaction = TransactionNeed.CannotBeInTransaction };
        }

        if (kind is SqlObjectKind.Trigger or SqlObjectKind.Policy or SqlObjectKind.Rule)
        {
            var onTable = ReadDropOnTable(cursor, kind) with { Kind = StatementKind.Alter };
            return onTable with { NewName = cursor.Take("RENAME", "TO") ? cursor.TakeName() : null };
        }

        if (kind is SqlObjectKind.Other)
        {
            return new StatementFacts(StatementKind.Alter) { ObjectKind = kind };
        }

        var facts = PostgreSqlStatementReader.Named(StatementKind.Alter, kind, cursor.TakeObjectName()) with { IfExists = ifExists };
        if (cursor.IsPunctuation('('))
        {
            cursor.SkipGroup();
        }

        var addsValue = kind == SqlObjectKind.Type && cursor.Is("ADD") && cursor.Is("VALUE", 1);
        return facts with
        {
            NewName = cursor.Take("RENAME", "TO") ? cursor.TakeName() : null,
            IsUsableOnlyAfterCommit = addsValue,
            IfNotExists = addsValue && cursor.HasAhead("IF", "NOT"),
            Cascade = cursor.HasAhead("CASCADE"),
            Transaction = NeedOfAlter(kind, cursor),
        };
    }

    private static TransactionNeed NeedOfAlter(SqlObjectKind kind, TokenCursor cursor) => kind switch
    {
        SqlObjectKind.Database when cursor.Is("SET") && cursor.Is("TABLESPACE", 1) => TransactionNeed.CannotBeInTransaction,
        SqlObjectKind.Subscription when cursor.Is("REFRESH") || (cursor.HasAhead("PUBLICATION") && !SaysNo(cursor.Rest, "refresh")) =>
            TransactionNeed.CannotBeInTransaction,
        _ => TransactionNeed.Any,
    };
}
