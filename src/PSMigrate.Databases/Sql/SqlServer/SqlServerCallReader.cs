using System.Collections.Frozen;

namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>Reads calls of procedures: what one of the server's own does is known by its name, what others do cannot be read off the call.</summary>
internal static class SqlServerCallReader
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

    /// <summary>EXEC may be left out where the call begins the batch.</summary>
    public static StatementFacts? Read(TokenCursor cursor)
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

        // The server's own are found by their names before anybody else's of the same name.
        if (procedure is { Database: null } && SystemProcedures.Read(procedure.Name, cursor) is { } known)
        {
            return known;
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
}
