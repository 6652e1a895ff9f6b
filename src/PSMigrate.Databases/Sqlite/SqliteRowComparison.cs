using System.Globalization;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Finds the rows of a table that only one of two database files has. Column order does not matter, column names do.</summary>
internal static class SqliteRowComparison
{
    private const int MostCharacters = 60;

    public static RowDifferences? Find(SqliteSession session, string otherFile, string table, int most)
    {
        session.Execute("ATTACH DATABASE ?1 AS psmigrate_other", otherFile);
        try
        {
            var here = Columns(session, "main", table);
            var there = Columns(session, "psmigrate_other", table);
            if (here.Count == 0 || !here.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(there))
            {
                return null;
            }

            var columns = string.Join(", ", here.Select(SqliteName.Quote));
            string Rows(string schema) => $"SELECT {columns} FROM {schema}.{SqliteName.Quote(table)}";
            return new RowDifferences(
                Read(session, $"{Rows("main")} EXCEPT {Rows("psmigrate_other")} LIMIT {most}", here),
                Read(session, $"{Rows("psmigrate_other")} EXCEPT {Rows("main")} LIMIT {most}", here));
        }
        finally
        {
            session.Execute("DETACH DATABASE psmigrate_other");
        }
    }

    private static List<string> Columns(SqliteSession session, string schema, string table) =>
        session.List("SELECT name FROM pragma_table_xinfo(?1, ?2) WHERE hidden <> 1", row => row.RequiredText(0), table, schema);

    private static List<string> Read(SqliteSession session, string sql, List<string> columns) => session.List(sql,
        row => string.Join(", ", columns.Select((name, i) => $"{name}={Text(row.Value(i))}")));

    private static string Text(object? value) => value switch
    {
        null => "NULL",
        byte[] blob => $"x'{Convert.ToHexString(blob.AsSpan(0, Math.Min(blob.Length, MostCharacters / 2)))}{(blob.Length > MostCharacters / 2 ? "…" : "")}'",
        string text => $"'{(text.Length > MostCharacters ? text[..MostCharacters] + "…" : text)}'",
        var number => Convert.ToString(number, CultureInfo.InvariantCulture) ?? "",
    };
}
