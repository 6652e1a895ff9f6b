using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases;

/// <summary>Statements whose effect is not confined to the database that they are run on.</summary>
internal static class ReachesOutside
{
    public static SqlStatement? Find(ScriptPart part, SqlDialect dialect) =>
        part.Statements.FirstOrDefault(statement => Is(statement, dialect.ReadFacts(statement)));

    public static bool Is(SqlStatement statement, StatementFacts facts) =>
        facts.Kind == StatementKind.Attach || facts.VacuumInto is not null
        || (facts.Kind == StatementKind.Select && statement.Text.Contains("load_extension", StringComparison.OrdinalIgnoreCase));
}
