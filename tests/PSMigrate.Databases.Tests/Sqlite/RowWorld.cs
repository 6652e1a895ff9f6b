using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>All rows of a database by table and key, read without any of PSMigrate's code.</summary>
internal sealed class RowWorld
{
    private static readonly StringComparer NoCase = StringComparer.OrdinalIgnoreCase;

    public Dictionary<string, RowTable> Tables { get; } = new(NoCase);

    /// <summary>Rows that an undo saved: reason, and the values that were given.</summary>
    public List<(string Reason, IReadOnlyDictionary<string, string> Values)> Saved { get; } = [];

    public static RowWorld Of(string file)
    {
        var world = new RowWorld();
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadWrite;Pooling=False");
        connection.Open();
        foreach (var name in Rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'").Select(r => (string)r[0]!))
        {
            if (name.StartsWith("psmigrate_saved_", StringComparison.Ordinal))
            {
                var columns = Columns(connection, name).Select(c => c.Name).ToList();
                foreach (var row in Rows(connection, $"SELECT {string.Join(", ", columns.Select(Quote))} FROM {Quote(name)}"))
                {
                    var values = columns.Select((c, i) => (c, Value: Shown(row[i]))).ToDictionary(c => c.c, c => c.Value, NoCase);
                    values.Remove("psmigrate_reason", out var reason);
                    world.Saved.Add((reason!.Trim('\''), values));
                }
            }
            else if (!name.StartsWith("psmigrate_", StringComparison.OrdinalIgnoreCase))
            {
                world.Tables[name] = RowTable.Read(connection, name);
            }
        }

        return world;
    }

    public static List<(string Name, long Key, long Hidden, string? Default)> Columns(SqliteConnection connection, string table) =>
        [.. Rows(connection, $"SELECT name, pk, hidden, dflt_value FROM pragma_table_xinfo('{table.Replace("'", "''")}')").Select(r => ((string)r[0]!, (long)r[1]!, (long)r[2]!, (string?)r[3]))];

    public static List<object?[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }

        return rows;
    }

    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    public static string Shown(object? value) => value switch
    {
        null => "NULL",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => "r" + number.ToString("R", CultureInfo.InvariantCulture),
        byte[] blob => "x" + Convert.ToHexString(blob),
        var text => $"'{text}'",
    };

    /// <summary>The same but for what a column's type makes of a value.</summary>
    public static bool Alike(string one, string other) => one == other || Plain(one) == Plain(other);

    private static string Plain(string shown)
    {
        var text = shown.StartsWith('x') ? shown : Regex.Replace(shown, "^r|^'|'$", "");
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : text;
    }
}

/// <summary>One table's rows by key.</summary>
internal sealed record RowTable(string Name, IReadOnlyList<string> Key, IReadOnlyDictionary<string, string?> Defaults)
{
    /// <summary>By key as text; each row's values by column.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> Rows { get; } = new(StringComparer.Ordinal);

    /// <summary>True where the key is a row id that is no column.</summary>
    public bool IsHidden => Key is ["(rowid)"];

    public static RowTable Read(SqliteConnection connection, string name)
    {
        var columns = RowWorld.Columns(connection, name);
        var stored = columns.Where(c => c.Hidden == 0).ToList();
        var keys = columns.Where(c => c.Key > 0).OrderBy(c => c.Key).Select(c => c.Name).ToList();
        var withRowId = Equals(RowWorld.Rows(connection, $"SELECT wr FROM pragma_table_list('{name.Replace("'", "''")}') WHERE schema = 'main'")[0][0], 0L);
        var alias = withRowId ? new[] { "rowid", "_rowid_", "oid" }.FirstOrDefault(n => !columns.Any(c => n.Equals(c.Name, StringComparison.OrdinalIgnoreCase))) : null;
        var isRowId = keys.Count == 1 && withRowId && RowWorld.Rows(connection, $"SELECT 1 FROM pragma_index_list('{name.Replace("'", "''")}') WHERE origin = 'pk'").Count == 0;
        var table = new RowTable(name, !withRowId || isRowId ? keys : ["(rowid)"], stored.ToDictionary(c => c.Name, c => c.Default, StringComparer.OrdinalIgnoreCase));
        var by = table.IsHidden ? [alias ?? "NULL"] : table.Key.Select(RowWorld.Quote).ToList();
        foreach (var row in RowWorld.Rows(connection, $"SELECT {string.Join(", ", by.Concat(stored.Select(c => RowWorld.Quote(c.Name))))} FROM {RowWorld.Quote(name)}"))
        {
            table.Rows[string.Join(" | ", row.Take(by.Count).Select(RowWorld.Shown))] =
                stored.Select((c, i) => (c.Name, Value: RowWorld.Shown(row[by.Count + i]))).ToDictionary(c => c.Name, c => c.Value, StringComparer.OrdinalIgnoreCase);
        }

        return table;
    }
}
