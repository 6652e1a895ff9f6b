using System.Globalization;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>Names and values as T-SQL text. Names go into brackets always, so that no list of reserved words is needed.</summary>
internal static class SqlServerName
{
    public static string Quote(string name) => $"[{name.Replace("]", "]]", StringComparison.Ordinal)}]";

    public static string Quote(string schema, string name) => $"{Quote(schema)}.{Quote(name)}";

    public static string QuoteAll(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>Text as a Unicode string.</summary>
    public static string Text(string text) => $"N'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Text as a string without N, where the grammar takes no other.</summary>
    public static string PlainText(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string Binary(byte[] value) => "0x" + Convert.ToHexString(value);

    /// <summary>
    /// A value of a <c>sql_variant</c> as a constant. Times are written so that every language setting reads them alike, with no more
    /// digits than they have: <c>datetime</c> refuses more than three.
    /// </summary>
    public static string Constant(object value) => value switch
    {
        string text => Text(text),
        byte[] bytes => Binary(bytes),
        bool flag => flag ? "1" : "0",
        DateTime time => Text(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)),
        DateTimeOffset time => Text(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)),
        TimeSpan time => Text(time.ToString("c", CultureInfo.InvariantCulture)),
        Guid guid => Text(guid.ToString("D")),
        double number => number.ToString("E16", CultureInfo.InvariantCulture),
        float number => number.ToString("E8", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Text(value.ToString() ?? ""),
    };

    /// <summary>Takes the names of <c>[a].[b]</c> apart again.</summary>
    public static IReadOnlyList<string> Unquote(string quoted) => TakeApart(quoted, 1);

    /// <summary>Takes the names of <c>[a], [b]</c> apart again.</summary>
    public static IReadOnlyList<string> UnquoteList(string? quoted) => quoted is null ? [] : TakeApart(quoted, 2);

    private static List<string> TakeApart(string quoted, int between)
    {
        var names = new List<string>();
        for (var at = 0; at < quoted.Length && quoted[at] == '[';)
        {
            var end = at + 1;
            while (quoted[end] != ']' || (end + 1 < quoted.Length && quoted[end + 1] == ']'))
            {
                end += quoted[end] == ']' ? 2 : 1;
            }

            names.Add(quoted[(at + 1)..end].Replace("]]", "]", StringComparison.Ordinal));
            at = end + 1 + between;
        }

        return names;
    }
}
