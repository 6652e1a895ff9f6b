namespace PSMigrate.Databases.Sql;

/// <summary>What the readers of ALTER TABLE share.</summary>
internal static class AlterTableFacts
{
    /// <summary>Says of the statement what its only action does; of one with several, that it has several.</summary>
    public static StatementFacts Of(StatementFacts facts, IReadOnlyList<TableAction> actions)
    {
        facts = facts with
        {
            Actions = actions,
            Cascade = actions.Any(action => action.Cascade),
            IsOnline = facts.IsOnline || (actions.Count > 0 && actions.All(action => action.IsOnline)),
            IsNotChecked = facts.IsNotChecked || actions.Any(action => action.IsNotChecked),
        };
        return actions is not [var only] ? facts with { Kind = StatementKind.AlterTable } : facts with
        {
            Kind = only.Kind switch
            {
                TableActionKind.AddColumn => StatementKind.AlterTableAddColumn,
                TableActionKind.DropColumn => StatementKind.AlterTableDropColumn,
                TableActionKind.RenameColumn => StatementKind.AlterTableRenameColumn,
                TableActionKind.RenameTable => StatementKind.AlterTableRename,
                _ => StatementKind.AlterTableOther,
            },
            ColumnName = only.Kind is TableActionKind.AddColumn or TableActionKind.DropColumn or TableActionKind.RenameColumn
                or TableActionKind.ChangeColumn or TableActionKind.SetNotNull or TableActionKind.DropNotNull
                or TableActionKind.SetDefault or TableActionKind.DropDefault or TableActionKind.ChangeColumnOption ? only.Name : null,
            NewName = only.NewName,
            ColumnDefinition = only.Kind == TableActionKind.AddColumn ? only.Definition : null,
            DefaultText = only.DefaultText,
            NotNull = only.NotNull == true,
            IsPrimaryKey = only.IsPrimaryKey,
            IsUnique = only.IsUnique,
            HasReferences = only.HasReferences,
            HasCheck = only.HasCheck,
            IsGenerated = only.IsGenerated || (only.IsIdentity && only.Kind == TableActionKind.AddColumn),
            IfExists = facts.IfExists || only.IfExists,
            IfNotExists = facts.IfNotExists || only.IfNotExists,
        };
    }

    public static bool BeginsConstraint(TokenCursor cursor) =>
        cursor.Is("CONSTRAINT") || (cursor.Is("PRIMARY") && cursor.Is("KEY", 1)) || (cursor.Is("FOREIGN") && cursor.Is("KEY", 1))
        || (cursor.Is("UNIQUE") && (cursor.IsPunctuation('(', 1) || cursor.IsWord(1)))
        || (cursor.Is("CHECK") && cursor.IsPunctuation('(', 1)) || (cursor.Is("EXCLUDE") && (cursor.IsPunctuation('(', 1) || cursor.Is("USING", 1)))
        || (cursor.Is("NOT") && cursor.Is("NULL", 1));

    /// <summary><c>CONSTRAINT name PRIMARY KEY (a, b) …</c>, with or without its name, up to the comma that ends it.</summary>
    public static TableAction ReadConstraint(TokenCursor cursor)
    {
        var name = cursor.Take("CONSTRAINT") && !IsConstraintKind(cursor) ? cursor.TakeName() : null;
        var mark = cursor.Mark;
        var kind = cursor.Take("PRIMARY", "KEY") ? ConstraintKind.PrimaryKey
            : cursor.Take("FOREIGN", "KEY") ? ConstraintKind.ForeignKey
            : cursor.Take("UNIQUE") ? ConstraintKind.Unique
            : cursor.Take("CHECK") ? ConstraintKind.Check
            : cursor.Take("EXCLUDE") ? ConstraintKind.Exclusion
            : cursor.Take("DEFAULT") ? ConstraintKind.Default
            : cursor.Take("NOT", "NULL") ? ConstraintKind.NotNull
            : ConstraintKind.None;
        var action = new TableAction(TableActionKind.AddConstraint) { Name = name, Constraint = kind };
        action = ReadKey(cursor, action);
        if (kind == ConstraintKind.Default)
        {
            action = action with { DefaultText = ColumnDefinition.TakeExpression(cursor) };
        }

        while (!cursor.AtEnd && !cursor.IsPunctuation(','))
        {
            if (cursor.Take("REFERENCES"))
            {
                action = action with { OtherTable = cursor.TakeObjectName(), HasReferences = true };
                continue;
            }

            if (kind == ConstraintKind.Default && cursor.Take("FOR"))
            {
                action = action with { Columns = cursor.TakeName() is { } column ? [column] : [] };
                continue;
            }

            action = action with
            {
                IsNotChecked = action.IsNotChecked || (cursor.Is("NOT") && cursor.Is("VALID", 1)),
                IsOnline = action.IsOnline || IsOnlineOption(cursor),
            };
            cursor.SkipGroup();
        }

        return action with
        {
            Definition = cursor.Since(mark),
            IsPrimaryKey = kind == ConstraintKind.PrimaryKey,
            IsUnique = kind == ConstraintKind.Unique,
            HasCheck = kind == ConstraintKind.Check,
        };
    }

    private static TableAction ReadKey(TokenCursor cursor, TableAction action)
    {
        if (action.Constraint is not (ConstraintKind.PrimaryKey or ConstraintKind.ForeignKey or ConstraintKind.Unique or ConstraintKind.NotNull))
        {
            return action;
        }

        // CLUSTERED, NULLS NOT DISTINCT, USING INDEX …, and the name that MySQL lets stand before the columns.
        while (!cursor.AtEnd && !cursor.IsPunctuation('(') && !cursor.IsPunctuation(',') && !cursor.Is("REFERENCES"))
        {
            if (cursor.IsAny("KEY", "INDEX", "CLUSTERED", "NONCLUSTERED", "USING", "NULLS", "NOT", "DISTINCT", "BTREE", "HASH"))
            {
                cursor.Skip();
                continue;
            }

            var other = cursor.TakeName();
            action = other is null ? action : action with { Name = action.Name ?? other };
            if (other is null)
            {
                cursor.Skip();
            }
        }

        return action with { Columns = cursor.IsPunctuation('(') ? cursor.TakeNameList() : action.Columns };
    }

    private static bool IsConstraintKind(TokenCursor cursor) =>
        (cursor.IsAny("PRIMARY", "FOREIGN") && cursor.Is("KEY", 1)) || (cursor.Is("CHECK") && cursor.IsPunctuation('(', 1))
        || (cursor.Is("UNIQUE") && (cursor.IsPunctuation('(', 1) || cursor.Is("KEY", 1) || cursor.Is("INDEX", 1)));

    /// <summary>A group such as <c>(ONLINE = ON)</c> stands here.</summary>
    private static bool IsOnlineOption(TokenCursor cursor)
    {
        if (!cursor.IsPunctuation('('))
        {
            return false;
        }

        var mark = cursor.Mark;
        var options = cursor.TakeParentheses() ?? "";
        cursor.Mark = mark;
        return IsOnline(options);
    }

    /// <summary>True where options say <c>ONLINE = ON</c>.</summary>
    public static bool IsOnline(string options) => System.Text.RegularExpressions.Regex.IsMatch(
        options, @"\bONLINE\s*=\s*ON\b", System.Text.RegularExpressions.RegexOptions.IgnoreCase | System.Text.RegularExpressions.RegexOptions.CultureInvariant);
}
