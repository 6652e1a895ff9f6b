using System.Text;

namespace PSMigrate.Databases.Sql.MySql;

/// <summary>
/// The delimiter ends a statement. Where it is the semicolon, it does not inside the body of a routine, trigger or event, whose blocks
/// are counted as MySQL's grammar closes them, so that scripts without DELIMITER are cut right as well.
/// </summary>
internal sealed class MySqlStatementBoundary : IStatementBoundary
{
    /// <summary>What is open, innermost last: the word that opened it.</summary>
    private readonly Stack<Block> open = [];

    private int words;
    private int parentheses;
    private bool isCreate;
    private bool isCompound;
    private bool afterEnd;
    private bool inExecutable;
    private bool bodyIsStatement;
    private Previous previous;

    private enum Block { Begin, Case, If, Loop }

    /// <summary>What stood before: it tells a statement's IF from a function's.</summary>
    private enum Previous { Start, Word, Opens, Routine, Return, Dot, Other }

    public bool IsInside => parentheses > 0 || open.Count > 0 || inExecutable;

    public bool EndsAt(SqlTokenKind kind, ReadOnlySpan<char> token)
    {
        switch (kind)
        {
            case SqlTokenKind.Delimiter when token is not ";" || (open.Count == 0 && !inExecutable):
                Restart();
                return true;
            case SqlTokenKind.Delimiter:
                Plain(Previous.Opens);
                return false;
            case SqlTokenKind.ExecutableComment:
                inExecutable = token is not "*/";
                return false;
            case SqlTokenKind.Word:
                ReadWord(token);
                words++;
                return false;
            case SqlTokenKind.Punctuation:
                parentheses += token is "(" ? 1 : token is ")" && parentheses > 0 ? -1 : 0;
                Plain(token is ";" or ":" ? Previous.Opens : token is "." ? Previous.Dot : Previous.Other);
                return false;
            default:
                Plain(Previous.Other);
                return false;
        }
    }

    public void Restart()
    {
        open.Clear();
        words = parentheses = 0;
        isCreate = isCompound = afterEnd = inExecutable = bodyIsStatement = false;
        previous = Previous.Start;
    }

    /// <summary>SET sql_mode can turn double quotes into those of names, and take the backslash its meaning.</summary>
    public SqlDialect After(string statement, SqlDialect dialect)
    {
        if (!statement.Contains("sql_mode", StringComparison.OrdinalIgnoreCase))
        {
            return dialect;
        }

        var facts = MySqlStatementReader.Read(statement, dialect);
        var mode = facts.Assignments.LastOrDefault(a => a is { Name: "sql_mode", Scope: SettingScope.Session });
        if (facts.Kind != StatementKind.Set || mode is null)
        {
            return dialect;
        }

        var value = mode.Value ?? "";
        if (value.StartsWith('@'))
        {
            // Dumps put back what they found with "SET SQL_MODE=@OLD_SQL_MODE": that is the mode of the start.
            return dialect with { DoubleQuotedStrings = true, BackslashEscapes = true };
        }

        var keeps = value.Contains("@@", StringComparison.Ordinal);
        var ansi = value.Contains("ANSI", StringComparison.OrdinalIgnoreCase) || (keeps && !dialect.DoubleQuotedStrings);
        var literal = value.Contains("NO_BACKSLASH_ESCAPES", StringComparison.OrdinalIgnoreCase) || (keeps && !dialect.BackslashEscapes);
        return dialect with { DoubleQuotedStrings = !ansi, BackslashEscapes = !literal };
    }

    private void ReadWord(ReadOnlySpan<char> word)
    {
        if (words == 0)
        {
            isCreate = Is(word, "CREATE") || Is(word, "ALTER");
            Plain(Previous.Start);
            if (Is(word, "BEGIN"))
            {
                previous = Previous.Opens;
            }

            return;
        }

        // MariaDB runs a block by itself: BEGIN NOT ATOMIC … END.
        if (words == 1 && previous == Previous.Opens && Is(word, "NOT"))
        {
            isCompound = true;
            open.Push(Block.Begin);
            Plain(Previous.Word);
            return;
        }

        if (isCreate && !isCompound && (Is(word, "PROCEDURE") || Is(word, "FUNCTION") || Is(word, "TRIGGER") || Is(word, "EVENT") || Is(word, "PACKAGE")))
        {
            isCompound = true;
            Plain(Previous.Routine);
            return;
        }

        if (isCompound && previous != Previous.Dot)
        {
            ReadInRoutine(word);
            return;
        }

        Plain(Previous.Word);
    }

    private void ReadInRoutine(ReadOnlySpan<char> word)
    {
        if (afterEnd)
        {
            // END IF, END LOOP, END label: the word belongs to what was closed.
            Plain(Is(word, "IF") || Is(word, "CASE") || Is(word, "LOOP") || Is(word, "WHILE") || Is(word, "REPEAT") ? Previous.Word : Next(word));
            return;
        }

        if (Is(word, "END"))
        {
            open.TryPop(out _);
            afterEnd = true;
            previous = Previous.Word;
            return;
        }

        var begins = previous == Previous.Opens || (open.Count == 0 && !bodyIsStatement && parentheses == 0 && previous is not (Previous.Routine or Previous.Return));
        if (Is(word, "BEGIN"))
        {
            open.Push(Block.Begin);
        }
        else if (Is(word, "CASE"))
        {
            open.Push(Block.Case);
        }
        else if (begins && Is(word, "IF"))
        {
            open.Push(Block.If);
        }
        else if (begins && (Is(word, "LOOP") || Is(word, "WHILE") || Is(word, "REPEAT")))
        {
            open.Push(Block.Loop);
        }
        else if (open.Count == 0 && parentheses == 0 && (Is(word, "RETURN") || Is(word, "CALL") || Is(word, "REPLACE") || Is(word, "SELECT")
            || (previous == Previous.Word && Is(word, "SET"))))
        {
            bodyIsStatement = true;
        }

        Plain(Next(word));
    }

    /// <summary>After these words a statement begins.</summary>
    private static Previous Next(ReadOnlySpan<char> word) =>
        Is(word, "BEGIN") || Is(word, "THEN") || Is(word, "ELSE") || Is(word, "DO") || Is(word, "LOOP") || Is(word, "REPEAT") ? Previous.Opens
        : Is(word, "RETURN") || Is(word, "RETURNS") ? Previous.Return
        : Previous.Word;

    private void Plain(Previous next)
    {
        afterEnd = false;
        previous = next;
    }

    private static bool Is(ReadOnlySpan<char> word, string keyword) => Ascii.EqualsIgnoreCase(word, keyword);
}
