using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Sorts the statements of one direction into what is set on the connection before the transaction, what runs inside it, and
/// what only puts the connection back. A script's own BEGIN and COMMIT are taken out: the step runs in one transaction together
/// with its row in the history, also when the script has several pairs of them or statements outside them.
/// </summary>
internal sealed class ScriptPartReader
{
    private readonly List<SqlStatement> prelude = [];
    private readonly List<SqlStatement> statements = [];
    private readonly Dictionary<string, string> settings = [];

    /// <summary>Pragmas outside the script's transactions that nothing has followed yet.</summary>
    private readonly List<(SqlStatement Statement, StatementFacts Facts)> waiting = [];

    private SqlStatement? begin;
    private bool hasBegun;

    /// <summary>Reads uncommented SQL.</summary>
    public static ScriptPart Read(MappedText text, SqlDialect dialect, ScriptVariables variables, bool transactionNone)
    {
        var all = SqlSplitter.Split(VariableSubstitution.Apply(text, dialect, variables), dialect);
        if (transactionNone)
        {
            RequireBalance(all, dialect);
            return new ScriptPart([], all, [], InTransaction: false);
        }

        var reader = new ScriptPartReader();
        foreach (var statement in all)
        {
            reader.Add(statement, dialect.ReadFacts(statement));
        }

        return reader.Finish();
    }

    private void Add(SqlStatement statement, StatementFacts facts)
    {
        switch (facts.Kind)
        {
            case StatementKind.Begin:
                begin = begin is null ? statement : throw Unbalanced(statement, "BEGIN stands inside a transaction that is open already");
                hasBegun = true;
                break;
            case StatementKind.Commit:
                begin = begin is not null ? null : throw Unbalanced(statement, "COMMIT ends a transaction that was never begun");
                break;
            case StatementKind.Rollback:
                throw Unbalanced(statement, "ROLLBACK would take back the whole script");
            case StatementKind.Pragma when begin is null && ConnectionPragmas.Sets(facts):
                AddSetting(statement, facts);
                break;
            case StatementKind.Select or StatementKind.Pragma or StatementKind.Explain:
                // What only reads does not care: "PRAGMA foreign_key_check" usually follows the pragma that puts the keys back.
                statements.Add(statement);
                break;
            default:
                SettleWaiting();
                statements.Add(statement);
                break;
        }
    }

    private void AddSetting(SqlStatement statement, StatementFacts facts)
    {
        if (hasBegun || statements.Count > 0)
        {
            waiting.Add((statement, facts));
            return;
        }

        prelude.Add(statement);
        settings[facts.PragmaName!] = ConnectionPragmas.Value(facts);
    }

    /// <summary>
    /// A pragma in the middle meant what follows it. Where it works inside a transaction it stays; where it does not, leaving
    /// it there would silently do nothing, so it must not change what the prelude set.
    /// </summary>
    private void SettleWaiting()
    {
        foreach (var (statement, facts) in waiting)
        {
            if (!ConnectionPragmas.NeedsNoTransaction(facts))
            {
                statements.Add(statement);
            }
            else if (LastWaiting(facts) == ConnectionPragmas.Value(facts)
                && settings.GetValueOrDefault(facts.PragmaName!) != ConnectionPragmas.Value(facts))
            {
                throw InTransaction(statement, facts);
            }
        }

        waiting.Clear();
    }

    /// <summary>What the pragma is set to in the end: what is set back before anything is run has changed nothing.</summary>
    private string LastWaiting(StatementFacts pragma) =>
        ConnectionPragmas.Value(waiting.Last(other => other.Facts.PragmaName == pragma.PragmaName).Facts);

    private ScriptPart Finish()
    {
        if (begin is not null)
        {
            throw Unbalanced(begin, "BEGIN begins a transaction that is never committed");
        }

        // The connection is put back by whoever runs the script, but what stays with the file would be lost with the postlude.
        foreach (var (statement, facts) in waiting)
        {
            if (ConnectionPragmas.IsKeptByFile(facts) && settings.GetValueOrDefault(facts.PragmaName!) != ConnectionPragmas.Value(facts))
            {
                throw InTransaction(statement, facts);
            }
        }

        return new ScriptPart(prelude, statements, [.. waiting.Select(pragma => pragma.Statement)], InTransaction: true);
    }

    private static void RequireBalance(IReadOnlyList<SqlStatement> all, SqlDialect dialect)
    {
        SqlStatement? open = null;
        foreach (var statement in all)
        {
            open = (dialect.ReadFacts(statement).Kind, open) switch
            {
                (StatementKind.Begin, null) => statement,
                (StatementKind.Begin, _) => throw Unbalanced(statement, "BEGIN stands inside a transaction that is open already"),
                (StatementKind.Commit or StatementKind.Rollback, not null) => null,
                (StatementKind.Commit or StatementKind.Rollback, null) =>
                    throw Unbalanced(statement, "the statement ends a transaction that was never begun"),
                _ => open,
            };
        }

        if (open is not null)
        {
            throw Unbalanced(open, "BEGIN begins a transaction that is never committed");
        }
    }

    private static MigrationException Unbalanced(SqlStatement statement, string what) => statement.Place.Error(
        "TransactionUnbalanced",
        $"{what}.",
        "Write one BEGIN and one COMMIT around the statements, or leave both out: the script runs in one transaction anyway.");

    private static MigrationException InTransaction(SqlStatement statement, StatementFacts facts) => statement.Place.Error(
        "PragmaInTransaction",
        $"the script runs in one transaction, and PRAGMA {facts.PragmaName} has no effect inside it.",
        "Put the pragma before the first statement of its section, split the script, or write 'Transaction: none' in the header.");
}
