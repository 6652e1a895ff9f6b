using System.Text;
using System.Text.RegularExpressions;

namespace PSMigrate.Reports;

/// <summary>Text from outside in Markdown: it is shown as it is and never becomes markup.</summary>
internal static partial class MarkdownText
{
    private const string Special = "\\`*[]<>|~&$";

    /// <summary>Text within a line.</summary>
    public static string Inline(string text) => Escape(VisibleText.Line(text));

    /// <summary>Text that begins a paragraph or the item of a list, where more is markup than within a line.</summary>
    public static string Block(string text)
    {
        var line = VisibleText.Line(text);
        return StartsLikeBlock().Match(line) is { Success: true, Length: var length }
            ? $"{line[..(length - 1)]}\\{line[length - 1]}{Escape(line[length..])}"
            : Escape(line);
    }

    /// <summary>Text within a table's cell, where a line break has to be written as HTML.</summary>
    public static string Cell(string text) => string.Join("<br>", VisibleText.Lines(text).Trim('\n').Split('\n').Select(Inline));

    /// <summary>A block of code; its fence is longer than any row of backticks in it.</summary>
    public static string Fenced(string language, string text)
    {
        var code = VisibleText.Lines(text).Trim('\n');
        var longest = Backticks().Matches(code).Select(m => m.Length).DefaultIfEmpty(0).Max();
        var fence = new string('`', Math.Max(3, longest + 1));
        return $"{fence}{language}\n{code}\n{fence}\n";
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            if (Special.Contains(text[i], StringComparison.Ordinal) || (text[i] == '_' && !IsWithinWord(text, i)))
            {
                escaped.Append('\\');
            }

            escaped.Append(text[i]);
        }

        return escaped.ToString();
    }

    /// <summary>An underscore within a word is no markup, and names are full of them.</summary>
    private static bool IsWithinWord(string text, int at) =>
        at > 0 && at < text.Length - 1 && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at + 1]);

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    /// <summary>What would begin a list, a heading or its underline; the last character is the one to escape.</summary>
    [GeneratedRegex(@"^([-+=#]|[0-9]+[.)])(?=\s|$|[-=#])")]
    private static partial Regex StartsLikeBlock();
}
