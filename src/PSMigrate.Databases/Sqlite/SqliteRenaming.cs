namespace PSMigrate.Databases.Sqlite;

/// <summary>Renaming by SQLite's former rules: nothing else follows the table's new name.</summary>
internal static class SqliteRenaming
{
    public static void Legacy(SqliteSession session, Action rename)
    {
        session.Execute("PRAGMA legacy_alter_table = ON");
        try
        {
            rename();
        }
        finally
        {
            session.Execute("PRAGMA legacy_alter_table = OFF");
        }
    }
}
