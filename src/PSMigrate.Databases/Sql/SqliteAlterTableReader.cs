namespace PSMigrate.Databases.Sql;

/// <summary>Reads what stands after ALTER TABLE.</summary>
internal static class SqliteAlterTableReader
{
    public static StatementFacts Read(TokenCursor cursor)
    {
        var (schema, name) = cursor.TakeQualifiedName();
        var facts = cursor.Take("ADD") ? ReadAdd(cursor)
            : cursor.Take("DROP") ? ReadDrop(cursor)
            : cursor.Take("RENAME") ? ReadRename(cursor)
            : new StatementFacts(StatementKind.AlterTableOther);
        return facts with { Schema = schema, ObjectName = name };
    }

    private static StatementFacts ReadAdd(TokenCursor cursor)
    {
        cursor.Take("COLUMN");
        if (cursor.Is("CONSTRAINT") || cursor.Is("CHECK"))
        {
            return new StatementFacts(StatementKind.AlterTableOther);
        }

        var definition = cursor.Rest;
        var facts = new StatementFacts(StatementKind.AlterTableAddColumn)
        {
            ColumnName = cursor.TakeName(),
            ColumnDefinition = definition,
        };
        while (!cursor.AtEnd)
        {
            facts = ReadConstraint(cursor, facts);
        }

        return facts;
    }

    private static StatementFacts ReadConstraint(TokenCursor cursor, StatementFacts facts)
    {
        // "ON DELETE SET DEFAULT" gives no default.
        if (cursor.Take("SET", "DEFAULT"))
        {
            return facts;
        }

        if (cursor.Take("CONSTRAINT"))
        {
            cursor.TakeName();
            return facts;
        }

        if (cursor.Take("DEFAULT"))
        {
            var sign = cursor.IsPunctuation('-') || cursor.IsPunctuation('+') ? cursor.TakeGroup() : "";
            return facts with { DefaultText = sign + cursor.TakeGroup() };
        }

        if (cursor.Take("NOT", "NULL"))
        {
            return facts with { NotNull = true };
        }

        if (cursor.Take("PRIMARY", "KEY"))
        {
            return facts with { IsPrimaryKey = true };
        }

        facts = cursor.Is("REFERENCES") ? facts with { HasReferences = true }
            : cursor.Is("UNIQUE") ? facts with { IsUnique = true }
            : cursor.Is("CHECK") ? facts with { HasCheck = true }
            : cursor.Is("AS") ? facts with { IsGenerated = true }
            : facts;
        cursor.TakeGroup();
        return facts;
    }

    private static StatementFacts ReadDrop(TokenCursor cursor)
    {
        if (cursor.Is("CONSTRAINT"))
        {
            return new StatementFacts(StatementKind.AlterTableOther);
        }

        cursor.Take("COLUMN");
        return new StatementFacts(StatementKind.AlterTableDropColumn) { ColumnName = cursor.TakeName() };
    }

    private static StatementFacts ReadRename(TokenCursor cursor)
    {
        if (cursor.Take("TO"))
        {
            return new StatementFacts(StatementKind.AlterTableRename) { NewName = cursor.TakeName() };
        }

        cursor.Take("COLUMN");
        var column = cursor.TakeName();
        cursor.Take("TO");
        return new StatementFacts(StatementKind.AlterTableRenameColumn) { ColumnName = column, NewName = cursor.TakeName() };
    }
}
