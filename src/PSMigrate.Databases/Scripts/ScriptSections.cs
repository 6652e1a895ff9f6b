using System.Buffers;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>A script's text, parted into what goes forward and what takes it back.</summary>
/// <param name="Forward">All that is not rollback.</param>
/// <param name="Rollback">The rollback section with its comment marks removed, or null where it has no SQL.</param>
internal sealed record ScriptSections(MappedText Forward, MappedText? Rollback)
{
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");

    /// <exception cref="MigrationException">
    /// SectionRepeated, RollbackNotCommented, RollbackNotSql, UnclosedString, UnclosedIdentifier, UnclosedComment.
    /// </exception>
    public static ScriptSections Read(SourceText source, SqlDialect dialect)
    {
        var text = source.Text;
        var forward = new MappedTextBuilder(source);
        var rollback = new MappedTextBuilder(source);
        SqlToken? rollbackHeader = null;
        var inRollback = false;
        var copied = 0;

        // Reading by tokens keeps lines inside strings and block comments from being taken for headers.
        var tokenizer = new SqlTokenizer(MappedText.Whole(source), dialect);
        while (tokenizer.Read(out var token))
        {
            var header = IsLineComment(token, text) && BeginsLine(token, text)
                ? SectionHeaders.Read(token.In(text))
                : SectionHeader.None;
            if (header == SectionHeader.Rollback)
            {
                if (rollbackHeader is not null)
                {
                    throw source.PlaceAt(token.Offset).Error(
                        "SectionRepeated", "a second rollback section begins here.", "Put the whole rollback into one section.");
                }

                forward.Append(copied, token.Offset - copied);
                rollbackHeader = token;
                inRollback = true;
            }
            else if (header == SectionHeader.Forward)
            {
                copied = inRollback ? token.Offset : copied;
                inRollback = false;
            }
            else if (inRollback && token.Kind != SqlTokenKind.WhiteSpace)
            {
                AppendUncommented(rollback, source, token);
            }
        }

        if (!inRollback)
        {
            forward.Append(copied, text.Length - copied);
        }

        return new ScriptSections(forward.Build(), rollback.IsEmpty ? null : SqlOrNull(rollback.Build(), dialect));
    }

    private static bool IsLineComment(SqlToken token, string text) =>
        token.Kind == SqlTokenKind.Comment && token.In(text).StartsWith("--");

    private static bool BeginsLine(SqlToken token, string text)
    {
        var before = text.AsSpan(0, token.Offset);
        var lineStart = before.LastIndexOf('\n') + 1;
        return before[lineStart..].Trim(" \t\uFEFF").IsEmpty;
    }

    /// <summary>Takes the two hyphens and one blank off; everything behind them stays as it is.</summary>
    private static void AppendUncommented(MappedTextBuilder rollback, SourceText source, SqlToken token)
    {
        var text = source.Text;
        if (!IsLineComment(token, text))
        {
            throw source.PlaceAt(token.Offset).Error(
                "RollbackNotCommented",
                "the rollback section has text that is not commented out with '--'.",
                "Put '-- ' before every line of the rollback section, or move the statement to the forward section.");
        }

        var start = token.Offset + 2;
        start += start < token.End && text[start] == ' ' ? 1 : 0;
        var end = token.End < text.Length ? token.End + 1 : token.End;
        rollback.Append(start, end - start);
    }

    /// <summary>
    /// Tells SQL from a note such as "none" or "Restore the backup." A section that begins with a word no statement begins
    /// with is a note, unless it has a semicolon: then it is probably SQL with a mistake, and taking it for a note would lose
    /// the rollback silently.
    /// </summary>
    private static MappedText? SqlOrNull(MappedText rollback, SqlDialect dialect)
    {
        var start = FirstWordAt(rollback.Text);
        var word = rollback.Text.AsSpan(start);
        var length = word.IndexOfAnyExcept(WordCharacters);
        if (dialect.StatementStarters.Contains((length < 0 ? word : word[..length]).ToString()))
        {
            return rollback;
        }

        if (!rollback.Text.AsSpan(start).Contains(';'))
        {
            return null;
        }

        throw rollback.PlaceAt(start).Error(
            "RollbackNotSql",
            "the rollback section neither begins with a statement nor is only a note.",
            "Begin the section with SQL; write a remark in it as '-- -- remark'.");
    }

    /// <summary>Past blank lines and the comments that remain after uncommenting.</summary>
    private static int FirstWordAt(string text)
    {
        for (var at = 0; ; at++)
        {
            var rest = text.AsSpan(at);
            var closing = rest.StartsWith("--") ? "\n" : rest.StartsWith("/*") ? "*/" : null;
            if (closing is not null)
            {
                var end = rest[2..].IndexOf(closing, StringComparison.Ordinal);
                if (end < 0)
                {
                    return text.Length;
                }

                at += 2 + end + closing.Length - 1;
            }
            else if (rest.IsEmpty || !char.IsWhiteSpace(rest[0]))
            {
                return at;
            }
        }
    }
}
