namespace PSMigrate.Databases.Sqlite;

/// <summary>The AUTOINCREMENT counter of a table, in sqlite_sequence.</summary>
internal static class SqliteSequence
{
    /// <summary>The counter, or -1 where there is none.</summary>
    public static long Read(SqliteSession session, string table) =>
        Exists(session) && session.List("SELECT seq FROM main.sqlite_sequence WHERE name = ?1 COLLATE NOCASE", row => row.Long(0), table) is [var sequence, ..]
            ? sequence
            : -1;

    /// <summary>Sets the counter, but never below what the table's rows need.</summary>
    public static void Write(SqliteSession session, string table, long sequence)
    {
        if (sequence < 0 || !Exists(session))
        {
            return;
        }

        // A column may be called rowid; the key of such a table is always the row id.
        var id = SqliteName.Quote(SqliteTableShape.Read(session, table).RowId ?? "rowid");
        session.Execute("DELETE FROM main.sqlite_sequence WHERE name = ?1 COLLATE NOCASE", table);
        session.Execute(
            $"INSERT INTO main.sqlite_sequence (name, seq) SELECT ?1, max(?2, coalesce((SELECT max({id}) FROM main.{SqliteName.Quote(table)}), 0))", table, sequence);
    }

    /// <summary>Removes the counter of a table that had none; it comes again with the table's next row.</summary>
    public static void Remove(SqliteSession session, string table)
    {
        if (Exists(session) && session.Long($"SELECT EXISTS (SELECT 1 FROM main.{SqliteName.Quote(table)})") == 0)
        {
            session.Execute("DELETE FROM main.sqlite_sequence WHERE name = ?1 COLLATE NOCASE", table);
        }
    }

    private static bool Exists(SqliteSession session) => session.Long("SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence'") > 0;
}
