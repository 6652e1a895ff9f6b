namespace PSMigrate.Databases.Scripts;

/// <summary>The comment lines that begin the sections of a script.</summary>
internal enum SectionHeader { None, Forward, Rollback }

/// <summary>Recognises <c>-- Forward migration</c> and <c>-- Rollback (if needed):</c>.</summary>
internal static class SectionHeaders
{
    /// <param name="comment">A line comment with its two hyphens.</param>
    public static SectionHeader Read(ReadOnlySpan<char> comment)
    {
        var text = comment[2..].Trim(" \t=*#").TrimEnd(':').TrimEnd();
        if (text is [.., ')'] && text.IndexOf('(') is var open and > 0)
        {
            text = text[..open].TrimEnd().TrimEnd(':').TrimEnd();
        }

        return Is(text, "forward") ? SectionHeader.Forward
            : Is(text, "rollback") ? SectionHeader.Rollback
            : SectionHeader.None;
    }

    /// <summary>The word alone, or followed by "migration".</summary>
    private static bool Is(ReadOnlySpan<char> text, string word)
    {
        if (!text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = text[word.Length..];
        return rest.IsEmpty
            || (rest[0] is ' ' or '\t' && rest.Trim().Equals("migration", StringComparison.OrdinalIgnoreCase));
    }
}
