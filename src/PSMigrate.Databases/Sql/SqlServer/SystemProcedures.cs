using System.Collections.Frozen;

namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>
/// The server's own procedures that do one known thing to the database they are called in, as its documentation has it
/// (Transact-SQL reference, system stored procedures): calls of them are read like the statements that do the same.
/// </summary>
internal static class SystemProcedures
{
    /// <summary>They only tell; locks of applications are no part of the database.</summary>
    private static readonly FrozenSet<string> OnlyTell = WordSet.Of("""
        sp_help sp_helpconstraint sp_helpdb sp_helpfile sp_helpfilegroup sp_helpindex sp_helplanguage sp_helplogins sp_helprole sp_helprolemember sp_helprotect sp_helpsort sp_helpstats
        sp_helptext sp_helptrigger sp_helpuser sp_columns sp_column_privileges sp_databases sp_datatype_info sp_depends sp_describe_first_result_set sp_describe_undeclared_parameters
        sp_fkeys sp_lock sp_monitor sp_pkeys sp_server_info sp_special_columns sp_sproc_columns sp_statistics sp_stored_procedures sp_table_privileges sp_tables sp_who sp_who2
        sp_getapplock sp_releaseapplock sp_set_session_context
        """);

    private static readonly FrozenSet<string> Describe = WordSet.Of("sp_addextendedproperty sp_updateextendedproperty sp_dropextendedproperty");

    /// <summary>What they change is the structure; which of it can be seen in the catalog.</summary>
    private static readonly FrozenDictionary<string, (StatementKind Kind, SqlObjectKind Object)> Change = new Dictionary<string, (StatementKind, SqlObjectKind)>
    {
        ["sp_addtype"] = (StatementKind.Create, SqlObjectKind.Type),
        ["sp_droptype"] = (StatementKind.Drop, SqlObjectKind.Type),
        ["sp_addrole"] = (StatementKind.Create, SqlObjectKind.Role),
        ["sp_droprole"] = (StatementKind.Drop, SqlObjectKind.Role),
        ["sp_addapprole"] = (StatementKind.Create, SqlObjectKind.Role),
        ["sp_dropapprole"] = (StatementKind.Drop, SqlObjectKind.Role),
        ["sp_addrolemember"] = (StatementKind.Alter, SqlObjectKind.Role),
        ["sp_droprolemember"] = (StatementKind.Alter, SqlObjectKind.Role),
        ["sp_dropuser"] = (StatementKind.Drop, SqlObjectKind.User),
        ["sp_revokedbaccess"] = (StatementKind.Drop, SqlObjectKind.User),
        ["sp_bindefault"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_unbindefault"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_bindrule"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_unbindrule"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_settriggerorder"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_refreshview"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_refreshsqlmodule"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_tableoption"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_updatestats"] = (StatementKind.Analyze, SqlObjectKind.Unknown),
        ["sp_createstats"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_autostats"] = (StatementKind.Alter, SqlObjectKind.Other),
        ["sp_recompile"] = (StatementKind.Control, SqlObjectKind.Unknown),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <param name="cursor">At the arguments.</param>
    /// <returns>Null for a procedure that is not known, or does with these arguments what cannot be told.</returns>
    public static StatementFacts? Read(string procedure, TokenCursor cursor)
    {
        if (OnlyTell.Contains(procedure))
        {
            return new StatementFacts(StatementKind.Control);
        }

        if ("sp_rename".Equals(procedure, StringComparison.OrdinalIgnoreCase))
        {
            return ReadRename(ProcedureArguments.Read(cursor));
        }

        if (Describe.Contains(procedure))
        {
            return ReadDescription(ProcedureArguments.Read(cursor));
        }

        return Change.TryGetValue(procedure, out var change)
            ? new StatementFacts(change.Kind) { ObjectKind = change.Object, ObjectName = ProcedureArguments.Read(cursor).Text(0, NameOf(procedure)) }
            : null;
    }

    /// <summary>What the first argument is called where it is called by its name.</summary>
    private static string NameOf(string procedure) => procedure.ToLowerInvariant() switch
    {
        "sp_addtype" or "sp_droptype" => "@typename",
        "sp_settriggerorder" => "@triggername",
        "sp_refreshview" => "@viewname",
        "sp_tableoption" => "@tablenamepattern",
        "sp_autostats" => "@tblname",
        "sp_bindefault" => "@defname",
        "sp_bindrule" => "@rulename",
        "sp_unbindefault" or "sp_unbindrule" or "sp_recompile" => "@objname",
        "sp_dropuser" or "sp_revokedbaccess" => "@name_in_db",
        _ => "@name",
    };

    /// <summary><c>sp_rename 'dbo.t.a', 'b', 'COLUMN'</c></summary>
    private static StatementFacts? ReadRename(ProcedureArguments arguments)
    {
        if (arguments.Text(0, "@objname") is not { } place || arguments.Text(1, "@newname") is not { } to || (arguments.Text(2, "@objtype") is not { } kind && arguments.Has(2, "@objtype")))
        {
            return null;
        }

        var name = TokenCursor.Over(place, SqlDialect.SqlServer).TakeObjectName();
        return (arguments.Text(2, "@objtype") ?? "OBJECT").ToUpperInvariant() switch
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

    /// <summary><c>sp_addextendedproperty N'MS_Description', N'…', N'SCHEMA', N'dbo', N'TABLE', N't', N'COLUMN', N'a'</c>: of the table that it is about, or of something else.</summary>
    private static StatementFacts ReadDescription(ProcedureArguments arguments)
    {
        // The one that drops has no value, so that what follows stands one place earlier.
        var at = arguments.HasUnnamed(2) && IsLevel(arguments.Text(1, "")) ? 1 : 2;
        var schema = "SCHEMA".Equals(arguments.Text(at, "@level0type"), StringComparison.OrdinalIgnoreCase) ? arguments.Text(at + 1, "@level0name") : null;
        var kind = arguments.Text(at + 2, "@level1type")?.ToUpperInvariant() switch { "TABLE" => SqlObjectKind.Table, "VIEW" => SqlObjectKind.View, null => SqlObjectKind.Schema, _ => SqlObjectKind.Other };
        return kind is SqlObjectKind.Schema
            ? new StatementFacts(StatementKind.Comment) { ObjectKind = schema is null ? SqlObjectKind.Other : kind, ObjectName = schema }
            : new StatementFacts(StatementKind.Comment) { ObjectKind = schema is null ? SqlObjectKind.Other : kind, Schema = schema, ObjectName = arguments.Text(at + 3, "@level1name") };
    }

    private static bool IsLevel(string? text) => text?.ToUpperInvariant() is "SCHEMA" or "USER" or "TYPE" or "ASSEMBLY" or "FILEGROUP" or "PARTITION FUNCTION" or "PARTITION SCHEME" or "TRIGGER" or "CONTRACT" or "SERVICE";
}
