using System.Text;

namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>
/// Finds where the statements of a batch begin and end. Transact-SQL needs no semicolons: a statement ends where a reserved word stands
/// that begins another, and is not part of it. Each such word and what it may be part of is told here.
/// </summary>
internal sealed class BatchStatementFinder(string sql, IReadOnlyList<SqlToken> tokens)
{
    private static readonly string[] DroppedInAlter =
    [
        "COLUMN", "CONSTRAINT", "PERIOD", "MEMBER", "FILE", "CREDENTIAL", "EVENT", "TARGET", "PRIVATE", "ENCRYPTION", "SIGNATURE", "EXTERNAL",
        "FILTER", "BLOCK", "PRIVILEGES", "LISTENER", "FAILOVER", "MASK",
    ];

    private readonly List<FoundStatement> found = [];

    /// <summary>Of each open BEGIN, whether what is in it depends on something.</summary>
    private readonly Stack<bool> blocks = [];

    private int at;

    /// <summary>The next statement is the branch of an IF, ELSE or WHILE.</summary>
    private bool branch;

    public static IReadOnlyList<FoundStatement> Find(string sql, IReadOnlyList<SqlToken> tokens) => new BatchStatementFinder(sql, tokens).Find();

    private List<FoundStatement> Find()
    {
        while (at < tokens.Count)
        {
            if (Punctuation(at, ';'))
            {
                at++;
            }
            else if (!SkipSteering())
            {
                var end = EndOfStatement();
                found.Add(new FoundStatement(at, end - at, branch || (blocks.Count > 0 && blocks.Peek())));
                branch = false;
                at = end;
            }
        }

        return found;
    }

    /// <summary>Goes past what holds statements together and is none itself; false where a statement begins.</summary>
    private bool SkipSteering()
    {
        if (Is(at, "BEGIN"))
        {
            if (IsAny(at + 1, "TRAN", "TRANSACTION", "DISTRIBUTED", "DIALOG", "CONVERSATION"))
            {
                return false;
            }

            var isTry = IsAny(at + 1, "TRY", "CATCH");
            blocks.Push(isTry || branch || (blocks.Count > 0 && blocks.Peek()));
            branch = false;
            at += isTry ? 2 : 1;
            return true;
        }

        if (Is(at, "END") && !Is(at + 1, "CONVERSATION"))
        {
            blocks.TryPop(out _);
            at += IsAny(at + 1, "TRY", "CATCH") ? 2 : 1;
            return true;
        }

        if (Is(at, "ELSE"))
        {
            branch = true;
            at++;
            return true;
        }

        if (IsAny(at, "IF", "WHILE"))
        {
            SkipCondition();
            branch = true;
            return true;
        }

        if (tokens[at].Kind == SqlTokenKind.Word && Punctuation(at + 1, ':') && !IsStarter(at))
        {
            at += 2;
            return true;
        }

        return false;
    }

    private void SkipCondition()
    {
        at++;
        for (var cases = 0; at < tokens.Count; at = Next(at))
        {
            if (Is(at, "CASE"))
            {
                cases++;
            }
            else if (cases > 0)
            {
                cases -= Is(at, "END") ? 1 : 0;
            }
            else if (EndsCondition())
            {
                return;
            }
        }
    }

    /// <summary>UPDATE(column) asks in a trigger what was written.</summary>
    private bool EndsCondition() =>
        (IsStarter(at) && !(Is(at, "UPDATE") && Punctuation(at + 1, '('))) || Punctuation(at, ';') || IsAny(at, "END", "ELSE", "THROW", "WITH")
        || (IsAny(at, "ENABLE", "DISABLE") && Is(at + 1, "TRIGGER"));

    private int EndOfStatement()
    {
        var verb = MainVerb();
        if (IsRestOfBatch(at))
        {
            return tokens.Count;
        }

        var statement = new Reading(verb, Word(verb), Word(verb + 1));
        var cases = 0;
        for (var i = verb == at ? Next(verb) : verb + 1; i < tokens.Count; i = Next(i))
        {
            if (Punctuation(i, ';'))
            {
                return i;
            }

            if (Is(i, "CASE"))
            {
                cases++;
                continue;
            }

            if (cases > 0)
            {
                cases -= Is(i, "END") ? 1 : 0;
                continue;
            }

            if (IsAny(i, "END", "ELSE") || (IsStarter(i) && !Belongs(i, statement)) || BeginsSignature(i, statement))
            {
                return i;
            }

            statement.Note(Word(i));
        }

        return tokens.Count;
    }

    /// <summary>Past WITH and its common table expressions.</summary>
    private int MainVerb()
    {
        if (!Is(at, "WITH"))
        {
            return at;
        }

        for (var i = Next(at); i < tokens.Count; i = Next(i))
        {
            if (IsAny(i, "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE") || Punctuation(i, ';'))
            {
                return i;
            }
        }

        return at;
    }

    /// <summary>Everything that follows in the batch belongs to a module that is made.</summary>
    private bool IsRestOfBatch(int i)
    {
        if (!IsAny(i, "CREATE", "ALTER"))
        {
            return false;
        }

        i += Is(i + 1, "OR") && Is(i + 2, "ALTER") ? 3 : 1;
        return IsAny(i, "PROC", "PROCEDURE", "FUNCTION", "TRIGGER", "VIEW");
    }

    private bool BeginsSignature(int i, Reading statement) =>
        Is(i, "ADD") && IsAny(i + 1, "SIGNATURE", "COUNTER", "SENSITIVITY") && Word(statement.Verb) is not "ALTER";

    /// <summary>True where a word that can begin a statement is part of the one that is being read.</summary>
    private bool Belongs(int i, Reading statement)
    {
        var verb = Word(statement.Verb);
        var previous = Word(i - 1);
        var next = Word(i + 1);

        // GRANT EXECUTE ON …, DENY CREATE TABLE TO …: the rights are named by the statements they allow.
        if (statement.InRights)
        {
            return true;
        }

        switch (Word(i))
        {
            case "SELECT":
                return previous is "UNION" or "EXCEPT" or "INTERSECT" or "FOR" or "AS" || (previous == "ALL" && Word(i - 2) == "UNION") || (verb == "INSERT" && !statement.HasBody);
            case "EXEC" or "EXECUTE":
                return previous == "WITH" || (verb == "INSERT" && !statement.HasBody);
            case "INSERT" or "DELETE":
                return previous == "THEN" || (verb == "BULK" && previous == "BULK") || IsReferentialAction(i, statement);
            case "UPDATE":
                return previous is "THEN" or "FOR" || Punctuation(i + 1, '(') || IsReferentialAction(i, statement);
            case "SET":
                return Punctuation(i + 1, '(') || previous is "UPDATE" or "DELETE" || (verb == "UPDATE" && !statement.HasSet && Word(statement.Verb + 1) != "STATISTICS")
                    || (verb == "ALTER" && !statement.HasSet && Word(statement.Verb + 1) is "DATABASE" or "SERVER" or "FULLTEXT" or "EXTERNAL" or "RESOURCE");
            case "ALTER":
                return verb == "ALTER" && (next == "COLUMN" || next is "FILTER" or "BLOCK");
            case "DROP":
                return verb == "ALTER" && (Array.IndexOf(DroppedInAlter, next) >= 0 || Punctuation(i + 1, '(') || IsAfterTableName(i, statement));
            case "CREATE":
                return verb == "CREATE" && Word(statement.Verb + 1) == "SCHEMA" && next is "TABLE" or "VIEW";
            case "GRANT":
                return previous is "WITH" or "REVOKE" || (verb == "CREATE" && Word(statement.Verb + 1) == "SCHEMA");
            case "DENY" or "REVOKE":
                return verb == "CREATE" && Word(statement.Verb + 1) == "SCHEMA";
            case "IF":
                return next == "EXISTS" && verb is "DROP" or "ALTER" && tokens[i - 1].Kind == SqlTokenKind.Word && IsObjectWord(previous);
            case "MERGE":
                return next is "JOIN" or "RANGE" || previous is "INNER" or "LEFT" or "RIGHT" or "FULL" or "OUTER";
            case "FETCH":
                return previous is "ROWS" or "ROW";
            case "ROLLBACK":
                return verb == "ALTER" && previous == "WITH";
            case "USE":
                return previous == "HINT";
            default:
                return false;
        }
    }

    /// <summary><c>ON DELETE CASCADE</c>; what follows SET NOCOUNT ON is another statement.</summary>
    private bool IsReferentialAction(int i, Reading statement) =>
        Is(i - 1, "ON") && IsAny(statement.Verb, "ALTER", "CREATE") && IsAny(i + 1, "CASCADE", "NO", "SET");

    private static bool IsObjectWord(string word) => word is "TABLE" or "VIEW" or "PROC" or "PROCEDURE" or "FUNCTION" or "TRIGGER" or "INDEX"
        or "SCHEMA" or "TYPE" or "SEQUENCE" or "SYNONYM" or "USER" or "ROLE" or "DATABASE" or "COLUMN" or "CONSTRAINT" or "RULE" or "DEFAULT"
        or "AGGREGATE" or "ASSEMBLY" or "STATISTICS" or "POLICY" or "DROP" or "COLLECTION" or "CATALOG";

    /// <summary><c>ALTER TABLE dbo.t DROP ck</c> needs no word for what is dropped.</summary>
    private bool IsAfterTableName(int i, Reading statement)
    {
        if (Word(statement.Verb + 1) != "TABLE")
        {
            return false;
        }

        var name = statement.Verb + 2;
        while (Punctuation(name + 1, '.'))
        {
            name += Punctuation(name + 2, '.') ? 1 : 2;
        }

        return i == name + 1;
    }

    private bool IsStarter(int i) =>
        tokens[i].Kind == SqlTokenKind.Word && !Punctuation(i - 1, '.') && SqlServerKeywords.BareStarters.Contains(Word(i));

    /// <summary>The token after this one, or after the parenthesis that closes what this one opens.</summary>
    private int Next(int i)
    {
        var depth = 0;
        do
        {
            depth += Punctuation(i, '(') ? 1 : Punctuation(i, ')') ? -1 : 0;
            i++;
        }
        while (depth > 0 && i < tokens.Count);

        return i;
    }

    private bool Is(int i, string word) =>
        i >= 0 && i < tokens.Count && tokens[i].Kind == SqlTokenKind.Word && Ascii.EqualsIgnoreCase(tokens[i].In(sql), word);

    private bool IsAny(int i, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Is(i, word))
            {
                return true;
            }
        }

        return false;
    }

    private bool Punctuation(int i, char c) =>
        i >= 0 && i < tokens.Count && tokens[i] is { Kind: SqlTokenKind.Punctuation, Length: 1 } && sql[tokens[i].Offset] == c;

    /// <summary>The word in upper case; empty for what is none.</summary>
    private string Word(int i) =>
        i >= 0 && i < tokens.Count && tokens[i] is { Kind: SqlTokenKind.Word, Length: < 32 } ? tokens[i].In(sql).ToString().ToUpperInvariant() : "";

    /// <summary>How far a statement has been read.</summary>
    private sealed class Reading(int verb, string word, string second)
    {
        private readonly bool isSchema = word == "CREATE" && second == "SCHEMA";

        public int Verb { get; } = verb;

        /// <summary>INSERT has what it inserts.</summary>
        public bool HasBody { get; private set; }

        public bool HasSet { get; private set; }

        /// <summary>GRANT has not come to what it is on or to whom.</summary>
        public bool InRights { get; private set; } = IsRights(word);

        public void Note(string next)
        {
            HasBody |= next is "SELECT" or "EXEC" or "EXECUTE" or "VALUES";
            HasSet |= next == "SET";
            InRights = isSchema && IsRights(next) ? true : InRights && next is not ("ON" or "TO" or "FROM");
        }

        private static bool IsRights(string verb) => verb is "GRANT" or "DENY" or "REVOKE";
    }
}

/// <summary>A statement in a batch, as a run of tokens.</summary>
/// <param name="IsConditional">It stands under IF, ELSE, WHILE, TRY or CATCH.</param>
internal readonly record struct FoundStatement(int First, int Count, bool IsConditional);
