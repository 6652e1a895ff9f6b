using System.Text;

namespace PSMigrate.Reports;

/// <summary>A table in plain text that keeps to a width: cells are wrapped, and the widest columns give way first.</summary>
internal static class TextColumns
{
    private const string Gap = "  ";

    private const int Narrowest = 6;

    public static IEnumerable<string> Lines(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, int width)
    {
        var widths = Widths([columns, .. rows], width - (Gap.Length * (columns.Count - 1)));
        foreach (var line in Row(columns, widths).Append(string.Join(Gap, widths.Select(w => new string('-', w)))))
        {
            yield return line;
        }

        foreach (var line in rows.SelectMany(row => Row(row, widths)))
        {
            yield return line;
        }
    }

    /// <summary>A text in lines of at most a width: broken between words, and within one only where it is longer than that.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        width = Math.Max(width, 1);
        var lines = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            var current = new StringBuilder();
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var rest = word.AsSpan();
                if (current.Length > 0 && current.Length + 1 + rest.Length > width)
                {
                    lines.Add(current.ToString());
                    current.Clear();
                }

                for (; rest.Length > width; rest = rest[Whole(rest, width)..])
                {
                    lines.Add(rest[..Whole(rest, width)].ToString());
                }

                current.Append(current.Length > 0 ? " " : "").Append(rest);
            }

            lines.Add(current.ToString());
        }

        return lines;
    }

    /// <summary>A cut never falls between the two halves of a character.</summary>
    private static int Whole(ReadOnlySpan<char> text, int width) =>
        width > 1 && char.IsHighSurrogate(text[width - 1]) ? width - 1 : width == 1 && char.IsHighSurrogate(text[0]) ? 2 : width;

    private static IEnumerable<string> Row(IReadOnlyList<string> cells, int[] widths)
    {
        var wrapped = cells.Select((cell, i) => Wrap(cell, widths[i])).ToList();
        for (var line = 0; line < wrapped.Max(w => w.Count); line++)
        {
            yield return string.Join(Gap, wrapped.Select((w, i) => (line < w.Count ? w[line] : "").PadRight(widths[i]))).TrimEnd();
        }
    }

    private static int[] Widths(IReadOnlyList<IReadOnlyList<string>> rows, int available)
    {
        var widths = Enumerable.Range(0, rows[0].Count)
            .Select(column => rows.Max(row => row[column].Split('\n').Max(line => line.Length)))
            .ToArray();
        while (widths.Sum() > available)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= Narrowest)
            {
                break;
            }

            widths[widest]--;
        }

        return widths;
    }
}
