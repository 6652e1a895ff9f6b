namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>
/// Where the text of a module says CREATE and its own name: <c>sys.sql_modules</c> keeps the text as it was sent, so that after
/// <c>sp_rename</c> the name in it is the old one, and a text that is to change the module must say ALTER.
/// </summary>
internal sealed class ModuleHeader
{
    private readonly string text;
    private int at;

    private ModuleHeader(string text) => this.text = text;

    private int VerbStart { get; set; }

    private int VerbEnd { get; set; }

    private int NameStart { get; set; }

    private int NameEnd { get; set; }

    /// <summary>The name in the text, without quotes, and its schema if it is there.</summary>
    private List<string> Name { get; } = [];

    /// <summary>The text as it makes the module, under the name that it has.</summary>
    public static string Create(string text, string schema, string name) => Write(text, "CREATE", schema, name);

    /// <summary>The text as it changes the module. SQL Server writes CREATE where it said ALTER, so that it comes back as it was.</summary>
    public static string Alter(string text, string schema, string name) => Write(text, "ALTER", schema, name);

    private static string Write(string text, string verb, string schema, string name)
    {
        var header = new ModuleHeader(text);
        if (!header.Read())
        {
            return text;
        }

        var same = header.Name[^1].Equals(name, StringComparison.OrdinalIgnoreCase)
            && (header.Name.Count == 1 ? schema is "" or "dbo" : header.Name[^2].Equals(schema, StringComparison.OrdinalIgnoreCase));
        var written = same ? text[header.NameStart..header.NameEnd]
            : schema.Length == 0 ? SqlServerName.Quote(name)
            : SqlServerName.Quote(schema, name);
        return $"{text[..header.VerbStart]}{verb}{text[header.VerbEnd..header.NameStart]}{written}{text[header.NameEnd..]}";
    }

    private bool Read()
    {
        SkipBlank();
        VerbStart = at;
        if (!ReadWord(out var verb) || !verb.Equals("CREATE", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        VerbEnd = at;
        SkipBlank();
        ReadWord(out var kind);
        if (kind.Equals("OR", StringComparison.OrdinalIgnoreCase))
        {
            SkipBlank();
            ReadWord(out _);
            VerbEnd = at;
            SkipBlank();
            ReadWord(out _);
        }

        SkipBlank();
        NameStart = NameEnd = at;
        while (ReadName(out var part))
        {
            Name.Add(part);
            NameEnd = at;
            SkipBlank();
            if (at >= text.Length || text[at] != '.')
            {
                break;
            }

            at++;
            SkipBlank();
        }

        return Name.Count > 0;
    }

    private bool ReadName(out string name)
    {
        name = "";
        if (at >= text.Length || text[at] is not ('[' or '"'))
        {
            return ReadWord(out name);
        }

        var close = text[at] == '[' ? ']' : '"';
        var start = ++at;
        while (at < text.Length && (text[at] != close || (at + 1 < text.Length && text[at + 1] == close)))
        {
            at += text[at] == close ? 2 : 1;
        }

        name = text[start..at].Replace($"{close}{close}", $"{close}", StringComparison.Ordinal);
        at++;
        return true;
    }

    private bool ReadWord(out string word)
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '@' or '#' or '$'))
        {
            at++;
        }

        word = text[start..at];
        return at > start;
    }

    /// <summary>White space and comments, of which those in stars nest.</summary>
    private void SkipBlank()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text.AsSpan(at).StartsWith("--"))
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (text.AsSpan(at).StartsWith("/*"))
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    private void SkipComment()
    {
        for (var depth = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            depth += rest.StartsWith("/*") ? 1 : rest.StartsWith("*/") ? -1 : 0;
            at += rest.StartsWith("/*") || rest.StartsWith("*/") ? 2 : 1;
            if (depth == 0)
            {
                return;
            }
        }
    }
}
