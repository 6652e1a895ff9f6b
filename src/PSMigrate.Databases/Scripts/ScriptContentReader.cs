using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>Reads the statements of a script for one engine.</summary>
internal static class ScriptContentReader
{
    public static ScriptContent Read(SqlScript script, SqlDialect dialect, ScriptVariables variables)
    {
        var sections = ScriptSections.Read(script.Source, dialect);
        var forward = ScriptPartReader.Read(sections.Forward, dialect, variables, script.TransactionNone);
        if (forward.IsEmpty)
        {
            throw ScriptEmpty.In(script.Source);
        }

        var (rollbackText, rollbackNone) = Rollback(script, sections);
        var rollback = rollbackText is null ? null : ScriptPartReader.Read(rollbackText, dialect, variables, rollbackNone);
        if (script.Undo is { } undo && rollback is { IsEmpty: true })
        {
            throw ScriptEmpty.In(undo.Source);
        }

        var hasRollback = rollback is { IsEmpty: false };
        return new ScriptContent(forward, hasRollback ? rollback : null, ReadVerify(script, dialect, variables))
        {
            RollbackText = hasRollback ? rollbackText!.Text : null,
        };
    }

    private static (MappedText? Text, bool TransactionNone) Rollback(SqlScript script, ScriptSections sections)
    {
        if (script.Undo is not { } undo)
        {
            return (sections.Rollback, script.TransactionNone);
        }

        // Two ways back may disagree, and nobody would know which of them was tested.
        return sections.Rollback is null
            ? (MappedText.Whole(undo.Source), undo.TransactionNone)
            : throw sections.Rollback.PlaceAt(0).Error(
                "RollbackAmbiguous",
                $"the script has a rollback section, and the undo file {undo.FilePath} as well.",
                "Keep the one that is right, and remove the other.");
    }

    private static IReadOnlyList<SqlStatement> ReadVerify(SqlScript script, SqlDialect dialect, ScriptVariables variables)
    {
        var queries = new List<SqlStatement>(script.VerifyRanges.Count);
        foreach (var range in script.VerifyRanges)
        {
            var builder = new MappedTextBuilder(script.Source);
            builder.Append(range.Start, range.Length);
            var statements = SqlSplitter.Split(VariableSubstitution.Apply(builder.Build(), dialect, variables), dialect);
            if (statements is not [var query] || dialect.ReadFacts(query).Kind is not (StatementKind.Select or StatementKind.Pragma))
            {
                throw script.Source.PlaceAt(range.Start).Error(
                    "HeaderValueInvalid",
                    "'Verify' is not one query.",
                    "Write one SELECT that returns no rows when all is well; give each further query a line of its own.");
            }

            queries.Add(query);
        }

        return queries;
    }
}
