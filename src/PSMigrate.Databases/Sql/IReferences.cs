namespace PSMigrate.Databases.Sql;

/// <summary>Gives the values of the variables that a script refers to.</summary>
internal interface IReferences
{
    /// <summary>Reads the reference that begins at an offset; null where none does.</summary>
    /// <param name="text">The text, at least to the end of the reference.</param>
    /// <param name="at">Where the dollar sign stands.</param>
    /// <param name="token">The token that it stands in.</param>
    /// <param name="dialect">The SQL of the text.</param>
    /// <param name="place">Where that is in the file.</param>
    Reference? Read(ReadOnlySpan<char> text, int at, SqlToken token, SqlDialect dialect, Func<SourcePlace> place);

    /// <summary>Gives a variable a value from here on; null takes it away.</summary>
    void Set(string name, string? value);
}

/// <summary>A reference to a variable.</summary>
/// <param name="Length">Its length in the text.</param>
/// <param name="Value">What stands in its place; null where the reference stays as it is.</param>
/// <param name="IsHidden">True for a secret.</param>
internal readonly record struct Reference(int Length, string? Value, bool IsHidden);
