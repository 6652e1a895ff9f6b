using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Rules;

/// <summary>A statement with what was read off it.</summary>
public sealed record ReviewedStatement(SqlStatement Statement, StatementFacts Facts);

/// <summary>A script under review: its text, and what running it on the bare structure showed.</summary>
public sealed record ScriptReview(string Step, SqlScript Script, ScriptContent Content, IReadOnlyList<ReviewedStatement> Statements)
{
    public required SqlDialect Dialect { get; init; }

    public required IReadOnlySet<string> TablesCreated { get; init; }

    public required IReadOnlyList<string> TablesRebuilt { get; init; }

    public required IReadOnlyList<string> Retyped { get; init; }

    public required bool IsTransactional { get; init; }

    /// <summary>What went wrong when the script was run on the bare structure; null where nothing did.</summary>
    public MigrationException? Failure { get; init; }

    public IReadOnlyList<string> NotExamined { get; init; } = [];

    public IReadOnlyList<string> NotCaptured { get; init; } = [];

    /// <summary>True for a table that the script itself creates: what happens to it there is no risk.</summary>
    public bool IsNew(string? table) => table is not null && Statements.Any(s =>
        s.Facts.Kind == StatementKind.CreateTable && string.Equals(s.Facts.ObjectName, table, StringComparison.OrdinalIgnoreCase));
}
