using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Sorts the statements of one direction into what is set on the connection before the transaction, what runs inside it, and
/// what only puts the connection back. A script's own BEGIN and COMMIT are taken out: the step runs in one transaction together
/// with its row in the history, also when the script has several pairs of them or statements outside them.
/// </summary>
internal sealed class ScriptPartReader(SqlDialect dialect, bool keeps, bool isWayBack = false)
{
    private readonly IConnectionSettings connection = dialect.Settings;
    private readonly List<SqlStatement> prelude = [];
    private readonly List<SqlStatement>? kept = keeps ? [] : null;
    private readonly Dictionary<string, string> settings = [];

    /// <summary>The places of the statements that are not run where they stand.</summary>
    private readonly HashSet<int> leftOut = [];

    /// <summary>Settings outside the script's transactions that nothing has followed yet.</summary>
    private readonly List<(int Index, SqlStatement Statement, StatementFacts Facts)> waiting = [];

    /// <summary>For each of them, how many statements had been kept.</summary>
    private readonly List<int> keptBefore = [];

    private readonly ScriptHeadReader head = new(dialect, mayBegin: !isWayBack);
    private int index;
    private long count;
    private SourcePlace? begin;
    private string? beginName;
    private bool hasBegun;
    private bool autocommitIsOff;
    private SqlStatement? outside, commits, own, tableLock;

    /// <summary>Reads uncommented SQL that takes a script back: to drop the database is no way back that PSMigrate goes, or leaves out.</summary>
    public static ScriptPart Read(MappedText text, SqlDialect dialect, ScriptVariables variables, bool transactionNone) =>
        new ScriptPartReader(dialect, keeps: true, isWayBack: true)
            .Read(SqlSplitter.Split(text, dialect, new SqlReading { References = new VariableReferences(variables) }), null, transactionNone);

    /// <summary>Reads statements that are kept.</summary>
    public static ScriptPart Read(IReadOnlyList<SqlStatement> all, SqlDialect dialect, bool transactionNone) =>
        new ScriptPartReader(dialect, keeps: true).Read(all, null, transactionNone);

    /// <summary>Reads statements that are read again when they are wanted.</summary>
    /// <param name="all">The statements, to be walked over once.</param>
    /// <param name="again">Gives them again.</param>
    /// <param name="dialect">Their SQL.</param>
    /// <param name="transactionNone">True to leave BEGIN and COMMIT where they are.</param>
    public static ScriptPart ReadThrough(
        IEnumerable<SqlStatement> all, Func<IEnumerable<SqlStatement>> again, SqlDialect dialect, bool transactionNone) =>
        new ScriptPartReader(dialect, keeps: false).Read(all, again, transactionNone);

    private ScriptPart Read(IEnumerable<SqlStatement> all, Func<IEnumerable<SqlStatement>>? again, bool transactionNone)
    {
        var balance = new TransactionBalance();
        foreach (var statement in all)
        {
            if (WithoutDatabase(OwnQualifiers.Without(statement, dialect)) is { } rest)
            {
                var facts = dialect.ReadFacts(rest);
                if (transactionNone)
                {
                    balance.Follow(rest, facts);
                    Keep(rest, facts);
                }
                else
                {
                    Add(rest, facts);
                }
            }
            else
            {
                leftOut.Add(index);
            }

            index++;
        }

        KeepAltering();
        if (transactionNone)
        {
            balance.Require();
        }
        else
        {
            Finish();
        }

        var statements = kept is not null ? new ScriptStatements(kept) : new ScriptStatements(() => Again(again!, transactionNone), count);
        return new ScriptPart(prelude, statements, [.. waiting.Select(setting => setting.Statement)], InTransaction: !transactionNone)
        {
            FirstOutsideTransaction = outside,
            FirstImplicitCommit = commits,
            FirstOwnTransaction = own,
            Head = head.Head,
            FirstTableLock = tableLock,
        };
    }

    /// <summary>
    /// A statement without what it says of the script's own database: to go there changes nothing, and making it anew is for whoever
    /// runs the script to look into. Null where nothing remains.
    /// </summary>
    private SqlStatement? WithoutDatabase(SqlStatement statement)
    {
        var facts = dialect.ReadFacts(statement);
        tableLock ??= dialect.TableLocksShutOut && facts.Kind == StatementKind.LockTables ? statement : null;
        if (dialect.Database is null)
        {
            return WithoutUse(statement);
        }

        head.RequireHere(statement, facts);
        if (head.Take(index, statement, facts))
        {
            return null;
        }

        if (head.EndsBefore(facts))
        {
            KeepAltering();
        }

        head.RequireKept(statement, facts);

        return WithoutUse(statement);
    }

    private SqlStatement? WithoutUse(SqlStatement statement) =>
        dialect.TableLocksShutOut && LocksTables(dialect.ReadFacts(statement)) ? null
        : dialect.Database is null ? statement
        : dialect.ReadFacts(statement) is var facts && ScriptHeadReader.GoesNowhere(facts, dialect) ? null
        : facts.Kind == StatementKind.Batch ? WithoutOwn(statement, [.. facts.Parts.Where(p => !p.Facts.IsConditional && ScriptHeadReader.GoesNowhere(p.Facts, dialect))])
        : statement;

    private static bool LocksTables(StatementFacts facts) => facts.Kind is StatementKind.LockTables or StatementKind.UnlockTables;

    /// <summary>Changes of the database itself that it turned out not to be made anew after.</summary>
    private void KeepAltering()
    {
        foreach (var (place, statement) in head.TakeAltering())
        {
            leftOut.Remove(place);
            Keep(statement, dialect.ReadFacts(statement));
        }
    }

    /// <summary>The same statements without those that were left out.</summary>
    private IEnumerable<SqlStatement> Again(Func<IEnumerable<SqlStatement>> again, bool transactionNone)
    {
        var at = 0;
        foreach (var statement in again())
        {
            if (leftOut.Contains(at++) || WithoutUse(OwnQualifiers.Without(statement, dialect)) is not { } one)
            {
                continue;
            }

            if (transactionNone || dialect.ReadFacts(one) is not { Kind: StatementKind.Batch } facts)
            {
                yield return one;
            }
            else if (WithoutOwn(one, OwnTransactions(facts)) is { } rest)
            {
                yield return rest;
            }
        }
    }

    private void Keep(SqlStatement statement, StatementFacts facts)
    {
        kept?.Add(statement);
        count += statement.Times;
        var need = facts.TransactionOfAll;
        outside ??= need == TransactionNeed.CannotBeInTransaction ? statement : null;
        commits ??= need == TransactionNeed.CommitsImplicitly ? statement : null;
        own ??= facts.Parts.Any(part => part.Facts is { IsConditional: true, Kind: StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback })
            ? statement
            : null;
    }

    private void Add(SqlStatement statement, StatementFacts facts)
    {
        if (facts.Kind == StatementKind.Batch && OwnTransactions(facts) is { Count: > 0 } taken)
        {
            foreach (var part in taken)
            {
                TakeTransaction(statement.PlaceAt(part.Offset), part.Facts);
            }

            if (WithoutOwn(statement, taken) is not { } rest)
            {
                leftOut.Add(index);
                return;
            }

            statement = rest;
            facts = dialect.ReadFacts(rest);
        }

        switch (facts.Kind)
        {
            case StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback:
                TakeTransaction(statement.Place, facts);
                leftOut.Add(index);
                break;
            case StatementKind.RollbackTo when facts.ObjectName is { } name && name.Equals(beginName, StringComparison.OrdinalIgnoreCase):
                throw TransactionBalance.Unbalanced(statement.Place, "ROLLBACK would take back the whole script");
            case StatementKind.Set when SetsAutocommit(facts) is { } on:
                autocommitIsOff = !on;
                hasBegun = true;
                leftOut.Add(index);
                break;
            case StatementKind.Pragma or StatementKind.Set or StatementKind.Batch when begin is null && connection.Sets(facts):
                AddSetting(statement, facts);
                break;
            case StatementKind.Select or StatementKind.Pragma or StatementKind.Explain:
                // What only reads does not care: "PRAGMA foreign_key_check" usually follows the pragma that puts the keys back.
                Keep(statement, facts);
                break;
            default:
                SettleWaiting();
                Keep(statement, facts);
                break;
        }
    }

    /// <summary>The BEGIN and COMMIT of a batch that surely run.</summary>
    private static List<BatchPart> OwnTransactions(StatementFacts batch) => [.. batch.Parts.Where(part => !part.Facts.IsConditional
        && part.Facts.Kind is StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback)];

    /// <summary>A batch without them; null where it had nothing else.</summary>
    private static SqlStatement? WithoutOwn(SqlStatement batch, List<BatchPart> taken) =>
        taken.Count == 0 ? batch : batch.Without(taken.Select(part => (part.Offset, EndWithSemicolon(batch.Text, part.End))));

    private static int EndWithSemicolon(string text, int end)
    {
        var at = end;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length && text[at] == ';' ? at + 1 : end;
    }

    private void TakeTransaction(SourcePlace place, StatementFacts facts)
    {
        switch (facts.Kind)
        {
            case StatementKind.Begin:
                begin = begin is null ? place : throw TransactionBalance.Unbalanced(place, "BEGIN stands inside a transaction that is open already");
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

    /// <summary>
    /// Whether statements are committed by themselves from here on; null where the statement does not say. While they are not, a
    /// transaction is always open, and COMMIT needs no BEGIN.
    /// </summary>
    private static bool? SetsAutocommit(StatementFacts facts)
    {
        if (facts.Assignments is not [{ Name: "autocommit" or "implicit_transactions", Scope: SettingScope.Session } only])
        {
            return null;
        }

        var isOff = only.Value?.ToUpperInvariant() is "0" or "OFF" or "FALSE";
        return only.Name == "autocommit" ? !isOff : isOff;
    }

    private void AddSetting(SqlStatement statement, StatementFacts facts)
    {
        if (hasBegun || count > 0)
        {
            waiting.Add((index, statement, facts));
            leftOut.Add(index);
            keptBefore.Add(kept?.Count ?? 0);
            return;
        }

        prelude.Add(statement);
        leftOut.Add(index);
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
        for (var i = 0; i < waiting.Count; i++)
        {
            var (place, statement, facts) = waiting[i];
            if (!connection.NeedsNoTransaction(facts))
            {
                leftOut.Remove(place);
                KeepWhereItStood(statement, facts, i);
            }
            else if (connection.Names(facts).Any(name => LastWaiting(name) == connection.Value(facts, name) && Changes(facts, name)))
            {
                throw InTransaction(statement, facts);
            }
        }

        keptBefore.Clear();
        waiting.Clear();
    }

    /// <summary>Queries may have been kept since it was read.</summary>
    private void KeepWhereItStood(SqlStatement statement, StatementFacts facts, int waitingIndex)
    {
        Keep(statement, facts);
        if (kept is not null && keptBefore[waitingIndex] < kept.Count - 1)
        {
            kept.RemoveAt(kept.Count - 1);
            kept.Insert(keptBefore[waitingIndex], statement);
        }

        for (var i = waitingIndex + 1; i < keptBefore.Count; i++)
        {
            keptBefore[i]++;
        }
    }

    private bool Changes(StatementFacts facts, string name) => settings.GetValueOrDefault(name) != connection.Value(facts, name);

    /// <summary>What is set in the end: what is set back before anything is run has changed nothing.</summary>
    private string LastWaiting(string name) => connection.Value(waiting.Last(other => connection.Names(other.Facts).Contains(name)).Facts, name);

    private void Finish()
    {
        if (begin is not null)
        {
            throw TransactionBalance.Unbalanced(begin, "BEGIN begins a transaction that is never committed");
        }

        // The connection is put back by whoever runs the script, but what stays with the file would be lost with the postlude.
        foreach (var (_, statement, facts) in waiting)
        {
            if (connection.IsKept(facts) && connection.Names(facts).Any(name => Changes(facts, name)))
            {
                throw InTransaction(statement, facts);
            }
        }
    }

    private MigrationException InTransaction(SqlStatement statement, StatementFacts facts) => statement.Place.Error(
        "PragmaInTransaction",
        $"the script runs in one transaction, and {connection.Word} {connection.Names(facts).First()} has no effect inside it.",
        "Put the pragma before the first statement of its section, split the script, or write 'Transaction: none' in the header.");
}
