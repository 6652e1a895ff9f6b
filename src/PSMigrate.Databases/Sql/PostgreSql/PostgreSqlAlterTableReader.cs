namespace PSMigrate.Databases.Sql.PostgreSql;

/// <summary>Reads what stands after ALTER TABLE, action by action.</summary>
internal static class PostgreSqlAlterTableReader
{
    public static StatementFacts Read(TokenCursor cursor, SqlObjectKind kind)
    {
        cursor.Take("ONLY");
        var table = cursor.TakeObjectName();
        cursor.TakePunctuation('*');
        var actions = new List<TableAction>();
        do
        {
            actions.Add(ReadAction(cursor));

            // What an action has beyond what is read of it.
            cursor.TakeItem();
        }
        while (cursor.TakePunctuation(','));

        var facts = PostgreSqlStatementReader.Named(StatementKind.AlterTable, kind, table);
        var online = actions.Exists(action => action is { Kind: TableActionKind.DetachPartition, IsOnline: true });
        return AlterTableFacts.Of(facts, actions) with
        {
            Transaction = online ? TransactionNeed.CannotBeInTransaction : TransactionNeed.Any,
        };
    }

    private static TableAction ReadAction(TokenCursor cursor)
    {
        if (cursor.Take("ADD"))
        {
            return ReadAdd(cursor);
        }

        if (cursor.Take("DROP"))
        {
            var isConstraint = cursor.Take("CONSTRAINT");
            cursor.Take("COLUMN");
            var ifExists = cursor.Take("IF", "EXISTS");
            var dropped = new TableAction(isConstraint ? TableActionKind.DropConstraint : TableActionKind.DropColumn)
            {
                IfExists = ifExists,
                Name = cursor.TakeName(),
            };
            return dropped with { Cascade = cursor.Take("CASCADE") };
        }

        if (cursor.Take("ALTER"))
        {
            return ReadAlter(cursor);
        }

        if (cursor.Take("RENAME"))
        {
            return ReadRename(cursor);
        }

        if (cursor.TakeAny("ATTACH", "DETACH"))
        {
            cursor.Mark--;
            var attaches = cursor.Take("ATTACH");
            cursor.Skip();
            cursor.Take("PARTITION");
            var other = cursor.TakeObjectName();
            return new TableAction(attaches ? TableActionKind.AttachPartition : TableActionKind.DetachPartition)
            {
                OtherTable = other,
                Name = other?.Name,
                IsOnline = !attaches && cursor.Take("CONCURRENTLY"),
            };
        }

        return ReadOption(cursor);
    }

    private static TableAction ReadAdd(TokenCursor cursor)
    {
        if (AlterTableFacts.BeginsConstraint(cursor))
        {
            return AlterTableFacts.ReadConstraint(cursor);
        }

        cursor.Take("COLUMN");
        var ifNotExists = cursor.Take("IF", "NOT", "EXISTS");
        return ColumnDefinition.Read(cursor, TableActionKind.AddColumn) with { IfNotExists = ifNotExists };
    }

    private static TableAction ReadAlter(TokenCursor cursor)
    {
        if (cursor.Take("CONSTRAINT"))
        {
            return new TableAction(TableActionKind.SetOption) { Name = cursor.TakeName(), Definition = cursor.TakeItem() };
        }

        cursor.Take("COLUMN");
        var action = new TableAction(TableActionKind.ChangeColumnOption) { Name = cursor.TakeName() };
        if (cursor.Take("SET", "NOT", "NULL"))
        {
            return action with { Kind = TableActionKind.SetNotNull, NotNull = true };
        }

        if (cursor.Take("DROP", "NOT", "NULL"))
        {
            return action with { Kind = TableActionKind.DropNotNull, NotNull = false };
        }

        if (cursor.Take("DROP", "DEFAULT"))
        {
            return action with { Kind = TableActionKind.DropDefault };
        }

        if (cursor.Take("SET", "DEFAULT"))
        {
            return action with { Kind = TableActionKind.SetDefault, DefaultText = cursor.TakeItem() };
        }

        if (!cursor.Take("SET", "DATA", "TYPE") && !cursor.Take("TYPE"))
        {
            return action with { Definition = cursor.TakeItem() };
        }

        action = action with { Kind = TableActionKind.ChangeColumn, TypeText = ColumnDefinition.TakeType(cursor) };
        if (cursor.Take("COLLATE"))
        {
            cursor.TakeObjectName();
        }

        return cursor.Take("USING") ? action with { UsingText = cursor.TakeItem() } : action;
    }

    private static TableAction ReadRename(TokenCursor cursor)
    {
        if (cursor.Take("TO"))
        {
            return new TableAction(TableActionKind.RenameTable) { NewName = cursor.TakeName() };
        }

        var kind = cursor.Take("CONSTRAINT") ? TableActionKind.RenameConstraint : TableActionKind.RenameColumn;
        cursor.Take("COLUMN");
        var name = cursor.TakeName();
        cursor.Take("TO");
        return new TableAction(kind) { Name = name, NewName = cursor.TakeName() };
    }

    private static TableAction ReadOption(TokenCursor cursor)
    {
        if (cursor.Take("VALIDATE", "CONSTRAINT"))
        {
            return new TableAction(TableActionKind.ValidateConstraint) { Name = cursor.TakeName() };
        }

        if (cursor.Take("OWNER", "TO"))
        {
            return new TableAction(TableActionKind.SetOwner) { NewName = cursor.TakeName() };
        }

        if (cursor.Take("SET", "SCHEMA"))
        {
            return new TableAction(TableActionKind.SetSchema) { NewName = cursor.TakeName() };
        }

        if (cursor.IsAny("ENABLE", "DISABLE", "FORCE", "NO"))
        {
            return ReadSwitch(cursor);
        }

        var rebuilds = cursor.Is("SET") && (cursor.Is("LOGGED", 1) || cursor.Is("UNLOGGED", 1) || cursor.Is("TABLESPACE", 1) || cursor.Is("ACCESS", 1));
        var known = cursor.IsAny("SET", "RESET", "CLUSTER", "INHERIT", "OF", "NOT", "REPLICA", "OPTIONS");
        return new TableAction(rebuilds ? TableActionKind.Rebuild : known ? TableActionKind.SetOption : TableActionKind.Other)
        {
            Definition = cursor.TakeItem(),
        };
    }

    private static TableAction ReadSwitch(TokenCursor cursor)
    {
        var enables = cursor.Is("ENABLE");
        var mark = cursor.Mark;
        cursor.Skip();
        cursor.TakeAny("REPLICA", "ALWAYS", "FORCE");
        if (cursor.Take("TRIGGER"))
        {
            return new TableAction(enables ? TableActionKind.EnableTrigger : TableActionKind.DisableTrigger) { Name = cursor.TakeName() };
        }

        var kind = cursor.Is("ROW") ? TableActionKind.RowSecurity : TableActionKind.SetOption;
        cursor.TakeItem();
        return new TableAction(kind) { Definition = cursor.Since(mark) };
    }
}
