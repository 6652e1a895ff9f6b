namespace PSMigrate.Databases.Sql;

/// <summary>One statement of a text, from its first token to its last, without the separator that ends it.</summary>
/// <param name="Text">What the engine is given. It may hold secrets: show <see cref="Shown"/> instead.</param>
/// <param name="Offset">Where the first token begins in the file's text, in UTF-16 code units from 0.</param>
/// <param name="Line">The first token's line in the file, from 1.</param>
/// <param name="Column">The first token's column in the file, in UTF-16 code units from 1.</param>
public sealed record SqlStatement(string Text, int Offset, int Line, int Column)
{
    /// <summary>What was read off the statement, so that it is read once.</summary>
    internal StatementFacts? Facts { get; set; }

    private readonly MappedText? origin;
    private readonly int start;

    internal SqlStatement(MappedText origin, int start, int length, SourcePlace place)
        : this(origin.Text.Substring(start, length), origin.SourceOffsetAt(start), place.Line, place.Column)
    {
        this.origin = origin;
        this.start = start;
        File = place.File;
    }

    /// <summary>The file that the statement stands in, as places name it.</summary>
    public string File { get; init; } = "";

    public SourcePlace Place => new(File, Line, Column);

    /// <summary>The text with every secret shown as the reference that stands for it in the file: for logs, plans and errors.</summary>
    public string Shown => origin is { HasHidden: true } ? origin.Show(start, Text.Length) : Text;

    /// <summary>Where in the file a character of <see cref="Text"/> stands, for an engine that says where its trouble is.</summary>
    /// <param name="offset">In UTF-16 code units from the statement's first character.</param>
    public SourcePlace PlaceAt(int offset) =>
        origin is null ? Place : origin.PlaceAt(start + Math.Clamp(offset, 0, Text.Length));

    public bool Equals(SqlStatement? other) =>
        other is not null && Text == other.Text && Offset == other.Offset && Line == other.Line && Column == other.Column
        && File == other.File;

    public override int GetHashCode() => HashCode.Combine(Text, Offset, File);

    public override string ToString() => $"{Place}: {Shown}";
}
