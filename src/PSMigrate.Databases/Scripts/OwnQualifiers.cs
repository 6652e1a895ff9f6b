using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// The name of the database before names of what is in it. On a copy it would lead back to the original: there it is taken out of the
/// text, which then means the same in the copy.
/// </summary>
internal static class OwnQualifiers
{
    /// <summary>The statement without them, where it surely has them; places stay as they are.</summary>
    public static SqlStatement Without(SqlStatement statement, SqlDialect dialect)
    {
        if (dialect.Database is not { IsCopy: true } database || !statement.Text.Contains(database.Name, database.Comparison)
            || dialect.ReadFacts(statement).Each.Any(f => f.Kind is StatementKind.Use or StatementKind.Grant or StatementKind.Revoke || f.ObjectKind == SqlObjectKind.Database))
        {
            return statement;
        }

        var text = statement.Text;
        var tokens = SqlTokenizer.Significant(text, dialect);
        var ranges = new List<(int Start, int End)>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind is not (SqlTokenKind.Word or SqlTokenKind.QuotedIdentifier) || !database.Is(SqlIdentifier.Unquote(tokens[i].In(text))) || IsDot(tokens, i - 1, text))
            {
                continue;
            }

            if (End(tokens, i, text, dialect) is not { } end)
            {
                // Something else has the name too, a table perhaps, and nothing tells which is meant where.
                return statement;
            }

            ranges.Add((tokens[i].Offset, end));
        }

        return ranges.Count == 0 ? statement : statement.Without(ranges) ?? statement;
    }

    /// <summary>The end of the qualifier that begins here; null where it is none.</summary>
    private static int? End(List<SqlToken> tokens, int at, string text, SqlDialect dialect)
    {
        if (!IsDot(tokens, at + 1, text))
        {
            return null;
        }

        // Between database and object stands the schema, where there are schemas; it may be left empty.
        return dialect.SchemasAreDatabases ? tokens[at + 1].End
            : IsDot(tokens, at + 2, text) ? tokens[at + 2].End
            : IsDot(tokens, at + 3, text) ? tokens[at + 1].End
            : null;
    }

    private static bool IsDot(List<SqlToken> tokens, int at, string text) => at >= 0 && at < tokens.Count && tokens[at].In(text) is ".";
}
