namespace PSMigrate.Databases.Sql.MySql;

/// <summary>Reads what neither defines objects nor writes rows: settings, rights, maintenance, calls.</summary>
internal static class MySqlAdministrationReader
{
    public static StatementFacts? Read(TokenCursor cursor)
    {
        if (cursor.Take("SET"))
        {
            return ReadSet(cursor);
        }

        if (cursor.Take("USE"))
        {
            return new StatementFacts(StatementKind.Use) { ObjectKind = SqlObjectKind.Database, ObjectName = cursor.TakeName() };
        }

        if (cursor.Take("LOCK"))
        {
            // LOCK INSTANCE FOR BACKUP locks no table, and commits nothing.
            return cursor.TakeAny("TABLE", "TABLES")
                ? MySqlStatementReader.Commits(MySqlStatementReader.Named(StatementKind.LockTables, SqlObjectKind.Table, MySqlStatementReader.TakeNames(cursor)))
                : new StatementFacts(StatementKind.Control);
        }

        if (cursor.Take("UNLOCK"))
        {
            return cursor.TakeAny("TABLE", "TABLES")
                ? MySqlStatementReader.Commits(new StatementFacts(StatementKind.UnlockTables))
                : new StatementFacts(StatementKind.Control);
        }

        if (cursor.TakeAny("GRANT", "REVOKE"))
        {
            cursor.Mark--;
            return MySqlStatementReader.Commits(new StatementFacts(cursor.Take("GRANT") ? StatementKind.Grant : StatementKind.Revoke));
        }

        if (cursor.Take("CALL"))
        {
            return MySqlStatementReader.Named(StatementKind.Call, SqlObjectKind.Procedure, cursor.TakeObjectName()) with
            {
                IsOpaque = true,
                Transaction = TransactionNeed.MayCommit,
            };
        }

        return ReadMaintenance(cursor) ?? ReadControl(cursor);
    }

    private static StatementFacts ReadSet(TokenCursor cursor)
    {
        if (cursor.Take("NAMES"))
        {
            return Setting("names", cursor.Rest);
        }

        if (cursor.Take("CHARACTER", "SET") || cursor.Take("CHARSET"))
        {
            return Setting("character_set", cursor.Rest);
        }

        if (cursor.Take("PASSWORD"))
        {
            return MySqlStatementReader.Commits(new StatementFacts(StatementKind.Alter) { ObjectKind = SqlObjectKind.User });
        }

        if (cursor.Take("DEFAULT", "ROLE"))
        {
            return MySqlStatementReader.Commits(new StatementFacts(StatementKind.Alter) { ObjectKind = SqlObjectKind.User });
        }

        if (cursor.Take("ROLE"))
        {
            return Setting("role", cursor.Rest);
        }

        var scope = cursor.Take("GLOBAL") ? SettingScope.Server : cursor.TakeAny("SESSION", "LOCAL") ? SettingScope.Session : (SettingScope?)null;
        if (cursor.Take("TRANSACTION"))
        {
            // Without a scope it is for the next transaction only.
            return Setting("transaction", cursor.Rest) with { SettingScope = scope ?? SettingScope.Transaction };
        }

        var assignments = new List<SettingAssignment>();
        do
        {
            scope = cursor.TakeAny("GLOBAL", "PERSIST", "PERSIST_ONLY") ? SettingScope.Server
                : cursor.TakeAny("SESSION", "LOCAL") ? SettingScope.Session
                : scope;
            assignments.Add(ReadAssignment(cursor, scope ?? SettingScope.Session));
            scope = null;
        }
        while (cursor.TakePunctuation(','));

        var first = assignments[0];
        return new StatementFacts(StatementKind.Set)
        {
            SettingName = first.Name,
            SettingValue = first.Value,
            SettingScope = first.Scope,
            Assignments = assignments,
            Transaction = assignments.Exists(a => a is { Name: "autocommit", Value: "1" or "on" or "ON" or "true" or "TRUE" })
                ? TransactionNeed.CommitsImplicitly
                : TransactionNeed.Any,
        };
    }

    /// <summary><c>a = 1</c>, <c>@@session.a := 1</c>, <c>@a = 1</c></summary>
    private static SettingAssignment ReadAssignment(TokenCursor cursor, SettingScope scope)
    {
        var name = cursor.Current.ToString();
        cursor.Skip();
        if (name.StartsWith("@@", StringComparison.Ordinal))
        {
            name = name[2..];
            if (cursor.TakePunctuation('.'))
            {
                scope = name.ToUpperInvariant() is "GLOBAL" or "PERSIST" or "PERSIST_ONLY" ? SettingScope.Server : SettingScope.Session;
                name = cursor.TakeName() ?? "";
            }
        }
        else if (name.StartsWith('@'))
        {
            scope = SettingScope.Variable;
            name = name.Length == 1 ? "@" + cursor.TakeName() : name;
        }
        else
        {
            name = SqlIdentifier.Unquote(name);
        }

        if (!cursor.TakePunctuation('='))
        {
            // ":=" is one token.
            cursor.Skip();
        }

        var value = cursor.TakeItem();
        return new SettingAssignment(name.ToLowerInvariant(), value.Equals("DEFAULT", StringComparison.OrdinalIgnoreCase) ? null : value, scope);
    }

    private static StatementFacts Setting(string name, string value) =>
        new(StatementKind.Set) { SettingName = name, SettingValue = value };

    private static StatementFacts? ReadMaintenance(TokenCursor cursor)
    {
        if (cursor.TakeAny("ANALYZE", "OPTIMIZE", "REPAIR", "CHECK"))
        {
            cursor.Mark--;
            var kind = cursor.Is("ANALYZE") ? StatementKind.Analyze : cursor.Is("CHECK") ? StatementKind.Control : StatementKind.Reindex;
            cursor.Skip();
            cursor.TakeAny("NO_WRITE_TO_BINLOG", "LOCAL");
            cursor.TakeAny("TABLE", "TABLES", "VIEW");
            return MySqlStatementReader.Commits(MySqlStatementReader.Named(kind, SqlObjectKind.Table, MySqlStatementReader.TakeNames(cursor)));
        }

        if (cursor.Take("FLUSH") || cursor.Take("CACHE", "INDEX") || cursor.Take("LOAD", "INDEX"))
        {
            return MySqlStatementReader.Commits(new StatementFacts(StatementKind.Control));
        }

        if (cursor.Take("RESET"))
        {
            var persist = cursor.Is("PERSIST");
            return new StatementFacts(StatementKind.Other) { Transaction = persist ? TransactionNeed.Any : TransactionNeed.CommitsImplicitly };
        }

        return cursor.TakeAny("INSTALL", "UNINSTALL", "CHANGE", "STOP", "START", "PURGE", "IMPORT", "CLONE", "SHUTDOWN", "RESTART")
            ? MySqlStatementReader.Commits(new StatementFacts(StatementKind.Other))
            : null;
    }

    private static StatementFacts? ReadControl(TokenCursor cursor)
    {
        if (cursor.Take("EXECUTE"))
        {
            return new StatementFacts(StatementKind.Call) { IsOpaque = true, Transaction = TransactionNeed.MayCommit };
        }

        if (cursor.Take("DO"))
        {
            return new StatementFacts(StatementKind.Control);
        }

        return cursor.TakeAny("PREPARE", "DEALLOCATE", "HANDLER", "HELP", "SIGNAL", "RESIGNAL", "CHECKSUM", "KILL")
            ? new StatementFacts(StatementKind.Control)
            : null;
    }
}
