namespace PSMigrate.Databases.Sql;

/// <summary>Names as they are, out of the quotes that they are written in.</summary>
internal static class SqlIdentifier
{
    /// <summary>The name that a token writes; a token without quotes is its own name.</summary>
    public static string Unquote(ReadOnlySpan<char> token) => token switch
    {
        ['[', .. var inner, ']'] => inner.ToString(),
        ['"', .. var inner, '"'] => inner.ToString().Replace("\"\"", "\""),
        ['`', .. var inner, '`'] => inner.ToString().Replace("``", "`"),
        ['\'', .. var inner, '\''] => inner.ToString().Replace("''", "'"),
        _ => token.ToString(),
    };

    /// <summary>The name in the quotes of the SQL standard.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
