namespace PSMigrate.Benchmarks.Reports;

/// <summary>A Markdown table whose columns line up. The first column is to the left, numbers to the right.</summary>
internal sealed class MarkdownTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; a cell for each heading.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the table.</summary>
    public void Write(TextWriter output)
    {
        var widths = headings.Select((heading, i) => Math.Max(3, _rows.Append(headings).Max(row => row[i].Length))).ToArray();
        var toRight = headings.Select((_, i) => i > 0 && _rows.TrueForAll(row => row[i].Length > 0 && IsNumber(row[i]))).ToArray();

        WriteRow(headings);
        WriteRow([.. widths.Select((width, i) => toRight[i] ? new string('-', width - 1) + ":" : new string('-', width))]);
        _rows.ForEach(WriteRow);

        void WriteRow(string[] cells) => output.WriteLine("| " + string.Join(" | ", cells.Select(Pad)) + " |");

        string Pad(string cell, int i) => toRight[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]);
    }

    private static bool IsNumber(string cell) => cell.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-' or '×');
}
