namespace PSMigrate.Databases.Sql;

/// <summary>
/// Text that was cut out of a file, uncommented or had variables replaced, and still knows where in the file each of its
/// characters came from.
/// </summary>
public sealed class MappedText
{
    private readonly MappedPiece[] pieces;

    internal MappedText(string file, string text, MappedPiece[] pieces)
    {
        File = file;
        Text = text;
        this.pieces = pieces;
    }

    /// <summary>What places name.</summary>
    public string File { get; }

    public string Text { get; }

    internal ReadOnlySpan<MappedPiece> Pieces => pieces;

    /// <summary>A whole file, unchanged.</summary>
    public static MappedText Whole(SourceText source) => Of(source.Text, source.File);

    /// <summary>Text that is its own source.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">What places should name.</param>
    public static MappedText Of(string text, string file) =>
        new(file, text, [new MappedPiece(0, text.Length, SourcePoint.StartOf(file))]);

    /// <summary>Line and column in the file of the character at this offset.</summary>
    public SourcePlace PlaceAt(int offset) => MappedPiece.PointAt(pieces, Text, offset, File).Place;
}

/// <summary>A run of text and where in a file it came from.</summary>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="Length">How long it is there.</param>
/// <param name="Source">Where it begins in the file.</param>
/// <param name="Replaced">True when the text stands in place of what the file says, instead of repeating it.</param>
/// <param name="Reference">What the file says where the text is a secret; null where it is none.</param>
internal readonly record struct MappedPiece(int Start, int Length, SourcePoint Source, bool Replaced = false, string? Reference = null)
{
    public int End => Start + Length;

    /// <summary>Where the character at an offset of a text came from; replaced text came from where its reference stands.</summary>
    public static SourcePoint PointAt(ReadOnlySpan<MappedPiece> pieces, ReadOnlySpan<char> text, int offset, string file)
    {
        if (pieces.IsEmpty)
        {
            return SourcePoint.StartOf(file);
        }

        var piece = pieces[IndexAt(pieces, offset)];
        var within = Math.Clamp(offset - piece.Start, 0, piece.Length);
        if (piece.Replaced)
        {
            return piece.Source;
        }

        var end = piece.Start + within;
        return piece.Source.After(text[piece.Start..end], end < text.Length ? text[end] : '\0');
    }

    /// <summary>The piece that an offset is in, or the last one before it.</summary>
    public static int IndexAt(ReadOnlySpan<MappedPiece> pieces, int offset)
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
