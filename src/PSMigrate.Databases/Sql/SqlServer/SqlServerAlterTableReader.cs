namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>Reads what stands after ALTER TABLE, action by action.</summary>
internal static class SqlServerAlterTableReader
{
    public static StatementFacts Read(TokenCursor cursor)
    {
        var table = cursor.TakeObjectName();
        var isNotChecked = cursor.Take("WITH", "NOCHECK");
        cursor.Take("WITH", "CHECK");
        var actions = cursor.Take("ADD") ? ReadAdd(cursor, isNotChecked)
            : cursor.Take("DROP") ? ReadDrop(cursor)
            : cursor.Take("ALTER", "COLUMN") ? [ReadAlterColumn(cursor)]
            : cursor.TakeAny("CHECK", "NOCHECK") ? ReadChecks(cursor)
            : cursor.TakeAny("ENABLE", "DISABLE") ? ReadSwitches(cursor)
            : [ReadOther(cursor)];
        return AlterTableFacts.Of(SqlServerStatementReader.Named(StatementKind.AlterTable, SqlObjectKind.Table, table), actions);
    }

    /// <summary><c>ADD a int, CONSTRAINT c CHECK (…), INDEX i (b)</c></summary>
    private static List<TableAction> ReadAdd(TokenCursor cursor, bool isNotChecked)
    {
        var actions = new List<TableAction>();
        do
        {
            if (cursor.Is("PERIOD") && cursor.Is("FOR", 1))
            {
                actions.Add(new TableAction(TableActionKind.SetOption) { Definition = cursor.TakeItem() });
            }
            else if (cursor.Is("INDEX"))
            {
                cursor.Skip();
                var name = cursor.TakeName();
                while (cursor.TakeAny("UNIQUE", "CLUSTERED", "NONCLUSTERED", "COLUMNSTORE"))
                {
                }

                actions.Add(new TableAction(TableActionKind.AddIndex) { Name = name, Columns = cursor.TakeNameList() });
                cursor.TakeItem();
            }
            else if (AlterTableFacts.BeginsConstraint(cursor) || (cursor.Is("DEFAULT") && !cursor.IsPunctuation(',', 1)))
            {
                actions.Add(AlterTableFacts.ReadConstraint(cursor) with { IsNotChecked = isNotChecked });
            }
            else
            {
                actions.Add(ColumnDefinition.Read(cursor, TableActionKind.AddColumn));
            }
        }
        while (cursor.TakePunctuation(','));

        return actions;
    }

    /// <summary><c>DROP COLUMN a, b, CONSTRAINT c</c>: the word holds until another stands before a name.</summary>
    private static List<TableAction> ReadDrop(TokenCursor cursor)
    {
        var actions = new List<TableAction>();
        var kind = TableActionKind.DropConstraint;
        do
        {
            kind = cursor.Take("COLUMN") ? TableActionKind.DropColumn
                : cursor.Take("CONSTRAINT") ? TableActionKind.DropConstraint
                : cursor.Take("INDEX") ? TableActionKind.DropIndex
                : cursor.Take("PERIOD") ? TableActionKind.SetOption
                : kind;
            var ifExists = cursor.Take("IF", "EXISTS");
            var name = cursor.TakeName();
            var online = cursor.Take("WITH") && AlterTableFacts.IsOnline(cursor.TakeGroup());
            actions.Add(new TableAction(kind) { Name = name, IfExists = ifExists, IsOnline = online });
            cursor.TakeItem();
        }
        while (cursor.TakePunctuation(','));

        return actions;
    }

    private static TableAction ReadAlterColumn(TokenCursor cursor)
    {
        if (cursor.IsAny("ADD", "DROP") || cursor.Is("ADD", 1) || cursor.Is("DROP", 1))
        {
            return new TableAction(TableActionKind.ChangeColumnOption) { Name = cursor.TakeName(), Definition = cursor.Rest };
        }

        var changed = ColumnDefinition.Read(cursor, TableActionKind.ChangeColumn);
        return changed with { IsOnline = AlterTableFacts.IsOnline(changed.Definition ?? "") };
    }

    private static List<TableAction> ReadChecks(TokenCursor cursor)
    {
        cursor.Mark--;
        var kind = cursor.Take("CHECK") ? TableActionKind.ValidateConstraint : TableActionKind.DisableConstraint;
        cursor.Take("NOCHECK");
        cursor.Take("CONSTRAINT");
        return ReadNames(cursor, kind);
    }

    private static List<TableAction> ReadSwitches(TokenCursor cursor)
    {
        cursor.Mark--;
        var enables = cursor.Take("ENABLE");
        cursor.Take("DISABLE");
        return cursor.Take("TRIGGER")
            ? ReadNames(cursor, enables ? TableActionKind.EnableTrigger : TableActionKind.DisableTrigger)
            : [new TableAction(TableActionKind.SetOption) { Definition = cursor.Rest }];
    }

    /// <summary>ALL has no name.</summary>
    private static List<TableAction> ReadNames(TokenCursor cursor, TableActionKind kind)
    {
        if (cursor.Is("ALL"))
        {
            return [new TableAction(kind)];
        }

        var actions = new List<TableAction>();
        do
        {
            actions.Add(new TableAction(kind) { Name = cursor.TakeName() });
        }
        while (cursor.TakePunctuation(','));

        return actions;
    }

    private static TableAction ReadOther(TokenCursor cursor)
    {
        if (cursor.Take("SWITCH"))
        {
            cursor.SkipPast("TO");
            return new TableAction(TableActionKind.ExchangePartition) { OtherTable = cursor.TakeObjectName() };
        }

        var rebuilds = cursor.Is("REBUILD");
        var known = cursor.IsAny("SET", "SPLIT", "MERGE");
        var definition = cursor.Rest;
        return new TableAction(rebuilds ? TableActionKind.Rebuild : known ? TableActionKind.SetOption : TableActionKind.Other)
        {
            Definition = definition,
            IsOnline = AlterTableFacts.IsOnline(definition),
        };
    }
}
