using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>Reads a large script for its statements, block by block.</summary>
internal sealed class ScriptFileSource(ScriptSource script) : ISqlSource
{
    private readonly TextReader text = script.OpenText(0, long.MaxValue);
    private bool hasBegun;

    public string File => script.Path;

    public int Read(Span<char> into, out MappedPiece piece, out bool continues)
    {
        piece = new MappedPiece(0, 0, SourcePoint.StartOf(script.Path));
        continues = hasBegun;
        hasBegun = true;
        return text.Read(into);
    }

    public Func<TextReader> OpenAgain(int offset, long length) => () => script.OpenText(offset, length);

    public void Dispose() => text.Dispose();
}
