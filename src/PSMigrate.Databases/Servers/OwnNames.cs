using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// Names in plans that are written with their database before them: of the connected one they mean the same as without it; of another one they
/// mean something that nothing here can follow.
/// </summary>
internal static class OwnNames
{
    /// <summary>False for statements that change nothing, wherever what they name is.</summary>
    public static bool CanChange(StatementFacts facts) =>
        facts.Kind is not (StatementKind.Select or StatementKind.Use or StatementKind.Set or StatementKind.Explain or StatementKind.Control);

    /// <returns>The facts without the connected database's name; with <see cref="StatementFacts.Database"/> only where it is another one.</returns>
    public static StatementFacts Of(StatementFacts facts, ServerEngine engine, string database)
    {
        var dialect = engine.Dialect;
        var named = facts.Names.Select(n => dialect.SchemasAreDatabases ? n.Schema : n.Database).Append(dialect.SchemasAreDatabases ? facts.OnSchema : null)
            .OfType<string>().ToList();
        if (named.Count == 0)
        {
            return facts;
        }

        return named.FirstOrDefault(n => !n.Equals(database, engine.NameComparison)) is { } other
            ? facts with { Database = other }
            : facts with
            {
                Database = null,
                Schema = dialect.SchemasAreDatabases ? null : facts.Schema,
                OnSchema = dialect.SchemasAreDatabases ? null : facts.OnSchema,
                Names = [.. facts.Names.Select(n => n with { Database = null, Schema = dialect.SchemasAreDatabases ? null : n.Schema })],
            };
    }
}
