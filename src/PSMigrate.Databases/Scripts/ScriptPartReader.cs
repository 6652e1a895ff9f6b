using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Sorts the statements of one direction into what is set on the connection before the transaction, what runs inside it, and
/// what only puts the connection back. A script's own BEGIN and COMMIT are taken out: the step runs in one transaction together
/// with its row in the history, also when the script has several pairs of them or statements outside them.
/// </summary>
internal sealed class ScriptPartReader(SqlDialect dialect)
{
    private readonly IConnectionSettings connection = dialect.Settings;
    private readonly List<SqlStatement> prelude = [];
    private readonly List<SqlStatement> statements = [];
    private readonly Dictionary<string, string> settings = [];

    /// <summary>Settings outside the script's transactions that nothing has followed yet.</summary>
    private readonly List<(SqlStatement Statement, StatementFacts Facts)> waiting = [];

    private SqlStatement? begin;
    private string? beginName;
    private bool hasBegun;
    private bool autocommitIsOff;

    /// <summary>Reads uncommented SQL.</summary>
    public static ScriptPart Read(MappedText text, SqlDialect dialect, ScriptVariables variables, bool transactionNone) =>
        Read(SqlSplitter.Split(text, dialect, new SqlReading { References = new VariableReferences(variables) }), dialect, transactionNone);

    public static ScriptPart Read(IReadOnlyList<SqlStatement> all, SqlDialect dialect, bool transactionNone)
    {
        if (transactionNone)
        {
            TransactionBalance.Require(all, dialect);
            return new ScriptPart([], all, [], InTransaction: false);
        }

        var reader = new ScriptPartReader(dialect);
        foreach (var statement in all)
        {
            reader.Add(statement, dialect.ReadFacts(statement));
        }

        return reader.Finish();
    }

    private void Add(SqlStatement statement, StatementFacts facts)
    {
        if (facts.Kind == StatementKind.Batch && TakeTransactionsOut(statement, facts) is var rest && !ReferenceEquals(rest, statement))
        {
            if (rest is null)
            {
                return;
            }

            statement = rest;
            facts = dialect.ReadFacts(rest);
        }

        switch (facts.Kind)
        {
            case StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback:
                TakeTransaction(statement.Place, facts, statement);
                break;
            case StatementKind.RollbackTo when facts.ObjectName is { } name && name.Equals(beginName, StringComparison.OrdinalIgnoreCase):
                throw TransactionBalance.Unbalanced(statement.Place, "ROLLBACK would take back the whole script");
            case StatementKind.Set when SetsAutocommit(facts) is { } on:
                SetAutocommit(on);
                break;
            case StatementKind.Pragma or StatementKind.Set or StatementKind.Batch when begin is null && connection.Sets(facts):
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

    /// <summary>A batch without the BEGIN and COMMIT that surely run; null where it had nothing else.</summary>
    private SqlStatement? TakeTransactionsOut(SqlStatement batch, StatementFacts facts)
    {
        var own = facts.Parts.Where(part => !part.Facts.IsConditional
            && part.Facts.Kind is StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback).ToList();
        foreach (var part in own)
        {
            TakeTransaction(batch.PlaceAt(part.Offset), part.Facts, batch);
        }

        return own.Count == 0 ? batch : batch.Without(own.Select(part => (part.Offset, EndWithSemicolon(batch.Text, part.End))));
    }

    private static int EndWithSemicolon(string text, int end)
    {
        var at = end;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length && text[at] == ';' ? at + 1 : end;
    }

    private void TakeTransaction(SourcePlace place, StatementFacts facts, SqlStatement statement)
    {
        switch (facts.Kind)
        {
            case StatementKind.Begin:
                begin = begin is null ? statement : throw TransactionBalance.Unbalanced(place, "BEGIN stands inside a transaction that is open already");
                beginPlace = place;
                beginName = facts.ObjectName;
                hasBegun = true;
                break;
            case StatementKind.Commit:
                begin = begin is not null || autocommitIsOff ? null : throw TransactionBalance.Unbalanced(place, "COMMIT ends a transaction that was never begun");
                break;
            default:
                throw TransactionBalance.Unbalanced(place, "ROLLBACK would take back the whole script");
        }
    }

    private SourcePlace? beginPlace;

    /// <summary>Whether statements are committed by themselves from here on; null where the statement does not say.</summary>
    private static bool? SetsAutocommit(StatementFacts facts) =>
        facts.Assignments is [{ Name: "autocommit" or "implicit_transactions", Scope: SettingScope.Session } only]
            ? (only.Value?.ToUpperInvariant() is "0" or "OFF" or "FALSE") != (only.Name == "implicit_transactions")
                ? false
                : true
            : null;

    /// <summary>With autocommit off, a transaction is always open, and COMMIT needs no BEGIN.</summary>
    private void SetAutocommit(bool on)
    {
        autocommitIsOff = !on;
        hasBegun = true;
    }

    private void AddSetting(SqlStatement statement, StatementFacts facts)
    {
        if (hasBegun || statements.Count > 0)
        {
            waiting.Add((statement, facts));
            return;
        }

        prelude.Add(statement);
        foreach (var name in connection.Names(facts))
        {
            settings[name] = connection.Value(facts, name);
        }
    }

    /// <summary>
    /// A setting in the middle meant what follows it. Where it works inside a transaction it stays; where it does not, leaving
    /// it there would silently do nothing, so it must not change what the prelude set.
    /// </summary>
    private void SettleWaiting()
    {
        foreach (var (statement, facts) in waiting)
        {
            if (!connection.NeedsNoTransaction(facts))
            {
                statements.Add(statement);
            }
            else if (connection.Names(facts).Any(name => LastWaiting(name) == connection.Value(facts, name) && Changes(facts, name)))
            {
                throw InTransaction(statement, facts);
            }
        }

        waiting.Clear();
    }

    private bool Changes(StatementFacts facts, string name) => settings.GetValueOrDefault(name) != connection.Value(facts, name);

    /// <summary>What is set in the end: what is set back before anything is run has changed nothing.</summary>
    private string LastWaiting(string name) => connection.Value(waiting.Last(other => connection.Names(other.Facts).Contains(name)).Facts, name);

    private ScriptPart Finish()
    {
        if (begin is not null)
        {
            throw TransactionBalance.Unbalanced(beginPlace!, "BEGIN begins a transaction that is never committed");
        }

        // The connection is put back by whoever runs the script, but what stays with the file would be lost with the postlude.
        foreach (var (statement, facts) in waiting)
        {
            if (connection.IsKept(facts) && connection.Names(facts).Any(name => Changes(facts, name)))
            {
                throw InTransaction(statement, facts);
            }
        }

        return new ScriptPart(prelude, statements, [.. waiting.Select(setting => setting.Statement)], InTransaction: true);
    }

    private MigrationException InTransaction(SqlStatement statement, StatementFacts facts) => statement.Place.Error(
        "PragmaInTransaction",
        $"the script runs in one transaction, and {connection.Word} {connection.Names(facts).First()} has no effect inside it.",
        "Put the pragma before the first statement of its section, split the script, or write 'Transaction: none' in the header.");
}
