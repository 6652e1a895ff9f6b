using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>Reads the statements of a script for one engine.</summary>
internal static class ScriptContentReader
{
    public static ScriptContent Read(SqlScript script, SqlDialect dialect, ScriptVariables variables)
    {
        var (forward, section) = ReadForward(script, dialect, variables);
        if (forward.IsEmpty)
        {
            throw ScriptEmpty.In(script.Source);
        }

        var (rollbackText, rollbackNone) = Rollback(script, section);
        var rollback = rollbackText is null ? null : ScriptPartReader.Read(rollbackText, dialect, variables, rollbackNone);
        if (script.Undo is { } undo && rollback is { IsEmpty: true })
        {
            throw ScriptEmpty.In(undo.Source.Head);
        }

        var hasRollback = rollback is { IsEmpty: false };
        return new ScriptContent(forward, hasRollback ? rollback : null, ReadVerify(script, dialect, variables))
        {
            RollbackText = hasRollback ? rollbackText!.Text : null,
        };
    }

    /// <summary>What goes forward, and the rollback section, which must be held whole: it is kept with what was done.</summary>
    private static (ScriptPart Forward, MappedText? Section) ReadForward(SqlScript script, SqlDialect dialect, ScriptVariables variables)
    {
        var sections = new ScriptSections(script.FilePath);
        var isSmall = script.Text.IsWhole && script.Includes.Files.All(file => file.IsWhole);
        var forward = isSmall
            ? ScriptPartReader.Read([.. Statements(script, dialect, variables, sections)], dialect, script.TransactionNone)
            : ScriptPartReader.ReadThrough(
                Statements(script, dialect, variables, sections),
                () => Statements(script, dialect, variables, new ScriptSections(script.FilePath)),
                dialect,
                script.TransactionNone);
        return (forward, sections.Rollback(dialect));
    }

    private static IEnumerable<SqlStatement> Statements(SqlScript script, SqlDialect dialect, ScriptVariables variables, ScriptSections sections)
    {
        var how = new SqlReading
        {
            References = script.HasReferences ? new VariableReferences(variables) : null,
            Sections = sections,
            Include = script.Includes.Open,
        };
        using var reader = new SqlStatementReader(script.Text.Open(), dialect, how, script.Text.Head.Text.Length);
        while (reader.Read() is { } statement)
        {
            yield return statement;
        }
    }

    private static (MappedText? Text, bool TransactionNone) Rollback(SqlScript script, MappedText? section)
    {
        if (script.Undo is not { } undo)
        {
            return (section, script.TransactionNone);
        }

        // Two ways back may disagree, and nobody would know which of them was tested.
        return section is null
            ? (MappedText.Of(undo.Source.ReadAll(), undo.FilePath), undo.TransactionNone)
            : throw section.PlaceAt(0).Error(
                "RollbackAmbiguous",
                $"the script has a rollback section, and the undo file {undo.FilePath} as well.",
                "Keep the one that is right, and remove the other.");
    }

    private static IReadOnlyList<SqlStatement> ReadVerify(SqlScript script, SqlDialect dialect, ScriptVariables variables)
    {
        var queries = new List<SqlStatement>(script.VerifyRanges.Count);
        foreach (var range in script.VerifyRanges)
        {
            var builder = new MappedTextBuilder(script.Source.File);
            builder.Append(script.Source.Text.AsSpan(range.Start, range.Length), script.Source.PointAt(range.Start));
            var statements = SqlSplitter.Split(builder.Build(), dialect, new SqlReading { References = new VariableReferences(variables) });
            if (statements is not [var query] || dialect.ReadFacts(query).Kind is not (StatementKind.Select or StatementKind.Pragma))
            {
                throw script.Source.PlaceAt(range.Start).Error(
                    "HeaderValueInvalid",
                    "'Verify' is not one query.",
                    "Write one SELECT that returns no rows when all is well; give each further query a line of its own.");
            }

            queries.Add(OwnQualifiers.Without(query, dialect));
        }

        return queries;
    }
}
