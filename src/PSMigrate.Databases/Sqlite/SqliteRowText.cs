using System.Globalization;
using System.Text;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Rows as text for people: column=value, with long values cut short.</summary>
internal static class SqliteRowText
{
    private const int MostCharacters = 80;
    private const int MostBytes = 16;

    /// <summary>Columns of a query's present row, under these names.</summary>
    public static string Of(SqliteQuery row, int first, IReadOnlyList<string> names)
    {
        var text = new StringBuilder();
        for (var i = 0; i < names.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(names[i]).Append('=').Append(Value(row, first + i));
        }

        return text.ToString();
    }

    private static string Value(SqliteQuery row, int column)
    {
        switch (raw.sqlite3_column_type(row.Statement, column))
        {
            case raw.SQLITE_INTEGER:
                return row.Long(column).ToString(CultureInfo.InvariantCulture);
            case raw.SQLITE_FLOAT:
                return raw.sqlite3_column_double(row.Statement, column).ToString("R", CultureInfo.InvariantCulture);
            case raw.SQLITE_TEXT:
                var text = row.RequiredText(column);
                return text.Length <= MostCharacters ? $"'{text}'" : $"'{text[..MostCharacters]}…' ({text.Length.ToString(CultureInfo.InvariantCulture)} characters)";
            case raw.SQLITE_BLOB:
                var blob = raw.sqlite3_column_blob(row.Statement, column);
                return blob.Length <= MostBytes
                    ? $"x'{Convert.ToHexString(blob)}'"
                    : $"x'{Convert.ToHexString(blob[..MostBytes])}…' ({blob.Length.ToString(CultureInfo.InvariantCulture)} bytes)";
            default:
                return "NULL";
        }
    }
}
