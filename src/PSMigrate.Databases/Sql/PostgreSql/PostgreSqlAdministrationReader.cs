using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Sql.PostgreSql;

/// <summary>Reads what neither defines objects nor writes rows: settings, rights, maintenance, calls.</summary>
internal static partial class PostgreSqlAdministrationReader
{
    public static StatementFacts? Read(TokenCursor cursor)
    {
        if (cursor.Take("SET"))
        {
            return ReadSet(cursor);
        }

        if (cursor.Take("RESET"))
        {
            return new StatementFacts(StatementKind.Reset) { SettingName = cursor.Is("ALL") ? null : TakeSettingName(cursor) };
        }

        if (cursor.Take("DISCARD"))
        {
            var all = cursor.Is("ALL");
            return new StatementFacts(StatementKind.Reset) { Transaction = all ? TransactionNeed.CannotBeInTransaction : TransactionNeed.Any };
        }

        if (cursor.TakeAny("GRANT", "REVOKE"))
        {
            cursor.Mark--;
            return ReadRights(cursor, cursor.Take("GRANT") ? StatementKind.Grant : StatementKind.Revoke);
        }

        if (cursor.Take("COMMENT", "ON"))
        {
            if (cursor.Take("COLUMN"))
            {
                // The last part of the name is the column's; it is told of with its table.
                var column = cursor.TakeObjectName();
                return PostgreSqlStatementReader.Named(StatementKind.Comment, SqlObjectKind.Table, column?.Schema is { } table ? new SqlObjectName(null, column.Database, table) : column);
            }

            var kind = PostgreSqlObjectKinds.Take(cursor) ?? SqlObjectKind.Unknown;
            return PostgreSqlStatementReader.Named(StatementKind.Comment, kind, cursor.TakeObjectName());
        }

        return ReadCall(cursor) ?? ReadMaintenance(cursor) ?? ReadControl(cursor);
    }

    private static StatementFacts ReadSet(TokenCursor cursor)
    {
        var scope = cursor.Take("LOCAL") ? SettingScope.Transaction : SettingScope.Session;
        if (cursor.Is("SESSION") && !cursor.Is("AUTHORIZATION", 1) && !cursor.IsPunctuation('=', 1) && !cursor.Is("TO", 1))
        {
            cursor.Skip();
        }

        if (cursor.Take("CHARACTERISTICS", "AS", "TRANSACTION"))
        {
            return Setting("default_transaction", cursor.Rest, scope);
        }

        if (cursor.Take("TRANSACTION"))
        {
            return Setting("transaction", cursor.Rest, SettingScope.Transaction);
        }

        if (cursor.Take("CONSTRAINTS"))
        {
            return Setting("constraints", cursor.Rest, SettingScope.Transaction);
        }

        if (cursor.Take("TIME", "ZONE"))
        {
            return Setting("timezone", cursor.Rest, scope);
        }

        if (cursor.Take("SESSION", "AUTHORIZATION"))
        {
            return Setting("session_authorization", cursor.Rest, scope);
        }

        var name = TakeSettingName(cursor);
        if (!cursor.TakePunctuation('='))
        {
            cursor.Take("TO");
        }

        return Setting(name, cursor.Rest, scope);
    }

    private static StatementFacts Setting(string? name, string value, SettingScope scope) => new(StatementKind.Set)
    {
        SettingName = name,
        SettingValue = value.Equals("DEFAULT", StringComparison.OrdinalIgnoreCase) ? null : value,
        SettingScope = scope,
    };

    /// <summary>Extensions have settings with a dot.</summary>
    private static string? TakeSettingName(TokenCursor cursor)
    {
        if (cursor.Take("SESSION", "AUTHORIZATION"))
        {
            return "session_authorization";
        }

        var name = cursor.TakeName();
        while (name is not null && cursor.TakePunctuation('.'))
        {
            name = $"{name}.{cursor.TakeName()}";
        }

        return name?.ToLowerInvariant();
    }

    /// <summary><c>GRANT SELECT ON TABLE a, b TO c</c>, or <c>GRANT role TO c</c>.</summary>
    private static StatementFacts ReadRights(TokenCursor cursor, StatementKind kind)
    {
        var cascade = kind == StatementKind.Revoke && cursor.HasAhead("CASCADE");
        if (!cursor.HasAhead("ON"))
        {
            return new StatementFacts(kind) { ObjectKind = SqlObjectKind.Role, Cascade = cascade };
        }

        cursor.SkipPast("ON");
        if (cursor.Take("ALL"))
        {
            return new StatementFacts(kind) { Cascade = cascade };
        }

        var objectKind = PostgreSqlObjectKinds.Take(cursor) ?? SqlObjectKind.Table;
        return PostgreSqlStatementReader.Named(kind, objectKind, PostgreSqlStatementReader.TakeNames(cursor)) with { Cascade = cascade };
    }

    private static StatementFacts? ReadCall(TokenCursor cursor)
    {
        if (cursor.Take("CALL"))
        {
            return PostgreSqlStatementReader.Named(StatementKind.Call, SqlObjectKind.Procedure, cursor.TakeObjectName()) with
            {
                IsOpaque = true,
                Transaction = TransactionNeed.MayCommit,
            };
        }

        if (cursor.Take("DO"))
        {
            return new StatementFacts(StatementKind.Do)
            {
                IsOpaque = true,
                Transaction = EndsTransaction().IsMatch(cursor.Rest) ? TransactionNeed.MayCommit : TransactionNeed.Any,
            };
        }

        if (cursor.Take("EXECUTE"))
        {
            return new StatementFacts(StatementKind.Call) { IsOpaque = true };
        }

        return cursor.TakeAny("PREPARE", "IMPORT") ? new StatementFacts(StatementKind.Other) { IsOpaque = true } : null;
    }

    private static StatementFacts? ReadMaintenance(TokenCursor cursor)
    {
        if (cursor.Take("VACUUM"))
        {
            return new StatementFacts(StatementKind.Vacuum) { Transaction = TransactionNeed.CannotBeInTransaction };
        }

        if (cursor.TakeAny("ANALYZE", "ANALYSE"))
        {
            cursor.Take("VERBOSE");
            return PostgreSqlStatementReader.Named(StatementKind.Analyze, SqlObjectKind.Table, cursor.IsPunctuation('(') ? [] : PostgreSqlStatementReader.TakeNames(cursor));
        }

        if (cursor.Take("REINDEX"))
        {
            return ReadReindex(cursor);
        }

        if (cursor.Take("REFRESH", "MATERIALIZED", "VIEW"))
        {
            var online = cursor.Take("CONCURRENTLY");
            return PostgreSqlStatementReader.Named(StatementKind.RefreshMaterializedView, SqlObjectKind.MaterializedView, cursor.TakeObjectName()) with
            {
                IsOnline = online,
                IsNotChecked = cursor.HasAhead("NO", "DATA"),
            };
        }

        if (cursor.Take("CLUSTER"))
        {
            cursor.TakeParentheses();
            cursor.Take("VERBOSE");
            var table = cursor.TakeObjectName();
            return PostgreSqlStatementReader.Named(StatementKind.Reindex, SqlObjectKind.Table, table) with
            {
                Transaction = table is null ? TransactionNeed.CannotBeInTransaction : TransactionNeed.Any,
            };
        }

        if (cursor.Take("LOCK"))
        {
            cursor.Take("TABLE");
            return PostgreSqlStatementReader.Named(StatementKind.LockTables, SqlObjectKind.Table, PostgreSqlStatementReader.TakeNames(cursor));
        }

        if (cursor.Take("REASSIGN", "OWNED"))
        {
            return new StatementFacts(StatementKind.Alter) { ObjectKind = SqlObjectKind.Other, IsOpaque = true };
        }

        return cursor.Take("SECURITY", "LABEL") ? new StatementFacts(StatementKind.Comment) : null;
    }

    private static StatementFacts ReadReindex(TokenCursor cursor)
    {
        var online = cursor.TakeParentheses() is { } options && Concurrently().IsMatch(options);
        var whole = cursor.IsAny("DATABASE", "SYSTEM", "SCHEMA");
        var kind = PostgreSqlObjectKinds.Take(cursor) ?? SqlObjectKind.Unknown;
        online |= cursor.Take("CONCURRENTLY");
        return PostgreSqlStatementReader.Named(StatementKind.Reindex, kind, cursor.TakeObjectName()) with
        {
            IsOnline = online,
            Transaction = online || whole ? TransactionNeed.CannotBeInTransaction : TransactionNeed.Any,
        };
    }

    private static StatementFacts? ReadControl(TokenCursor cursor) =>
        cursor.TakeAny("DECLARE", "FETCH", "MOVE", "CLOSE", "SHOW", "LISTEN", "UNLISTEN", "NOTIFY", "DEALLOCATE", "CHECKPOINT", "LOAD")
            ? new StatementFacts(StatementKind.Control)
            : null;

    [GeneratedRegex(@"\b(?:COMMIT|ROLLBACK)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EndsTransaction();

    [GeneratedRegex(@"\bconcurrently\b(?!\s+(?:off|false|0)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Concurrently();
}
