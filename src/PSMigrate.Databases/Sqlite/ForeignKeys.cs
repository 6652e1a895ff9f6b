namespace PSMigrate.Databases.Sqlite;

/// <summary>Rows that refer to rows that are not there.</summary>
internal static class ForeignKeys
{
    public static IReadOnlyList<string> Violations(SqliteSession session) => [.. Find(session).Select(v => v.Text)];

    /// <summary>Each with the table and row id of the row that refers; without them where a parent table has no such key at all.</summary>
    public static IReadOnlyList<(string? Table, long? RowId, string Text)> Find(SqliteSession session)
    {
        try
        {
            return session.List(
                "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check WHERE \"table\" NOT LIKE 'psmigrate!_%' ESCAPE '!'",
                row => ((string?)row.RequiredText(0), row.IsNull(1) ? (long?)null : row.Long(1), $"{row.RequiredText(0)} row {row.Text(1) ?? "?"} refers to {row.RequiredText(2)}"));
        }
        catch (MigrationException e) when (e.Message.Contains("foreign key mismatch", StringComparison.Ordinal))
        {
            return [(null, null, e.Message)];
        }
    }
}
