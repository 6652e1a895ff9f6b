namespace PSMigrate.Databases.Sql;

/// <summary>Names as they are, out of the quotes that they are written in.</summary>
internal static class SqlIdentifier
{
    /// <summary>The name that a token writes; a token without quotes is its own name.</summary>
    public static string Unquote(ReadOnlySpan<char> token) => token switch
    {
        ['[', .. var inner, ']'] => inner.ToString().Replace("]]", "]"),
        ['U' or 'u', '&', '"', .. var inner, '"'] => Unescape(inner.ToString().Replace("\"\"", "\"")),
        ['N' or 'n' or 'E' or 'e', '\'', .. var inner, '\''] => inner.ToString().Replace("''", "'"),
        ['"', .. var inner, '"'] => inner.ToString().Replace("\"\"", "\""),
        ['`', .. var inner, '`'] => inner.ToString().Replace("``", "`"),
        ['\'', .. var inner, '\''] => inner.ToString().Replace("''", "'"),
        _ => token.ToString(),
    };

    /// <summary>The name in the quotes of the SQL standard.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    /// <summary><c>\0041</c> and <c>\+000041</c>, with the backslash that stands for itself where no other is declared.</summary>
    private static string Unescape(string text)
    {
        var plain = new System.Text.StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var digits = text[at] != '\\' ? 0 : at + 1 < text.Length && text[at + 1] == '+' ? 6 : 4;
            var first = at + (digits == 6 ? 2 : 1);
            if (digits > 0 && first + digits <= text.Length
                && int.TryParse(text.AsSpan(first, digits), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var rune)
                && System.Text.Rune.IsValid(rune))
            {
                plain.Append(new System.Text.Rune(rune));
                at = first + digits - 1;
                continue;
            }

            plain.Append(text[at]);
            at += text[at] == '\\' && at + 1 < text.Length && text[at + 1] == '\\' ? 1 : 0;
        }

        return plain.ToString();
    }
}
