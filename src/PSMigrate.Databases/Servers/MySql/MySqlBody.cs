using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Finds the statements in a body of code: those after BEGIN, THEN, ELSE, DO, LOOP and REPEAT, and of handlers.</summary>
internal static class MySqlBody
{
    private static readonly HashSet<string> Statements = new(
        [
            "INSERT", "REPLACE", "UPDATE", "DELETE", "TRUNCATE", "LOAD", "CALL", "SELECT", "WITH", "VALUES", "SET", "DO", "PREPARE", "EXECUTE", "CREATE", "ALTER", "DROP", "RENAME",
            "GRANT", "REVOKE", "OPTIMIZE", "ANALYZE", "REPAIR", "RETURN", "IF", "CASE", "WHILE", "FOR", "DECLARE", "UNTIL", "OPEN", "FETCH",
        ], StringComparer.OrdinalIgnoreCase);

    /// <summary>What only steers: it is kept for the routines that its conditions may call.</summary>
    private static readonly HashSet<string> Steering = new(["RETURN", "IF", "CASE", "WHILE", "FOR", "DECLARE", "UNTIL", "OPEN", "FETCH"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Openers = new(["BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ATOMIC", "ROW"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Each statement as text. One that only steers stands as a SELECT of what is in it, because it may call routines.</summary>
    public static IReadOnlyList<string> StatementsOf(string code, SqlDialect dialect)
    {
        var tokens = SqlTokenizer.Significant(code, dialect);
        var found = new List<string>();
        var start = -1;
        var begins = true;
        var isHead = true;
        var isHandler = false;
        void End(int at)
        {
            if (start >= 0 && at > start)
            {
                var text = code[tokens[start].Offset..tokens[at - 1].End];
                found.Add(Steering.Contains(tokens[start].In(code).ToString()) ? $"SELECT {text}" : text);
            }

            start = -1;
        }

        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var word = token.Kind == SqlTokenKind.Word ? token.In(code).ToString() : "";
            if (token.In(code) is ";")
            {
                End(i);
                begins = true;
                isHandler = false;
                continue;
            }

            if (begins && Statements.Contains(word) && !IsCall(tokens, i, code, word) && !(isHandler && word.Equals("FOR", StringComparison.OrdinalIgnoreCase)))
            {
                End(i);
                start = i;
                isHead = false;
                isHandler = false;
            }

            // A body of one statement follows a routine's head without any word between. After a label comes a statement, and so it does after what
            // opens a block; a handler's conditions stand before it.
            isHandler |= word.Equals("HANDLER", StringComparison.OrdinalIgnoreCase);
            begins = isHead || isHandler || Openers.Contains(word) || token.In(code) is ":" || (begins && word.Length == 0);
        }

        End(tokens.Count);
        return found;
    }

    /// <summary>INSERT(…) and REPLACE(…) are functions of texts.</summary>
    private static bool IsCall(IReadOnlyList<SqlToken> tokens, int at, string code, string word) =>
        word.ToUpperInvariant() is "INSERT" or "REPLACE" or "TRUNCATE" or "VALUES" && at + 1 < tokens.Count && tokens[at + 1].In(code) is "(";
}
