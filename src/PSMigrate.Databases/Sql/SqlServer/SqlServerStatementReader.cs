using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>
/// Says what one Transact-SQL statement does, from its words alone. One that is not known is <see cref="StatementKind.Other"/>. What
/// cannot be in a transaction is told by the section "Transactions" of the documentation ("Transact-SQL statements allowed in transactions").
/// </summary>
internal static partial class SqlServerStatementReader
{
    /// <summary>What a list of OUTPUT ends at.</summary>
    private static readonly FrozenSet<string> OutputEnds = WordSet.Of("into output from where values select default exec execute option");

    public static StatementFacts Read(TokenCursor cursor)
    {
        if (cursor.Is("WITH"))
        {
            while (!cursor.AtEnd && !cursor.IsAny("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"))
            {
                cursor.SkipGroup();
            }
        }

        while (cursor.TakePunctuation('('))
        {
        }

        return ReadRows(cursor)
            ?? SqlServerDefinitionReader.Read(cursor)
            ?? ReadTransaction(cursor)
            ?? SqlServerAdministrationReader.Read(cursor)
            ?? new StatementFacts(StatementKind.Other);
    }

    private static StatementFacts? ReadRows(TokenCursor cursor)
    {
        if (cursor.Take("INSERT"))
        {
            SkipTop(cursor);
            cursor.Take("INTO");
            var target = TakeTarget(cursor, StatementKind.Insert);
            return ReadOutput(cursor, target with { Columns = cursor.IsPunctuation('(') ? cursor.TakeNameList() : [] });
        }

        if (cursor.Take("UPDATE", "STATISTICS"))
        {
            return Named(StatementKind.Analyze, SqlObjectKind.Table, cursor.TakeObjectName());
        }

        if (cursor.Take("UPDATE"))
        {
            var limited = SkipTop(cursor);
            return ReadClauses(cursor, ResolveAlias(cursor, TakeTarget(cursor, StatementKind.Update)) with { HasLimit = limited });
        }

        if (cursor.Take("DELETE"))
        {
            var limited = SkipTop(cursor);
            cursor.Take("FROM");
            return ReadClauses(cursor, ResolveAlias(cursor, TakeTarget(cursor, StatementKind.Delete)) with { HasLimit = limited });
        }

        if (cursor.Take("MERGE"))
        {
            SkipTop(cursor);
            cursor.Take("INTO");
            return ReadClauses(cursor, TakeTarget(cursor, StatementKind.Merge));
        }

        if (cursor.Take("BULK", "INSERT"))
        {
            return TakeTarget(cursor, StatementKind.Copy);
        }

        if (cursor.Take("TRUNCATE", "TABLE"))
        {
            return TakeTarget(cursor, StatementKind.Truncate);
        }

        return cursor.Take("SELECT") ? ReadSelect(cursor) : null;
    }

    private static StatementFacts ReadSelect(TokenCursor cursor)
    {
        // SELECT @a = … only sets a variable, and changes nothing.
        var facts = new StatementFacts(StatementKind.Select);
        while (!cursor.AtEnd)
        {
            if (cursor.Take("INTO"))
            {
                facts = TakeTarget(cursor, StatementKind.CreateTable) with { AsSelect = true };
            }

            facts = cursor.Is("TOP") ? facts with { HasLimit = true } : facts;
            cursor.SkipGroup();
        }

        return facts;
    }

    private static bool SkipTop(TokenCursor cursor)
    {
        if (!cursor.Take("TOP"))
        {
            return false;
        }

        cursor.SkipGroup();
        cursor.Take("PERCENT");
        return true;
    }

    private static StatementFacts TakeTarget(TokenCursor cursor, StatementKind kind)
    {
        if (cursor.Kind == SqlTokenKind.Parameter)
        {
            // A table variable.
            cursor.Skip();
            return new StatementFacts(kind) { IsTemporary = true };
        }

        return Named(kind, SqlObjectKind.Table, cursor.TakeObjectName());
    }

    /// <summary><c>UPDATE o SET … FROM dbo.Orders AS o</c> writes to <c>dbo.Orders</c>.</summary>
    private static StatementFacts ResolveAlias(TokenCursor cursor, StatementFacts facts)
    {
        if (facts is not { Schema: null, ObjectName: { } alias } || facts.IsTemporary)
        {
            return facts;
        }

        var mark = cursor.Mark;
        while (!cursor.AtEnd && (cursor.SkipPast("FROM") || !cursor.AtEnd))
        {
            do
            {
                var table = cursor.TakeObjectName();
                cursor.Take("AS");
                var isNamed = cursor.Kind == SqlTokenKind.QuotedIdentifier || (cursor.IsWord() && !SqlServerKeywords.All.Contains(cursor.Current.ToString()));
                if (table is not null && isNamed && alias.Equals(cursor.TakeName(), StringComparison.OrdinalIgnoreCase))
                {
                    cursor.Mark = mark;
                    return facts with { Database = table.Database, Schema = table.Schema, ObjectName = table.Name };
                }

                while (!cursor.AtEnd && !cursor.IsPunctuation(',') && !cursor.Is("JOIN") && !cursor.Is("APPLY"))
                {
                    cursor.SkipGroup();
                }
            }
            while (cursor.TakePunctuation(',') || cursor.TakeAny("JOIN", "APPLY"));
        }

        cursor.Mark = mark;
        return facts;
    }

    private static StatementFacts ReadClauses(TokenCursor cursor, StatementFacts facts)
    {
        while (!cursor.AtEnd)
        {
            if (cursor.Take("OUTPUT"))
            {
                facts = TakeOutput(cursor, facts);
                continue;
            }

            facts = cursor.Is("WHERE") ? facts with { HasWhere = true } : facts;
            cursor.SkipGroup();
        }

        return facts;
    }

    /// <summary>What an INSERT says before its rows.</summary>
    private static StatementFacts ReadOutput(TokenCursor cursor, StatementFacts facts)
    {
        while (!cursor.AtEnd && !cursor.Is("VALUES") && !cursor.Is("SELECT") && !cursor.Is("EXEC") && !cursor.Is("EXECUTE"))
        {
            if (cursor.Take("OUTPUT"))
            {
                facts = TakeOutput(cursor, facts);
            }
            else
            {
                cursor.SkipGroup();
            }
        }

        return facts;
    }

    /// <summary>A statement can have two: one whose rows are added to a table, and one whose rows are returned.</summary>
    private static StatementFacts TakeOutput(TokenCursor cursor, StatementFacts facts)
    {
        while (!cursor.AtEnd && !OutputEnds.Contains(cursor.Current.ToString()))
        {
            cursor.SkipGroup();
        }

        if (!cursor.Take("INTO"))
        {
            return facts with { HasReturning = true };
        }

        var into = cursor.Kind == SqlTokenKind.Parameter ? null : cursor.TakeObjectName();
        return into is null || into.Name.StartsWith('#') ? facts : facts with { ReturnsInto = into };
    }

    private static StatementFacts? ReadTransaction(TokenCursor cursor)
    {
        if (cursor.Take("BEGIN", "DISTRIBUTED"))
        {
            return new StatementFacts(StatementKind.Other) { Transaction = TransactionNeed.CannotBeInTransaction };
        }

        if (cursor.Is("BEGIN") && (cursor.Is("TRAN", 1) || cursor.Is("TRANSACTION", 1)))
        {
            cursor.Mark += 2;
            return new StatementFacts(StatementKind.Begin) { ObjectName = TakeTransactionName(cursor) };
        }

        if (cursor.Take("COMMIT"))
        {
            cursor.TakeAny("TRAN", "TRANSACTION", "WORK");
            return new StatementFacts(StatementKind.Commit) { ObjectName = TakeTransactionName(cursor) };
        }

        if (cursor.Take("SAVE"))
        {
            cursor.TakeAny("TRAN", "TRANSACTION");
            return new StatementFacts(StatementKind.Savepoint) { ObjectName = TakeTransactionName(cursor) };
        }

        if (!cursor.Take("ROLLBACK"))
        {
            return null;
        }

        // With a name it goes back to that savepoint; or takes the whole transaction back, if that was begun with the name.
        cursor.TakeAny("TRAN", "TRANSACTION", "WORK");
        var name = TakeTransactionName(cursor);
        return new StatementFacts(name is null ? StatementKind.Rollback : StatementKind.RollbackTo) { ObjectName = name };
    }

    private static string? TakeTransactionName(TokenCursor cursor)
    {
        if (cursor.Is("WITH"))
        {
            return null;
        }

        if (cursor.Kind == SqlTokenKind.Parameter)
        {
            var variable = cursor.Current.ToString();
            cursor.Skip();
            return variable;
        }

        return cursor.TakeName();
    }

    internal static StatementFacts Named(StatementKind kind, SqlObjectKind objectKind, SqlObjectName? name) => new(kind)
    {
        ObjectKind = objectKind,
        Database = name?.Database,
        Schema = name?.Schema,
        ObjectName = name?.Name,
        IsTemporary = name is not null && (name.Name.StartsWith('#') || "tempdb".Equals(name.Database, StringComparison.OrdinalIgnoreCase)),
    };

    internal static StatementFacts Named(StatementKind kind, SqlObjectKind objectKind, IReadOnlyList<SqlObjectName> names)
    {
        var facts = Named(kind, objectKind, names.Count > 0 ? names[0] : null);
        return names.Count > 1 ? facts with { Names = names, IsTemporary = names.All(n => n.Name.StartsWith('#')) } : facts;
    }

    internal static IReadOnlyList<SqlObjectName> TakeNames(TokenCursor cursor)
    {
        var names = new List<SqlObjectName>();
        do
        {
            if (cursor.TakeObjectName() is { } name)
            {
                names.Add(name);
            }
        }
        while (cursor.TakePunctuation(','));

        return names;
    }

    /// <summary>True where the text asks for what is not done in transactions: memory-optimised tables, native code, resumable work.</summary>
    internal static bool AvoidsTransactions(string sql) => OutsideTransactions().IsMatch(sql);

    [GeneratedRegex(@"\b(?:MEMORY_OPTIMIZED|RESUMABLE)\s*=\s*ON\b|\bNATIVE_COMPILATION\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OutsideTransactions();
}
