using System.Text;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Cuts definitions, as SHOW CREATE gives them, into words. The comments that hide what older servers do not know
/// (<c>/*!80023 INVISIBLE */</c>, <c>/*M!100301 COMPRESSED*/</c>) are read as if they were none.
/// </summary>
internal static class MySqlTokens
{
    public static List<MySqlToken> Read(string text, bool ansiQuotes = false)
    {
        var tokens = new List<MySqlToken>();
        var spaced = false;
        for (var at = 0; at < text.Length;)
        {
            var skipped = Trivia(text, at);
            if (skipped > 0)
            {
                at += skipped;
                spaced = true;
                continue;
            }

            var (kind, length) = Next(text, at, ansiQuotes);
            tokens.Add(new MySqlToken(kind, text.Substring(at, length), spaced));
            at += length;
            spaced = false;
        }

        return tokens;
    }

    /// <summary>The text of some words, with one space where there was white space of any kind.</summary>
    public static string Join(IEnumerable<MySqlToken> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(token.Spaced && text.Length > 0 ? " " : "").Append(token.Text);
        }

        return text.ToString();
    }

    private static int Trivia(string text, int at)
    {
        if (char.IsWhiteSpace(text[at]))
        {
            return 1;
        }

        if (Starts(text, at, "/*"))
        {
            var opening = Starts(text, at, "/*!") ? 3 : Starts(text, at, "/*M!") ? 4 : 0;
            if (opening == 0)
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                return (end < 0 ? text.Length : end + 2) - at;
            }

            while (at + opening < text.Length && char.IsAsciiDigit(text[at + opening]))
            {
                opening++;
            }

            return opening;
        }

        return Starts(text, at, "*/") ? 2 : 0;
    }

    private static (MySqlTokenKind Kind, int Length) Next(string text, int at, bool ansiQuotes)
    {
        switch (text[at])
        {
            case '`':
                return (MySqlTokenKind.Name, Quoted(text, at));
            case '"':
                return (ansiQuotes ? MySqlTokenKind.Name : MySqlTokenKind.String, Quoted(text, at));
            case '\'':
                return (MySqlTokenKind.String, Quoted(text, at));
            case var c when IsWordPart(c):
                var length = 1;
                while (at + length < text.Length && (IsWordPart(text[at + length]) || (IsNumber(text, at, length) && text[at + length] == '.')))
                {
                    length++;
                }

                return at + length < text.Length && text[at + length] == '\'' && IsIntroducer(text.AsSpan(at, length))
                    ? (MySqlTokenKind.String, length + Quoted(text, at + length))
                    : (char.IsAsciiDigit(c) ? MySqlTokenKind.Number : MySqlTokenKind.Word, length);
            default:
                return (MySqlTokenKind.Sign, 1);
        }
    }

    /// <summary>The length of a text in quotes: doubled ones are part of it, and in strings those after a backslash.</summary>
    private static int Quoted(string text, int at)
    {
        var quote = text[at];
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && quote != '`')
            {
                i++;
            }
            else if (text[i] == quote)
            {
                if (i + 1 >= text.Length || text[i + 1] != quote)
                {
                    return i + 1 - at;
                }

                i++;
            }
        }

        return text.Length - at;
    }

    private static bool IsIntroducer(ReadOnlySpan<char> word) =>
        word is "b" or "B" or "x" or "X" or "n" or "N" || word[0] == '_';

    private static bool IsNumber(string text, int at, int length) => text.AsSpan(at, length).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' || c >= 0x80;

    private static bool Starts(string text, int at, string what) => string.CompareOrdinal(text, at, what, 0, what.Length) == 0;
}
