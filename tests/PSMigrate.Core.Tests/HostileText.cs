using CsCheck;

namespace PSMigrate.Core.Tests;

/// <summary>Texts that other forms of text take for something else.</summary>
internal static class HostileText
{
    public static readonly string[] Known =
    [
        "", " ", "null", "Null", "~", "true", "on", "Yes", "n", "1e3", "0x1F", "0o7", "1_000", ".5", "-.inf", "NaN", "Infinity", "2026-11-22", "12:30:00", "<<", "=",
        " - ", "- a", "? a", ": ", "a: b", "a #b", "# a", "@a", "`a`", "%TAG", "---", "...", "!!int 1", "&a", "*a", "{a}", "[a]", "|", ">", "'", "\"", "\\",
        "a\nb", "a\n", "\na", "a\n\nb\n\n", " a\nb", "a \nb", "a\n  b\n c", "a\n---\nb", "a\r\nb", "a\rb", "\t", "a\tb\nc", "a\u0085b", "a\u2028b",
        "\0", "\u0007\u001b[31mred\u001b[0m", "\u202Eevil\u202C", "\uFEFFa", "Zürich 東京 🚂", "🚂\n東京", "\u007f", new string('x', 3000), "key " + new string('y', 1100) + "\nz",
        "```sql\nDROP TABLE t;\n```", "````` five", "| a | b |\n|---|---|", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\" onmouseover=\"x", "</code></pre>",
        "[x](javascript:alert(1))", "![x](http://example.com/x.png)", "**bold** _it_ ~~no~~", "1. one", "&lt;b&gt;", "a \\| b", "$x$", "<!-- -->", "]]>", "${env:X}",
    ];

    public static readonly Gen<string> Any = Gen.OneOf(
        Gen.OneOf(Known),
        Gen.String[Gen.OneOf("\n \t\r'\"#:-?{}[]&*!|>%@`~\\a1.eE\0\u0085\u2028é東".ToCharArray()), 0, 12],
        Gen.Select(Gen.OneOf(Known), Gen.OneOf(Known), (a, b) => a + b),
        Gen.String);
}
