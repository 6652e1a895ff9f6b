namespace PSMigrate.Databases.Sql.MySql;

/// <summary>
/// Says what a statement of MySQL or MariaDB does, from its words alone, also from those inside <c>/*! … */</c>. One that is not known
/// is <see cref="StatementKind.Other"/>. Which statements commit by themselves is told by the manual's section "Statements That Cause
/// an Implicit Commit".
/// </summary>
public static class MySqlStatementReader
{
    public static StatementFacts Read(SqlStatement statement) => statement.Facts ??= Read(statement.Text, statement.Dialect ?? SqlDialect.MySql);

    /// <exception cref="MigrationException">UnclosedString, UnclosedIdentifier, UnclosedComment.</exception>
    public static StatementFacts Read(string sql) => Read(sql, SqlDialect.MySql);

    internal static StatementFacts Read(string sql, SqlDialect dialect) => Read(TokenCursor.Over(sql, dialect));

    internal static StatementFacts Read(TokenCursor cursor)
    {
        if (cursor.TakeAny("EXPLAIN", "DESCRIBE", "DESC"))
        {
            return ReadExplain(cursor);
        }

        if (cursor.Is("ANALYZE") && (cursor.Is("SELECT", 1) || cursor.Is("UPDATE", 1) || cursor.Is("DELETE", 1) || cursor.Is("INSERT", 1) || cursor.Is("FORMAT", 1)))
        {
            // MariaDB's ANALYZE runs what it explains.
            cursor.Skip();
            cursor.Take("FORMAT");
            cursor.TakePunctuation('=');
            cursor.Take("JSON");
        }

        // MariaDB: SET STATEMENT max_statement_time = 1 FOR statement.
        if (cursor.Take("SET", "STATEMENT"))
        {
            cursor.SkipPast("FOR");
            return Read(cursor);
        }

        if (cursor.Take("WITH"))
        {
            SkipCommonTables(cursor);
        }

        while (cursor.TakePunctuation('('))
        {
        }

        return ReadRows(cursor)
            ?? MySqlDefinitionReader.Read(cursor)
            ?? ReadTransaction(cursor)
            ?? MySqlAdministrationReader.Read(cursor)
            ?? new StatementFacts(StatementKind.Other);
    }

    private static StatementFacts ReadExplain(TokenCursor cursor)
    {
        if (!cursor.Take("ANALYZE"))
        {
            return new StatementFacts(StatementKind.Explain);
        }

        cursor.Take("FORMAT");
        if (cursor.TakePunctuation('='))
        {
            cursor.TakeName();
        }

        return Read(cursor);
    }

    private static void SkipCommonTables(TokenCursor cursor)
    {
        cursor.Take("RECURSIVE");
        do
        {
            cursor.TakeName();
            if (cursor.IsPunctuation('('))
            {
                cursor.SkipGroup();
            }

            cursor.Take("AS");
            if (cursor.IsPunctuation('('))
            {
                cursor.SkipGroup();
            }
        }
        while (cursor.TakePunctuation(','));
    }

    private static StatementFacts? ReadRows(TokenCursor cursor)
    {
        if (cursor.IsAny("INSERT", "REPLACE"))
        {
            var kind = cursor.Take("REPLACE") ? StatementKind.Replace : StatementKind.Insert;
            if (kind == StatementKind.Insert)
            {
                cursor.Skip();
            }

            while (cursor.TakeAny("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE"))
            {
            }

            cursor.Take("INTO");
            var facts = Named(kind, SqlObjectKind.Table, TakeTable(cursor));
            facts = facts with { Columns = cursor.IsPunctuation('(') ? cursor.TakeNameList() : [] };
            return facts with { HasReturning = cursor.HasAhead("RETURNING") };
        }

        if (cursor.Take("UPDATE"))
        {
            while (cursor.TakeAny("LOW_PRIORITY", "IGNORE"))
            {
            }

            return ReadUpdate(cursor);
        }

        if (cursor.Take("DELETE"))
        {
            return ReadDelete(cursor);
        }

        if (cursor.Take("TRUNCATE"))
        {
            cursor.Take("TABLE");
            return Commits(Named(StatementKind.Truncate, SqlObjectKind.Table, TakeTable(cursor)));
        }

        if (cursor.Is("LOAD") && (cursor.Is("DATA", 1) || cursor.Is("XML", 1)))
        {
            cursor.SkipPast("TABLE");
            return Named(StatementKind.Copy, SqlObjectKind.Table, TakeTable(cursor));
        }

        if (cursor.Take("SELECT"))
        {
            return ReadClauses(cursor, new StatementFacts(StatementKind.Select));
        }

        return cursor.TakeAny("VALUES", "TABLE", "SHOW") ? new StatementFacts(StatementKind.Select) : null;
    }

    /// <summary>
    /// <c>DELETE FROM t</c>; of several tables, <c>DELETE a, b FROM …</c> and <c>DELETE FROM a, b USING …</c>, those that lose rows.
    /// </summary>
    private static StatementFacts ReadDelete(TokenCursor cursor)
    {
        while (cursor.TakeAny("LOW_PRIORITY", "QUICK", "IGNORE"))
        {
        }

        var isFirst = cursor.Take("FROM");
        var names = TakeNames(cursor);
        if (cursor.Take(isFirst ? "USING" : "FROM"))
        {
            // What loses rows may be called by what the join calls it.
            var mark = cursor.Mark;
            var references = MySqlTableReferences.Read(cursor, "WHERE", "ORDER", "LIMIT", "RETURNING");
            names = [.. names.Select(references.Resolve).Distinct()];
            cursor.Mark = mark;
        }

        return ReadClauses(cursor, Named(StatementKind.Delete, SqlObjectKind.Table, names));
    }

    /// <summary>Of several tables those are written whose columns are set; all of them where that cannot be told.</summary>
    private static StatementFacts ReadUpdate(TokenCursor cursor)
    {
        var references = MySqlTableReferences.Read(cursor, "SET");
        var names = references.Tables;
        if (names.Count > 1 && cursor.Take("SET"))
        {
            var mark = cursor.Mark;
            names = TakeSet(cursor, references) ?? names;
            cursor.Mark = mark;
        }

        return ReadClauses(cursor, Named(StatementKind.Update, SqlObjectKind.Table, names));
    }

    private static IReadOnlyList<SqlObjectName>? TakeSet(TokenCursor cursor, MySqlTableReferences references)
    {
        var written = new List<SqlObjectName>();
        do
        {
            if (cursor.TakeObjectName() is not { Schema: { } called } column)
            {
                return null;
            }

            var table = references.Resolve(new SqlObjectName(null, column.Database, called));
            if (!written.Contains(table))
            {
                written.Add(table);
            }

            cursor.TakeItem();
        }
        while (cursor.TakePunctuation(','));

        return written;
    }

    private static StatementFacts ReadClauses(TokenCursor cursor, StatementFacts facts)
    {
        while (!cursor.AtEnd)
        {
            facts = cursor.Is("WHERE") ? facts with { HasWhere = true }
                : cursor.Is("LIMIT") ? facts with { HasLimit = true }
                : cursor.Is("RETURNING") ? facts with { HasReturning = true }
                : facts;
            cursor.SkipGroup();
        }

        return facts;
    }

    private static StatementFacts? ReadTransaction(TokenCursor cursor)
    {
        if (cursor.Is("BEGIN") && cursor.Is("NOT", 1))
        {
            // A compound statement that runs at once.
            return new StatementFacts(StatementKind.Do) { IsOpaque = true, Transaction = TransactionNeed.MayCommit };
        }

        if (cursor.Take("BEGIN") || cursor.Take("START", "TRANSACTION"))
        {
            cursor.Take("WORK");
            return new StatementFacts(StatementKind.Begin) { TransactionModes = cursor.AtEnd ? null : cursor.Rest };
        }

        if (cursor.Take("COMMIT"))
        {
            return new StatementFacts(StatementKind.Commit) { TransactionModes = Chain(cursor) };
        }

        if (cursor.Take("SAVEPOINT"))
        {
            return new StatementFacts(StatementKind.Savepoint) { ObjectName = cursor.TakeName() };
        }

        if (cursor.Take("RELEASE", "SAVEPOINT"))
        {
            return new StatementFacts(StatementKind.Release) { ObjectName = cursor.TakeName() };
        }

        if (cursor.Is("XA"))
        {
            return new StatementFacts(StatementKind.Other) { Transaction = TransactionNeed.CannotBeInTransaction };
        }

        if (!cursor.Take("ROLLBACK"))
        {
            return null;
        }

        cursor.Take("WORK");
        if (!cursor.Take("TO"))
        {
            return new StatementFacts(StatementKind.Rollback) { TransactionModes = Chain(cursor) };
        }

        cursor.Take("SAVEPOINT");
        return new StatementFacts(StatementKind.RollbackTo) { ObjectName = cursor.TakeName() };
    }

    private static string? Chain(TokenCursor cursor)
    {
        cursor.Take("WORK");
        return cursor.Take("AND", "CHAIN") ? "AND CHAIN" : null;
    }

    internal static StatementFacts Commits(StatementFacts facts) => facts with { Transaction = TransactionNeed.CommitsImplicitly };

    internal static StatementFacts Named(StatementKind kind, SqlObjectKind objectKind, SqlObjectName? name) => new(kind)
    {
        ObjectKind = objectKind,
        Schema = name?.Schema,
        ObjectName = name?.Name,
    };

    internal static StatementFacts Named(StatementKind kind, SqlObjectKind objectKind, IReadOnlyList<SqlObjectName> names)
    {
        var facts = Named(kind, objectKind, names.Count > 0 ? names[0] : null);
        return names.Count > 1 ? facts with { Names = names } : facts;
    }

    internal static SqlObjectName? TakeTable(TokenCursor cursor)
    {
        var name = cursor.TakeObjectName();

        // "DELETE t.*" names a table.
        if (name is null && cursor.IsPunctuation('*'))
        {
            cursor.Skip();
        }

        return name;
    }

    internal static IReadOnlyList<SqlObjectName> TakeNames(TokenCursor cursor)
    {
        var names = new List<SqlObjectName>();
        do
        {
            var mark = cursor.Mark;
            if (cursor.TakeObjectName() is { } name)
            {
                names.Add(name);
            }
            else if (cursor.IsPunctuation('*'))
            {
                // "t.*" is the table t.
                cursor.Skip();
                var written = cursor.Since(mark).TrimEnd('*', ' ').TrimEnd('.');
                var parts = written.Split('.');
                names.Add(new SqlObjectName(null, parts.Length > 1 ? SqlIdentifier.Unquote(parts[^2]) : null, SqlIdentifier.Unquote(parts[^1])));
            }
        }
        while (cursor.TakePunctuation(','));

        return names;
    }
}
