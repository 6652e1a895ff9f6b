using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Sql.PostgreSql;

/// <summary>
/// Says what a PostgreSQL statement does, from its words alone. A statement that the server would refuse is read as far as it goes; one
/// that is not known is <see cref="StatementKind.Other"/>.
/// </summary>
public static partial class PostgreSqlStatementReader
{
    public static StatementFacts Read(SqlStatement statement) => statement.Facts ??= Read(statement.Text);

    /// <exception cref="MigrationException">UnclosedString, UnclosedIdentifier, UnclosedComment.</exception>
    public static StatementFacts Read(string sql) => Read(TokenCursor.Over(sql, SqlDialect.PostgreSql));

    internal static StatementFacts Read(TokenCursor cursor)
    {
        var with = new List<StatementFacts>();
        if (cursor.Take("EXPLAIN"))
        {
            return ReadExplain(cursor);
        }

        if (cursor.Take("WITH"))
        {
            ReadCommonTables(cursor, with);
        }

        // A query may stand in parentheses.
        while (cursor.TakePunctuation('('))
        {
        }

        var facts = ReadRows(cursor)
            ?? PostgreSqlDefinitionReader.Read(cursor)
            ?? ReadTransaction(cursor)
            ?? PostgreSqlAdministrationReader.Read(cursor)
            ?? new StatementFacts(StatementKind.Other);
        return with.Count == 0 ? facts : facts with { WithStatements = with };
    }

    /// <summary>EXPLAIN ANALYZE runs what it explains.</summary>
    private static StatementFacts ReadExplain(TokenCursor cursor)
    {
        var runs = cursor.TakeAny("ANALYZE", "ANALYSE");
        cursor.Take("VERBOSE");
        if (cursor.IsPunctuation('(') && !cursor.IsPunctuation('(', 1))
        {
            var mark = cursor.Mark;
            var options = cursor.TakeParentheses() ?? "";
            if (AnalyzeOption().IsMatch(options))
            {
                runs = true;
            }
            else if (options.StartsWith("select", StringComparison.OrdinalIgnoreCase))
            {
                cursor.Mark = mark;
            }
        }

        return runs ? Read(cursor) : new StatementFacts(StatementKind.Explain);
    }

    /// <summary><c>name (columns) AS NOT MATERIALIZED (statement) SEARCH … CYCLE …, …</c></summary>
    private static void ReadCommonTables(TokenCursor cursor, List<StatementFacts> writing)
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
            cursor.Take("NOT");
            cursor.Take("MATERIALIZED");
            if (cursor.TakeParentheses() is { Length: > 0 } inner)
            {
                var facts = Read(inner);
                writing.AddRange(facts.WithStatements);
                if (facts.Kind is not StatementKind.Select)
                {
                    writing.Add(facts with { WithStatements = [] });
                }
            }

            while (cursor.IsAny("SEARCH", "CYCLE"))
            {
                while (!cursor.AtEnd && !cursor.IsPunctuation(',') && !cursor.IsAny("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE"))
                {
                    cursor.Skip();
                }
            }
        }
        while (cursor.TakePunctuation(','));
    }

    private static StatementFacts? ReadRows(TokenCursor cursor)
    {
        if (cursor.Take("INSERT"))
        {
            cursor.Take("INTO");
            var facts = Named(StatementKind.Insert, SqlObjectKind.Table, cursor.TakeObjectName());
            if (cursor.Take("AS"))
            {
                cursor.TakeName();
            }

            facts = facts with { Columns = cursor.IsPunctuation('(') ? cursor.TakeNameList() : [] };
            return facts with { HasReturning = cursor.HasAhead("RETURNING") };
        }

        if (cursor.Take("UPDATE"))
        {
            cursor.Take("ONLY");
            return ReadClauses(cursor, Named(StatementKind.Update, SqlObjectKind.Table, cursor.TakeObjectName()));
        }

        if (cursor.Take("DELETE"))
        {
            cursor.Take("FROM");
            cursor.Take("ONLY");
            return ReadClauses(cursor, Named(StatementKind.Delete, SqlObjectKind.Table, cursor.TakeObjectName()));
        }

        if (cursor.Take("MERGE"))
        {
            cursor.Take("INTO");
            cursor.Take("ONLY");
            return ReadClauses(cursor, Named(StatementKind.Merge, SqlObjectKind.Table, cursor.TakeObjectName()));
        }

        if (cursor.Take("COPY"))
        {
            return ReadCopy(cursor);
        }

        if (cursor.Take("TRUNCATE"))
        {
            cursor.Take("TABLE");
            var facts = Named(StatementKind.Truncate, SqlObjectKind.Table, TakeNames(cursor));
            return facts with { Cascade = cursor.HasAhead("CASCADE") };
        }

        if (cursor.Take("SELECT"))
        {
            return ReadSelect(cursor);
        }

        return cursor.TakeAny("VALUES", "TABLE") ? new StatementFacts(StatementKind.Select) : null;
    }

    private static StatementFacts ReadSelect(TokenCursor cursor)
    {
        var facts = new StatementFacts(StatementKind.Select);
        while (!cursor.AtEnd)
        {
            if (cursor.Take("INTO"))
            {
                var temporary = cursor.TakeAny("TEMP", "TEMPORARY");
                cursor.Take("UNLOGGED");
                cursor.Take("TABLE");
                facts = Named(StatementKind.CreateTable, SqlObjectKind.Table, cursor.TakeObjectName()) with
                {
                    AsSelect = true,
                    IsTemporary = temporary,
                };
            }

            facts = cursor.Is("LIMIT") || cursor.Is("FETCH") ? facts with { HasLimit = true } : facts;
            cursor.SkipGroup();
        }

        return facts;
    }

    private static StatementFacts ReadCopy(TokenCursor cursor)
    {
        cursor.Take("BINARY");
        if (cursor.IsPunctuation('('))
        {
            return new StatementFacts(StatementKind.Copy);
        }

        var facts = Named(StatementKind.Copy, SqlObjectKind.Table, cursor.TakeObjectName());
        facts = facts with { Columns = cursor.IsPunctuation('(') ? cursor.TakeNameList() : [] };
        if (!cursor.Take("FROM"))
        {
            // COPY … TO reads the table; it may write a file on the server.
            return facts with { ObjectName = null, Schema = null, Names = [] };
        }

        return facts with { ReadsFromScript = cursor.Is("STDIN") };
    }

    /// <summary>The clauses outside parentheses: the words are reserved, so that bare ones are always clauses.</summary>
    internal static StatementFacts ReadClauses(TokenCursor cursor, StatementFacts facts)
    {
        while (!cursor.AtEnd)
        {
            facts = cursor.Is("WHERE") ? facts with { HasWhere = true }
                : cursor.Is("RETURNING") ? facts with { HasReturning = true }
                : facts;
            cursor.SkipGroup();
        }

        return facts;
    }

    private static StatementFacts? ReadTransaction(TokenCursor cursor)
    {
        if (cursor.Take("BEGIN") || cursor.Take("START", "TRANSACTION"))
        {
            cursor.TakeAny("WORK", "TRANSACTION");
            return new StatementFacts(StatementKind.Begin) { TransactionModes = cursor.AtEnd ? null : cursor.Rest };
        }

        if (cursor.Is("COMMIT") || cursor.Is("ROLLBACK") ? cursor.Is("PREPARED", 1) : cursor.Is("PREPARE") && cursor.Is("TRANSACTION", 1))
        {
            return new StatementFacts(StatementKind.Other) { Transaction = TransactionNeed.CannotBeInTransaction };
        }

        if (cursor.TakeAny("COMMIT", "END"))
        {
            return new StatementFacts(StatementKind.Commit) { TransactionModes = Chain(cursor) };
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

        if (!cursor.TakeAny("ROLLBACK", "ABORT"))
        {
            return null;
        }

        cursor.TakeAny("WORK", "TRANSACTION");
        if (!cursor.Take("TO"))
        {
            return new StatementFacts(StatementKind.Rollback) { TransactionModes = Chain(cursor) };
        }

        cursor.Take("SAVEPOINT");
        return new StatementFacts(StatementKind.RollbackTo) { ObjectName = cursor.TakeName() };
    }

    /// <summary>AND CHAIN begins the next transaction at once.</summary>
    private static string? Chain(TokenCursor cursor)
    {
        cursor.TakeAny("WORK", "TRANSACTION");
        return cursor.Take("AND", "CHAIN") ? "AND CHAIN" : null;
    }

    internal static StatementFacts Named(StatementKind kind, SqlObjectKind objectKind, SqlObjectName? name) => new(kind)
    {
        ObjectKind = objectKind,
        Database = name?.Database,
        Schema = name?.Schema,
        ObjectName = name?.Name,
        IsTemporary = name?.Schema is "pg_temp",
    };

    internal static StatementFacts Named(StatementKind kind, SqlObjectKind objectKind, IReadOnlyList<SqlObjectName> names)
    {
        var facts = Named(kind, objectKind, names.Count > 0 ? names[0] : null);
        return names.Count > 1 ? facts with { Names = names } : facts;
    }

    /// <summary><c>ONLY a.b, c *</c></summary>
    internal static IReadOnlyList<SqlObjectName> TakeNames(TokenCursor cursor)
    {
        var names = new List<SqlObjectName>();
        do
        {
            cursor.Take("ONLY");
            if (cursor.TakeObjectName() is { } name)
            {
                names.Add(name);
            }

            cursor.TakePunctuation('*');
            if (cursor.IsPunctuation('('))
            {
                cursor.SkipGroup();
            }
        }
        while (cursor.TakePunctuation(','));

        return names;
    }

    [GeneratedRegex(@"\banaly[sz]e\b(?!\s+(?:off|false|0)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnalyzeOption();
}
