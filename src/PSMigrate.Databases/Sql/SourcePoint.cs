namespace PSMigrate.Databases.Sql;

/// <summary>A place in a file with its offset.</summary>
/// <param name="Offset">In UTF-16 code units from 0.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">In UTF-16 code units from 1.</param>
internal readonly record struct SourcePoint(string File, int Offset, int Line, int Column)
{
    public SourcePlace Place => new(File, Line, Column);

    public static SourcePoint StartOf(string file) => new(file, 0, 1, 1);

    /// <summary>
    /// The place behind some text that begins here; <c>\r\n</c>, <c>\n</c> and <c>\r</c> each end one line.
    /// </summary>
    /// <param name="text">The text up to there.</param>
    /// <param name="next">What follows it: between the two characters of a line end no line begins.</param>
    public SourcePoint After(ReadOnlySpan<char> text, char next)
    {
        var last = text.LastIndexOfAny('\n', '\r');
        if (last < 0)
        {
            return this with { Offset = Offset + text.Length, Column = Column + text.Length };
        }

        var lines = text.Count('\n');
        if (text.Contains('\r'))
        {
            for (var i = 0; i < text.Length; i++)
            {
                lines += text[i] == '\r' && (i + 1 < text.Length ? text[i + 1] : next) != '\n' ? 1 : 0;
            }

            if (last == text.Length - 1 && text[last] == '\r' && next == '\n')
            {
                // In the middle of a line end: still on the old line.
                last = text[..last].LastIndexOfAny('\n', '\r');
                if (last < 0)
                {
                    return this with { Offset = Offset + text.Length, Column = Column + text.Length };
                }
            }
        }

        return this with { Offset = Offset + text.Length, Line = Line + lines, Column = text.Length - last };
    }
}
