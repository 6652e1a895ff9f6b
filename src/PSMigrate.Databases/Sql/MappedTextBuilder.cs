using System.Text;

namespace PSMigrate.Databases.Sql;

/// <summary>Puts a <see cref="MappedText"/> together from pieces of a file and from replacements.</summary>
internal sealed class MappedTextBuilder(SourceText source)
{
    private readonly StringBuilder text = new();
    private readonly List<MappedPiece> pieces = [];

    public bool IsEmpty => text.Length == 0;

    /// <summary>Text exactly as the file has it.</summary>
    public void Append(int sourceStart, int length)
    {
        if (length == 0)
        {
            return;
        }

        if (pieces is [.., { Replaced: false } last] && last.SourceStart + last.SourceLength == sourceStart)
        {
            pieces[^1] = last with { Length = last.Length + length, SourceLength = last.SourceLength + length };
        }
        else
        {
            pieces.Add(new MappedPiece(text.Length, length, sourceStart, length));
        }

        text.Append(source.Text, sourceStart, length);
    }

    /// <summary>Text that stands in place of what the file has.</summary>
    public void AppendReplacement(string value, int sourceStart, int sourceLength, bool hidden)
    {
        // An empty secret leaves no piece: there is nothing to hide, and a piece without length could not be found by offset.
        if (value.Length > 0)
        {
            pieces.Add(new MappedPiece(text.Length, value.Length, sourceStart, sourceLength, Replaced: true, hidden));
            text.Append(value);
        }
    }

    /// <summary>Part of a text that is mapped to the same file already.</summary>
    public void Append(MappedText from, int start, int length)
    {
        var end = start + length;
        foreach (var piece in from.Pieces)
        {
            var pieceFrom = Math.Max(start, piece.Start);
            var pieceTo = Math.Min(end, piece.Start + piece.Length);
            if (pieceFrom >= pieceTo)
            {
                continue;
            }

            if (piece.Replaced)
            {
                AppendReplacement(from.Text[pieceFrom..pieceTo], piece.SourceStart, piece.SourceLength, piece.Hidden);
            }
            else
            {
                Append(piece.SourceStart + pieceFrom - piece.Start, pieceTo - pieceFrom);
            }
        }
    }

    public MappedText Build() => new(source, text.ToString(), [.. pieces]);
}
