namespace PSMigrate.Databases.Sqlite;

/// <summary>Rows that refer to rows that are not there.</summary>
internal static class ForeignKeys
{
    public static IReadOnlyList<string> Violations(SqliteSession session)
    {
        try
        {
            return session.List(
                "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check WHERE \"table\" NOT LIKE 'psmigrate!_%' ESCAPE '!'",
                row => $"{row.RequiredText(0)} row {row.Text(1) ?? "?"} refers to {row.RequiredText(2)}");
        }
        catch (MigrationException e) when (e.Message.Contains("foreign key mismatch", StringComparison.Ordinal))
        {
            return [e.Message];
        }
    }
}
