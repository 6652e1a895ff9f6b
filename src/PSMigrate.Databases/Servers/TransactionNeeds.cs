using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers;

/// <summary>How scripts go together with transactions, on an engine.</summary>
internal static class TransactionNeeds
{
    /// <summary>True where the whole script can be one transaction together with its row in the history.</summary>
    public static bool RunInUnit(ServerEngine engine, ScriptContent content) =>
        engine.StructureIsTransactional && content.Forward.InTransaction && content.Forward.Statements.All(statement => CanBeInTransaction(engine, statement));

    /// <summary>True where the statement commits nothing by itself.</summary>
    public static bool CanBeInTransaction(ServerEngine engine, SqlStatement statement) =>
        engine.Dialect.ReadFacts(statement).TransactionOfAll is TransactionNeed.Any or TransactionNeed.MayCommit;

    /// <summary>True for scripts that may do more than their words say, so that they may have to be taken back and run again.</summary>
    public static bool MayNeedAnotherRun(ServerEngine engine, ScriptContent content) => engine.StructureIsTransactional
        && content.Forward.Statements.Any(statement => engine.Dialect.ReadFacts(statement).Each.Any(facts => facts.Kind is not (StatementKind.CreateTable or StatementKind.CreateIndex
            or StatementKind.CreateView or StatementKind.Set or StatementKind.Control)));
}
