using System.Text;

namespace PSMigrate.Databases.Sql;

/// <summary>
/// A semicolon ends a statement; the statement that creates a trigger, whose body has semicolons of its own, ends at the
/// semicolon after an END that follows a semicolon. These are the rules of SQLite's own <c>sqlite3_complete</c>.
/// </summary>
internal sealed class SqliteStatementBoundary : IStatementBoundary
{
    private State state = State.Start;

    private enum State
    {
        Start,
        Plain,
        Explain,
        Create,
        Trigger,
        TriggerSemicolon,
        TriggerEnd,
    }

    public bool EndsAt(SqlTokenKind kind, ReadOnlySpan<char> token)
    {
        if (kind == SqlTokenKind.Punctuation && token is ";")
        {
            state = state switch
            {
                State.Trigger or State.TriggerSemicolon => State.TriggerSemicolon,
                _ => State.Start,
            };
            return state == State.Start;
        }

        var word = kind == SqlTokenKind.Word ? token : [];
        state = state switch
        {
            State.Start when Is(word, "EXPLAIN") => State.Explain,
            State.Start or State.Explain when Is(word, "CREATE") => State.Create,
            State.Explain when !IsMark(word) => State.Explain,
            State.Create when Is(word, "TEMP") || Is(word, "TEMPORARY") => State.Create,
            State.Create when Is(word, "TRIGGER") => State.Trigger,
            State.TriggerSemicolon when Is(word, "END") => State.TriggerEnd,
            State.Trigger or State.TriggerSemicolon or State.TriggerEnd => State.Trigger,
            _ => State.Plain,
        };
        return false;
    }

    /// <summary>A word that tells SQLite's judge something, and so cannot be the QUERY PLAN between EXPLAIN and CREATE.</summary>
    private static bool IsMark(ReadOnlySpan<char> word) =>
        Is(word, "EXPLAIN") || Is(word, "TEMP") || Is(word, "TEMPORARY") || Is(word, "TRIGGER") || Is(word, "END");

    private static bool Is(ReadOnlySpan<char> word, string keyword) => Ascii.EqualsIgnoreCase(word, keyword);
}
