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

    /// <summary>What opens or closes a comment whose content is run, as in MySQL's <c>/*!50003 … */</c>.</summary>
    ExecutableComment,

    /// <summary>What ends a statement where a script can say what that is, as MySQL's DELIMITER does.</summary>
    Delimiter,
}

/// <summary>One token of a text. Offset and length count UTF-16 code units.</summary>
public readonly record struct SqlToken(SqlTokenKind Kind, int Offset, int Length)
{
    public int End => Offset + Length;

    /// <summary>True for what has no meaning to the engine.</summary>
    public bool IsTrivia => Kind is SqlTokenKind.Comment or SqlTokenKind.WhiteSpace;

    public ReadOnlySpan<char> In(string text) => text.AsSpan(Offset, Length);
}
