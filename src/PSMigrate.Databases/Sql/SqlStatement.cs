using System.Text;

namespace PSMigrate.Databases.Sql;

/// <summary>One statement of a text, from its first token to its last, without the separator that ends it.</summary>
/// <param name="Text">What the engine is given. It may hold secrets: show <see cref="Shown"/> instead.</param>
/// <param name="Offset">Where it begins in the file's text, in UTF-16 code units from 0.</param>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Column">Its column in the file, in UTF-16 code units from 1.</param>
public sealed record SqlStatement(string Text, int Offset, int Line, int Column)
{
    /// <summary>What was read off the statement, so that it is read once.</summary>
    internal StatementFacts? Facts { get; set; }

    /// <summary>Where its parts came from; null where the file has it just so.</summary>
    private readonly MappedPiece[]? pieces;

    internal SqlStatement(string text, SourcePoint point, MappedPiece[]? pieces)
        : this(text, point.Offset, point.Line, point.Column)
    {
        this.pieces = pieces;
        File = point.File;
    }

    /// <summary>The file that the statement stands in, as places name it.</summary>
    public string File { get; init; } = "";

    /// <summary>How often it is run one time after the other; more than once after <c>GO 5</c>.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The rows that follow it in the script; null where none do.</summary>
    public SqlCopyData? CopyData { get; init; }

    /// <summary>The SQL that it was read as, which settings in the script may have changed.</summary>
    internal SqlDialect? Dialect { get; init; }

    public SourcePlace Place => new(File, Line, Column);

    /// <summary>The text with every secret shown as the reference that stands for it in the file: for logs, plans and errors.</summary>
    public string Shown
    {
        get
        {
            if (pieces is null || !Array.Exists(pieces, piece => piece.Reference is not null))
            {
                return Text;
            }

            var shown = new StringBuilder(Text.Length);
            foreach (var piece in pieces)
            {
                shown.Append(piece.Reference is { } reference ? reference : Text.AsSpan(piece.Start, piece.Length));
            }

            return shown.ToString();
        }
    }

    /// <summary>Where in the file a character of <see cref="Text"/> stands, for an engine that says where its trouble is.</summary>
    /// <param name="offset">In UTF-16 code units from the statement's first character.</param>
    public SourcePlace PlaceAt(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        return pieces is not null ? MappedPiece.PointAt(pieces, Text, offset, File).Place
            : new SourcePoint(File, Offset, Line, Column).After(Text.AsSpan(0, offset), offset < Text.Length ? Text[offset] : '\0').Place;
    }

    /// <summary>
    /// The same statement with some of its text taken out: white space stands in its place, so that all places stay as they are.
    /// Null where nothing but white space remains.
    /// </summary>
    internal SqlStatement? Without(IEnumerable<(int Start, int End)> ranges)
    {
        var text = Text.ToCharArray();
        foreach (var (start, end) in ranges)
        {
            for (var i = start; i < end; i++)
            {
                text[i] = char.IsWhiteSpace(text[i]) ? text[i] : ' ';
            }
        }

        return text.AsSpan().IsWhiteSpace() ? null : this with { Text = new string(text), Facts = null };
    }

    public bool Equals(SqlStatement? other) =>
        other is not null && Text == other.Text && Offset == other.Offset && Line == other.Line && Column == other.Column
        && File == other.File;

    public override int GetHashCode() => HashCode.Combine(Text, Offset, File);

    public override string ToString() => $"{Place}: {Shown}";
}
