namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes renames. The old name is read as SQL, with brackets; the new one is taken as it stands, so that brackets would be part of it.</summary>
internal static class Renaming
{
    public static string Of(string quoted, string name, string kind) =>
        $"EXEC sys.sp_rename @objname = {SqlServerName.Text(quoted)}, @newname = {SqlServerName.Text(name)}, @objtype = {SqlServerName.PlainText(kind)}";

    /// <summary>To another schema and to another name, in this order.</summary>
    public static IEnumerable<string> Move(FacetChanges changes, string kind)
    {
        if (changes.Moved)
        {
            yield return $"ALTER SCHEMA {SqlServerName.Quote(changes.To.Schema)} TRANSFER {SqlServerAddress.Securable(changes.From)}";
        }

        if (changes.Renamed)
        {
            yield return Of(SqlServerName.Quote(changes.To.Schema, changes.From.Name), changes.To.Name, kind);
        }
    }
}
