using PSMigrate.Databases.Scripts;

namespace PSMigrate.Databases.Sql;

/// <summary>SQLite's pragmas.</summary>
internal sealed class SqliteConnectionSettings : IConnectionSettings
{
    public static readonly SqliteConnectionSettings Instance = new();

    public string Word => "PRAGMA";

    public bool Sets(StatementFacts facts) => ConnectionPragmas.Sets(facts);

    public IEnumerable<string> Names(StatementFacts facts) => [facts.PragmaName!];

    public bool NeedsNoTransaction(StatementFacts facts) => ConnectionPragmas.NeedsNoTransaction(facts);

    public bool IsKept(StatementFacts facts) => ConnectionPragmas.IsKeptByFile(facts);

    public string Value(StatementFacts facts, string name) => ConnectionPragmas.Value(facts);
}
