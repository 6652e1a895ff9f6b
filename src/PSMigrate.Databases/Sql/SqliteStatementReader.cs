namespace PSMigrate.Databases.Sql;

/// <summary>Says what an SQLite statement does, from its words alone. A statement that SQLite would refuse is read as far as it goes.</summary>
public static class SqliteStatementReader
{
    public static StatementFacts Read(SqlStatement statement) => statement.Facts ??= Read(statement.Text);

    /// <exception cref="MigrationException">UnclosedString, UnclosedIdentifier, UnclosedComment.</exception>
    public static StatementFacts Read(string sql)
    {
        var cursor = new TokenCursor(sql, SqlTokenizer.Significant(sql, SqlDialect.Sqlite));
        if (cursor.Take("EXPLAIN"))
        {
            return new StatementFacts(StatementKind.Explain);
        }

        if (cursor.Take("WITH"))
        {
            SkipCommonTables(cursor);
        }

        return cursor.Take("CREATE") ? ReadCreate(cursor)
            : cursor.Take("DROP") ? ReadDrop(cursor)
            : cursor.Take("ALTER", "TABLE") ? SqliteAlterTableReader.Read(cursor)
            : cursor.Take("INSERT") ? ReadInsert(cursor)
            : cursor.Take("REPLACE") ? ReadInto(cursor, StatementKind.Replace)
            : cursor.Take("UPDATE") ? ReadUpdate(cursor)
            : cursor.Take("DELETE") ? ReadDelete(cursor)
            : cursor.Take("SELECT") || cursor.Take("VALUES") ? ReadClauses(cursor, new(StatementKind.Select))
            : cursor.Take("PRAGMA") ? ReadPragma(cursor)
            : ReadAdministration(cursor) ?? ReadTransaction(cursor);
    }

    /// <summary><c>name (columns) AS NOT MATERIALIZED (select), …</c></summary>
    private static void SkipCommonTables(TokenCursor cursor)
    {
        if (cursor.Is("RECURSIVE") && !cursor.Is("AS", 1) && !cursor.IsPunctuation('(', 1))
        {
            cursor.Skip();
        }

        do
        {
            cursor.TakeName();
            if (cursor.IsPunctuation('('))
            {
                cursor.TakeGroup();
            }

            cursor.Take("AS");
            cursor.Take("NOT");
            cursor.Take("MATERIALIZED");
            if (cursor.IsPunctuation('('))
            {
                cursor.TakeGroup();
            }
        }
        while (cursor.TakePunctuation(','));
    }

    private static StatementFacts ReadCreate(TokenCursor cursor)
    {
        var temporary = cursor.Take("TEMP") || cursor.Take("TEMPORARY");
        var unique = cursor.Take("UNIQUE");
        var kind =
            cursor.Take("VIRTUAL", "TABLE") ? StatementKind.CreateVirtualTable
            : cursor.Take("TABLE") ? StatementKind.CreateTable
            : cursor.Take("INDEX") ? StatementKind.CreateIndex
            : cursor.Take("VIEW") ? StatementKind.CreateView
            : cursor.Take("TRIGGER") ? StatementKind.CreateTrigger
            : StatementKind.Other;
        if (kind == StatementKind.Other)
        {
            return new StatementFacts(kind);
        }

        var ifNotExists = cursor.Take("IF", "NOT", "EXISTS");
        var (schema, name) = cursor.TakeQualifiedName();
        var facts = new StatementFacts(kind)
        {
            Schema = schema,
            ObjectName = name,
            IfNotExists = ifNotExists,
            IsTemporary = temporary || "temp".Equals(schema, StringComparison.OrdinalIgnoreCase),
            IsUnique = unique,
            AsSelect = kind == StatementKind.CreateTable && cursor.Is("AS"),
        };
        if (kind is not (StatementKind.CreateIndex or StatementKind.CreateTrigger))
        {
            return facts;
        }

        cursor.TakeUpTo("ON");
        cursor.Take("ON");
        facts = facts with { OnTable = cursor.TakeName() };
        if (kind == StatementKind.CreateTrigger)
        {
            cursor.TakeUpTo("BEGIN");
            facts = facts with { HasTriggerBody = cursor.Is("BEGIN") };
        }

        return facts;
    }

    private static StatementFacts ReadDrop(TokenCursor cursor)
    {
        var kind =
            cursor.Take("TABLE") ? StatementKind.DropTable
            : cursor.Take("INDEX") ? StatementKind.DropIndex
            : cursor.Take("VIEW") ? StatementKind.DropView
            : cursor.Take("TRIGGER") ? StatementKind.DropTrigger
            : StatementKind.Other;
        if (kind == StatementKind.Other)
        {
            return new StatementFacts(kind);
        }

        var ifExists = cursor.Take("IF", "EXISTS");
        var (schema, name) = cursor.TakeQualifiedName();
        return new StatementFacts(kind)
        {
            Schema = schema,
            ObjectName = name,
            IfExists = ifExists,
            IsTemporary = "temp".Equals(schema, StringComparison.OrdinalIgnoreCase),
        };
    }

    private static StatementFacts ReadInsert(TokenCursor cursor) =>
        ReadInto(cursor, TakeConflictClause(cursor) ? StatementKind.Replace : StatementKind.Insert);

    private static StatementFacts ReadInto(TokenCursor cursor, StatementKind kind)
    {
        cursor.Take("INTO");
        var (schema, name) = cursor.TakeQualifiedName();
        cursor.TakeUpTo("RETURNING");
        return new StatementFacts(kind) { Schema = schema, ObjectName = name, HasReturning = cursor.Is("RETURNING") };
    }

    private static StatementFacts ReadUpdate(TokenCursor cursor)
    {
        var kind = TakeConflictClause(cursor) ? StatementKind.Replace : StatementKind.Update;
        var (schema, name) = cursor.TakeQualifiedName();
        return ReadClauses(cursor, new(kind) { Schema = schema, ObjectName = name });
    }

    private static StatementFacts ReadDelete(TokenCursor cursor)
    {
        cursor.Take("FROM");
        var (schema, name) = cursor.TakeQualifiedName();
        return ReadClauses(cursor, new(StatementKind.Delete) { Schema = schema, ObjectName = name });
    }

    /// <summary><c>OR REPLACE</c>, <c>OR IGNORE</c> and the like; true for REPLACE.</summary>
    private static bool TakeConflictClause(TokenCursor cursor)
    {
        if (!cursor.Take("OR"))
        {
            return false;
        }

        var replaces = cursor.Is("REPLACE");
        cursor.Skip();
        return replaces;
    }

    /// <summary>
    /// The clauses outside parentheses. WHERE, LIMIT and RETURNING are reserved, so that the bare words are always clauses; what
    /// follows RETURNING is an expression list and has no clauses of its own. LIMIT can follow it.
    /// </summary>
    private static StatementFacts ReadClauses(TokenCursor cursor, StatementFacts facts)
    {
        while (!cursor.AtEnd)
        {
            facts = cursor.Is("WHERE") ? facts with { HasWhere = true }
                : cursor.Is("LIMIT") ? facts with { HasLimit = true }
                : cursor.Is("RETURNING") ? facts with { HasReturning = true }
                : facts;
            cursor.TakeGroup();
        }

        return facts;
    }

    private static StatementFacts ReadPragma(TokenCursor cursor)
    {
        var (schema, name) = cursor.TakeQualifiedName();
        var argument = cursor.TakePunctuation('=') ? cursor.Rest
            : cursor.IsPunctuation('(') ? cursor.TakeGroup()[1..].TrimEnd(')').Trim()
            : null;
        return new StatementFacts(StatementKind.Pragma)
        {
            Schema = schema,
            ObjectName = name,
            PragmaArgument = argument is null ? null : SqlIdentifier.Unquote(argument),
        };
    }

    private static StatementFacts? ReadAdministration(TokenCursor cursor)
    {
        if (cursor.Take("VACUUM"))
        {
            var schema = cursor.Is("INTO") ? null : cursor.TakeName();
            return new StatementFacts(StatementKind.Vacuum)
            {
                Schema = schema,
                VacuumInto = cursor.Take("INTO") ? cursor.Rest : null,
            };
        }

        if (cursor.Take("ATTACH"))
        {
            // DATABASE may be left out, and may then be a column name that begins the expression; nobody writes that.
            cursor.Take("DATABASE");
            var file = cursor.TakeUpTo("AS");
            cursor.Take("AS");
            return new StatementFacts(StatementKind.Attach) { AttachedFile = file, ObjectName = cursor.TakeName() };
        }

        if (cursor.Take("DETACH"))
        {
            cursor.Take("DATABASE");
            return new StatementFacts(StatementKind.Detach) { ObjectName = cursor.TakeName() };
        }

        StatementKind? kind = cursor.Take("ANALYZE") ? StatementKind.Analyze
            : cursor.Take("REINDEX") ? StatementKind.Reindex
            : null;
        if (kind is null)
        {
            return null;
        }

        var (inSchema, name) = cursor.TakeQualifiedName();
        return new StatementFacts(kind.Value) { Schema = inSchema, ObjectName = name };
    }

    private static StatementFacts ReadTransaction(TokenCursor cursor)
    {
        if (cursor.Take("BEGIN"))
        {
            return new StatementFacts(StatementKind.Begin);
        }

        if (cursor.Take("COMMIT") || cursor.Take("END"))
        {
            return new StatementFacts(StatementKind.Commit);
        }

        if (cursor.Take("SAVEPOINT"))
        {
            return new StatementFacts(StatementKind.Savepoint) { ObjectName = cursor.TakeName() };
        }

        if (cursor.Take("RELEASE"))
        {
            cursor.Take("SAVEPOINT");
            return new StatementFacts(StatementKind.Release) { ObjectName = cursor.TakeName() };
        }

        if (!cursor.Take("ROLLBACK"))
        {
            return new StatementFacts(StatementKind.Other);
        }

        cursor.Take("TRANSACTION");
        if (!cursor.Take("TO"))
        {
            return new StatementFacts(StatementKind.Rollback);
        }

        cursor.Take("SAVEPOINT");
        return new StatementFacts(StatementKind.RollbackTo) { ObjectName = cursor.TakeName() };
    }
}
