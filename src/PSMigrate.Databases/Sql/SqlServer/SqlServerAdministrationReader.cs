using System.Collections.Frozen;

namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>Reads what neither defines objects nor writes rows: settings, rights, maintenance, calls, steering.</summary>
internal static class SqlServerAdministrationReader
{
    /// <summary>Procedures that refuse to run in a transaction, or change what no transaction takes back.</summary>
    private static readonly FrozenSet<string> OutsideTransactions = WordSet.Of("""
        sp_addlinkedserver sp_dropserver sp_addlinkedsrvlogin sp_droplinkedsrvlogin sp_serveroption sp_addserver sp_attach_db
        sp_attach_single_file_db sp_detach_db sp_renamedb sp_dboption sp_dbcmptlevel sp_create_removable sp_certify_removable sp_changedbowner
        sp_addumpdevice sp_dropdevice sp_replicationdboption sp_adddistributor sp_adddistributiondb
        """);

    /// <summary>Procedures that act on the server, on another database or on the world, whatever database they are called in.</summary>
    private static readonly FrozenSet<string> OfServer = WordSet.Of("""
        sp_configure sp_addlogin sp_droplogin sp_password sp_defaultdb sp_defaultlanguage sp_grantlogin sp_denylogin sp_revokelogin sp_addremotelogin sp_dropremotelogin
        sp_addsrvrolemember sp_dropsrvrolemember sp_addmessage sp_altermessage sp_dropmessage sp_addextendedproc sp_dropextendedproc sp_procoption
        sp_send_dbmail sp_add_job sp_update_job sp_delete_job sp_start_job sp_stop_job sp_add_jobstep sp_update_jobstep sp_delete_jobstep sp_add_jobschedule sp_add_jobserver
        sp_add_schedule sp_attach_schedule sp_delete_schedule sp_cycle_errorlog sp_trace_create sp_trace_setevent sp_trace_setstatus sp_execute_external_script sp_invoke_external_rest_endpoint
        sp_oacreate sp_oamethod sp_oasetproperty sp_addlinkedserver sp_dropserver sp_addlinkedsrvlogin sp_droplinkedsrvlogin sp_serveroption sp_addserver sp_setnetname sp_attach_db
        sp_attach_single_file_db sp_detach_db sp_renamedb sp_dboption sp_create_removable sp_certify_removable sp_addumpdevice sp_dropdevice sp_adddistributor sp_adddistributiondb
        """);

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

        return ReadServer(cursor) ?? ReadControl(cursor) ?? ReadCall(cursor);
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

    /// <summary>EXEC may be left out where the call begins the batch.</summary>
    private static StatementFacts? ReadCall(TokenCursor cursor)
    {
        cursor.TakeAny("EXEC", "EXECUTE");
        if (cursor.Kind == SqlTokenKind.Parameter && cursor.IsPunctuation('=', 1))
        {
            cursor.Mark += 2;
        }

        var procedure = cursor.IsPunctuation('(') || cursor.Kind == SqlTokenKind.Parameter ? null : cursor.TakeObjectName();
        if (procedure is null && !cursor.IsPunctuation('(') && cursor.Kind != SqlTokenKind.Parameter)
        {
            return null;
        }

        if ("sp_rename".Equals(procedure?.Name, StringComparison.OrdinalIgnoreCase) && ReadRename(cursor) is { } rename)
        {
            return rename;
        }

        var outside = procedure is not null
            && (OutsideTransactions.Contains(procedure.Name) || procedure.Name.StartsWith("sp_fulltext", StringComparison.OrdinalIgnoreCase));
        var ofServer = procedure is null ? cursor.HasAhead("AT")
            : OfServer.Contains(procedure.Name) || procedure.Name.StartsWith("xp_", StringComparison.OrdinalIgnoreCase);
        return SqlServerStatementReader.Named(StatementKind.Call, ofServer ? SqlObjectKind.System : SqlObjectKind.Procedure, procedure) with
        {
            IsOpaque = true,
            Transaction = outside ? TransactionNeed.CannotBeInTransaction : TransactionNeed.MayCommit,
        };
    }

    /// <summary><c>sp_rename 'dbo.t.a', 'b', 'COLUMN'</c> with literal arguments in their order; others are calls like any other.</summary>
    private static StatementFacts? ReadRename(TokenCursor cursor)
    {
        var mark = cursor.Mark;
        var arguments = new List<string>();
        while (cursor.Kind == SqlTokenKind.String && cursor.TakeName() is { } argument)
        {
            arguments.Add(argument);
            cursor.TakePunctuation(',');
        }

        if (arguments.Count is < 2 or > 3 || !cursor.AtEnd)
        {
            cursor.Mark = mark;
            return null;
        }

        var name = TokenCursor.Over(arguments[0], SqlDialect.SqlServer).TakeObjectName();
        var to = arguments[1];
        return (arguments.Count == 3 ? arguments[2].ToUpperInvariant() : "OBJECT") switch
        {
            "COLUMN" when name?.Schema is { } table => new StatementFacts(StatementKind.AlterTableRenameColumn)
            {
                ObjectKind = SqlObjectKind.Table,
                Schema = name.Database,
                ObjectName = table,
                ColumnName = name.Name,
                NewName = to,
                Actions = [new TableAction(TableActionKind.RenameColumn) { Name = name.Name, NewName = to }],
            },
            "INDEX" when name?.Schema is { } table => new StatementFacts(StatementKind.Alter)
            {
                ObjectKind = SqlObjectKind.Index,
                ObjectName = name.Name,
                Schema = name.Database,
                OnSchema = name.Database,
                OnTable = table,
                NewName = to,
            },
            _ when name is not null => SqlServerStatementReader.Named(StatementKind.Alter, SqlObjectKind.Unknown, name) with { NewName = to },
            _ => null,
        };
    }

    private static StatementFacts Outside(StatementFacts facts) => facts with { Transaction = TransactionNeed.CannotBeInTransaction };
}
