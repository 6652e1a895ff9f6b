namespace PSMigrate.Databases.Sql;

/// <summary>Cuts a text into its statements.</summary>
public static class SqlSplitter
{
    /// <summary>The statements in order; what is only white space and comments is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="dialect">Its SQL.</param>
    /// <param name="fileName">What places should name.</param>
    /// <exception cref="MigrationException">
    /// UnclosedString, UnclosedIdentifier, UnclosedComment, CopyDataUnclosed, BatchSeparatorInvalid, DelimiterInvalid, ClientCommandRefused,
    /// ClientCommandInvalid, IncludeRefused: the first of them, with its place.
    /// </exception>
    public static IReadOnlyList<SqlStatement> Split(string text, SqlDialect dialect, string fileName) =>
        Split(MappedText.Of(text, fileName), dialect);

    /// <inheritdoc cref="Split(string, SqlDialect, string)"/>
    public static IReadOnlyList<SqlStatement> Split(MappedText text, SqlDialect dialect) => Split(text, dialect, null);

    internal static IReadOnlyList<SqlStatement> Split(MappedText text, SqlDialect dialect, SqlReading? how)
    {
        using var reader = new SqlStatementReader(new MappedTextSource(text), dialect, how, text.Text.Length);
        var statements = new List<SqlStatement>();
        while (reader.Read() is { } statement)
        {
            statements.Add(statement);
        }

        return statements;
    }
}
