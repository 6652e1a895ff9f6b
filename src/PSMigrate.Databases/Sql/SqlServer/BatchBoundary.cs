namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>Nothing in a batch ends it: only a line with GO does.</summary>
internal sealed class BatchBoundary : IStatementBoundary
{
    public bool EndsAt(SqlTokenKind kind, ReadOnlySpan<char> token) => false;
}
