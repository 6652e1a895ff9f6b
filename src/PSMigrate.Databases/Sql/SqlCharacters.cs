namespace PSMigrate.Databases.Sql;

/// <summary>What single characters are to a dialect.</summary>
internal static class SqlCharacters
{
    private const byte Start = 1, Part = 2, White = 4, PartInTransact = 8, StartInTransact = 16;

    private static readonly byte[] Ascii = Classify();

    public static bool IsWordStart(char c, SqlDialect dialect) => c < 0x80
        ? (Ascii[c] & (dialect.TransactWords ? Start | StartInTransact : Start)) != 0
        : c != '\uFEFF' && !(dialect.UnicodeWhiteSpace && char.IsWhiteSpace(c));

    public static bool IsWordPart(char c, SqlDialect dialect) => c < 0x80
        ? (Ascii[c] & (dialect.TransactWords ? Part | PartInTransact : Part)) != 0
        : !dialect.UnicodeWhiteSpace || (c != '\uFEFF' && !char.IsWhiteSpace(c));

    /// <summary>A byte order mark counts as white space wherever it stands.</summary>
    public static bool IsWhiteSpace(char c, SqlDialect dialect) => c < 0x80
        ? (Ascii[c] & White) != 0
        : c == '\uFEFF' || (dialect.UnicodeWhiteSpace && char.IsWhiteSpace(c));

    private static byte[] Classify()
    {
        var classes = new byte[0x80];
        for (var c = '\0'; c < 0x80; c++)
        {
            classes[c] = (byte)(
                (char.IsAsciiLetter(c) || c == '_' ? Start : 0)
                | (char.IsAsciiLetterOrDigit(c) || c is '_' or '$' ? Part : 0)
                | (c is ' ' or (>= '\t' and <= '\r') ? White : 0)
                | (c is '@' or '#' ? PartInTransact : 0)
                | (c == '#' ? StartInTransact : 0));
        }

        return classes;
    }
}
