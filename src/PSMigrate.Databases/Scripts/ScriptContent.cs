using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>What a script does, takes back and checks, with variables replaced.</summary>
/// <param name="Forward">What applies the script; never empty.</param>
/// <param name="Rollback">The author's way back, from the rollback section or the undo file; null where there is none.</param>
/// <param name="Verify">The queries that must return no rows afterwards.</param>
public sealed record ScriptContent(ScriptPart Forward, ScriptPart? Rollback, IReadOnlyList<SqlStatement> Verify)
{
    /// <summary>
    /// The author's way back as text, before variables are replaced and without comment marks, so that it can be kept and
    /// shown without secrets; <see cref="ScriptPart.Read"/> reads it again. Null where there is none.
    /// </summary>
    public string? RollbackText { get; init; }
}
