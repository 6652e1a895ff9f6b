namespace PSMigrate.Databases.Sql;

/// <summary>
/// Text that was cut out of a file, uncommented or had variables replaced, and still knows where in the file each of its
/// characters came from.
/// </summary>
public sealed class MappedText
{
    private readonly MappedPiece[] pieces;

    internal MappedText(SourceText source, string text, MappedPiece[] pieces)
    {
        Source = source;
        Text = text;
        this.pieces = pieces;
        HasHidden = pieces.Any(piece => piece.Hidden);
    }

    /// <summary>The file as it was read.</summary>
    public SourceText Source { get; }

    public string Text { get; }

    /// <summary>True when a secret stands in the text: show <see cref="Shown"/>, never <see cref="Text"/>.</summary>
    public bool HasHidden { get; }

    /// <summary>The text with every secret shown as the reference that stands for it in the file.</summary>
    public string Shown => Show(0, Text.Length);

    internal ReadOnlySpan<MappedPiece> Pieces => pieces;

    /// <summary>A whole file, unchanged.</summary>
    public static MappedText Whole(SourceText source) =>
        new(source, source.Text, [new MappedPiece(0, source.Text.Length, 0, source.Text.Length)]);

    /// <summary>Text that is its own source.</summary>
    /// <param name="file">What places should name.</param>
    public static MappedText Of(string text, string file) => Whole(new SourceText(file, text));

    /// <summary>Where in the file the character at this offset came from; replaced text came from where its reference stands.</summary>
    public int SourceOffsetAt(int offset)
    {
        if (pieces.Length == 0)
        {
            return 0;
        }

        var piece = pieces[PieceAt(offset)];
        var within = offset - piece.Start;
        return piece.Replaced
            ? piece.SourceStart + (within < piece.Length ? 0 : piece.SourceLength)
            : piece.SourceStart + Math.Min(within, piece.Length);
    }

    /// <summary>Line and column in the file of the character at this offset.</summary>
    public SourcePlace PlaceAt(int offset) => Source.PlaceAt(SourceOffsetAt(offset));

    /// <summary>Part of the text, with every secret shown as its reference.</summary>
    internal string Show(int start, int length)
    {
        if (!HasHidden)
        {
            return Text.Substring(start, length);
        }

        var shown = new System.Text.StringBuilder(length);
        foreach (var piece in pieces)
        {
            var from = Math.Max(start, piece.Start);
            var to = Math.Min(start + length, piece.Start + piece.Length);
            if (from < to)
            {
                shown.Append(piece.Hidden
                    ? Source.Text.AsSpan(piece.SourceStart, piece.SourceLength)
                    : Text.AsSpan(from, to - from));
            }
        }

        return shown.ToString();
    }

    private int PieceAt(int offset)
    {
        var low = 0;
        var high = pieces.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (pieces[middle].Start <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}

/// <summary>A run of text and the run of the file that it came from.</summary>
/// <param name="Replaced">True when the text stands in place of what the file says, instead of repeating it.</param>
/// <param name="Hidden">True when the text is a secret.</param>
internal readonly record struct MappedPiece(
    int Start, int Length, int SourceStart, int SourceLength, bool Replaced = false, bool Hidden = false);
