using System.Text;

namespace PSMigrate.Databases.Sql;

/// <summary>Puts a <see cref="MappedText"/> together from pieces of a file.</summary>
internal sealed class MappedTextBuilder(string file)
{
    private readonly StringBuilder text = new();
    private readonly List<MappedPiece> pieces = [];

    public bool IsEmpty => text.Length == 0;

    /// <summary>Text exactly as the file has it.</summary>
    public void Append(ReadOnlySpan<char> part, SourcePoint source)
    {
        if (part.IsEmpty)
        {
            return;
        }

        pieces.Add(new MappedPiece(text.Length, part.Length, source));
        text.Append(part);
    }

    public MappedText Build() => new(file, text.ToString(), [.. pieces]);
}
