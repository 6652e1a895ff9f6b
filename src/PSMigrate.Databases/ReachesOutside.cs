using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases;

/// <summary>Statements whose effect is not confined to the database that they are run on: on a copy they would still change what is not copied.</summary>
internal static class ReachesOutside
{
    public static SqlStatement? Find(ScriptPart part, SqlDialect dialect) =>
        part.Statements.FirstOrDefault(statement => dialect.ReadFacts(statement).Each.Any(facts => Is(statement, facts, dialect)));

    public static bool Is(SqlStatement statement, StatementFacts facts, SqlDialect dialect) => facts.Kind switch
    {
        StatementKind.Attach or StatementKind.Use or StatementKind.Backup or StatementKind.Restore => true,
        StatementKind.Vacuum => facts.VacuumInto is not null,
        StatementKind.Select => Mentions(statement, "load_extension", "OUTFILE", "DUMPFILE"),
        StatementKind.Copy => facts.Names.Count == 0 || Mentions(statement, "PROGRAM") || IsElsewhere(facts, dialect),
        StatementKind.Set or StatementKind.Reset => facts.Assignments.Any(a => a.Scope == SettingScope.Server),
        StatementKind.Grant or StatementKind.Revoke => dialect.SchemasAreDatabases || IsOfServer(facts.ObjectKind, dialect),
        _ => IsOfServer(facts.ObjectKind, dialect) || IsElsewhere(facts, dialect),
    };

    private static bool IsOfServer(SqlObjectKind kind, SqlDialect dialect) => kind switch
    {
        SqlObjectKind.Database or SqlObjectKind.Login or SqlObjectKind.Tablespace or SqlObjectKind.System or SqlObjectKind.Subscription => true,
        SqlObjectKind.Role or SqlObjectKind.User => !dialect.RolesAreInDatabase,
        _ => false,
    };

    /// <summary>Named by its database: that may be the very one that is copied, and would be changed from the copy.</summary>
    private static bool IsElsewhere(StatementFacts facts, SqlDialect dialect) =>
        facts.Database is not null || facts.Names.Any(n => n.Database is not null)
        || (dialect.SchemasAreDatabases && (facts.Schema ?? facts.OnSchema ?? facts.Names.Select(n => n.Schema).FirstOrDefault(s => s is not null)) is not null);

    private static bool Mentions(SqlStatement statement, params string[] words) =>
        words.Any(word => statement.Text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
