using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Sql.MySql;

/// <summary>Reads what stands after ALTER TABLE, action by action.</summary>
internal static partial class MySqlAlterTableReader
{
    public static StatementFacts Read(TokenCursor cursor)
    {
        var table = cursor.TakeObjectName();
        var rest = cursor.Rest;
        while (cursor.TakeAny("WAIT", "NOWAIT"))
        {
            if (cursor.Kind == SqlTokenKind.Number)
            {
                cursor.Skip();
            }
        }

        var actions = new List<TableAction>();
        do
        {
            ReadAction(cursor, actions);
            cursor.TakeItem();
        }
        while (cursor.TakePunctuation(','));

        var facts = MySqlStatementReader.Named(StatementKind.AlterTable, SqlObjectKind.Table, table);
        return AlterTableFacts.Of(facts, actions) with { IsOnline = SaysOnline(rest) };
    }

    /// <summary>True where it says that others can go on writing: LOCK = NONE, or ALGORITHM = INSTANT.</summary>
    public static bool SaysOnline(string options) => OnlineOption().IsMatch(options);

    private static void ReadAction(TokenCursor cursor, List<TableAction> actions)
    {
        if (cursor.TakeAny("ALGORITHM", "LOCK"))
        {
            return;
        }

        if (cursor.Take("ADD"))
        {
            ReadAdd(cursor, actions);
            return;
        }

        actions.Add(cursor.Take("DROP") ? ReadDrop(cursor)
            : cursor.Take("MODIFY") ? ReadModify(cursor)
            : cursor.Take("CHANGE") ? ReadChange(cursor)
            : cursor.Take("ALTER") ? ReadAlter(cursor)
            : cursor.Take("RENAME") ? ReadRename(cursor)
            : ReadPartitions(cursor) ?? ReadOption(cursor));
    }

    private static void ReadAdd(TokenCursor cursor, List<TableAction> actions)
    {
        if (cursor.Take("PARTITION"))
        {
            actions.Add(new TableAction(TableActionKind.AddPartition) { Definition = cursor.TakeItem() });
            return;
        }

        if (cursor.IsAny("INDEX", "KEY", "FULLTEXT", "SPATIAL", "VECTOR") && !(cursor.Is("KEY") && cursor.Is("TEXT", 1)))
        {
            actions.Add(ReadIndex(cursor));
            return;
        }

        if (cursor.Is("PERIOD") || cursor.Is("SYSTEM"))
        {
            actions.Add(new TableAction(TableActionKind.SetOption) { Definition = cursor.TakeItem() });
            return;
        }

        if (AlterTableFacts.BeginsConstraint(cursor))
        {
            actions.Add(AlterTableFacts.ReadConstraint(cursor));
            return;
        }

        cursor.Take("COLUMN");
        var ifNotExists = cursor.Take("IF", "NOT", "EXISTS");
        if (!cursor.TakePunctuation('('))
        {
            actions.Add(ColumnDefinition.Read(cursor, TableActionKind.AddColumn) with { IfNotExists = ifNotExists });
            return;
        }

        // ADD COLUMN (a INT, b INT)
        do
        {
            actions.Add(AlterTableFacts.BeginsConstraint(cursor)
                ? ReadInParentheses(cursor, AlterTableFacts.ReadConstraint)
                : ReadInParentheses(cursor, c => ColumnDefinition.Read(c, TableActionKind.AddColumn)) with { IfNotExists = ifNotExists });
        }
        while (cursor.TakePunctuation(','));

        cursor.TakePunctuation(')');
    }

    /// <summary>The reader of a definition goes on to a comma or the end; the parenthesis that closes the list ends it as well.</summary>
    private static TableAction ReadInParentheses(TokenCursor cursor, Func<TokenCursor, TableAction> read)
    {
        var length = 0;
        var mark = cursor.Mark;
        while (!cursor.AtEnd && !cursor.IsPunctuation(',') && !cursor.IsPunctuation(')'))
        {
            cursor.SkipGroup();
            length = cursor.Mark - mark;
        }

        var inner = cursor.Part(mark, length);
        return read(inner);
    }

    private static TableAction ReadIndex(TokenCursor cursor)
    {
        cursor.TakeAny("FULLTEXT", "SPATIAL", "VECTOR");
        cursor.TakeAny("INDEX", "KEY");
        var ifNotExists = cursor.Take("IF", "NOT", "EXISTS");
        var name = cursor.IsPunctuation('(') || cursor.Is("USING") ? null : cursor.TakeName();
        if (cursor.Take("USING"))
        {
            cursor.Skip();
        }

        return new TableAction(TableActionKind.AddIndex) { Name = name, Columns = cursor.TakeNameList(), IfNotExists = ifNotExists };
    }

    private static TableAction ReadDrop(TokenCursor cursor)
    {
        if (cursor.Take("PRIMARY", "KEY"))
        {
            return new TableAction(TableActionKind.DropConstraint) { Constraint = ConstraintKind.PrimaryKey };
        }

        var (kind, constraint) = cursor.Take("FOREIGN", "KEY") ? (TableActionKind.DropConstraint, ConstraintKind.ForeignKey)
            : cursor.Take("CHECK") ? (TableActionKind.DropConstraint, ConstraintKind.Check)
            : cursor.Take("CONSTRAINT") ? (TableActionKind.DropConstraint, ConstraintKind.None)
            : cursor.TakeAny("INDEX", "KEY") ? (TableActionKind.DropIndex, ConstraintKind.None)
            : cursor.Take("PARTITION") ? (TableActionKind.DropPartition, ConstraintKind.None)
            : cursor.Take("SYSTEM", "VERSIONING") || cursor.Take("PERIOD") ? (TableActionKind.SetOption, ConstraintKind.None)
            : (TableActionKind.DropColumn, ConstraintKind.None);
        cursor.Take("COLUMN");
        var ifExists = cursor.Take("IF", "EXISTS");
        return new TableAction(kind) { Constraint = constraint, IfExists = ifExists, Name = cursor.TakeName(), Cascade = cursor.Is("CASCADE") };
    }

    private static TableAction ReadModify(TokenCursor cursor)
    {
        cursor.Take("COLUMN");
        var ifExists = cursor.Take("IF", "EXISTS");
        return ColumnDefinition.Read(cursor, TableActionKind.ChangeColumn) with { IfExists = ifExists };
    }

    /// <summary><c>CHANGE old new definition</c> renames and changes at once.</summary>
    private static TableAction ReadChange(TokenCursor cursor)
    {
        cursor.Take("COLUMN");
        var ifExists = cursor.Take("IF", "EXISTS");
        var old = cursor.TakeName();
        var changed = ColumnDefinition.Read(cursor, TableActionKind.ChangeColumn);
        return changed with { Name = old, NewName = changed.Name, IfExists = ifExists };
    }

    private static TableAction ReadAlter(TokenCursor cursor)
    {
        if (cursor.TakeAny("INDEX", "KEY", "CHECK", "CONSTRAINT"))
        {
            return new TableAction(TableActionKind.SetOption) { Name = cursor.TakeName(), Definition = cursor.TakeItem() };
        }

        cursor.Take("COLUMN");
        var name = cursor.TakeName();
        return cursor.Take("SET", "DEFAULT") ? new TableAction(TableActionKind.SetDefault) { Name = name, DefaultText = cursor.TakeItem() }
            : cursor.Take("DROP", "DEFAULT") ? new TableAction(TableActionKind.DropDefault) { Name = name }
            : new TableAction(TableActionKind.ChangeColumnOption) { Name = name, Definition = cursor.TakeItem() };
    }

    private static TableAction ReadRename(TokenCursor cursor)
    {
        var kind = cursor.Take("COLUMN") ? TableActionKind.RenameColumn
            : cursor.TakeAny("INDEX", "KEY") ? TableActionKind.RenameIndex
            : TableActionKind.RenameTable;
        if (kind == TableActionKind.RenameTable)
        {
            if (!cursor.TakeAny("TO", "AS"))
            {
                cursor.TakePunctuation('=');
            }

            return new TableAction(kind) { NewName = cursor.TakeObjectName()?.ToString() };
        }

        cursor.Take("IF", "EXISTS");
        var name = cursor.TakeName();
        cursor.Take("TO");
        return new TableAction(kind) { Name = name, NewName = cursor.TakeName() };
    }

    private static TableAction? ReadPartitions(TokenCursor cursor)
    {
        if (cursor.Take("TRUNCATE", "PARTITION"))
        {
            return new TableAction(TableActionKind.DropPartition) { Name = cursor.TakeName() };
        }

        if (cursor.Take("EXCHANGE", "PARTITION"))
        {
            var partition = cursor.TakeName();
            cursor.SkipPast("TABLE");
            return new TableAction(TableActionKind.ExchangePartition) { Name = partition, OtherTable = cursor.TakeObjectName() };
        }

        var changes = cursor.IsAny("REORGANIZE", "COALESCE", "REMOVE", "REBUILD", "REPAIR", "CHECK", "ANALYZE", "OPTIMIZE", "PARTITION");
        return changes ? new TableAction(TableActionKind.ChangePartitions) { Definition = cursor.TakeItem() } : null;
    }

    private static TableAction ReadOption(TokenCursor cursor)
    {
        var rebuilds = cursor.IsAny("ENGINE", "FORCE", "CONVERT", "ROW_FORMAT", "KEY_BLOCK_SIZE", "ORDER");
        var known = cursor.IsWord();
        var name = cursor.Current.ToString();
        return new TableAction(rebuilds ? TableActionKind.Rebuild : known ? TableActionKind.SetOption : TableActionKind.Other)
        {
            Name = name.Length == 0 ? null : name.ToLowerInvariant(),
            Definition = cursor.TakeItem(),
        };
    }

    [GeneratedRegex(@"\bLOCK\s*=?\s*NONE\b|\bALGORITHM\s*=?\s*INSTANT\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OnlineOption();
}
