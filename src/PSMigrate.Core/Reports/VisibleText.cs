using System.Globalization;
using System.Text;

namespace PSMigrate.Reports;

/// <summary>
/// Text from outside as it may be shown: what a reader could not see, or what would make the text look like another (control
/// characters, escape sequences, marks that turn the direction of writing), is written out.
/// </summary>
internal static class VisibleText
{
    /// <summary>Text of several lines; line ends become line feeds.</summary>
    public static string Lines(string text)
    {
        var lines = text.ReplaceLineEndings("\n");
        var shown = new StringBuilder(lines.Length);
        foreach (var rune in lines.EnumerateRunes())
        {
            if (IsHidden(rune))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
            }
            else
            {
                shown.Append(rune.ToString());
            }
        }

        return shown.ToString();
    }

    /// <summary>Text on one line: every run of white space becomes a space.</summary>
    public static string Line(string text) => string.Join(' ', Lines(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static bool IsHidden(Rune rune) => rune.Value switch
    {
        '\n' or '\t' => false,
        0x061C or 0x200E or 0x200F or 0xFEFF => true,
        >= 0x202A and <= 0x202E => true,
        >= 0x2066 and <= 0x2069 => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };
}
