namespace PSMigrate.Databases.Sql;

/// <summary>Knows where statements end. It is asked about each token in turn, comments and white space left out.</summary>
public interface IStatementBoundary
{
    /// <summary>
    /// True when this token ends the statement and is not part of it. The next token is then asked about as the first of the
    /// next statement.
    /// </summary>
    bool EndsAt(SqlTokenKind kind, ReadOnlySpan<char> token);
}
