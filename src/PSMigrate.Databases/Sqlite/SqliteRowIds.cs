namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Keeps VACUUM from giving rows other ids. It does so where a table has neither an INTEGER PRIMARY KEY nor an index; captures that
/// know their rows by id would then be about others. An index of no rows is enough to make it leave them alone.
/// </summary>
internal sealed class SqliteRowIds(SqliteSession session)
{
    private const string IndexPrefix = SqliteName.Prefix + "keep_rowid_";

    /// <summary>Runs a VACUUM.</summary>
    public void Keep(Action vacuum)
    {
        RemoveLeftovers();
        var number = 0;
        foreach (var table in session.List("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'", row => row.RequiredText(0)))
        {
            var shape = SqliteTableShape.Read(session, table);
            if (!shape.IsVirtual && !shape.WithoutRowId && !shape.HasRowIdColumn && session.Long("SELECT count(*) FROM pragma_index_list(?1)", table) == 0)
            {
                session.Execute($"CREATE INDEX main.{SqliteName.Quote($"{IndexPrefix}{++number}")} ON {SqliteName.Quote(table)} ({SqliteName.Quote(shape.Stored[0].Name)}) WHERE 0");
            }
        }

        try
        {
            vacuum();
        }
        finally
        {
            RemoveLeftovers();
        }
    }

    /// <summary>Removes the indexes, also those of a run that was killed.</summary>
    public void RemoveLeftovers()
    {
        foreach (var index in session.List("SELECT name FROM main.sqlite_schema WHERE type = 'index' AND name LIKE ?1 ESCAPE '!'",
            row => row.RequiredText(0), IndexPrefix.Replace("_", "!_", StringComparison.Ordinal) + "%"))
        {
            session.Execute($"DROP INDEX main.{SqliteName.Quote(index)}");
        }
    }
}
