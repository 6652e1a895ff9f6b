using System.Data.Common;
using System.Globalization;
using System.Text;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>Rows as text for people: column=value, with long values cut short.</summary>
internal static class RowText
{
    private const int MostCharacters = 80;

    /// <summary>Columns of a reader's present row, which the engine has turned into text.</summary>
    public static string Of(DbDataReader row, int first, IReadOnlyList<DbObject> columns)
    {
        var text = new StringBuilder();
        for (var i = 0; i < columns.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(columns[i].Name).Append('=').Append(row.IsDBNull(first + i) ? "NULL" : Value(row.GetString(first + i), columns[i]));
        }

        return text.ToString();
    }

    private static string Value(string value, DbObject column)
    {
        var shown = value.Length <= MostCharacters ? value : $"{value[..MostCharacters]}…";
        var quoted = IsNumber(column) ? shown : $"'{shown}'";
        return value.Length <= MostCharacters ? quoted : $"{quoted} ({value.Length.ToString(CultureInfo.InvariantCulture)} characters)";
    }

    private static bool IsNumber(DbObject column) => column.Facet(DbFacets.Type) is { } type
        && new[] { "int", "numeric", "decimal", "float", "real", "double", "serial", "money", "bit" }.Any(n => type.Contains(n, StringComparison.OrdinalIgnoreCase));
}
