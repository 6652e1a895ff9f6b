using System.Collections.Frozen;

namespace PSMigrate.Databases.Sql;

/// <summary>What one engine's SQL differs in, as far as reading scripts goes: a new engine is a new instance.</summary>
public sealed record SqlDialect
{
    public required string Name { get; init; }

    /// <summary><c>[name]</c> is an identifier.</summary>
    public bool BracketIdentifiers { get; init; }

    /// <summary><c>`name`</c> is an identifier.</summary>
    public bool BacktickIdentifiers { get; init; }

    /// <summary><c>/* /* */ */</c> is one comment.</summary>
    public bool NestedComments { get; init; }

    /// <summary><c>#</c> begins a comment.</summary>
    public bool HashComments { get; init; }

    /// <summary>A backslash in a string takes the next character as it is.</summary>
    public bool BackslashEscapes { get; init; }

    /// <summary><c>$tag$ … $tag$</c> is a string.</summary>
    public bool DollarQuotes { get; init; }

    /// <summary>The characters that begin a parameter.</summary>
    public string ParameterPrefixes { get; init; } = "";

    /// <summary>Every keyword, in upper case.</summary>
    public required FrozenSet<string> Keywords { get; init; }

    /// <summary>The keywords that can be a name without quotes where the grammar has no other use for them.</summary>
    public required FrozenSet<string> KeywordsUsableAsNames { get; init; }

    /// <summary>The words that a statement can begin with: they tell SQL from prose.</summary>
    public required FrozenSet<string> StatementStarters { get; init; }

    /// <summary>Makes the judge of where statements end, one for each text.</summary>
    public required Func<IStatementBoundary> CreateBoundary { get; init; }

    /// <summary>Says what a statement does.</summary>
    public required Func<SqlStatement, StatementFacts> ReadFacts { get; init; }

    /// <summary>SQLite 3.</summary>
    public static SqlDialect Sqlite { get; } = new()
    {
        Name = "SQLite",
        BracketIdentifiers = true,
        BacktickIdentifiers = true,
        ParameterPrefixes = "?:@$#",
        Keywords = SqliteKeywords.All,
        KeywordsUsableAsNames = SqliteKeywords.UsableAsNames,
        StatementStarters = SqliteKeywords.StatementStarters,
        CreateBoundary = () => new SqliteStatementBoundary(),
        ReadFacts = SqliteStatementReader.Read,
    };

    public override string ToString() => Name;
}
