namespace PSMigrate;

/// <summary>A place in a file. Lines and columns count from 1; columns count UTF-16 code units.</summary>
public sealed record SourcePlace(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
