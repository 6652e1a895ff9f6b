namespace PSMigrate.Databases.Sql;

/// <summary>What a token is.</summary>
public enum SqlTokenKind
{
    /// <summary>A keyword or a plain identifier: which of the two depends on where it stands.</summary>
    Word,
    QuotedIdentifier,
    String,
    Number,
    Blob,
    Parameter,

    /// <summary>An operator or separator, and any character that has no meaning in the dialect.</summary>
    Punctuation,
    Comment,
    WhiteSpace,
}

/// <summary>One token of a text. Offset and length count UTF-16 code units.</summary>
public readonly record struct SqlToken(SqlTokenKind Kind, int Offset, int Length)
{
    public int End => Offset + Length;

    /// <summary>True for what has no meaning to the engine.</summary>
    public bool IsTrivia => Kind is SqlTokenKind.Comment or SqlTokenKind.WhiteSpace;

    public ReadOnlySpan<char> In(string text) => text.AsSpan(Offset, Length);
}
