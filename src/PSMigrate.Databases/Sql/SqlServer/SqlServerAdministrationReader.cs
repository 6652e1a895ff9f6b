namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>Reads what neither defines objects nor writes rows: settings, rights, maintenance, calls, steering.</summary>
internal static class SqlServerAdministrationReader
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

        if (cursor.TakeAny("GRANT", "DENY"))
        {
            return ReadRights(cursor, StatementKind.Grant);
        }

        if (cursor.Take("REVOKE"))
        {
            return ReadRights(cursor, StatementKind.Revoke);
        }

        if (cursor.TakeAny("ENABLE", "DISABLE"))
        {
            return ReadTriggerSwitch(cursor);
        }

        return ReadServer(cursor) ?? ReadControl(cursor) ?? SqlServerCallReader.Read(cursor);
    }

    private static StatementFacts ReadSet(TokenCursor cursor)
    {
        if (cursor.Kind == SqlTokenKind.Parameter)
        {
            return new StatementFacts(StatementKind.Set)
            {
                SettingName = cursor.Current.ToString().ToLowerInvariant(),
                SettingScope = SettingScope.Variable,
            };
        }

        if (cursor.Take("TRANSACTION", "ISOLATION", "LEVEL"))
        {
            return new StatementFacts(StatementKind.Set) { SettingName = "transaction isolation level", SettingValue = cursor.Rest };
        }

        if (cursor.Take("IDENTITY_INSERT"))
        {
            var table = cursor.TakeObjectName();
            return SqlServerStatementReader.Named(StatementKind.Set, SqlObjectKind.Table, table) with
            {
                SettingName = "identity_insert",
                SettingValue = cursor.Rest,
            };
        }

        if (cursor.Take("STATISTICS"))
        {
            return new StatementFacts(StatementKind.Set) { SettingName = $"statistics {cursor.TakeName()?.ToLowerInvariant()}", SettingValue = cursor.Rest };
        }

        // SET XACT_ABORT, NOCOUNT ON
        var names = new List<string>();
        do
        {
            if (cursor.TakeName() is { } name)
            {
                names.Add(name.ToLowerInvariant());
            }
        }
        while (cursor.TakePunctuation(','));

        var value = cursor.Rest;
        var assignments = names.Select(name => new SettingAssignment(name, value, SettingScope.Session)).ToList();
        return new StatementFacts(StatementKind.Set)
        {
            SettingName = names.Count > 0 ? names[0] : null,
            SettingValue = value,
            Assignments = assignments,
        };
    }

    private static StatementFacts ReadRights(TokenCursor cursor, StatementKind kind)
    {
        var cascade = cursor.HasAhead("CASCADE");
        if (!cursor.SkipPast("ON"))
        {
            return new StatementFacts(kind) { Cascade = cascade };
        }

        // ON OBJECT::dbo.t, ON SCHEMA::s
        var objectKind = SqlObjectKind.Unknown;
        var mark = cursor.Mark;
        var cls = cursor.TakeName();
        if (cursor.Current is "::")
        {
            objectKind = cls?.ToUpperInvariant() switch
            {
                "SCHEMA" => SqlObjectKind.Schema,
                "DATABASE" => SqlObjectKind.Database,
                "TYPE" => SqlObjectKind.Type,
                "ROLE" => SqlObjectKind.Role,
                "USER" => SqlObjectKind.User,
                "LOGIN" => SqlObjectKind.Login,
                "OBJECT" => SqlObjectKind.Unknown,
                _ => SqlObjectKind.Other,
            };
            cursor.Skip();
        }
        else
        {
            cursor.Mark = mark;
        }

        return SqlServerStatementReader.Named(kind, objectKind, cursor.TakeObjectName()) with { Cascade = cascade };
    }

    /// <summary><c>DISABLE TRIGGER a, b ON dbo.t</c></summary>
    private static StatementFacts? ReadTriggerSwitch(TokenCursor cursor)
    {
        cursor.Mark--;
        var kind = cursor.Take("ENABLE") ? StatementKind.EnableTrigger : StatementKind.DisableTrigger;
        cursor.Take("DISABLE");
        if (!cursor.Take("TRIGGER"))
        {
            return null;
        }

        var all = cursor.Take("ALL");
        var names = all ? [] : SqlServerStatementReader.TakeNames(cursor);
        cursor.Take("ON");
        var table = cursor.IsAny("DATABASE", "ALL") ? null : cursor.TakeObjectName();
        return SqlServerStatementReader.Named(kind, SqlObjectKind.Trigger, names) with { OnSchema = table?.Schema, OnTable = table?.Name };
    }

    private static StatementFacts? ReadServer(TokenCursor cursor)
    {
        if (cursor.TakeAny("BACKUP", "RESTORE"))
        {
            cursor.Mark--;
            var kind = cursor.Take("BACKUP") ? StatementKind.Backup : StatementKind.Restore;
            cursor.Take("RESTORE");
            var ofDatabase = cursor.TakeAny("DATABASE", "LOG");
            return Outside(new StatementFacts(kind)
            {
                ObjectKind = SqlObjectKind.Database,
                ObjectName = ofDatabase && cursor.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedIdentifier ? cursor.TakeName() : null,
            });
        }

        if (cursor.TakeAny("RECONFIGURE", "SHUTDOWN"))
        {
            return Outside(new StatementFacts(StatementKind.Alter) { ObjectKind = SqlObjectKind.System });
        }

        if (cursor.Take("KILL"))
        {
            return Outside(new StatementFacts(StatementKind.Control));
        }

        // DBCC checks, shrinks, reseeds: what it does depends on the word that follows.
        if (cursor.Take("DBCC"))
        {
            var command = cursor.TakeName()?.ToUpperInvariant() ?? "";
            var onlyLooks = command is "CHECKDB" or "CHECKTABLE" or "CHECKCONSTRAINTS" or "CHECKCATALOG" or "CHECKALLOC" or "SHOW_STATISTICS"
                or "INPUTBUFFER" or "OPENTRAN" or "SQLPERF" or "USEROPTIONS" or "TRACEON" or "TRACEOFF" or "TRACESTATUS" or "HELP";
            var outside = command is "SHRINKDATABASE" or "SHRINKFILE" or "SHRINKLOG";
            var facts = new StatementFacts(onlyLooks ? StatementKind.Control : StatementKind.Other);
            return outside ? Outside(facts) : facts;
        }

        return cursor.TakeAny("ADD", "SEND", "RECEIVE", "READTEXT", "WRITETEXT", "UPDATETEXT", "GET", "MOVE")
            ? new StatementFacts(StatementKind.Other)
            : null;
    }

    private static StatementFacts? ReadControl(TokenCursor cursor) =>
        cursor.TakeAny("DECLARE", "PRINT", "RAISERROR", "THROW", "RETURN", "GOTO", "WAITFOR", "BREAK", "CONTINUE", "OPEN", "FETCH", "CLOSE", "DEALLOCATE")
        || cursor.TakeAny("CHECKPOINT", "REVERT", "SETUSER") || ((cursor.Is("EXECUTE") || cursor.Is("EXEC")) && cursor.Is("AS", 1))
            ? new StatementFacts(StatementKind.Control)
            : cursor.Is("BEGIN") || cursor.Is("END") ? new StatementFacts(StatementKind.Other)
            : null;

    private static StatementFacts Outside(StatementFacts facts) => facts with { Transaction = TransactionNeed.CannotBeInTransaction };
}
