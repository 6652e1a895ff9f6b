namespace PSMigrate.Databases.Sql;

/// <summary>Knows where statements end. It is asked about each token in turn, comments and white space left out.</summary>
public interface IStatementBoundary
{
    /// <summary>
    /// True when this token ends the statement and is not part of it. The next token is then asked about as the first of the
    /// next statement.
    /// </summary>
    bool EndsAt(SqlTokenKind kind, ReadOnlySpan<char> token);

    /// <summary>True after a statement whose rows follow in the script.</summary>
    bool DataFollows => false;

    /// <summary>How the text after a statement is to be read: the same as before, unless the statement changed that.</summary>
    SqlDialect After(string statement, SqlDialect dialect) => dialect;

    /// <summary>Called where a statement ended at something that is no token of it, such as a line for the client.</summary>
    void Restart()
    {
    }

    /// <summary>True when parentheses are open, so that a line cannot be one for the client.</summary>
    bool IsInside => false;
}
