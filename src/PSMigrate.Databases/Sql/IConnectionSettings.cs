namespace PSMigrate.Databases.Sql;

/// <summary>
/// Knows the statements with which a script sets up its connection, such as SQLite's pragmas and SET. They belong before the transaction,
/// and whoever runs the script puts the connection back afterwards.
/// </summary>
internal interface IConnectionSettings
{
    /// <summary>What the engine calls such a statement: PRAGMA, SET.</summary>
    string Word { get; }

    /// <summary>True for a statement that only sets up the connection; one that asks is a query like any other.</summary>
    bool Sets(StatementFacts facts);

    /// <summary>What the settings of a statement are called, in lower case.</summary>
    IEnumerable<string> Names(StatementFacts facts);

    /// <summary>True where the setting is ignored, refused or postponed inside a transaction.</summary>
    bool NeedsNoTransaction(StatementFacts facts);

    /// <summary>True where the setting stays when the connection is closed.</summary>
    bool IsKept(StatementFacts facts);

    /// <summary>The value in one spelling: <c>off</c>, <c>FALSE</c> and <c>0</c> are the same.</summary>
    string Value(StatementFacts facts, string name);
}

/// <summary>Nothing is set.</summary>
internal sealed class NoConnectionSettings : IConnectionSettings
{
    public static readonly NoConnectionSettings Instance = new();

    public string Word => "SET";

    public bool Sets(StatementFacts facts) => false;

    public IEnumerable<string> Names(StatementFacts facts) => [];

    public bool NeedsNoTransaction(StatementFacts facts) => false;

    public bool IsKept(StatementFacts facts) => false;

    public string Value(StatementFacts facts, string name) => "";
}
