using System.Text;

namespace PSMigrate.Databases.Sql.PostgreSql;

/// <summary>
/// A semicolon outside parentheses ends a statement, unless it stands in the body of a function that is written in SQL between
/// BEGIN ATOMIC and END. These are the rules of psql's own scanner (<c>psqlscan.l</c>), which counts BEGIN, CASE and END after CREATE
/// FUNCTION and CREATE PROCEDURE. It also knows a COPY whose rows follow in the script.
/// </summary>
internal sealed class PostgreSqlStatementBoundary : IStatementBoundary
{
    private int words;
    private int parentheses;
    private int blocks;
    private bool isCreate;
    private bool isRoutine;
    private bool isCopy;
    private bool fromSeen;
    private bool fromStdin;

    public bool DataFollows { get; private set; }

    public bool EndsAt(SqlTokenKind kind, ReadOnlySpan<char> token)
    {
        if (kind == SqlTokenKind.Punctuation)
        {
            if (token is ";" && parentheses == 0 && blocks == 0)
            {
                DataFollows = fromStdin;
                Reset();
                return true;
            }

            parentheses += token is "(" ? 1 : token is ")" && parentheses > 0 ? -1 : 0;
            return false;
        }

        if (kind == SqlTokenKind.Word)
        {
            ReadWord(token);
            words++;
        }
        else
        {
            fromSeen = false;
        }

        return false;
    }

    private void ReadWord(ReadOnlySpan<char> word)
    {
        switch (words)
        {
            case 0:
                isCreate = Is(word, "CREATE");
                isCopy = Is(word, "COPY");
                return;
            case < 4 when isCreate && (Is(word, "FUNCTION") || Is(word, "PROCEDURE")):
                // CREATE OR REPLACE FUNCTION has the word as its fourth.
                isRoutine = true;
                return;
        }

        if (isCopy && parentheses == 0)
        {
            fromStdin |= fromSeen && Is(word, "STDIN");
            fromSeen = Is(word, "FROM");
        }

        if (isRoutine && parentheses == 0)
        {
            blocks += Is(word, "BEGIN") || (blocks > 0 && Is(word, "CASE")) ? 1 : blocks > 0 && Is(word, "END") ? -1 : 0;
        }
    }

    private void Reset()
    {
        words = parentheses = blocks = 0;
        isCreate = isRoutine = isCopy = fromSeen = fromStdin = false;
    }

    private static bool Is(ReadOnlySpan<char> word, string keyword) => Ascii.EqualsIgnoreCase(word, keyword);
}
