namespace PSMigrate.Databases.Servers.MySql;

/// <summary>A word of a definition as the server writes it.</summary>
/// <param name="Text">As it stands there, with its quotes.</param>
/// <param name="Spaced">White space stands before it.</param>
internal readonly record struct MySqlToken(MySqlTokenKind Kind, string Text, bool Spaced)
{
    /// <summary>The name that it writes, without quotes.</summary>
    public string Name => Kind == MySqlTokenKind.Name ? Text[1..^1].Replace(new string(Text[0], 2), Text[..1], StringComparison.Ordinal) : Text;

    public bool Is(string word) => Kind is MySqlTokenKind.Word or MySqlTokenKind.Sign && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
