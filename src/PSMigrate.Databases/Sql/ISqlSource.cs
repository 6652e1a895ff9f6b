namespace PSMigrate.Databases.Sql;

/// <summary>Text that is read from the beginning to the end, and knows where in a file it came from.</summary>
internal interface ISqlSource : IDisposable
{
    /// <summary>What places name.</summary>
    string File { get; }

    /// <summary>Reads the next part of the text; 0 at the end.</summary>
    /// <param name="into">Takes as much of it as fits.</param>
    /// <param name="piece">Where it came from; its start and length do not count.</param>
    /// <param name="continues">True where it follows in the file what was read before.</param>
    int Read(Span<char> into, out MappedPiece piece, out bool continues);

    /// <summary>Opens part of the file again; null where it can only be kept as it was read.</summary>
    Func<TextReader>? OpenAgain(int offset, long length) => null;
}
