namespace PSMigrate.Databases.Sql;

/// <summary>The rows that follow a statement in its script. They are read when they are wanted, as often as they are.</summary>
public sealed class SqlCopyData
{
    private readonly Func<TextReader> open;

    internal SqlCopyData(SourcePlace place, long length, Func<TextReader> open)
    {
        Place = place;
        Length = length;
        this.open = open;
    }

    /// <summary>Where the first row stands.</summary>
    public SourcePlace Place { get; }

    /// <summary>How much text there is, in UTF-16 code units.</summary>
    public long Length { get; }

    /// <summary>The rows from the first to the last, each ended by a line feed, without what marks their end. To be disposed of.</summary>
    public TextReader Open() => open();
}
