using System.Buffers;
using System.Runtime.InteropServices;

namespace PSMigrate.Databases.Sql;

/// <summary>
/// The part of a text that is being looked at. It moves on as the text is read, so that it is as large as the longest statement and
/// not as the file; what was replaced in it, and where the rest came from, it knows piece by piece.
/// </summary>
internal sealed class SqlWindow : IDisposable
{
    private const int Chunk = 64 * 1024;

    private readonly Stack<ISqlSource> sources = [];
    private readonly List<MappedPiece> pieces = [];
    private char[] buffer;
    private int length;

    /// <summary>The last place that was asked for: the next is mostly not far behind it.</summary>
    private (int Offset, int Piece, SourcePoint Point) known = (-1, -1, default);

    public SqlWindow(ISqlSource source, int expectedLength)
    {
        sources.Push(source);
        buffer = ArrayPool<char>.Shared.Rent(Math.Clamp(expectedLength, 16, 4 * Chunk));
    }

    public ReadOnlySpan<char> Text => buffer.AsSpan(0, length);

    public int Length => length;

    /// <summary>True when nothing follows the window.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>What is being read.</summary>
    public ISqlSource Source => sources.Peek();

    /// <summary>Lets go of what stands before an offset, and reads more behind the rest. Offsets become smaller by what it returns.</summary>
    public int MoveTo(int keepFrom)
    {
        if (keepFrom > 0)
        {
            Discard(keepFrom);
        }

        if (length + (buffer.Length / 4) > buffer.Length)
        {
            var larger = ArrayPool<char>.Shared.Rent(buffer.Length * 2);
            Text.CopyTo(larger);
            ArrayPool<char>.Shared.Return(buffer);
            buffer = larger;
        }

        do
        {
            if (sources.Count == 0)
            {
                IsWhole = true;
                break;
            }

            var count = sources.Peek().Read(buffer.AsSpan(length), out var piece, out var continues);
            if (count == 0)
            {
                // The last one stays: it can be asked to open its file again.
                if (sources.Count == 1)
                {
                    IsWhole = true;
                    break;
                }

                sources.Pop().Dispose();
                continue;
            }

            Add(piece with { Start = length, Length = count }, continues);
            length += count;
        }
        while (length < buffer.Length);

        return keepFrom;
    }

    /// <summary>Where in a file the character at an offset came from.</summary>
    public SourcePoint PointAt(int offset)
    {
        var all = CollectionsMarshal.AsSpan(pieces);
        if (all.IsEmpty)
        {
            return SourcePoint.StartOf(sources.Count > 0 ? sources.Peek().File : "");
        }

        var index = MappedPiece.IndexAt(all, offset);
        var point = index == known.Piece && known.Offset <= offset && !all[index].Replaced && offset <= all[index].End
            ? known.Point.After(Text[known.Offset..offset], offset < length ? buffer[offset] : '\0')
            : MappedPiece.PointAt(all, Text, offset, all[index].Source.File);
        known = (offset, index, point);
        return point;
    }

    /// <summary>Where the parts of a stretch came from; null where it is one and stands in the file just so.</summary>
    public MappedPiece[]? PiecesOf(int start, int end)
    {
        var all = CollectionsMarshal.AsSpan(pieces);
        var first = MappedPiece.IndexAt(all, start);
        if (!all[first].Replaced && end <= all[first].End)
        {
            return null;
        }

        var found = new List<MappedPiece>();
        for (var i = first; i < all.Length && all[i].Start < end; i++)
        {
            var from = Math.Max(start, all[i].Start);
            var to = Math.Min(end, all[i].End);
            if (from < to)
            {
                found.Add(all[i] with { Start = from - start, Length = to - from, Source = all[i].Replaced ? all[i].Source : PointAt(from) });
            }
        }

        return [.. found];
    }

    /// <summary>Puts other text in the place of a stretch.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="count">How long it is.</param>
    /// <param name="value">What takes its place.</param>
    /// <param name="isHidden">True for a secret, for which what the file says is shown.</param>
    public void Replace(int start, int count, ReadOnlySpan<char> value, bool isHidden = false)
    {
        var point = PointAt(start);
        var reference = isHidden ? Text.Slice(start, count).ToString() : null;
        Split(start + count);
        var index = Split(start);
        var removed = 0;
        while (index + removed < pieces.Count && pieces[index + removed].Start < start + count)
        {
            removed++;
        }

        pieces.RemoveRange(index, removed);
        var grows = value.Length - count;
        for (var i = index; i < pieces.Count; i++)
        {
            pieces[i] = pieces[i] with { Start = pieces[i].Start + grows };
        }

        if (value.Length > 0)
        {
            pieces.Insert(index, new MappedPiece(start, value.Length, point, Replaced: true, reference));
        }

        Resize(start, count, value);
        known = (-1, -1, default);
    }

    /// <summary>Reads another file here; what follows in the window comes after it.</summary>
    public void Insert(int at, ISqlSource source)
    {
        var index = Split(at);
        var rest = new MappedPiece[pieces.Count - index];
        for (var i = 0; i < rest.Length; i++)
        {
            rest[i] = pieces[index + i] with { Start = pieces[index + i].Start - at };
        }

        sources.Push(new MappedTextSource(sources.Peek().File, Text[at..].ToArray(), rest));
        sources.Push(source);
        pieces.RemoveRange(index, pieces.Count - index);
        length = at;
        IsWhole = false;
        known = (-1, -1, default);
    }

    public void Dispose()
    {
        while (sources.TryPop(out var source))
        {
            source.Dispose();
        }

        ArrayPool<char>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    private void Add(MappedPiece piece, bool continues)
    {
        if (continues && pieces is [.., { Replaced: false } last])
        {
            pieces[^1] = last with { Length = last.Length + piece.Length };
        }
        else
        {
            pieces.Add(piece);
        }
    }

    private void Discard(int count)
    {
        var continuesLater = pieces.Count > 0 && pieces[^1] is { Replaced: false } last && last.End <= count;
        if (continuesLater)
        {
            // All of it goes, but what is read next may continue it.
            pieces[^1] = new MappedPiece(0, 0, PointAt(count));
            pieces.RemoveRange(0, pieces.Count - 1);
        }
        else if (pieces.Count > 0)
        {
            var index = Split(count);
            pieces.RemoveRange(0, index);
            for (var i = 0; i < pieces.Count; i++)
            {
                pieces[i] = pieces[i] with { Start = pieces[i].Start - count };
            }
        }

        buffer.AsSpan(count, length - count).CopyTo(buffer);
        length -= count;
        known = (-1, -1, default);
    }

    /// <summary>Makes a piece begin at this offset, and gives its index.</summary>
    private int Split(int offset)
    {
        var all = CollectionsMarshal.AsSpan(pieces);
        if (all.IsEmpty)
        {
            return 0;
        }

        var index = MappedPiece.IndexAt(all, offset);
        var piece = all[index];
        if (offset <= piece.Start)
        {
            return index;
        }

        if (offset >= piece.End)
        {
            return index + 1;
        }

        var point = piece.Replaced ? piece.Source : PointAt(offset);
        pieces[index] = piece with { Length = offset - piece.Start };
        pieces.Insert(index + 1, piece with { Start = offset, Length = piece.End - offset, Source = point });
        known = (-1, -1, default);
        return index + 1;
    }

    private void Resize(int start, int count, ReadOnlySpan<char> value)
    {
        var grown = length + value.Length - count;
        if (grown > buffer.Length)
        {
            var larger = ArrayPool<char>.Shared.Rent(grown + Chunk);
            Text.CopyTo(larger);
            ArrayPool<char>.Shared.Return(buffer);
            buffer = larger;
        }

        buffer.AsSpan(start + count, length - start - count).CopyTo(buffer.AsSpan(start + value.Length));
        value.CopyTo(buffer.AsSpan(start));
        length = grown;
    }
}
