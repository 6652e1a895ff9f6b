namespace PSMigrate.Databases.Sql;

/// <summary>The text of a file, with the lines and columns of its offsets. An offset counts UTF-16 code units from 0.</summary>
/// <param name="file">The file's path or name, as it is shown in places.</param>
public sealed class SourceText(string file, string text)
{
    private int[]? lineStarts;

    public string File { get; } = file;

    public string Text { get; } = text;

    /// <summary>Line and column from 1; <c>\r\n</c>, <c>\n</c> and <c>\r</c> each end one line.</summary>
    public SourcePlace PlaceAt(int offset)
    {
        // Most files are read without anybody asking for a place, so the lines are found on the first question.
        var starts = lineStarts ??= FindLineStarts(Text);
        var found = Array.BinarySearch(starts, offset);
        var line = found >= 0 ? found : ~found - 1;
        return new SourcePlace(File, line + 1, offset - starts[line] + 1);
    }

    internal SourcePoint PointAt(int offset)
    {
        var place = PlaceAt(offset);
        return new SourcePoint(File, offset, place.Line, place.Column);
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var at = 0; ; at++)
        {
            var next = text.AsSpan(at).IndexOfAny('\n', '\r');
            if (next < 0)
            {
                return [.. starts];
            }

            at += next;
            if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n')
            {
                at++;
            }

            starts.Add(at + 1);
        }
    }
}
