namespace PSMigrate.Databases.Sql;

/// <summary>Reads a text that is held whole.</summary>
internal sealed class MappedTextSource(string file, ReadOnlyMemory<char> text, MappedPiece[] pieces) : ISqlSource
{
    private int index;
    private int within;

    public MappedTextSource(MappedText text)
        : this(text.File, text.Text.AsMemory(), text.Pieces.ToArray())
    {
    }

    public string File => file;

    public int Read(Span<char> into, out MappedPiece piece, out bool continues)
    {
        while (index < pieces.Length && within == pieces[index].Length)
        {
            index++;
            within = 0;
        }

        if (index == pieces.Length)
        {
            piece = default;
            continues = false;
            return 0;
        }

        piece = pieces[index];
        continues = within > 0 && !piece.Replaced;
        var count = Math.Min(into.Length, piece.Length - within);
        text.Span.Slice(piece.Start + within, count).CopyTo(into);
        within += count;
        return count;
    }

    public void Dispose()
    {
    }
}
