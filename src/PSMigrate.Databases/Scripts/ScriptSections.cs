using System.Buffers;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Parts a script's text, while its statements are read, into what goes forward and what takes it back. The rollback is kept with its
/// comment marks removed.
/// </summary>
internal sealed class ScriptSections(string file) : ISqlSections
{
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");

    private readonly MappedTextBuilder rollback = new(file);
    private bool hasRollback;

    public bool IsInRollback { get; private set; }

    /// <exception cref="MigrationException">SectionRepeated, RollbackNotCommented.</exception>
    public SectionTake Take(ReadOnlySpan<char> comment, bool beginsLine, bool lineEnds, Func<SourcePoint> point)
    {
        var isLine = comment.StartsWith("--");
        var header = isLine && beginsLine ? SectionHeaders.Read(comment) : SectionHeader.None;
        if (header == SectionHeader.Rollback)
        {
            if (hasRollback)
            {
                throw point().Place.Error(
                    "SectionRepeated", "a second rollback section begins here.", "Put the whole rollback into one section.");
            }

            hasRollback = IsInRollback = true;
            return SectionTake.Remove;
        }

        if (header == SectionHeader.Forward)
        {
            IsInRollback = false;
            return SectionTake.Begin;
        }

        if (!IsInRollback)
        {
            return SectionTake.Leave;
        }

        if (!isLine)
        {
            throw NotCommented(point().Place);
        }

        AppendUncommented(comment, lineEnds, point());
        return SectionTake.Remove;
    }

    public MigrationException NotCommented(SourcePlace place) => place.Error(
        "RollbackNotCommented",
        "the rollback section has text that is not commented out with '--'.",
        "Put '-- ' before every line of the rollback section, or move the statement to the forward section.");

    public void Finish()
    {
    }

    /// <summary>The rollback section with its comment marks removed, or null where it has no SQL.</summary>
    /// <exception cref="MigrationException">RollbackNotSql.</exception>
    public MappedText? Rollback(SqlDialect dialect) => rollback.IsEmpty ? null : SqlOrNull(rollback.Build(), dialect);

    /// <summary>Takes the two hyphens and one blank off; everything behind them stays as it is.</summary>
    private void AppendUncommented(ReadOnlySpan<char> comment, bool lineEnds, SourcePoint point)
    {
        var start = comment.Length > 2 && comment[2] == ' ' ? 3 : 2;
        rollback.Append(
            lineEnds ? string.Concat(comment[start..], "\n") : comment[start..],
            point with { Offset = point.Offset + start, Column = point.Column + start });
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
