using System.Collections.Frozen;

namespace PSMigrate.Databases.Sql;

/// <summary>Reads a column's definition as it stands in ALTER TABLE, from its name up to the comma that ends it.</summary>
internal static class ColumnDefinition
{
    /// <summary>The words that end a data type or a default.</summary>
    private static readonly FrozenSet<string> Clauses = new[]
    {
        "CONSTRAINT", "NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "KEY", "REFERENCES", "CHECK", "GENERATED", "AS", "COLLATE", "IDENTITY",
        "AUTO_INCREMENT", "COMMENT", "FIRST", "AFTER", "ON", "STORAGE", "COMPRESSION", "SPARSE", "MASKED", "ROWGUIDCOL", "INVISIBLE",
        "VISIBLE", "VIRTUAL", "STORED", "PERSISTENT", "PERSISTED", "WITH", "ENCRYPTED", "DEFERRABLE", "INITIALLY", "HIDDEN", "USING",
        "COLUMN_FORMAT", "FOR",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static TableAction Read(TokenCursor cursor, TableActionKind kind)
    {
        var mark = cursor.Mark;
        var column = new TableAction(kind) { Name = cursor.TakeName() };
        column = ReadType(cursor, column);
        while (!cursor.AtEnd && !cursor.IsPunctuation(','))
        {
            column = ReadClause(cursor, column);
        }

        return column with { Definition = cursor.Since(mark) };
    }

    /// <summary>Takes a data type, up to the clauses behind it; null where none is written.</summary>
    public static string? TakeType(TokenCursor cursor)
    {
        var mark = cursor.Mark;
        while (!cursor.AtEnd && !cursor.IsPunctuation(',') && !IsClause(cursor))
        {
            cursor.SkipGroup();
        }

        return cursor.Mark > mark ? cursor.Since(mark) : null;
    }

    /// <summary>Takes an expression, up to the clause or comma behind it.</summary>
    public static string TakeExpression(TokenCursor cursor)
    {
        var mark = cursor.Mark;
        do
        {
            cursor.SkipGroup();
        }
        while (!cursor.AtEnd && !cursor.IsPunctuation(',') && !IsClause(cursor));

        return cursor.Since(mark);
    }

    private static TableAction ReadType(TokenCursor cursor, TableAction column)
    {
        var type = TakeType(cursor);
        var isSerial = type is not null && type.EndsWith("serial", StringComparison.OrdinalIgnoreCase);
        return column with { TypeText = type, IsIdentity = isSerial };
    }

    private static TableAction ReadClause(TokenCursor cursor, TableAction column)
    {
        // "ON DELETE SET DEFAULT" gives no default, and "NOT FOR REPLICATION" no constraint.
        if (cursor.Take("SET", "DEFAULT") || cursor.Take("SET", "NULL") || cursor.Take("NOT", "FOR", "REPLICATION"))
        {
            return column;
        }

        if (cursor.Take("CONSTRAINT"))
        {
            cursor.TakeName();
            return column;
        }

        if (cursor.Take("DEFAULT"))
        {
            return column with { DefaultText = TakeExpression(cursor) };
        }

        if (cursor.Take("NOT", "NULL"))
        {
            return column with { NotNull = true };
        }

        if (cursor.Take("NULL"))
        {
            return column with { NotNull = false };
        }

        if (cursor.Take("PRIMARY", "KEY"))
        {
            return column with { IsPrimaryKey = true };
        }

        if (cursor.Is("GENERATED") || cursor.Is("IDENTITY") || cursor.Is("AUTO_INCREMENT"))
        {
            return ReadGenerated(cursor, column);
        }

        column = cursor.Is("REFERENCES") ? column with { HasReferences = true }
            : cursor.Is("UNIQUE") ? column with { IsUnique = true }
            : cursor.Is("CHECK") ? column with { HasCheck = true }
            : cursor.Is("AS") ? column with { IsGenerated = true }
            : column;
        if (cursor.Take("REFERENCES"))
        {
            return column with { OtherTable = cursor.TakeObjectName() };
        }

        cursor.SkipGroup();
        return column;
    }

    /// <summary><c>GENERATED … AS IDENTITY</c> gives a number, <c>GENERATED ALWAYS AS (expression)</c> what is computed.</summary>
    private static TableAction ReadGenerated(TokenCursor cursor, TableAction column)
    {
        if (!cursor.Take("GENERATED"))
        {
            cursor.Skip();
            return column with { IsIdentity = true };
        }

        cursor.TakeAny("ALWAYS", "BY");
        cursor.Take("DEFAULT");
        cursor.Take("ON", "NULL");
        cursor.Take("AS");
        if (cursor.Take("IDENTITY"))
        {
            return column with { IsIdentity = true };
        }

        cursor.SkipGroup();
        return column with { IsGenerated = true };
    }

    private static bool IsClause(TokenCursor cursor) => cursor.IsWord() && Clauses.Contains(cursor.Current.ToString());
}
