namespace PSMigrate.Databases.Sql;

/// <summary>Cuts a text into its statements.</summary>
public static class SqlSplitter
{
    /// <summary>The statements in order; what is only white space and comments is none.</summary>
    /// <param name="fileName">What places should name.</param>
    /// <exception cref="MigrationException">UnclosedString, UnclosedIdentifier, UnclosedComment.</exception>
    public static IReadOnlyList<SqlStatement> Split(string text, SqlDialect dialect, string fileName) =>
        Split(MappedText.Of(text, fileName), dialect);

    /// <inheritdoc cref="Split(string, SqlDialect, string)"/>
    public static IReadOnlyList<SqlStatement> Split(MappedText text, SqlDialect dialect)
    {
        var statements = new List<SqlStatement>();
        var boundary = dialect.CreateBoundary();
        var tokenizer = new SqlTokenizer(text, dialect);
        var first = -1;
        var end = 0;

        while (tokenizer.ReadSignificant(out var token))
        {
            if (boundary.EndsAt(token.Kind, token.In(text.Text)))
            {
                Add();
                first = -1;
                continue;
            }

            first = first < 0 ? token.Offset : first;
            end = token.End;
        }

        Add();
        return statements;

        void Add()
        {
            if (first >= 0)
            {
                statements.Add(new SqlStatement(text, first, end - first, text.PlaceAt(first)));
            }
        }
    }
}
