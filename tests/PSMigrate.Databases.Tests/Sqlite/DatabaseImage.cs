using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>
/// All that a database holds but PSMigrate's own tables, read without any of PSMigrate's code: what a test compares, so that the
/// code under test is not its own judge. Spaces and quotes around names do not count, because SQLite writes them as it likes
/// when it renames.
/// </summary>
internal sealed record DatabaseImage(IReadOnlyList<string> Lines)
{
    public static DatabaseImage Of(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadWrite;Pooling=False");
        connection.Open();
        return Of(connection);
    }

    public static DatabaseImage Of(SqliteConnection connection)
    {
        var lines = new List<string>();
        foreach (var pragma in new[] { "user_version", "application_id" })
        {
            lines.Add($"{pragma} = {Rows(connection, $"PRAGMA {pragma}")[0][0]}");
        }

        var objects = Rows(connection, "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'psmigrate!_%' ESCAPE '!' AND tbl_name NOT LIKE 'psmigrate!_%' ESCAPE '!' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'");
        lines.AddRange(objects.Select(o => $"{o[0]} {o[1]} on {o[2]}: {Plain((string)o[3]!)}").Order(StringComparer.Ordinal));
        foreach (var table in objects.Where(o => (string)o[0]! == "table").Select(o => (string)o[1]!).Order(StringComparer.Ordinal))
        {
            lines.AddRange(Content(connection, table));
        }

        // SQLite makes this table with the first AUTOINCREMENT and never removes it: only its counters count, and one of 0 is none.
        if (Rows(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").Count > 0)
        {
            lines.AddRange(Rows(connection, "SELECT name, seq FROM sqlite_sequence WHERE seq IS NOT 0 ORDER BY name").Select(r => $"counter of {r[0]}: {r[1]}"));
        }

        return new DatabaseImage(lines);
    }

    /// <summary>What PSMigrate keeps in a database, but its history, progress and state.</summary>
    public static IReadOnlyList<string> Captures(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadWrite;Pooling=False");
        connection.Open();
        return [.. Rows(connection, "SELECT name FROM sqlite_schema WHERE name LIKE 'psmigrate!_%' ESCAPE '!' AND name NOT IN ('psmigrate_history', 'psmigrate_state', 'psmigrate_progress')").Select(r => (string)r[0]!)];
    }

    /// <summary>The lines that only one of the two has, for a failing test's message.</summary>
    public string DifferenceTo(DatabaseImage other)
    {
        var text = new StringBuilder();
        foreach (var line in Lines.Except(other.Lines))
        {
            text.Append("\n  only before: ").Append(Short(line));
        }

        foreach (var line in other.Lines.Except(Lines))
        {
            text.Append("\n  only after:  ").Append(Short(line));
        }

        return text.Length > 0 ? text.ToString() : Lines.SequenceEqual(other.Lines) ? "" : "\n  the same lines in other numbers";
    }

    private static string Short(string line) => line.Length > 400 ? line[..400] + "…" : line;

    private static IEnumerable<string> Content(SqliteConnection connection, string table)
    {
        var name = "\"" + table.Replace("\"", "\"\"") + "\"";
        var columns = Rows(connection, $"SELECT name, hidden FROM pragma_table_xinfo({Literal(table)})");
        if (columns.Count == 0)
        {
            yield break;
        }

        yield return $"{table} has columns {string.Join(", ", columns.Select(c => $"{c[0]}/{c[1]}"))}";
        var withRowId = Equals(Rows(connection, $"SELECT wr FROM pragma_table_list({Literal(table)}) WHERE schema = 'main'").FirstOrDefault()?[0], 0L);
        var rowId = withRowId ? new[] { "rowid", "_rowid_", "oid" }.FirstOrDefault(n => !columns.Any(c => n.Equals((string)c[0]!, StringComparison.OrdinalIgnoreCase))) : null;
        var wanted = columns.Where(c => (long)c[1]! != 1).Select(c => "\"" + ((string)c[0]!).Replace("\"", "\"\"") + "\"").Concat(rowId is null ? [] : [rowId]);
        foreach (var row in Rows(connection, $"SELECT {string.Join(", ", wanted)} FROM {name}").Select(r => $"{table}: {string.Join(" | ", r.Select(Shown))}").Order(StringComparer.Ordinal))
        {
            yield return row;
        }
    }

    private static string Shown(object? value) => value switch
    {
        null => "NULL",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => "r" + number.ToString("R", CultureInfo.InvariantCulture),
        byte[] blob => "x" + Convert.ToHexString(blob),
        var text => $"'{text}'",
    };

    private static string Literal(string text) => "'" + text.Replace("'", "''") + "'";

    /// <summary>Outside of strings: no spaces, no quotes around names, no difference of case.</summary>
    private static string Plain(string sql)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < sql.Length; i++)
        {
            if (sql[i] is '\'' or '"' or '`' or '[')
            {
                var close = sql[i] == '[' ? ']' : sql[i];
                var end = sql.IndexOf(close, i + 1);
                plain.Append(sql[i] == '\'' ? sql[i..end] : sql[(i + 1)..end].ToLowerInvariant());
                i = end;
            }
            else if (!char.IsWhiteSpace(sql[i]))
            {
                plain.Append(char.ToLowerInvariant(sql[i]));
            }
        }

        return plain.ToString();
    }

    private static List<object?[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }
}
