using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>Tables whose numbered columns are identities; RESTRICT is what NO ACTION is here.</summary>
internal sealed class SqlServerTableText() : TableText(SqlServerName.Quote)
{
    protected override string Identity => " IDENTITY";

    protected override string Action(string action) => action == "RESTRICT" ? "NO ACTION" : action;
}
