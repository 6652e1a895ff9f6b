namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>
/// Says what a batch does: the facts of its only statement, or <see cref="StatementKind.Batch"/> with those of each. Statements in
/// branches and TRY blocks are told to be conditional; the body of a module that is made belongs to it.
/// </summary>
public static class SqlServerBatchReader
{
    public static StatementFacts Read(SqlStatement batch) => batch.Facts ??= Read(batch.Text);

    /// <exception cref="MigrationException">UnclosedString, UnclosedIdentifier, UnclosedComment.</exception>
    public static StatementFacts Read(string sql)
    {
        var tokens = SqlTokenizer.Significant(sql, SqlDialect.SqlServer);
        var parts = new List<BatchPart>();
        foreach (var statement in BatchStatementFinder.Find(sql, tokens))
        {
            var first = tokens[statement.First];
            var last = tokens[statement.First + statement.Count - 1];
            var facts = SqlServerStatementReader.Read(new TokenCursor(sql, tokens, statement.First, statement.Count));
            parts.Add(new BatchPart(first.Offset, last.End - first.Offset, facts with { IsConditional = statement.IsConditional }));
        }

        return parts switch
        {
            [] => new StatementFacts(StatementKind.Control),
            [{ Facts.IsConditional: false } only] => only.Facts,
            _ => new StatementFacts(StatementKind.Batch) { Parts = parts },
        };
    }
}
