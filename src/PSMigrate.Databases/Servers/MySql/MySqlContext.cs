namespace PSMigrate.Databases.Servers.MySql;

/// <summary>What the readers of definitions know of the server and the database that they come from.</summary>
/// <param name="Database">The connected database: names in it are written without it.</param>
/// <param name="DefaultCollations">The collation of each character set that is meant where none is said.</param>
internal sealed record MySqlContext(MySqlFeatures Features, string Database, IReadOnlyDictionary<string, string> DefaultCollations)
{
    /// <summary>Takes the connected database's name away from before names that are in it.</summary>
    public List<MySqlToken> Unqualify(IReadOnlyList<MySqlToken> tokens)
    {
        var left = new List<MySqlToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (IsOwnQualifier(tokens, i))
            {
                left.Add(tokens[i + 2] with { Spaced = tokens[i].Spaced });
                i += 2;
            }
            else
            {
                left.Add(tokens[i]);
            }
        }

        return left;
    }

    public bool IsOwnQualifier(IReadOnlyList<MySqlToken> tokens, int at) => at + 2 < tokens.Count
        && tokens[at].Kind == MySqlTokenKind.Name && tokens[at + 1].Is(".") && tokens[at + 2].Kind == MySqlTokenKind.Name
        && !(at > 0 && tokens[at - 1].Is("."))
        && string.Equals(tokens[at].Name, Database, StringComparison.OrdinalIgnoreCase);

    public string CollationOf(string characterSet) => DefaultCollations.GetValueOrDefault(characterSet, characterSet + "_general_ci");
}
